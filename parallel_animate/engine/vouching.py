"""Which frames are vouched for, now that one has come out differently when it was redrawn.

A comparison with a full draw vouches for what its worker has redrawn before. So when a frame
differs, all frames that were redrawn since the last good comparison of their worker may be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from parallel_animate.engine.observer import Observer
from parallel_animate.errors import RedrawError
from parallel_animate.system import warn_user
from parallel_animate.text import ranges


class Vouching:
    """Keeps which frames may be wrong, and how far the video has to be withdrawn.

    Parameters
    ----------
    repeatable : bool
        Whether the params of delivered frames can be had again.
    final : bool
        Whether a delivered frame cannot be taken back, whatever its params.

    Attributes
    ----------
    different : bool
        Whether any redrawn frame has differed from its full draw.
    withdrawn : int or None
        The frame from which on the video is withdrawn, until rendering has gone back to it.
    unvouched : set of int
        Frames in the video that may be wrong, for they cannot be drawn again.
    error : RedrawError or None
        That delivered frames may be wrong, where these are final; None once it was raised.

    Examples
    --------
    >>> vouching = Vouching(repeatable=False)
    >>> for frame in range(6):
    ...     vouching.redrawn("worker", frame)
    ...     if frame == 2:
    ...         _ = vouching.compared("worker")
    >>> vouching.differed(lambda frame: frame < 5)
    {5}
    >>> vouching.unvouched
    {3, 4}
    """

    def __init__(self, *, repeatable: bool, final: bool = False) -> None:
        self.different = False
        self.withdrawn: int | None = None
        self.unvouched: set[int] = set()
        self.error: RedrawError | None = None
        self.final = final
        self._repeatable = repeatable
        self._redrawn: dict[Hashable, set[int]] = {}  # since the last good comparison

    def redrawn(self, who: Hashable, frame: int) -> None:
        """Note that a frame was redrawn, and not compared."""
        self._redrawn.setdefault(who, set()).add(frame)

    def doubt(self, frames: Iterable[int]) -> None:
        """Note frames of an earlier render that nothing vouches for."""
        self._redrawn[None] = set(frames)

    @property
    def first_doubtful(self) -> int | None:
        """The first frame that nothing vouches for yet; None if there is none."""
        return min((min(frames) for frames in self._redrawn.values() if frames), default=None)

    def compared(self, who: Hashable) -> set[int]:
        """Note a good comparison; return the frames that it vouches for."""
        return self._redrawn.pop(who, set())

    def differed(self, is_delivered: Callable[[int], bool]) -> set[int]:
        """Note that a frame has differed; return those to be drawn again of the others."""
        self.different = True
        suspects = set[int]().union(*self._redrawn.values())
        self._redrawn.clear()
        delivered = set(filter(is_delivered, suspects))
        if delivered and self._repeatable and not self.final:
            self.withdrawn = min(delivered)
        else:
            self.unvouched |= delivered
        return suspects - delivered

    def gone_back(self) -> None:
        """Note that rendering goes on from a frame that is not later than `withdrawn`."""
        self.withdrawn = None

    def raise_error(self) -> None:
        """Raise the error, if there is one."""
        error, self.error = self.error, None
        if error is not None:
            raise error

    def tell(self, mismatch: RedrawError, observer: Observer) -> None:
        """Warn of the first redrawn frame of the render that has differed from its full draw.

        If final frames may be wrong, it is an `error`, which the engine has to raise.
        """
        if self.unvouched and self.final:
            self.error = RedrawError(
                f"{mismatch}. Frames that were redrawn before it, and that the loop has had, may "
                f"be wrong too: {ranges(self.unvouched)}. Begin anew with redraw='full', which "
                "draws everything",
                *(mismatch.box, mismatch.artists, mismatch.frame_idx, mismatch.params),
            )
            self.error.frames = tuple(sorted(self.unvouched))
            return
        message = (
            f"{mismatch}. All of each frame is drawn from here on, which is slower; redraw='full' "
            "does so from the start"
        )
        if self.unvouched:
            message += (
                f". Frames of the video that were redrawn before may be wrong too: "
                f"{ranges(self.unvouched)}. They cannot be drawn again, for their params are gone; "
                "those of a list or an array could be had again"
            )
            observer.unvouched(sorted(self.unvouched))
        warn_user(message)
