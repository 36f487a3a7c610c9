"""The process that renders pieces for a worker of Dask, one after the other; and how that has it.

::

    Dask's worker: carry() ── order, in a folder ──▶ child.py: imports once, forks for each piece
                       ◀──── outcome, in the folder ──┘

A worker of Dask is a daemon, which may have no children of multiprocessing's; but it may run a
program. That program stays for all pieces of a render, and ends when the render does, when Dask
cancels a piece, when nothing was asked of it for a while (its driver is gone), and with Dask's
worker, whatever kills that.

This module goes to Dask's workers by value, and needs nothing but Python there: they only carry,
and so need not import matplotlib, which would take them a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Seconds between two looks at the program, and at whether Dask still wants the piece.
LOOK = 0.02
# Seconds after which a program that has nothing to do ends. Between two pieces it waits for less,
# unless the params are slow to come; then starting again costs little.
IDLE = 20.0
# Characters of what the program has said last, for an error.
SAID = 2000
# Where a worker of Dask keeps what belongs to us.
PLACE = "parallel-animate"


class Station:
    """The program of one render on one worker of Dask.

    Parameters
    ----------
    place : str
        A folder for orders and outcomes, which Dask clears away if its worker is killed.
    cores : int
        Cores that it may keep busy.
    turn : threading.Lock
        Held while a piece is rendered: one takes all cores, whichever render it belongs to.
    idle : float
        Seconds after which the program ends if it has nothing to do.
    """

    def __init__(self, place: str, cores: int, turn: threading.Lock, idle: float = IDLE) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="parallel-animate-", dir=place))
        self._cores, self._turn, self._idle = cores, turn, idle
        self._pieces = 0
        self._closed = False
        self._lock = threading.Lock()
        self._process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(each for each in sys.path if each)
        words = [str(self._folder), str(os.getpid()), str(self._cores), str(self._idle)]
        with (self._folder / "said").open("wb") as said:
            return subprocess.Popen(
                [sys.executable, "-m", "parallel_animate.cluster.child", *words],
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=subprocess.STDOUT,
                env=os.environ | {"PYTHONPATH": path, "MPLBACKEND": "agg"},
            )

    @property
    def facts(self) -> bytes | str | None:
        """What the program tells of its machine, or how it has ended; None if neither yet."""
        with contextlib.suppress(OSError):
            return (self._folder / "facts").read_bytes()
        return None if self._process.poll() is None else self._said()

    def render(self, animation: bytes, order: bytes, is_wanted: Callable[[], bool]) -> bytes | str:
        """Have a piece rendered when it is its turn.

        Returns
        -------
        bytes or str
            What has come of it; or, if the program has ended without a word, how.
        """
        while not self._turn.acquire(timeout=LOOK):
            if not is_wanted():
                return "Dask has cancelled it"
        try:
            self._pieces += 1
            piece = self._folder / str(self._pieces)
            if not (self._folder / "animation").exists():
                (self._folder / "animation").write_bytes(animation)
            piece.with_suffix(".order").write_bytes(order)
            return self._waited(piece, is_wanted)
        except OSError as error:
            return f"its folder {self._folder} cannot be used: {error}"
        finally:
            self._turn.release()

    def _waited(self, piece: Path, is_wanted: Callable[[], bool]) -> bytes | str:
        """Give the program a piece, and wait for what has come of it."""
        outcome = piece.with_suffix(".outcome")
        self._give(piece)
        while not outcome.exists():
            if not is_wanted():
                self.close()
                return "Dask has cancelled it"
            if self._process.poll() is not None and not outcome.exists():
                if self._closed or piece.with_suffix(".begun").exists():
                    return self._said()
                self._give(piece)  # it had nothing to do for long, and has ended
            time.sleep(LOOK)
        made = outcome.read_bytes()
        outcome.unlink()
        return made

    def _give(self, piece: Path) -> None:
        with self._lock:
            if self._closed:
                return
            if self._process.poll() is not None:
                self._process = self._started()
            assert self._process.stdin is not None
            with contextlib.suppress(OSError):  # it has ended since
                self._process.stdin.write(f"{piece.name}\n".encode())
                self._process.stdin.flush()

    def _said(self) -> str:
        """Return how the program has ended, and what it has said last."""
        with contextlib.suppress(OSError):
            said = (self._folder / "said").read_text(encoding="utf-8", errors="replace")
            return f"its process has ended with {self._process.returncode}: {said[-SAID:].strip()}"
        return "its process was ended"

    def close(self) -> None:
        """End the program, and all that it has started."""
        with self._lock:
            self._closed = True
            self._process.kill()
            self._process.wait()
            if self._process.stdin is not None:
                with contextlib.suppress(OSError):
                    self._process.stdin.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def is_closed(self) -> bool:
        """Whether it was ended."""
        return self._closed


def _ours(worker: Any) -> Any:
    """Return what a worker of Dask keeps for us: whose turn it is, and a station by render."""
    return worker.extensions.setdefault(PLACE, (threading.Lock(), threading.Lock(), {}))


def station_of(worker: Any, render: str) -> Station:
    """Return a render's station on a worker of Dask, begun if there is none."""
    turn, lock, stations = _ours(worker)
    with lock:
        station: Station | None = stations.get(render)
        if station is None or station.is_closed:
            station = Station(worker.local_directory, worker.state.nthreads, turn)
            stations[render] = station
    return station


async def begin(render: str, worker: Any) -> bytes | str:
    """Begin a render's station, and return what its program tells of the machine."""
    station = station_of(worker, render)
    while (facts := station.facts) is None:
        await asyncio.sleep(LOOK)
    return facts


async def end(render: str, worker: Any) -> None:
    """End a render's station, if there is one."""
    station: Station | None = _ours(worker)[2].pop(render, None)
    if station is not None:
        station.close()


def carry(render: str, animation: bytes, order: bytes) -> bytes | str:
    """Have a piece rendered; Dask runs this in a thread of its worker."""
    from distributed import get_worker

    worker: Any = get_worker()
    key = worker.get_current_task()

    def is_wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state not in ("cancelled", "released", "forgotten")

    if not is_wanted():
        return "Dask has cancelled it"
    return station_of(worker, render).render(animation, order, is_wanted)
