"""What the parts of a render were busy with, over its time, in a fixed amount of memory."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass

# As many bins as a plot has room for; an even number, so that two can be merged into one.
BINS = 240
# The length of the bins at first, in seconds.
FINEST = 1 / 256


@dataclass(frozen=True)
class Timeline:
    """How busy each part was, in equal bins of time.

    Parameters
    ----------
    bin_seconds : float
        The length of a bin.
    busy : dict of list of float
        For each part ("worker 0", ..., "encoder"), the share of each bin that it was busy for,
        0 to 1.
    slots : list of float
        Slots of the ring that were in use, on average over each bin.
    """

    bin_seconds: float
    busy: dict[str, list[float]]
    slots: list[float]


class Clock:
    """Adds up, bin by bin, how long parts were busy.

    Bins are short at first. When the last one is full, every two are merged into one, which makes
    room for as much time again.

    Examples
    --------
    >>> clock = Clock()
    >>> clock.busy("encoder", 0.0, 3.0)
    >>> clock.occupied(2, 0.0, 3.0)
    >>> timeline = clock.timeline(4.0)
    >>> round(sum(timeline.busy["encoder"]) * timeline.bin_seconds, 6)
    3.0
    >>> timeline.slots[0], timeline.slots[-1]
    (2.0, 0.0)
    """

    def __init__(self) -> None:
        self._width = FINEST
        # Lists: a bin is changed for each frame, which takes an array three times as long.
        self._busy: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * BINS)
        self._slots = [0.0] * BINS
        self._lock = threading.Lock()  # the encoder's thread tells of itself, others of workers

    def busy(self, who: str, start: float, end: float) -> None:
        """Note that a part was busy from `start` to `end`, in seconds since the beginning."""
        with self._lock:
            self._fit(end)
            self._spread(self._busy[who], start, end, 1.0)

    def occupied(self, slots: int, start: float, end: float) -> None:
        """Note that so many slots were in use from `start` to `end`."""
        with self._lock:
            self._fit(end)
            self._spread(self._slots, start, end, slots)

    def timeline(self, seconds: float) -> Timeline:
        """Return what was noted from the beginning on, for so many seconds."""
        bins = min(BINS, max(1, -int(-seconds // self._width)))
        return Timeline(
            self._width,
            {
                who: [min(busy / self._width, 1.0) for busy in times[:bins]]
                for who, times in sorted(self._busy.items())
            },
            [slots / self._width for slots in self._slots[:bins]],
        )

    def _fit(self, end: float) -> None:
        """Make bins longer until `end` lies in one of them."""
        while end > BINS * self._width:
            self._width *= 2
            for times in (*self._busy.values(), self._slots):
                merged = [times[at] + times[at + 1] for at in range(0, BINS, 2)]
                times[:] = merged + [0.0] * (BINS // 2)

    def _spread(self, times: list[float], start: float, end: float, weight: float) -> None:
        """Add to each bin the part of a span of time that lies in it, times `weight`."""
        first, last = int(max(start, 0.0) / self._width), int(end / self._width)
        for number in range(first, min(last, BINS - 1) + 1):
            overlap = min(end, (number + 1) * self._width) - max(start, number * self._width)
            times[number] += weight * max(overlap, 0.0)
