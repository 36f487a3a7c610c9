"""The renderer that records what artists draw, instead of drawing it.

matplotlib's ``RendererAgg`` hands all work on to a compiled renderer. :class:`RecordingRenderer`
gives it one whose primitives are added to a :class:`DisplayList` while something is recorded.
Where a matplotlib cannot be given one, ``capabilities.can_redraw`` says so, and figures are drawn
in full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from parallel_animate.canvas.artists import private
from parallel_animate.canvas.artists.capabilities import can_redraw
from parallel_animate.canvas.display_list import DisplayList
from parallel_animate.canvas.helped.glyphs import GlyphRenderer
from parallel_animate.canvas.helped.underlay import Underlay
from parallel_animate.canvas.masks import NOTHING, Mask, forget_mask

# The glyphs of so many texts are remembered, and then all are forgotten. A figure has fewer texts
# that stay, and those that come and go take no more memory than this.
TEXTS = 1000


class RecordingRenderer(GlyphRenderer):
    """An Agg renderer that can record primitives instead of drawing them.

    Parameters
    ----------
    width, height : float
        The figure in pixels; the canvas has the whole ones.
    dpi : float
        Pixels per inch.

    Attributes
    ----------
    agg : object
        The compiled renderer, which has the canvas.
    """

    def __init__(self, width: float, height: float, dpi: float) -> None:
        agg = _RecordingAgg(int(width), int(height), dpi)
        self._glyphs: dict[Any, Any] = {}
        self._mask: Mask | None = None  # the one that Agg has made last
        self._underlay = Underlay(agg)
        super().__init__(width, height, dpi, agg)

    def font_for(self, font: Any, properties: Any) -> Any:
        """Return a font that remembers where the glyphs of its texts go."""
        return _RememberingFont(font, properties.get_size_in_points(), self._glyphs)

    @property
    def pixels(self) -> npt.NDArray[np.uint8]:
        """The canvas, ``(height, width, 4) uint8`` RGBA, without copying."""
        return np.asarray(self.agg)

    @contextmanager
    def recording(self) -> Iterator[DisplayList]:
        """Record what is drawn in the block; blocks may lie within each other."""
        outer = self.agg.display_list
        self._start()
        try:
            yield self.agg.display_list
        finally:
            self.agg.display_list = outer

    def take(self) -> DisplayList:
        """Return what was recorded in the block so far, and begin a new list."""
        taken: DisplayList = self.agg.display_list
        self._start()
        return taken

    def make_mask(self, mask: Mask) -> None:
        """Let Agg have a mask."""
        if mask == self._mask:
            return
        if self._mask is not None and self._mask.clip is mask.clip:
            # Agg would keep the mask that it has, as long as the clip path is the same.
            forget_mask(self.agg)
        draw = private.draw_markers if mask.unclipped else private.draw_path
        draw(self.agg, mask.context, NOTHING, np.eye(3))
        self._mask = mask

    @contextmanager
    def drawing_all(self) -> Iterator[None]:
        """Draw a picture in the block, of which everything is drawn at once."""
        forget_mask(self.agg)
        self._underlay.begin()
        self.agg.underlay = self._underlay
        try:
            yield
        finally:
            self.agg.underlay = None
            self._underlay.end()
            forget_mask(self.agg)
            self._mask = None

    @contextmanager
    def drawing_nothing(self) -> Iterator[None]:
        """Let what is drawn in the block be found out, and show nowhere."""
        self.agg.muted = True
        try:
            yield
        finally:
            self.agg.muted = False

    def _start(self) -> None:
        self.agg.display_list = DisplayList(int(self.width), int(self.height), self.dpi)


class _RememberingFont(private.FontStandIn):
    """A font that remembers where the glyphs of a text go.

    A tick label that only moves has the same glyphs in each frame, and from matplotlib 3.11 on it
    takes longer to find their places than to draw them.
    """

    def __init__(self, font: Any, size: float, remembered: dict[Any, Any]) -> None:
        super().__init__(font)
        self._size = size
        self._remembered = remembered

    def layout_of(self, text: str, options: dict[str, Any]) -> Any:
        key = (self._font, self._size, text, repr(options))
        glyphs = self._remembered.get(key)
        if glyphs is None:
            if len(self._remembered) >= TEXTS:
                self._remembered.clear()
            glyphs = self._remembered[key] = super().layout_of(text, options)
        return glyphs


def _recording_agg_class() -> Any:
    """Return the compiled renderer's class, with primitives that can be recorded."""
    if private.Agg is None:
        return None

    def primitive(name: str) -> Callable[..., None]:
        drawn = getattr(private.Agg, name)

        def draw(self: Any, *args: Any, **kwargs: Any) -> None:
            if self.muted:
                return
            if self.display_list is not None:
                self.display_list.add(name, args, kwargs)
            elif self.underlay is not None and self.underlay.pending:
                self.underlay.draw(name, drawn, args, kwargs)
            else:
                drawn(self, *args, **kwargs)

        return draw

    members = {name: primitive(name) for name in private.PRIMITIVES}
    of_ours = {"display_list": None, "underlay": None, "muted": False}
    return type("_RecordingAgg", (private.Agg,), {**of_ours, **members})


_RecordingAgg: Any = _recording_agg_class() if can_redraw() else None
