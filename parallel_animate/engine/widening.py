"""How many encoders work at once, each on a segment of its own.

One is enough as long as the workers are the wall: the encoder waits for frames then. Where it is
the wall instead, frames wait for it and workers have nothing to do. Then as many encoders shall
work as keep all workers busy, or all cores, whichever is less. What they do to the cores follows
from what has been seen: how many workers draw for one encoder, and how many cores it takes itself.

Drawing may take longer later in the video. Then encoders wait for frames. If at least half
of them do, half of these close again, each at the end of its segment.

The file is the same with any number of them.
"""

from __future__ import annotations

from math import ceil
from time import monotonic, process_time

# Frames that are encoded before it is decided, each time: a fraction of a second where the encoder
# is the wall at several hundred frames a second, and more than one slow frame could spoil.
PROOF = 50
# Of these, so many have to have been waited for by nobody: the encoder has always had the next one.
SHARE = 0.9
# Looks at all encoders before some are closed. They come once for each frame of an encoder, and so
# it is several seconds, and longer than it takes until all have frames after one was opened.
CALM = 4 * PROOF
# If at least this share of the encoders wait on average, half of those that do are closed. Where
# fewer wait, that may be chance, and one that was closed would soon be missed.
IDLE = 0.5
# Cores that are left to what the main process does besides encoding, and to the system.
LEFT = 1
# Cores that an encoder takes, as long as that was not measured: x264's for large frames of plots.
USUAL = 2.0
# Frames that an encoder keeps copies of, and its own pictures besides, in the size of a frame.
PICTURES = 48
# Of the memory that is free at the start, encoders take at most this share.
MEMORY_SHARE = 0.125
# And no more bytes than these, however many are free. With four of them at 3840x2160, a render in
# sixteen workers stays below 6 GB; more are seldom needed there.
MOST_MEMORY = 2_500_000_000

# Seconds over which it is measured what an encoder takes.
INTERVAL = 0.1

FORCED: int | None = None
"""So many encoders, whatever is measured; for tests."""


class Widening:
    """Decides how many encoders there shall be.

    Parameters
    ----------
    most : int
        More are not allowed.
    cores : int
        Those of the machine that may be kept busy.
    forced : int or None
        So many from the beginning.

    Attributes
    ----------
    encoder : float
        Cores that one encoder takes.
    most : int
        There are never more.

    Examples
    --------
    Frames wait, and two of sixteen workers are enough to draw them:

    >>> widening = Widening(most=16, cores=16)
    >>> widening.encoder = 2.0
    >>> [widening.encoded(1, hungry=0, busy=2, workers=16) for _ in range(50)][-2:]
    [1, 3]
    """

    def __init__(self, most: int = 1, cores: int = 1, forced: int | None = None) -> None:
        self.encoder = USUAL
        self.most = most if forced else min(most, max(1, cores - LEFT))
        self._cores = cores
        self._forced = forced
        self._begin()
        self._look_anew()

    def _begin(self) -> None:
        self._seen = self._stocked = self._busy = 0

    def _look_anew(self) -> None:
        self._looks = self._hungry = 0

    @property
    def at_first(self) -> int:
        """How many there shall be at the beginning."""
        return min(self._forced or 1, self.most)

    def undecided(self, lanes: int) -> bool:
        """Whether there may be more than so many."""
        return self._forced is None and lanes < self.most

    def watches(self, lanes: int) -> bool:
        """Whether there may be more than so many, or fewer."""
        return self.undecided(lanes) or (self._forced is None and lanes > 1)

    def encoded(self, lanes: int, *, hungry: int, busy: int, workers: int) -> int:
        """Note that a frame was encoded; return how many encoders there shall be.

        Parameters
        ----------
        lanes : int
            How many there are.
        hungry : int
            How many of them have to wait for their next frame.
        busy, workers : int
            How many workers have something to do, of all.
        """
        self._looks += 1
        self._hungry += hungry
        if self._looks == CALM:
            waiting = self._hungry / CALM
            useless = ceil(waiting / 2) if lanes > 1 and waiting >= IDLE * lanes else 0
            self._look_anew()
            if useless:
                self._begin()
                return max(1, lanes - useless)
        self._seen += 1
        self._stocked += not hungry and busy < workers
        self._busy += busy
        if self._seen < PROOF:
            return lanes
        walled = self._stocked >= SHARE * self._seen
        for_one = max(self._busy / self._seen, 0.1) / lanes
        self._begin()
        if not walled:
            return lanes
        by_cores = (self._cores - LEFT) / (for_one + self.encoder)
        wanted = max(lanes, min(self.most, int(min(workers / for_one, by_cores))))
        if wanted > lanes:
            self._look_anew()
        return wanted


class Load:
    """Measures how many cores the encoders take: their threads belong to this process."""

    def __init__(self) -> None:
        self._since, self._before = monotonic(), process_time()

    def encoded(self, widening: Widening, lanes: int) -> None:
        """Tell, now that a frame is encoded, what one of so many encoders takes."""
        if not widening.undecided(lanes) or (now := monotonic()) - self._since < INTERVAL:
            return
        taken = process_time()
        widening.encoder = (taken - self._before) / (now - self._since) / lanes
        self._since, self._before = now, taken


def most_encoders(nbytes: int, memory: int, workers: int, slots: int) -> int:
    """Return how many encoders there can be.

    Parameters
    ----------
    nbytes : int
        Bytes of a frame.
    memory : int
        Bytes that are free.
    workers : int
        Processes that draw: each encoder needs one at least.
    slots : int
        Slots at the beginning. Each worker needs one, and so does each encoder.

    Examples
    --------
    Of 3840x2160 in 16 GB, and of a small ring:

    >>> most_encoders(12_441_600, 16 << 30, workers=16, slots=34)
    3
    >>> most_encoders(115_200, 16 << 30, workers=4, slots=6)
    2
    """
    by_memory = min(int(memory * MEMORY_SHARE), MOST_MEMORY) // (nbytes * PICTURES)
    return max(1, min(by_memory, workers, slots - workers))
