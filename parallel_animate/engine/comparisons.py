"""How each frame of a render is drawn: redrawn, redrawn and compared, or in full.

To redraw only what has changed is fast, and exact as far as anybody knows; so some frames are
compared with full draws. These cost as much as dozens of redrawn frames. If each worker compared
frames of its own, a render on many cores would do little else. So this is decided in one place for
the whole render, by what the workers report:

- The first redrawn frame of each worker is compared, for that worker's figure is not any other's.
  So is the last frame of the render, if it is known how many there are.
- Beyond that, a *budget* of the time that redrawing takes goes into comparisons. Redrawn frames pay
  into it; when it holds a full draw, the next frame that is given out is compared, and paying in
  begins anew. So the comparisons lie evenly over the render. The worker whose last one is longest
  ago has its turn.
- A surface chooses the fastest of its ways by itself. Only where it has found none that is faster
  than matplotlib's own full draw, or cannot choose, for the figure is laid out, it is decided here
  whether redrawing pays. Where it does not, all workers *rest*: they draw in full. Before that a
  comparison has to show it, on credit if need be; and each of them makes one more, which vouches
  for what it has redrawn since its last one. After a rest one worker tries whether redrawing pays
  by now, and what it redraws first is compared, beside the budget. The others go on in full
  meanwhile. If it pays, all redraw again.
- After the first difference all workers draw in full for good.

Only a report counts, never a clock; nothing here waits for anybody, and nothing knows of processes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from statistics import median

from parallel_animate.canvas import DrawCounts, RedrawMode, Way

# The part of the time of redrawing that goes into comparisons, beside the first of each worker. In
# most scenes a full draw takes 3 to 10 redrawn frames' time: one in 100 to 300 frames is compared.
BUDGET = 0.03
# When the budget holds this many full draws, a comparison waits no longer for the worker whose turn
# it is: it may be busy with a slow frame.
PATIENCE = 1.5
# What a full draw takes is the median of so many: enough to leave out what the machine did besides,
# few enough to follow an animation that grows.
RECENT = 9

# Redrawing has to take less than this share of a full draw's time, or it is not worth it.
WORTH = 0.95
# After the very first frames the limit is this share. Two or three times say little, for the
# machine may be slow at that moment only, and whoever rests then does so for a while.
WORTH_AT_FIRST = 1.1
# After so many redrawn frames, or so many after the end of a rest, it is first asked whether
# redrawing pays; later after twice as many each time, and at each comparison. A worker's first
# frame does not count, nor one that follows a full draw, for backgrounds are made with it.
TRIAL = 2
# A rest that is decided on when n frames of the render were drawn ends when 16 n are. An animation
# may change less later, but most do not, and each trial costs two comparisons.
REST = 16


@dataclass
class _Drawer:
    """What is known of a worker.

    Parameters
    ----------
    compared : bool
        Whether its first redrawn frame was given to it, and so is compared.
    unable : bool
        Whether its last frame was drawn in full although it was to be redrawn.
    warm : bool
        Whether its last frame was redrawn, so that the next shows what a redrawn frame takes.
    pending : int
        Comparisons that were given to it and are not reported.
    doubtful : bool
        Whether frames were given to it to be redrawn since it was last given one to compare.
    """

    compared: bool = False
    unable: bool = False
    warm: bool = False
    pending: int = 0
    doubtful: bool = False


class Comparisons:
    """Decides how each frame of a render is drawn, whoever draws it.

    Of each worker the frames have to be reported in the order in which they were given to it.

    Parameters
    ----------
    redraw : {"auto", "full", "verify"}
        "full" draws all frames in full, "verify" compares all of them.
    anew : bool
        Whether the figure is made anew for each frame. All has changed in it then, so that "auto"
        draws it in full.

    Examples
    --------
    >>> comparisons = Comparisons("auto", anew=False)
    >>> for frame in range(100):
    ...     way = comparisons.way("a worker")
    ...     full = int(way == "compare")
    ...     counts = DrawCounts(1, 1.0, full, full * 2.0)  # a full draw takes twice as long
    ...     comparisons.drawn("a worker", way, counts)
    ...     if full:
    ...         print("frame", frame, "is compared")
    frame 0 is compared
    frame 68 is compared
    """

    def __init__(self, redraw: RedrawMode, anew: bool) -> None:
        self._always: Way | None = None
        if redraw == "full" or (anew and redraw == "auto"):
            self._always = "full"
        elif redraw == "verify":
            self._always = "compare"
        # Those compared longest ago come first.
        self._drawers: dict[Hashable, _Drawer] = {}
        self._frames = 0  # that were drawn
        self._fulls: deque[float] = deque(maxlen=RECENT)
        # The budget: seconds of redrawing since the last comparison; less than nothing after one
        # that came too early.
        self._paid = 0.0
        self._charged = 0.0  # for the comparison that is under way
        self._comparing: Hashable | None = None  # the one who draws it
        # Whether redrawing pays.
        self._redraws: list[float] = []  # seconds, since that was last decided
        self._counted = 0  # redrawn frames, since the last rest
        self._ask_at = TRIAL  # so many of these
        self._limit = WORTH_AT_FIRST
        self._doubtful = False  # whether a comparison has to show it
        self._rest_until = 0  # frames drawn; 0 while frames are redrawn
        self._trying: Hashable | None = None  # who redraws at the end of a rest
        self._demanded: set[Hashable] = set()  # whose next frame is to be compared in any case

    def way(self, who: Hashable, *, last: bool = False) -> Way:
        """Return how the frame that `who` is given next is to be drawn.

        Parameters
        ----------
        who : hashable
            The worker.
        last : bool
            Whether it is the last frame of the render.
        """
        if self._always is not None:
            return self._always
        drawer = self._drawers.setdefault(who, _Drawer())
        rests = self._rests(who, drawer)
        if drawer.unable:
            # It notices by itself if it can redraw again.
            return "full" if rests else "redraw"
        wanted = last or not drawer.compared or who in self._demanded
        # Nobody stops redrawing before what it has redrawn is compared.
        if (rests and not drawer.doubtful) or not (wanted or rests or self._due(who, drawer)):
            drawer.doubtful = not rests
            return "full" if rests else "redraw"
        self._demanded.discard(who)
        drawer.doubtful = False
        drawer.compared = True
        drawer.pending += 1
        return "compare"

    def demand(self, workers: Iterable[Hashable]) -> set[Hashable]:
        """Have the next frame of each of these compared; return those who redraw frames at all."""
        if self._always is not None or self._rest_until:
            return set()
        able = {who for who in workers if who in self._drawers and not self._drawers[who].unable}
        self._demanded |= able
        return able

    def drawn(self, who: Hashable, way: Way, counts: DrawCounts) -> None:
        """Take note of a frame.

        Parameters
        ----------
        who : hashable
            Who has drawn it.
        way : {"redraw", "compare", "full"}
            How it was to be drawn.
        counts : DrawCounts
            How it was drawn, and the seconds that took.
        """
        self._frames += 1
        if counts.mismatches:
            self.differed()
        if self._always is not None:
            return
        drawer = self._drawers.get(who)
        if drawer is None:
            return
        if counts.full:
            self._fulls.append(counts.full_seconds / counts.full)
        if way == "compare":
            drawer.pending -= 1
            if who == self._comparing:
                self._comparing = None
        warm, drawer.warm = drawer.warm, counts.redrawn > 0
        if counts.redrawn:
            drawer.unable = False
            if warm and (not self._rest_until or who == self._trying):
                self._count(counts)
        elif way != "full":
            drawer.unable, drawer.compared = True, False
            if who == self._trying:
                self._trying = None

    def differed(self) -> None:
        """Have all frames drawn in full from here on: a redrawn one differed from its full draw."""
        self._always = "full"

    def left(self, who: Hashable) -> None:
        """Take note that a worker is gone, and with it the comparison that it was to make."""
        self._drawers.pop(who, None)
        self._demanded.discard(who)
        if who == self._comparing:
            self._comparing = None
            self._paid += self._charged
        if who == self._trying:
            self._trying = None

    def _rests(self, who: Hashable, drawer: _Drawer) -> bool:
        """Return whether `who` draws in full because redrawing does not pay."""
        if not self._rest_until:
            return False
        if self._trying is None and self._frames >= self._rest_until and not drawer.unable:
            # What it redraws first is compared, as a new worker's first frame is.
            self._trying, drawer.compared = who, False
        return who != self._trying

    def _due(self, who: Hashable, drawer: _Drawer) -> bool:
        """Return whether the next frame is compared on account of the budget, and charge that."""
        if self._comparing is not None or drawer.pending or not drawer.warm or not self._fulls:
            return False
        interval = median(self._fulls) / BUDGET
        if not self._doubtful:
            if not self._paid or self._paid < interval:
                return False
            turn = next(each for each, other in self._drawers.items() if other.warm)
            if who != turn and self._paid < PATIENCE * interval:
                return False
        self._comparing, self._charged = who, interval
        # What is left over lapses, or several comparisons would follow one another.
        self._paid = min(0.0, self._paid - interval)
        self._drawers[who] = self._drawers.pop(who)
        return True

    def _count(self, counts: DrawCounts) -> None:
        """Take note of the seconds of a redrawn frame, and decide whether redrawing pays."""
        seconds = counts.redrawn_seconds
        self._paid += seconds
        self._counted += 1
        if counts.chosen:
            # Who drew it has measured that matplotlib's own full draw takes longer. The
            # full draw of a comparison would not show it: what it needs, such as new ticks, is made
            # by then.
            if self._counted >= TRIAL:
                self._decide(pays=True)
            return
        self._redraws.append(seconds)
        if counts.full and self._counted >= TRIAL:
            # Drawn both ways at the same moment. The other frames may have been slow by chance.
            usual, full = median(self._redraws), counts.full_seconds / counts.full
            self._decide(pays=min(usual, seconds) <= self._limit * full)
        elif self._counted >= self._ask_at and not self._doubtful:
            # The last full draws may be of smaller pictures, where something grows.
            self._doubtful = median(self._redraws) > self._limit * median(self._fulls)
            if not self._doubtful:
                self._decide(pays=True)

    def _decide(self, pays: bool) -> None:
        """Go on redrawing, or rest."""
        if not pays:
            self._rest_until = REST * self._frames
            self._counted = 0
        elif self._trying is not None:
            self._rest_until = 0
        self._trying = None
        self._redraws = []
        self._ask_at = max(TRIAL, 2 * self._counted)
        self._limit = WORTH
        self._doubtful = False
