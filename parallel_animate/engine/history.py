"""Whether frames depend on the frames before them.

An ``update()`` that appends to a list on ``self`` makes a wrong video when several workers draw,
each only some of the frames, and nothing raises. So one worker, the witness, also draws the first
few frames that are given to others: it has drawn all frames before them, and the others have
not. If a frame comes out differently, the user is warned.

The witness too draws its frames in the order in which they are given out, and might have been given
just these by chance. So an animation that several workers can draw at all is not disturbed when
the witness draws some frames more.
"""

from __future__ import annotations

from parallel_animate.engine.process import Worker
from parallel_animate.system import warn_user

# So many frames are compared. Each costs one more drawing.
HISTORY_FRAMES = 5


class HistoryCheck:
    """Chooses the frames that are drawn twice, compares their digests, and warns.

    Parameters
    ----------
    frames : int
        How many to compare; 0 for none.
    """

    def __init__(self, frames: int = HISTORY_FRAMES) -> None:
        self._left = frames
        self._witness: Worker | None = None
        self._expected: set[int] = set()  # the frames that are being drawn twice
        self._digests: dict[int, int | None] = {}  # of those that have been drawn once
        self._differing: list[int] = []

    @property
    def wanting(self) -> bool:
        """Whether frames are still to be compared, for which more than one worker has to draw."""
        return self._left > 0

    @property
    def pending(self) -> bool:
        """Whether frames are still being drawn twice."""
        return bool(self._expected)

    def witness(self, frame_idx: int, worker: Worker) -> Worker | None:
        """Return who shall draw a frame besides the worker that is given it, if anybody."""
        if not self._left:
            return None
        self._witness = self._witness or worker
        if self._witness is worker:
            return None
        self._left -= 1
        self._expected.add(frame_idx)
        return self._witness

    def drawn(self, frame_idx: int, digest: int | None) -> None:
        """Note the digest of a drawing; None if it failed."""
        if frame_idx not in self._expected:
            return
        if frame_idx not in self._digests:
            self._digests[frame_idx] = digest
            return
        self._expected.remove(frame_idx)
        if self._digests.pop(frame_idx) != digest:
            self._differing.append(frame_idx)
        if not self._left and not self._expected:
            self.conclude()

    def stop(self) -> None:
        """Compare no more: after a death, frames may go to workers that have drawn later ones."""
        self._left = 0
        self._expected.clear()

    def conclude(self) -> None:
        """Warn of the frames that came out differently, if there are any."""
        if not self._differing:
            return
        listed = ", ".join(map(str, sorted(self._differing)))
        self._differing.clear()
        warn_user(
            f"frame(s) {listed} come out differently when other frames were drawn before: "
            "update() keeps something from earlier frames (or draws by chance). Each worker draws "
            "only some of the frames, so the video will be wrong. Use num_workers=1, or move the "
            "state into the params; check_history=False does without this check"
        )
