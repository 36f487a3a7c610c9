"""What an artist draws, recorded and drawn again.

Each artist ends in calls of seven primitives of the Agg renderer: a path, markers, an image, a
glyph, ... A :class:`DisplayList` holds those of one artist, with their arguments. To replay them
draws the very same pixels, in a tenth to a hundredth of the time: what is slow in a figure is the
Python that decides what to draw, not the rasterizing.

Each primitive also tells which pixels it may change, by its extents and its clip rectangle.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.transforms import Bbox

from parallel_animate.canvas.artists import private
from parallel_animate.canvas.extents import EXTENTS, PAD, Extents, stroke_reach
from parallel_animate.canvas.masks import Clip, Mask, clip_of
from parallel_animate.canvas.tiles import Box, Boxes

Primitive = tuple[Callable[..., None], tuple[Any, ...], dict[str, Any]]


class Replaying(Protocol):
    """Whatever primitives can be replayed by.

    Attributes
    ----------
    agg : object
        The compiled renderer.
    """

    agg: Any

    def make_mask(self, mask: Mask) -> None:
        """Let the compiled renderer have a mask."""


class DisplayList:
    """The primitives of one artist, in their order, and the pixels they may change.

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
        The masks that primitives are drawn with, by the number of the primitive.
    """

    def __init__(self, width: int, height: int, dpi: float) -> None:
        self.primitives: list[Primitive] = []
        self.masks: dict[int, Mask] = {}
        self._clips_by_path: dict[int, Clip] = {}  # those they have where none is made first
        self._pixels_per_point = dpi / 72
        self._canvas: Box = (0, 0, width, height)
        self._extents: list[Extents] = []
        self._pads: list[float] = []
        self._clips: list[Box] = []
        self._last_clip: tuple[Any, Bbox, Box] | None = None  # most primitives have the same one

    def add(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Record a primitive, with copies of what matplotlib will change and use again.

        Raises
        ------
        TypeError
            If its arguments are not those that are known.
        """
        arguments, keywords = private.known_arguments(name, args, kwargs)
        context_place = private.CONTEXT_PLACES[name]
        context = GraphicsContextBase()
        context.copy_properties(arguments[context_place])
        arguments[context_place] = context
        clip = context.get_clip_rectangle()
        pixels = self._canvas
        if clip is not None:
            frozen, pixels = self._frozen(clip)
            context.set_clip_rectangle(frozen)
        if name == "draw_text_image":
            # Until matplotlib 3.10 this is the font, which is about to draw the next text.
            image = arguments[private.IMAGE_PLACE]
            arguments[private.IMAGE_PLACE] = np.array(image, np.uint8)
        for i, argument in enumerate(arguments):
            if hasattr(argument, "get_matrix"):
                arguments[i] = argument.get_matrix().copy()
        call = private.PRIMITIVES[name]._make(arguments)
        clip_by_path = clip_of(context, name)
        if clip_by_path is not None and clip_by_path.mask.unclipped:
            pixels = self._canvas  # Agg clips such markers by the path alone
        if clip_by_path is not None and private.makes_a_mask(call, keywords):
            number = len(self.primitives)
            self._clips_by_path[number] = clip_by_path
            self.masks[number] = clip_by_path.mask
        self.primitives.append((getattr(private.Agg, name), call, keywords))
        self._extents.append(EXTENTS[name](call, self._canvas))
        self._pads.append(PAD + stroke_reach(name, call, self._pixels_per_point))
        self._clips.append(pixels)

    def replay(self, renderer: Replaying, only: Container[int] | None = None) -> None:
        """Draw the primitives onto a renderer's canvas: all, or `only` those of some numbers."""
        agg = renderer.agg
        for number, (draw, args, kwargs) in enumerate(self.primitives):
            if only is not None and number not in only:
                continue
            if number in self.masks:
                renderer.make_mask(self.masks[number])
            draw(agg, *args, **kwargs)

    def choose_masks(self, last: Clip | None) -> Clip | None:
        """Choose the masks: the first primitive with a clip path decides for those after it.

        Parameters
        ----------
        last : Clip or None
            The mask that was made last before these primitives.

        Returns
        -------
        Clip or None
            The one that was made last by now.
        """
        masks = {}
        for number, own in self._clips_by_path.items():
            if last is None or not last.keeps(own):
                last = own
            masks[number] = last.mask
        self.masks = masks
        return last

    @property
    def boxes(self) -> Boxes:
        """Boxes that together hold all pixels that the primitives may change."""
        return self._placed[0]

    @property
    def owners(self) -> npt.NDArray[np.int_]:
        """The number of the primitive that each of the boxes belongs to."""
        return self._placed[1]

    @cached_property
    def _placed(self) -> tuple[Boxes, npt.NDArray[np.int_]]:
        if not self._extents:
            return np.empty((0, 4), int), np.empty(0, int)
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
        shown = (edges[:, :2] < edges[:, 2:]).all(axis=1)
        return edges[shown].astype(int), np.repeat(np.arange(len(counts)), counts)[shown]

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
        # A clip rectangle outside of the canvas is cut by Agg to the canvas's first pixels.
        return (
            left,
            top,
            max(min(self._canvas[2], math.ceil(edges[2])), left + 2),
            max(min(self._canvas[3], math.ceil(edges[3])), top + 2),
        )
