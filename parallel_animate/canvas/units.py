"""An artist that is drawn as a whole, and what it drew last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axis import Axis
from matplotlib.spines import Spine
from matplotlib.text import Text

from parallel_animate.canvas.changes import Fingerprint, Watch, family, volatile
from parallel_animate.canvas.masks import Mask
from parallel_animate.canvas.recording import DisplayList, RecordingRenderer

CLOSE_LOOK = 8  # frames


class Unit:
    """An artist with its display list.

    Parameters
    ----------
    artist : Artist
        Who draws.
    draw : callable
        Its own draw, given a renderer.

    Attributes
    ----------
    display_list : DisplayList
        What it drew last.
    version : int
        Counts its drawings.
    drawn_at : int
        The frame it was last drawn for.
    volatile : bool
        Whether that holds for every frame.
    dynamic : bool
        Whether it has changed, and so is no part of the background. Set by the background.
    """

    display_list: DisplayList

    def __init__(self, artist: Artist, draw: Callable[[Any], None]) -> None:
        self.artist = artist
        self.version = 0
        self.drawn_at = -1
        self.volatile = False
        self.dynamic = False
        self.members: list[Artist] = []
        self._draw = draw
        self._stale = True
        self._doubtful = False  # whether just an axis says so, and has to be looked at
        self._placed: object = None  # the container's signature that it was drawn under
        self._fingerprint: Fingerprint | None = None
        self._streak = 0  # of frames for which it was drawn

    @property
    def stale(self) -> bool:
        """Whether it has to be drawn again."""
        return self._stale

    @stale.setter
    def stale(self, stale: bool) -> None:
        self._stale = stale
        self._doubtful = False

    def heard(self, artist: Artist) -> None:
        """Take note of a change that the artist, or a part of it, has reported.

        An axis reports limits that are set to what they were as well, as by whatever is plotted
        anew for each frame. Its ticks and its label report for themselves.
        """
        self._doubtful = isinstance(artist, Axis) and (self._doubtful or not self._stale)
        self._stale = True

    def look(self, watch: Watch) -> None:
        """Notice changes that the artist has not reported, and doubt those of an axis."""
        if self._doubtful or not self._stale:
            self.stale = (
                self.volatile
                or not watch.follows(self.artist)
                or self._fingerprint is None
                or not self._holds(self._fingerprint)
            )

    def look_anew(self) -> None:
        """Take the artist's state for the one that it was drawn in."""
        if self._fingerprint is not None and not self.stale:
            self._fingerprint = self._fingerprint_now()

    @property
    def settles_others(self) -> bool:
        """Whether others in its axes are placed after it, as titles are after ticks."""
        return isinstance(self.artist, Axis | Text | Spine)

    @property
    def place(self) -> Any:
        """Where a text lies, which its container may settle."""
        return self.artist.get_position() if isinstance(self.artist, Text) else None

    def fits(self, placed: object) -> bool:
        """Return whether the display list holds in a container of this signature."""
        return not self.stale and self._placed == placed

    def record(self, renderer: RecordingRenderer, watch: Watch, placed: object, frame: int) -> None:
        """Draw the artist, and keep what it drew."""
        with renderer.recording() as display_list:
            self._draw(renderer)
        self._streak = self._streak + 1 if self.drawn_at == frame - 1 else 0
        # What changes with every frame will do so again, and need not be looked at closely, but
        # now and then, lest it has stopped.
        if self._streak > 1 and self._streak % CLOSE_LOOK:
            self._fingerprint = None
            watch.follow([self.artist], self)
        else:
            members = family(self.artist)
            if members != self.members:
                watch.forget(self.members)
                self.members = members
            watch.follow(members, self)
            self.volatile = volatile(self.artist, members)
            self._fingerprint = None if self.volatile else self._fingerprint_now()
        self._placed = placed
        self.take(display_list, frame)

    def take(self, display_list: DisplayList, frame: int) -> None:
        """Take over what was drawn for a frame."""
        self.display_list = display_list
        self.version += 1
        self.drawn_at = frame
        self.stale = False

    def settle_masks(self, last: Mask | None, frame: int) -> Mask | None:
        """Take over the masks of those drawn before it, as ``DisplayList.settle_masks`` tells.

        With other ones than before it looks different, though it has not been drawn.
        """
        before = self.display_list.masks
        last = self.display_list.settle_masks(last)
        if self.display_list.masks != before:
            self.version += 1
            self.drawn_at = frame
        return last

    def _fingerprint_now(self) -> Fingerprint | None:
        try:
            return Fingerprint(self.artist, self.members)
        except Exception:  # data of a kind that cannot be told: draw it each time
            return None

    def _holds(self, fingerprint: Fingerprint) -> bool:
        try:
            return fingerprint.holds()
        except Exception:
            return False
