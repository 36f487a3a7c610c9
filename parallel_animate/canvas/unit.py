"""An artist that is drawn as a whole, and what it drew last."""

from __future__ import annotations

from matplotlib.artist import Artist

from parallel_animate.canvas.artists.family import family
from parallel_animate.canvas.artists.state import REPORTING_IN_VAIN
from parallel_animate.canvas.artists.volatile import why_volatile
from parallel_animate.canvas.display_list import DisplayList
from parallel_animate.canvas.fingerprint import Fingerprint
from parallel_animate.canvas.masks import Clip
from parallel_animate.canvas.recorder import RecordingRenderer
from parallel_animate.canvas.watch import Watch

# An artist that changes with every frame is expected to go on so, and is drawn without being
# compared first. Only once in so many frames its state is taken, to find out whether it has
# stopped to change.
FINGERPRINT_EVERY = 8
# What comes after this frame was made by an update, and most such artists are gone with the next
# one. Their state is not taken either before they are drawn a second time.
FIRST_FRAME = 1


class Unit:
    """An artist with its display list.

    Parameters
    ----------
    artist : Artist
        Who draws.
    draw : str
        The name of the method of its class that draws it.

    Attributes
    ----------
    display_list : DisplayList
        What it drew last.
    version : int
        Counts its drawings.
    drawn_at : int
        The frame it was last drawn for.
    why_volatile : str or None
        Why it has to be drawn again for every frame, in words; None if it has not to.
    dynamic : bool
        Whether it has changed, and so is no part of the background. Set by the compositor.
    members : list of Artist
        The artist, and the parts that it is made of.
    """

    display_list: DisplayList

    def __init__(self, artist: Artist, draw: str = "draw") -> None:
        self.artist = artist
        self.version = 0
        self.drawn_at = -1
        self.why_volatile: str | None = None
        self.dynamic = False
        self.members = [artist]
        self._draw = draw
        self._stale = True
        self._doubtful = False  # whether it is only stale by a report that may be in vain
        self._signature: object = None  # of the container when the artist was drawn
        self._fingerprint: Fingerprint | None = None
        self._streak = 0  # of frames for which it was drawn

    @property
    def volatile(self) -> bool:
        """Whether it has to be drawn again for every frame."""
        return self.why_volatile is not None

    @property
    def looked_through(self) -> bool:
        """Whether all that it holds was found to be known when it was drawn last."""
        return self._fingerprint is not None

    @property
    def stale(self) -> bool:
        """Whether it has to be drawn again."""
        return self._stale

    @stale.setter
    def stale(self, stale: bool) -> None:
        self._stale = stale
        self._doubtful = False

    def heard(self, artist: Artist) -> None:
        """Take note of a change that the artist, or a part of it, has reported."""
        if isinstance(artist, REPORTING_IN_VAIN):
            self._doubtful = self._doubtful or not self._stale
        else:
            self._doubtful = False
        self._stale = True

    def inspect(self, watch: Watch) -> None:
        """Find out whether the artist has changed unreported, or has reported in vain."""
        if self._doubtful or not self._stale:
            self.stale = (
                self.volatile
                or not watch.follows(self.artist)
                or self._fingerprint is None
                or not self._holds(self._fingerprint)
            )

    def renew_fingerprint(self) -> None:
        """Take the artist's state for the one that it was drawn in."""
        if self._fingerprint is not None and not self.stale:
            self._fingerprint = self._fingerprint_now()

    def fits(self, signature: object) -> bool:
        """Return whether the display list holds in a container of this signature."""
        return not self.stale and self._signature == signature

    def record(
        self,
        renderer: RecordingRenderer,
        watch: Watch,
        signature: object,
        frame: int,
        *,
        may_rest: bool = False,
    ) -> None:
        """Draw the artist, and keep what it drew.

        What is drawn for one frame after the other is expected to change for the next one, too, and
        mostly gets no fingerprint, unless it is told that it `may_rest`.
        """
        with renderer.recording() as display_list:
            getattr(type(self.artist), self._draw)(self.artist, renderer)
        if self.drawn_at < frame:
            self._streak = self._streak + 1 if self.drawn_at == frame - 1 else 0
        new = self.version == 0 and frame > FIRST_FRAME
        goes_on = self._streak > 1 and self._streak % FINGERPRINT_EVERY and not may_rest
        if new or goes_on:
            self._fingerprint = None
            watch.follow([self.artist], self)
        else:
            members = family(self.artist)
            if members != self.members:
                watch.forget(self.members)
                self.members = members
            watch.follow(members, self)
            self.why_volatile = why_volatile(self.artist, members)
            self._fingerprint = None if self.volatile else self._fingerprint_now()
        self._signature = signature
        self.keep(display_list, frame)

    def keep(self, display_list: DisplayList, frame: int) -> None:
        """Keep what was drawn for a frame."""
        self.display_list = display_list
        self.version += 1
        self.drawn_at = frame
        self.stale = False

    def choose_masks(self, last: Clip | None, frame: int) -> Clip | None:
        """Choose the masks, given the last one before it: see ``DisplayList.choose_masks``.

        With other masks than before it looks different, though the artist has drawn nothing.
        """
        before = self.display_list.masks
        last = self.display_list.choose_masks(last)
        if self.display_list.masks != before:
            self.version += 1
            self.drawn_at = frame
        return last

    def _fingerprint_now(self) -> Fingerprint | None:
        try:
            return Fingerprint(self.artist, self.members)
        except Exception:  # data of an unknown kind: without a fingerprint it is drawn each time
            return None

    def _holds(self, fingerprint: Fingerprint) -> bool:
        try:
            return fingerprint.holds()
        except Exception:
            return False
