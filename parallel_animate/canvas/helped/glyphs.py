"""A renderer that remembers the glyphs of texts, and what each looks like.

From matplotlib 3.11 on, Agg is given the glyphs of a text one by one, each as a picture of its
coverage. Which glyphs these are, and where they go, depends on the text and its font alone; what
one looks like, on where it lies between pixels, too. A glyph that has moved by whole pixels looks
the same. And so does a whole text of such glyphs, which Agg is then given as one picture.
"""

from __future__ import annotations

import math
from itertools import count
from typing import Any, NamedTuple

import numpy as np

from parallel_animate.canvas.artists import private_drawn as drawn
from parallel_animate.canvas.artists.private import RendererOfAgg, held_agg
from parallel_animate.canvas.helped.remembered import Remembered

# Texts, each with its glyphs.
TEXTS = 1000
# Pictures of glyphs: a sliding axis shows a digit at any of 64 places in a pixel, and there are as
# many from top to bottom. A picture takes about 300 bytes.
PICTURES = 10_000
# Texts as one picture each, if it has no more pixels than this: ten letters take about 1500.
WHOLE, LARGEST = 1000, 8192
# The font library counts in 64ths of a pixel, and the entries of a matrix in 65536ths.
PER_PIXEL, UNIT = 64, 0x10000

Picture = tuple[Any, int, int]
"""The coverage of some pixels, ``(height, width) uint8``, their left and their lower end."""


class Run(NamedTuple):
    """The glyphs of a line of text, and what else it has."""

    glyphs: list[Any]  # each: its place in the text, what it is, and its pictures by place
    bars: Any  # of a mathematical text, such as those of fractions
    cos: float  # of the angle by which it is turned
    sin: float
    number: int  # no other run has it


class GlyphRenderer(RendererOfAgg):
    """An Agg renderer that remembers glyphs, where this matplotlib draws them one by one.

    Attributes
    ----------
    remembers : bool
        Whether it does so: only in a helped draw.
    agg : object
        The compiled renderer, which has the canvas.
    forgot : int
        How often it has forgotten all: whoever keeps a run has to ask for it anew then.
    """

    def __init__(self, width: float, height: float, dpi: float, agg: Any) -> None:
        self.remembers = False
        self.forgot = 0
        self._numbers = count()
        self._texts = Remembered(TEXTS)
        # By all that they look by, and then by place.
        self._pictures: dict[Any, dict[tuple[int, int], Any]] = {}
        self._whole = Remembered(WHOLE)
        self._count = 0
        self.agg = agg
        super().__init__(width, height, dpi, agg)

    @property
    def draws_at_once(self) -> bool:
        """Whether Agg draws what it is given now: it is not recorded, nor left out."""
        return self.agg.display_list is None and not self.agg.muted

    @property
    def filtering(self) -> bool:
        """Whether what is drawn now goes into a picture of its own, for an ``agg_filter``."""
        return held_agg(self) is not self.agg

    def forget_glyphs(self) -> None:
        """Forget all: something has changed that texts depend on."""
        self._texts.clear()
        for known in self._pictures.values():
            known.clear()
        self._pictures.clear()
        self._whole.clear()
        self._count = 0
        self.forgot += 1

    def draw_text(
        self,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """Draw a text, of which ``x`` and ``y`` are in pixels from the top left."""
        if not self.remembers or self.filtering:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)  # type: ignore[no-untyped-call]
            return
        run = self.run_of(gc, s, prop, angle, ismath, mtext)
        for coverage, left, bottom in self._placed(run, x, y):
            self.agg.draw_text_image(coverage, left, bottom, 0, gc)
        if run.bars:
            bars_of_math = getattr(super(), drawn.GLYPHS)
            bars_of_math(gc, x, y, angle, (), run.bars)

    def placed(self, run: Run, x: float, y: float) -> list[Picture] | None:
        """Return the pictures that show a text at a place; None if it has more than glyphs."""
        return None if run.bars else self._placed(run, x, y)

    def run_of(self, gc: Any, s: str, prop: Any, angle: float, ismath: Any, mtext: Any) -> Run:
        """Return the glyphs of a text."""
        look = drawn.look_of_glyphs(gc)
        asked = () if mtext is None else drawn.font_features(mtext)
        key = (s, drawn.content_of_font(prop), self.dpi, bool(ismath), angle, look, asked)
        run: Run | None = self._texts.get(key)
        if run is None:
            glyphs, bars = (
                drawn.glyphs_of_math(self, s, prop, gc.get_antialiased())
                if ismath
                else drawn.glyphs_of_text(self, s, prop, mtext)
            )
            found = [self._with_pictures(glyph, angle, look) for glyph in glyphs]
            turned = math.radians(angle)
            run = Run(found, bars, math.cos(turned), math.sin(turned), next(self._numbers))
            self._texts.put(key, run)
        return run

    def _with_pictures(self, glyph: tuple[Any, ...], angle: float, look: Any) -> Any:
        """Return where a glyph is in its text, what it is, and its pictures by place."""
        *kind, dx, dy = glyph
        key = (*kind, angle, self.dpi, look)
        return dx, dy, key, self._pictures.setdefault(key, {})

    def _placed(self, run: Run, x: float, y: float) -> list[Picture]:
        """Return pictures of glyphs; the arithmetic is matplotlib's own, up to the last bit."""
        glyphs, _, cos, sin, number = run
        above = self.height - y
        places = [
            (
                round(PER_PIXEL * (x + dx * cos - dy * sin)),
                round(PER_PIXEL * (above + dx * sin + dy * cos)),
            )
            for dx, dy, _, _ in glyphs
        ]
        rows = int(self.height)
        if len(glyphs) < 2:
            pictures = [self._picture(*each) for each in zip(glyphs, places, strict=True)]
            return [(image, left, rows - below) for image, left, below in pictures]
        # All places count from the pixel in which the first glyph begins.
        first_x, first_y = (place // PER_PIXEL for place in places[0])
        start_x, start_y = first_x * PER_PIXEL, first_y * PER_PIXEL
        moved = tuple([(left - start_x, bottom - start_y) for left, bottom in places])
        whole = self._whole.get((number, moved))
        if whole is None:
            whole = _joined([self._picture(*each) for each in zip(glyphs, moved, strict=True)])
            self._whole.put((number, moved), whole)
        return [(image, left + first_x, rows - first_y - below) for image, left, below in whole]

    def _picture(self, glyph: Any, place: tuple[int, int]) -> Picture:
        """Return what a glyph looks like at a place, in pixels: its left end, and its lower one.

        The lower end counts upwards, as places do.
        """
        _, _, key, pictures = glyph
        left, bottom = place
        between = (left % PER_PIXEL, bottom % PER_PIXEL)
        picture = pictures.get(between)
        if picture is None:
            picture = self._new_picture(key, between, pictures)
        coverage, beside, above = picture
        return coverage, beside + left // PER_PIXEL, above + bottom // PER_PIXEL

    def _new_picture(self, key: Any, place: tuple[int, int], pictures: dict[Any, Any]) -> Any:
        """Return what a glyph looks like at a place between pixels."""
        font, size, index, slant, extend, angle, dpi, look = key
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        matrix = UNIT * np.array([[cos, -sin], [sin, cos]])
        matrix = (matrix @ [[extend, extend * slant], [0, 1]]).round().astype(int)
        coverage, left, top = drawn.rendered((font, size, index), dpi, matrix, list(place), look)
        if self._count >= PICTURES:
            self.forget_glyphs()
        self._count += 1
        picture = pictures[place] = coverage, left, top - coverage.shape[0]
        return picture


def _joined(pictures: list[Picture]) -> list[Picture]:
    """Return one picture of several, if it is small, and no pixel is covered by two of them.

    The lower ends count upwards.
    """
    shown = [(image, left, below) for image, left, below in pictures if image.size]
    if len(shown) < 2:
        return shown
    start = min(left for _, left, _ in shown)
    end = max(left + image.shape[1] for image, left, _ in shown)
    lowest = min(below for _, _, below in shown)
    highest = max(below + image.shape[0] for image, _, below in shown)
    if (highest - lowest) * (end - start) > LARGEST:
        return shown
    joined = np.zeros((highest - lowest, end - start), np.uint8)
    for image, left, below in shown:
        rows, columns = image.shape
        top = highest - below - rows
        part = joined[top : top + rows, left - start : left - start + columns]
        if (part.astype(bool) & image.astype(bool)).any():
            return shown
        part |= image
    return [(joined, start, lowest)]
