"""A render that is silent: workers draw, or run setup(), and for long none of them has said a word.

A worker that hangs says nothing, and neither does one whose frame takes minutes. Which of both it
is cannot be known; but where each worker is can be told, and from that the user knows. A worker
that waits for params, or for the encoder to free a slot, does not draw: it may be silent.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

log = logging.getLogger("parallel_animate.animator")

# Seconds. Few frames take longer, and those who draw such get one message for it in a whole render;
# whoever sits before a render that hangs begins to look for the reason after about as long.
SILENCE = 30.0

_ENGINE = f'File "{Path(__file__).parent}'


class Asked(Protocol):
    """A worker process, which can be asked where it is."""

    def ask_for_stacks(self) -> None:
        """Have it write the stacks of its threads."""

    def written_stacks(self) -> str:
        """Return what it has written; empty if it has not, or cannot."""


_Asked = TypeVar("_Asked", bound=Asked)


class Silence:
    """Notices that a render is silent, and says once where its workers are.

    It says so once for setup() and once for frames: a slow setup() is no reason to say nothing of a
    frame that hangs. It is told what time it is, and what workers do.

    Parameters
    ----------
    start_method : str
        How the workers were started.
    frame_timeout : float or None
        Seconds after which they are killed.

    Examples
    --------
    >>> silence, busy = Silence("fork", None), {"worker 0": 7}  # who draws frame 7
    >>> silence.lasts(0.0, busy), silence.lasts(29.0, busy), silence.lasts(31.0, busy)
    (False, False, True)
    """

    def __init__(self, start_method: str, frame_timeout: float | None) -> None:
        self._start_method = start_method
        self._frame_timeout = frame_timeout
        self._since: float | None = None
        self._in_setup = False
        self._told: set[bool] = set()

    def heard(self) -> None:
        """Note that a worker has said something, such as that a frame is finished."""
        self._since = None

    def lasts(self, now: float, busy: Mapping[Any, int | None], stopped: float = 0.0) -> bool:
        """Return True, once for setup() and once for frames, when all were silent for too long.

        Parameters
        ----------
        now : float
            Seconds on any clock.
        busy : dict
            Who draws which frame now, or is in setup() (None). Who only waits is not in it.
        stopped : float
            Seconds since the last call for which all processes were stopped (Ctrl-Z).
        """
        in_setup = None in busy.values()
        if not busy or self._since is None or in_setup != self._in_setup:
            self._since, self._in_setup = now, in_setup
            return False
        self._since = min(now, self._since + stopped)
        if in_setup in self._told or now - self._since < SILENCE:
            return False
        self._told.add(in_setup)
        return True

    def tell(self, busy: Mapping[_Asked, int | None]) -> None:
        """Ask these workers where they are, which may take a second, and tell the user.

        Parameters
        ----------
        busy : dict
            As in :meth:`lasts`. If nobody is in it, nothing is told.
        """
        for worker in busy:
            worker.ask_for_stacks()  # all first: they write at the same time
        stacks = {worker: worker.written_stacks() for worker in busy}
        if busy:
            log.warning("%s", self.message(busy, stacks))

    def message(self, busy: Mapping[Any, int | None], stacks: Mapping[Any, str]) -> str:
        """Return what is told.

        Parameters
        ----------
        busy : dict
            As in :meth:`lasts`.
        stacks : dict
            Their stacks, as faulthandler writes them; empty where there are none.
        """
        in_setup = None in busy.values()
        what = (
            f"no worker has come through setup() for {SILENCE:g} s. If it"
            if in_setup
            else f"no frame was finished for {SILENCE:g} s, although workers draw. If a frame"
        )
        rest = " takes so long, nothing is wrong, and this is not said again. Else see where it is:"
        lines = [what + rest, *_places(busy, stacks)]
        if self._start_method == "fork":
            lines.append(
                "These workers are forked. A lock that another thread held at that moment is "
                "locked in them for ever; and native threads (of OpenMP, say) that the program has "
                "used before are not copied by a fork, so that a worker waits for them for ever. "
                'start_method="forkserver" or "spawn" has neither problem.'
            )
        if not in_setup:
            lines.append(
                "With frame_timeout, a number of seconds, a worker that hangs is killed, and "
                "another takes its place."
                if self._frame_timeout is None
                else f"After {self._frame_timeout:g} s (frame_timeout) a worker is killed, and "
                "another takes its place."
            )
        return "\n".join(lines)


def _places(busy: Mapping[Any, int | None], stacks: Mapping[Any, str]) -> list[str]:
    """Return where the workers are; those at the same place together."""
    at: dict[str, list[str]] = {}
    for worker, frame in busy.items():
        does = "has not come through setup()" if frame is None else f"draws frame {frame}"
        at.setdefault(_place(stacks[worker]), []).append(f"worker {worker} {does}")
    return [", ".join(who) + (place and ":" + place) for place, who in at.items()]


def _place(stacks: str) -> str:
    """Return the lines of the user's code where a worker is, the innermost first."""
    threads = [thread for thread in stacks.split("\n\n") if not _reads_the_pipe(thread)]
    lines = [line for thread in threads for line in _down_to_ours(thread.splitlines())]
    return "".join(f"\n    {line}" for line in lines)


def _reads_the_pipe(thread: str) -> bool:
    """Return whether it is the stack of the thread that every worker reads its pipe in."""
    return any(_ENGINE in line and line.endswith(" in _receive") for line in thread.splitlines())


def _down_to_ours(stack: Sequence[str]) -> list[str]:
    """Return the lines of a stack, without the engine that has called the user's code."""
    lines = [line.strip() for line in stack if line.lstrip().startswith("File ")]
    ours = [_ENGINE in line for line in lines]
    return lines[: ours.index(True)] if any(ours) and not ours[0] else lines
