"""What an artist draws, taken down and drawn again.

Each artist ends in calls of seven primitives of the Agg renderer: a path, markers, an image, a
glyph, ... :class:`RecordingRenderer` takes them down in a :class:`DisplayList` instead of
rasterizing them. Replaying a list draws the very same pixels, at a tenth to a hundredth of the
time: what is slow in a figure is the Python that decides what to draw, not the rasterizing.

Each primitive also tells which pixels it may touch, by its extents and its clip rectangle.

This is the one module that touches private parts of matplotlib's Agg backend: the compiled
renderer behind ``RendererAgg``. Where a matplotlib does not have them, :func:`can_record` says
so, and figures are drawn in full.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.transforms import Bbox

from parallel_animate.canvas.extents import EXTENTS, PAD, Extents, stroke_reach
from parallel_animate.canvas.masks import ELSEWHERE, NOTHING, Mask, mask_of
from parallel_animate.canvas.tiles import Box, Boxes

try:
    from matplotlib.backends._backend_agg import (  # type: ignore[attr-defined]
        RendererAgg as _Agg,
    )
except ImportError:  # a matplotlib of another build
    _Agg = None

Primitive = tuple[Callable[..., None], tuple[Any, ...], dict[str, Any]]

# Name of each primitive: position of the graphics context among its arguments.
PRIMITIVES = {
    "draw_path": 0,
    "draw_markers": 0,
    "draw_text_image": 4,
    "draw_image": 0,
    "draw_path_collection": 0,
    "draw_quad_mesh": 0,
    "draw_gouraud_triangles": 0,
}
# Position of the colours of faces and edges among the arguments of those that have many.
COLOURS = {"draw_path_collection": (6, 7), "draw_quad_mesh": (7, 9)}
# Texts whose glyphs are remembered: more than a figure has that stay, few enough to forget.
LAYOUTS = 1000


def can_record() -> bool:
    """Return whether this matplotlib's Agg backend is built as this module expects."""
    return (
        _Agg is not None
        and all(hasattr(_Agg, name) for name in (*PRIMITIVES, "clear"))
        and hasattr(RendererAgg, "_update_methods")
        and "_renderer" in vars(RendererAgg(1, 1, 72))  # type: ignore[no-untyped-call]
    )


class DisplayList:
    """The primitives of one artist, in their order, and the pixels they may touch.

    Parameters
    ----------
    width, height : int
        The canvas in pixels.
    dpi : float
        Pixels per inch; line widths are in points, of which an inch has 72.

    Attributes
    ----------
    primitives : list
        Each a function of the compiled renderer, and its arguments.
    masks : dict
        The masks that primitives are drawn with, by their place among them.
    """

    def __init__(self, width: int, height: int, dpi: float) -> None:
        self.primitives: list[Primitive] = []
        self.masks: dict[int, Mask] = {}
        self._own_masks: dict[int, Mask] = {}  # that they have if no other one comes first
        self._pixels_per_point = dpi / 72
        self._canvas: Box = (0, 0, width, height)
        self._extents: list[Extents] = []
        self._pads: list[float] = []
        self._clips: list[Box] = []
        self._last_clip: tuple[Any, Bbox, Box] | None = None  # most primitives have the same one

    def add(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Take a primitive down, with copies of what matplotlib will use again."""
        copied = list(args)
        context = GraphicsContextBase()
        context.copy_properties(args[PRIMITIVES[name]])
        clip = context.get_clip_rectangle()
        pixels = self._canvas
        if clip is not None:
            frozen, pixels = self._frozen(clip)
            context.set_clip_rectangle(frozen)
        copied[PRIMITIVES[name]] = context
        mask = mask_of(context, name)
        if mask is not None and _makes_a_mask(name, args, kwargs):
            self.masks[len(self.primitives)] = self._own_masks[len(self.primitives)] = mask
        if name == "draw_text_image":
            # Until matplotlib 3.10 this is the font, which is about to draw the next text.
            copied[0] = np.array(args[0], np.uint8)
        for i, argument in enumerate(copied):
            if hasattr(argument, "get_matrix"):
                copied[i] = argument.get_matrix().copy()
        self.primitives.append((getattr(_Agg, name), tuple(copied), kwargs))
        self._extents.append(EXTENTS[name](copied, self._canvas))
        self._pads.append(PAD + stroke_reach(context, copied, name, self._pixels_per_point))
        self._clips.append(pixels)

    def replay(self, renderer: RecordingRenderer) -> None:
        """Draw the primitives for real."""
        agg = renderer.agg
        for place, (draw, args, kwargs) in enumerate(self.primitives):
            if place in self.masks:
                renderer.make_mask(self.masks[place])
            draw(agg, *args, **kwargs)

    def settle_masks(self, last: Mask | None) -> Mask | None:
        """Let the first primitive with a clip path decide for those after it.

        Parameters
        ----------
        last : Mask or None
            The mask that was made last before these primitives.

        Returns
        -------
        Mask or None
            The one that was made last by now.
        """
        masks = {}
        for place, own in self._own_masks.items():
            if last is None or last.clip is not own.clip:
                last = own
            masks[place] = last
        self.masks = masks
        return last

    @cached_property
    def boxes(self) -> Boxes:
        """Boxes that together hold all pixels that the primitives may change."""
        if not self._extents:
            return np.empty((0, 4), int)
        counts = list(map(len, self._extents))
        extents = np.concatenate(self._extents)
        pads = np.repeat(self._pads, counts)
        bounds = np.repeat(np.array(self._clips, float), counts, axis=0)
        # From left, bottom, right, top to left, top, right, bottom, with y counting from the top.
        edges = extents[:, (0, 3, 2, 1)] * (1, -1, 1, -1)
        edges[:, 1::2] += self._canvas[3]
        edges[:, :2] -= pads[:, None]
        edges[:, 2:] += pads[:, None]
        np.floor(edges[:, :2], out=edges[:, :2])
        np.ceil(edges[:, 2:], out=edges[:, 2:])
        finite = np.isfinite(edges)
        if not finite.all():
            unknown = ~finite.all(axis=1)
            edges[unknown] = bounds[unknown]
        np.maximum(edges[:, :2], bounds[:, :2], out=edges[:, :2])
        np.minimum(edges[:, 2:], bounds[:, 2:], out=edges[:, 2:])
        np.minimum(edges, (self._canvas[2], self._canvas[3]) * 2, out=edges)
        return edges[(edges[:, :2] < edges[:, 2:]).all(axis=1)].astype(int)

    @cached_property
    def bounds(self) -> Box:
        """The smallest box that holds all of `boxes`; empty if there are none."""
        if not len(self.boxes):
            return 0, 0, 0, 0
        left, top = self.boxes[:, :2].min(axis=0).tolist()
        right, bottom = self.boxes[:, 2:].max(axis=0).tolist()
        return left, top, right, bottom

    @cached_property
    def clip(self) -> Box:
        """The smallest box that holds the clip rectangles of all primitives.

        The canvas, where a primitive has none.
        """
        lefts, tops, rights, bottoms = zip(*self._clips, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)

    @property
    def clipped(self) -> bool:
        """Whether all primitives have a clip rectangle."""
        return self._canvas not in self._clips

    def _frozen(self, clip: Any) -> tuple[Bbox, Box]:
        """Return a clip rectangle as it is now, and its pixels."""
        if self._last_clip is None or self._last_clip[0] is not clip:
            extents = clip.extents
            self._last_clip = (clip, Bbox.from_extents(*extents), self._clipped(*extents))
        return self._last_clip[1:]

    def _clipped(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Return the pixels of a clip rectangle, which Agg rounds to whole pixels."""
        edges = (left - 1, self._canvas[3] - top - 1, right + 1, self._canvas[3] - bottom + 1)
        if not all(map(math.isfinite, edges)):
            return self._canvas
        left, top = max(0, math.floor(edges[0])), max(0, math.floor(edges[1]))
        # Of a clip rectangle that lies outside of the canvas, Agg makes one of its first pixels.
        return (
            left,
            top,
            max(min(self._canvas[2], math.ceil(edges[2])), left + 2),
            max(min(self._canvas[3], math.ceil(edges[3])), top + 2),
        )


class RecordingRenderer(RendererAgg):
    """An Agg renderer that can take primitives down instead of drawing them.

    Parameters
    ----------
    width, height : float
        The figure in pixels; the canvas has the whole ones.
    dpi : float
        Pixels per inch.
    """

    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__(width, height, dpi)  # type: ignore[no-untyped-call]
        self.agg = _Recorder(int(width), int(height), dpi)
        self._renderer = self.agg
        self._layouts: dict[Any, Any] = {}
        self._mask: Mask | None = None  # that Agg has
        self._update_methods()  # type: ignore[no-untyped-call]

    def _prepare_font(self, font_prop: Any) -> Any:
        font = super()._prepare_font(font_prop)  # type: ignore[no-untyped-call]
        if not hasattr(font, "_layout"):  # before matplotlib 3.11
            return font
        return _RememberingFont(font, font_prop.get_size_in_points(), self._layouts)

    @property
    def pixels(self) -> npt.NDArray[np.uint8]:
        """The canvas, ``(height, width, 4) uint8`` RGBA, without copying."""
        return np.asarray(self.agg)

    @contextmanager
    def recording(self) -> Iterator[DisplayList]:
        """Take down what is drawn in the block; blocks may lie within each other."""
        outer = self.agg.display_list
        self._start()
        try:
            yield self.agg.display_list
        finally:
            self.agg.display_list = outer

    def take(self) -> DisplayList:
        """Return what was taken down in the block so far, and begin a new list."""
        taken: DisplayList = self.agg.display_list
        self._start()
        return taken

    def make_mask(self, mask: Mask) -> None:
        """Let Agg have a mask."""
        if mask == self._mask:
            return
        if self._mask is not None and self._mask.clip is mask.clip:
            self._draw_nothing(Mask(ELSEWHERE, None, None))  # lest Agg keeps the one it has
        self._draw_nothing(mask)
        self._mask = mask

    def _draw_nothing(self, mask: Mask) -> None:
        _Agg.draw_path(self.agg, mask.context, NOTHING, np.eye(3))

    def _start(self) -> None:
        self.agg.display_list = DisplayList(int(self.width), int(self.height), self.dpi)


class _RememberingFont:
    """A font that remembers where the glyphs of a text go.

    A tick label that only moves has the same glyphs in each frame, and from matplotlib 3.11 on it
    takes longer to lay them out than to draw them.
    """

    def __init__(self, font: Any, size: float, layouts: dict[Any, Any]) -> None:
        self._font = font
        self._size = size
        self._layouts = layouts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._font, name)

    def _layout(self, text: str, **options: Any) -> Any:
        key = (self._font, self._size, text, repr(options))
        layout = self._layouts.get(key)
        if layout is None:
            if len(self._layouts) >= LAYOUTS:
                self._layouts.clear()
            layout = self._layouts[key] = self._font._layout(text, **options)
        return layout


def _recorder_class() -> Any:
    """Return the compiled renderer's class, with primitives that can be taken down."""
    if _Agg is None:
        return None

    def primitive(name: str) -> Callable[..., None]:
        drawn = getattr(_Agg, name)

        def draw(self: Any, *args: Any, **kwargs: Any) -> None:
            if self.display_list is None:
                drawn(self, *args, **kwargs)
            else:
                self.display_list.add(name, args, kwargs)

        return draw

    members = {name: primitive(name) for name in PRIMITIVES}
    return type("_Recorder", (_Agg,), {"display_list": None, **members})


_Recorder: Any = _recorder_class() if can_record() else None


def _makes_a_mask(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Return whether a primitive looks at its clip path: not a text, nor what has no colours."""
    if name not in COLOURS:
        return name != "draw_text_image"
    colours = [*(args[place] for place in COLOURS[name]), kwargs.get("hatchcolors", ())]
    return any(map(len, colours))
