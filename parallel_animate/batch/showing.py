"""What is seen of a batch while it runs: one bar for all, and a line for each job that ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from parallel_animate.batch.outcome import Outcome
from parallel_animate.system import Owner


class Show(Owner):
    """A bar that counts jobs, with the parts of those that run, and lines above it.

    Parameters
    ----------
    total : int
        How many jobs there are.
    disable : bool or None
        No bar; None for one only on a terminal.
    told : callable, optional
        Is given what came of each job, when it ends.
    lines : bool
        Whether there is a line for each.
    """

    def __init__(
        self,
        total: int,
        disable: bool | None,
        told: Callable[[Outcome], object] | None = None,
        *,
        lines: bool = True,
    ) -> None:
        self._total, self._ended, self._lines, self._told = total, 0, lines, told
        self._bar: Any = None
        if disable is None:
            disable = not _is_terminal()
        if not disable:
            self._bar = _bar()(
                total=total,
                file=sys.stderr,
                dynamic_ncols=True,
                bar_format="{percentage:3.0f}%|{bar}| {desc} [{elapsed}<{remaining}]",
            )

        self.running(0.0, 0)

    def ended(self, outcome: Outcome) -> None:
        """Show what came of a job."""
        self._ended += 1
        if self._told is not None:
            self._told(outcome)
        if self._lines and outcome.status != "waiting":
            count = f"{self._ended:>{len(str(self._total))}}/{self._total}"
            self._print(f"{count}  {outcome.status:<8} {outcome.name}  {outcome}")

    def running(self, parts: float, jobs: int) -> None:
        """Show how far the jobs are that run: the sum of their parts."""
        if self._bar is not None:
            with suppress(Exception):
                self._bar.n = round(min(self._total, self._ended + parts), 2)
                self._bar.set_description_str(f"{self._ended}/{self._total} videos, {jobs} at work")

    def _print(self, line: str) -> None:
        with suppress(Exception):  # it is decoration
            if self._bar is not None:
                self._bar.write(line, file=sys.stderr)
            else:
                print(line, file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            with suppress(Exception):
                self._bar.close()


def _bar() -> Any:
    from tqdm.auto import tqdm

    class Bar(tqdm):  # type: ignore[misc]
        monitor_interval = 0  # no thread that watches the bar: processes are forked beside it

    return Bar


def _is_terminal() -> bool:
    try:
        return sys.stderr.isatty()
    except Exception:
        return False
