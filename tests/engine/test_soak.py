"""A long render whose workers are killed all the time (``pytest -m soak``)."""

from __future__ import annotations

import os
import random
import signal
import statistics
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from parallel_animate.system.owner import Owner
from tests.stamp import StampAnimator, decoded, luma, stamp

FRAMES = 20_000
# During the last frames no worker is killed: a worker without a task would not count as lost.
LAST = 300
# Seconds from one look at the main process to the next, and looks from one kill to the next.
LOOK_EVERY = 0.25
KILL_EVERY = 8
# How much the second half of the render may take more than the first.
MEMORY_ALLOWED = 1.1
DESCRIPTORS_ALLOWED = 3


class Killer(Owner):
    """Kills one worker after the other, and watches the main process, in a thread."""

    def __init__(self) -> None:
        self.kills = 0
        self.memory: list[float] = []
        self.descriptors: list[float] = []
        self.merciful = threading.Event()
        self._ours = psutil.Process()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        chosen = random.Random(1)
        while not self._done.wait(LOOK_EVERY):
            self.memory.append(self._ours.memory_info().rss)
            self.descriptors.append(self._ours.num_fds())
            if len(self.memory) % KILL_EVERY == 0 and not self.merciful.is_set():
                victim = chosen.choice(self._workers())
                os.kill(victim, signal.SIGKILL)
                self.kills += 1

    def _workers(self) -> list[int]:
        """The processes that were forked, which the resource tracker was not."""
        command = self._ours.cmdline()
        return [
            child.pid
            for child in self._ours.children()
            if child.status() != psutil.STATUS_ZOMBIE and child.cmdline() == command
        ]

    def close(self) -> None:
        self._done.set()
        self._thread.join()


def halves(values: list[float]) -> tuple[float, float]:
    """The medians of the first and of the second half."""
    middle = len(values) // 2
    return statistics.median(values[:middle]), statistics.median(values[middle:])


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_a_worker_is_killed_every_two_seconds(out: Path) -> None:
    with Killer() as killer:

        def params() -> Iterator[int]:
            for i in range(FRAMES):
                if i == FRAMES - LAST:
                    killer.merciful.set()
                yield i

        report = StampAnimator().make_video(
            out, params(), 30, n_frames=FRAMES, num_workers=2, start_method="fork"
        )
    print(f"\n{report}\nmemory {halves(killer.memory)}, descriptors {halves(killer.descriptors)}")
    assert killer.kills >= 3
    assert report.lost_workers == killer.kills
    assert report.frames == FRAMES
    for i, frame in enumerate(decoded(out)):
        assert stamp(luma(frame)) == i
    assert i == FRAMES - 1
    before, after = halves(killer.memory)
    assert after < before * MEMORY_ALLOWED
    before, after = halves(killer.descriptors)
    assert after <= before + DESCRIPTORS_ALLOWED
