"""Whether frames depend on the frames before them.

An ``update()`` that appends to a list on ``self`` makes a wrong video when several workers draw,
each only some of the frames, and nothing raises. So one worker, the witness, draws a few frames of
other workers too, when the two have drawn different frames before. If such a frame comes out
differently, the user is told.

Each worker still gets its frames in the order in which they are given out. Since it might have been
given the same ones by chance, the frames that the witness draws besides disturb no animation that
several workers can draw at all.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

from parallel_animate.engine.commands import WorkerId

# A frame is compared when so many frames were drawn by only one of the two, and the next one when
# so many were. The first ones find a state at once, also in a short video. The later ones find
# what shows only after a while, and sums in which a single missing frame makes no difference. (The
# first frame counts here, though every worker begins with it.) Each costs one more drawing.
DIFFERENCES = (2, 3, 5, 16, 64)
# So many of them come later: other workers need not be given frames just for their sake.
LATER = 2
# After these it goes on: a frame is compared each time that so much more was drawn, and so is the
# last one of all. What has changed for good is found so, whenever that was.
GROWTH = 1.25


class HistoryCheck:
    """Chooses the frames that are drawn twice, compares their digests, and says what is wrong.

    It tells nobody: what it says, once, is returned by :meth:`drawn` or by :meth:`conclude`.

    Parameters
    ----------
    differences : sequence of int
        By how many frames the histories of two workers have to differ for each of the first
        comparisons; empty for no comparison at all.
    at_once : bool
        Whether to say what is wrong at the first difference, and not only when the early frames
        that are drawn twice are all compared.

    Attributes
    ----------
    differing : list of int
        Frames that came out differently.
    """

    def __init__(self, differences: Sequence[int] = DIFFERENCES, *, at_once: bool = False) -> None:
        self.differing: list[int] = []
        self._left = list(differences)
        self._witness: WorkerId | None = None
        self._given: Counter[WorkerId] = Counter()  # frames that each worker was given
        # How many of them the witness was given too
        self._shared: Counter[WorkerId] = Counter()
        self._expected: set[int] = set()  # the frames that are being drawn twice
        self._digests: dict[int, int | None] = {}  # of those that have been drawn once
        self._at_once = at_once
        self._told = False

    @property
    def wanting(self) -> bool:
        """Whether more than one worker has to draw, so that frames can be compared soon."""
        return len(self._left) > LATER

    @property
    def pending(self) -> bool:
        """Whether frames are still being drawn twice."""
        return bool(self._expected)

    def witness(
        self,
        frame_idx: int,
        worker: WorkerId,
        *,
        last: bool = False,
        may: Callable[[WorkerId, int], bool] = lambda worker, frame: True,
    ) -> WorkerId | None:
        """Return who shall draw a frame besides the worker that is given it, if anybody.

        `last` says that it is the last one of all, and `may` who may be given it.
        """
        if not self._left:
            return None
        if self._witness is None:
            self._witness = worker
        witness = self._witness
        # Who is compared with the witness; who draws the last frame besides, if it is given that.
        apart = worker if worker != witness else self._another(witness) if last else None
        self._given[worker] += 1
        if apart is None:
            return None
        differing = self._given[apart] + self._given[witness] - 2 * self._shared[apart] - 1
        besides = witness if worker != witness else apart
        if differing < (1 if last else self._left[0]) or not may(besides, frame_idx):
            return None
        wanted = self._left.pop(0)
        if not self._left:
            self._left.append(math.ceil(GROWTH * wanted) + LATER)
        self._given[besides] += 1
        self._shared[apart] += 1
        self._expected.add(frame_idx)
        return besides

    def _another(self, witness: WorkerId) -> WorkerId | None:
        return next((worker for worker in self._given if worker != witness), None)

    def drawn(self, frame_idx: int, digest: int | None) -> str | None:
        """Note the digest of a drawing, None if it failed; return what is to be told now."""
        if frame_idx not in self._expected:
            return None
        if frame_idx not in self._digests:
            self._digests[frame_idx] = digest
            return None
        self._expected.remove(frame_idx)
        if self._digests.pop(frame_idx) != digest:
            self.differing.append(frame_idx)
        if self._at_once or not (self.wanting or self._expected):
            return self.conclude()
        return None

    def stop(self) -> None:
        """Compare no more: after a death, frames may go to workers that have drawn later ones."""
        self._left.clear()
        self._expected.clear()

    def withdraw(self) -> None:
        """Compare no more, and say nothing of what differed: it is redrawing that was wrong."""
        self.stop()
        self.differing.clear()

    def conclude(self) -> str | None:
        """Return what is to be told of frames that came out differently; None if all was told."""
        if not self.differing or self._told:
            return None
        self._told = True
        return self.message

    @property
    def message(self) -> str:
        """What is to be told, by all that has differed so far."""
        listed = ", ".join(map(str, sorted(self.differing)))
        return (
            f"frame(s) {listed} come out differently when other frames were drawn before: "
            "update() keeps something from earlier frames, or something is drawn by chance (random "
            "numbers without a seed, in setup() too). Each worker draws only some of the frames, "
            "so the result will be wrong. Use num_workers=1, or move the state into the params; "
            "check_history=False does without this check"
        )
