"""Which way is fastest for a figure: to redraw what has changed, or to draw it all.

All ways give the same pixels, so that nothing but time depends on the choice. It is made by
measuring the processor's time of this thread, which other programs on the machine hardly change.
The ways that are not taken are *tried* now and then, for a few frames: the nearer two of them are,
the more frames. To be chosen, a way has to be faster by more than the measured times scatter. So
a scene in which two ways take as long stays as it is; and the trials get ever rarer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from math import sqrt
from statistics import median
from typing import Literal

# How a picture is drawn: what has changed; all, with help; or all, by matplotlib as it is.
PictureWay = Literal["redrawn", "helped", "plain"]
# The first frames of a trial do not count: they pay for what other ways have not kept up to date.
# After a full draw all is drawn, and then the background is made anew.
UNCOUNTED: dict[PictureWay, int] = {"redrawn": 3, "helped": 1, "plain": 1}
# A trial lasts for so many more frames, and longer as long as nobody can tell which way is faster.
SHORT, LONG = 2, 8
# Times that differ by more than this factor need no more than a short trial.
CLEARLY = 1.3
# The way that was taken before is tried again much later only if it took so many times as long: to
# redraw takes longer in the first frames than later.
FAR = 2.0
# A way is chosen that takes less than this share of the time, if that can be told.
WORTH = 0.98
# It can be told if the difference of the medians is so many times their standard error.
SURE = 2.0
# A way is tried first after so many frames, and then each time after so many times as many; one
# that has clearly lost, after more. The first trial comes soon, for a render that finds that its
# first frames take longer than matplotlib's own draws them in full for a while. But in the very
# first frame everything is new, which tells nothing.
FIRST, LATER, MUCH_LATER = 3, 4, 16
# As long as less than this share of all artists is drawn anew, to redraw is faster in any case.
MANY = 0.4
RECENT = 9  # frames by whose median a way is judged


class Choice:
    """Chooses between the ways of drawing.

    Attributes
    ----------
    way : str
        How the next frame is to be drawn.

    Examples
    --------
    >>> seconds = {"redrawn": 2.0, "helped": 1.0, "plain": 2.5}
    >>> choice = Choice()
    >>> for frame in range(50):
    ...     choice.note(seconds[choice.way], changed=1.0)
    >>> choice.way
    'helped'
    """

    def __init__(self) -> None:
        self.way: PictureWay = "redrawn"
        self._usual: PictureWay = "redrawn"  # the one that is taken if none is tried
        self._frames = 0
        self._seconds: deque[float] = deque(maxlen=RECENT)  # of recent frames, the usual way
        self._trial: list[float] = []  # the frames of the trial that is going on
        self._due: dict[PictureWay, int] = {"redrawn": FIRST, "helped": FIRST, "plain": FIRST}
        self._compared: float | None = None  # what matplotlib took when it was compared with

    @property
    def trying(self) -> bool:
        """Whether the next frame is drawn to try a way."""
        return self.way != self._usual

    def expect(self, way: PictureWay) -> None:
        """Take a way from now on, before anything was measured."""
        self.way = self._usual = way
        self._seconds.clear()

    def note(self, seconds: float, changed: float) -> None:
        """Take note of a frame.

        Parameters
        ----------
        seconds : float
            What it took to draw it in the way that was chosen.
        changed : float
            Which share of the artists was drawn anew, if it was redrawn.
        """
        self._frames += 1
        if self.trying:
            self._trial.append(seconds)
            self._judge()
        elif self._frames > 1:
            self._seconds.append(seconds)
        if not self.trying and (self._usual != "redrawn" or changed >= MANY):
            self._begin()

    def note_compared(self, seconds: float) -> None:
        """Take note of what matplotlib took to draw all of a frame that was compared with."""
        self._compared = seconds

    def _begin(self) -> None:
        """Try another way, if one is due."""
        compared, plain = self._compared, self._due["plain"] <= self._frames
        if plain and compared is not None and compared >= CLEARLY * median(self._seconds):
            # One draw that takes so much longer tells as much as a trial.
            self._due["plain"] = MUCH_LATER * self._frames
            self._compared = None
        for way, due in self._due.items():
            if way != self._usual and due <= self._frames:
                self.way, self._trial = way, []
                return

    def _judge(self) -> None:
        """End the trial, if it has told which way is faster, or cannot."""
        tried = self._trial[UNCOUNTED[self.way] :]
        if len(tried) < SHORT:
            return
        before, now = median(self._seconds), median(tried)
        clear = max(before, now) >= CLEARLY * min(before, now)
        if not clear and len(tried) < LONG:
            return
        won = now < WORTH * before
        if won and not clear:
            won = before - now > SURE * (_error(self._seconds) ** 2 + _error(tried) ** 2) ** 0.5
        lost_clearly = clear and not won
        self._due[self.way] = (MUCH_LATER if lost_clearly else LATER) * self._frames
        if won:
            far = before >= FAR * now
            self._due[self._usual] = (MUCH_LATER if far else LATER) * self._frames
            self._usual = self.way
            self._seconds.clear()
            self._seconds.extend(tried)
        self.way = self._usual


def _error(seconds: Iterable[float]) -> float:
    """Return the standard error of the median of some times, by their deviations from it."""
    values = list(seconds)
    middle = median(values)
    # 1.48 times the median deviation is the standard deviation of normal errors, of which a median
    # has an error that is larger than the mean's by the square root of pi / 2.
    spread = 1.48 * median(abs(value - middle) for value in values)
    return 1.25 * spread / sqrt(len(values))
