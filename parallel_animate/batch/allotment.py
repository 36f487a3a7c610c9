"""How many jobs run beside each other, and with how many workers each.

A process for each job costs least: it starts nothing, and hands nothing over. So as many jobs run
beside each other as there are cores, with one process each, and one job more, for each of them
waits for the disk now and then. That leaves cores without work at the end, if the last jobs are
long: so long ones get workers of their own when few are left.
"""

from __future__ import annotations

from dataclasses import dataclass

LONG = 300
"""Frames from which on a job may be worth workers of its own, which take some tenths of a second
to start."""
SPARE = 1
"""Jobs more than there are cores, where there are several. A video of 60 small frames is brought to
the disk in seven steps: of 0.31 s, it waits for 0.02 s on an SSD, and for longer elsewhere."""
FIRST_GUESS = 250_000_000
"""Bytes that a job is taken to need as long as none has ended: a process with matplotlib, and a
figure of moderate size."""


@dataclass
class Allotment:
    """What jobs may take of the machine.

    Parameters
    ----------
    cores : int
        Cores for the whole batch.
    memory : int
        Bytes for all jobs together.
    most : int
        Bytes that a job has needed for each of its processes, at most, as far as that is known.
    """

    cores: int
    memory: int
    most: int = 0

    def may_begin(self, running: int, processes: int) -> bool:
        """Return whether one more job may begin, beside so many that have so many processes.

        Examples
        --------
        >>> allotment = Allotment(cores=4, memory=1_000_000_000)
        >>> allotment.may_begin(4, 3), allotment.may_begin(5, 4)
        (True, False)
        >>> allotment.used(600_000_000, 1)
        >>> allotment.may_begin(0, 0), allotment.may_begin(1, 1)
        (True, False)
        """
        if not running:
            return True
        each = self.most or FIRST_GUESS
        most = self.cores + (SPARE if self.cores > 1 else 0)
        return running < most and (processes + 1) * each <= self.memory

    @staticmethod
    def is_long(frames: int | None) -> bool:
        """Return whether a job with so many frames may be worth workers of its own."""
        return frames is None or frames >= LONG

    def workers(self, frames: int | None, unfinished: float, processes: int) -> int:
        """Return how many processes shall draw a job that begins.

        Parameters
        ----------
        frames : int or None
            Its frames, if their number is known.
        unfinished : float
            Jobs that have not ended, this one included; one that is shorter counts as the part of
            this one that it is as long as.
        processes : int
            Processes of the others that run.

        Examples
        --------
        >>> allotment = Allotment(cores=4, memory=10**11)
        >>> allotment.workers(60, 1, 0), allotment.workers(5000, 200, 3)
        (1, 1)
        >>> allotment.workers(5000, 3, 2), allotment.workers(5000, 1.02, 2)
        (2, 4)
        """
        if not self.is_long(frames):
            return 1
        # Twice as many as there are cores: a job that ends sooner than the others leaves its core
        # to them.
        wanted = min(self.cores, max(1, int(2 * self.cores / unfinished)))
        room = self.memory // (self.most or FIRST_GUESS) - processes
        return max(1, min(wanted, room))

    def used(self, memory: int, processes: int) -> None:
        """Note what a job has needed."""
        self.most = max(self.most, memory // max(1, processes))
