"""Texts: laid out once for each content, measured and drawn from that.

The layout of a text depends on its content, its font and how it is turned and aligned, and on
nothing of where it is. So a label that moves, or one that was made anew and says the same, has the
layout that is known.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from parallel_animate.canvas.artists import private_drawn as drawn
from parallel_animate.canvas.helped.glyphs import GlyphRenderer, Picture
from parallel_animate.canvas.helped.pens import new_context
from parallel_animate.canvas.helped.remembered import Remembered

LAYOUTS = 1000
# Numbers of which no axis converts any unit.
NUMBERS = frozenset({float, int, np.float64})


class Layout(NamedTuple):
    """Where the lines of a text are."""

    answer: Any  # matplotlib's own
    box: Bbox
    lines: list[tuple[str, Any, float, float]]  # the text, whether it is mathematical, x and y
    runs: dict[Any, list[tuple[Any, float, float]]]  # by how they are drawn: glyphs, x and y


class Placed(NamedTuple):
    """Where a text is, in pixels."""

    layout: Layout
    left: float
    bottom: float


class Texts:
    """Draws and measures texts as matplotlib's own methods do.

    Each method returns None, or False, if a text is one that only these can draw.

    Parameters
    ----------
    renderer : GlyphRenderer
        Which draws them.
    """

    def __init__(self, renderer: GlyphRenderer) -> None:
        self._renderer = renderer
        self._layouts = Remembered(LAYOUTS)
        self._look: Any = None
        self._context: Any = None

    def begin(self) -> None:
        """Begin another draw."""
        self._look = self._context = None

    def forget(self) -> None:
        """Forget all: something has changed that texts depend on."""
        self._layouts.clear()

    def layout(self, text: Text) -> Layout | None:
        """Return the layout of a text of matplotlib's own class."""
        state = vars(text)
        if any(map(state.__getitem__, drawn.WRAPPED)):
            return None
        figure: Any = text.get_figure(root=True)
        key = (
            drawn.content_of_text(state),
            drawn.content_of_font(state[drawn.FONT]),
            figure.dpi,
            type(text),
        )
        try:
            known: Layout | None = self._layouts.get(key)
        except TypeError:  # something in it cannot be looked up
            return None
        if known is None:
            known = self._new_layout(text)
            self._layouts.put(key, known)
        return known

    def _new_layout(self, text: Text) -> Layout:
        answer = drawn.layout_of(text, self._renderer)
        lines = []
        for line in answer[1]:
            x, y = line[2] if len(line) == 3 else line[2:]
            lines.append((*drawn.plain_math(text, line[0]), x, y))
        return Layout(answer, answer[0], lines, {})

    def answer(self, text: Text) -> Any:
        """Return what the method of matplotlib returns that lays out a text."""
        known = self.layout(text)
        if known is None:
            return drawn.layout_of(text, self._renderer)
        box, lines, rest = known.answer
        return box.frozen(), list(lines), rest

    def placed(self, text: Text) -> Placed | None:
        """Return where a text is that is not empty."""
        state = vars(text)
        x, y = state[drawn.X], state[drawn.Y]
        if type(x) not in NUMBERS or type(y) not in NUMBERS:
            return None
        known = self.layout(text)
        if known is None:
            return None
        left, bottom = text.get_transform().transform((float(x), float(y)))
        return Placed(known, left, bottom)

    def extent(self, text: Text, placed: Placed | None = None) -> Bbox:
        """Return the box of a text in pixels; `placed` is where it is, if that is known."""
        state = vars(text)
        if state[drawn.VISIBLE] and state[drawn.TEXT]:
            placed = placed or self.placed(text)
            if placed is not None:
                state[drawn.LAST_RENDERER] = self._renderer
                return placed.layout.box.translated(placed.left, placed.bottom)
        return type(text).get_window_extent(text, self._renderer)

    def draw(self, text: Text, placed: Placed | None = None) -> bool:
        """Draw a text; return whether that could be done; `placed` as for :meth:`extent`."""
        state = vars(text)
        if not state[drawn.VISIBLE] or not state[drawn.TEXT]:
            if state[drawn.AGG_FILTER] is not None or state[drawn.RASTERIZED]:
                return False
            state[drawn.LAST_RENDERER] = self._renderer
            return True
        if any(drawn.switches_of_text(state)) or self._renderer.filtering:
            return False
        runs = self._runs(text, placed)
        if runs is None:
            return False
        for context, run in runs:
            self._renderer.draw_text(context, *run)
        text.stale = False
        return True

    def pictures(self, text: Text, placed: Placed) -> list[tuple[Any, Picture]] | None:
        """Return what :meth:`draw` would draw, each with its graphics context.

        None if that is not told, or is more than pictures of glyphs. `text` is not empty.
        """
        state, renderer = vars(text), self._renderer
        if any(drawn.switches_of_text(state)) or renderer.filtering or not renderer.remembers:
            return None
        left, bottom, layout = placed.left, placed.bottom, placed.layout
        if not (math.isfinite(left) and math.isfinite(bottom)):
            return None
        state[drawn.LAST_RENDERER] = renderer
        context, height, angle = self._context_of(text), renderer.height, state[drawn.ROTATION]
        look = (renderer.forgot, drawn.look_of_glyphs(context))
        if look not in layout.runs:  # content and font of the text are those of its layout
            asked = text if len(layout.lines) == 1 else None
            layout.runs.clear()
            layout.runs[look] = [
                (renderer.run_of(context, line, state[drawn.FONT], angle, is_math, asked), x, y)
                for line, is_math, x, y in layout.lines
            ]
        pictures = []
        for run, x, y in layout.runs[look]:
            glyphs = renderer.placed(run, x + left, height - (y + bottom))
            if glyphs is None:
                return None
            pictures += [(context, glyph) for glyph in glyphs]
        return pictures

    def _runs(self, text: Text, placed: Placed | None) -> list[tuple[Any, Any]] | None:
        """Return what the renderer is told for each line: a context, and the other arguments."""
        placed = placed or self.placed(text)
        if placed is None or not (math.isfinite(placed.left) and math.isfinite(placed.bottom)):
            return None
        state = vars(text)
        state[drawn.LAST_RENDERER] = self._renderer
        context, lines = self._context_of(text), placed.layout.lines
        left, height = placed.left, self._renderer.height
        look = state[drawn.FONT], state[drawn.ROTATION]
        asked = text if len(lines) == 1 else None
        return [
            (
                context,
                (x + left, height - (y + placed.bottom), line, *look, is_math, asked),
            )
            for line, is_math, x, y in lines
        ]

    def _context_of(self, text: Text) -> Any:
        """Return a graphics context: the last one, for a text that looks the same."""
        look = (drawn.look_of_text(vars(text)), text.get_snap())
        if look != self._look:
            context = new_context(text)
            context.set_foreground(to_rgba(text.get_color()), isRGBA=True)
            context.set_alpha(text.get_alpha())  # type: ignore[arg-type]
            context.set_antialiased(text.get_antialiased())
            self._look, self._context = look, context
        return self._context
