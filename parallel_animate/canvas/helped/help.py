"""A draw of a figure by matplotlib's own code, in which nothing is found out twice.

For the time of the draw some methods of single artists are replaced, on the artists and not on
their classes: those that draw and measure texts, that find the ticks of an axis, and that draw a
tick. Nothing else ever sees them. What they do is what matplotlib's methods would have done; what
those decide by code that is not known is left to them.

Within one draw, answers are kept until code runs that is not known. From draw to draw only such
answers are kept as depend on nothing but what they are looked up by, and on the rcParams and the
fonts: when these change, all is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal

import matplotlib
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure, FigureBase
from matplotlib.font_manager import fontManager
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.projections.polar import PolarAxes
from matplotlib.spines import Spine
from matplotlib.text import Annotation, Text
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from parallel_animate.canvas.artists import private_drawn as drawn
from parallel_animate.canvas.artists import private_placed
from parallel_animate.canvas.artists.axes3d import answering_once, is_axes_3d
from parallel_animate.canvas.artists.known import replacements
from parallel_animate.canvas.artists.origin import draws_plainly
from parallel_animate.canvas.artists.private import axes_of
from parallel_animate.canvas.artists.private_surfaces import MAP_COLOURS, PROJECT
from parallel_animate.canvas.artists.state import unknown_tickers
from parallel_animate.canvas.artists.values import known_rc_params
from parallel_animate.canvas.artists.written_after import is_as_known
from parallel_animate.canvas.helped.glyphs import GlyphRenderer
from parallel_animate.canvas.helped.labels import LINES
from parallel_animate.canvas.helped.making import TickMaker
from parallel_animate.canvas.helped.pens import Pen, is_plain
from parallel_animate.canvas.helped.placements import Placements
from parallel_animate.canvas.helped.plain import is_own, may_run_unknown
from parallel_animate.canvas.helped.surfaces import Surface3D
from parallel_animate.canvas.helped.texts import Texts
from parallel_animate.canvas.helped.ticks import AxisTicks

# Kinds of artists that are helped.
HELPED = (Axis, Legend, Poly3DCollection, Text)


class Help:
    """Helps the draws of one figure.

    Parameters
    ----------
    figure : Figure
        The figure.
    renderer : GlyphRenderer
        What it is drawn by. Draws by any other renderer are matplotlib's own.
    """

    def __init__(self, figure: Figure, renderer: GlyphRenderer) -> None:
        self._figure = figure
        self._renderer = renderer
        self._texts = Texts(renderer)
        self._maker = TickMaker()
        self._axes: list[AxisTicks | Surface3D] = []
        self._replaced: list[tuple[Any, str, Any]] = []
        self._placements = Placements()
        # Of a frame that is redrawn; "ended" if something unknown has run in it.
        self._stage: Literal["none", "begun", "given", "ended"] = "none"
        self._surroundings: Any = None
        # A matplotlib that has other methods than those that a help was written after goes without.
        self._texts_known = is_as_known("texts")
        self._ticks_known = self._texts_known and is_as_known("ticks")
        self._polar_ticks_known = is_as_known("polar ticks")
        self._new_ticks_known = is_as_known("new ticks")
        self._new_polar_ticks_known = self._new_ticks_known and is_as_known("new polar ticks")
        self._glyphs_known = is_as_known("glyphs")
        self._surfaces_known = is_as_known("surfaces")

    @contextmanager
    def given(self) -> Iterator[None]:
        """Help what is drawn in the block."""
        self._look_around()
        self._texts.begin()
        self._placements.begin()
        self._renderer.remembers = self._glyphs_known
        try:
            if self._texts_known or self._new_ticks_known or self._surfaces_known:
                self._prepare(self._figure)
            yield
        finally:
            self._renderer.remembers = False
            self._release()
            self._maker.rest()

    @contextmanager
    def begun(self) -> Iterator[None]:
        """Help what is redrawn in the block, each where :meth:`given_to` says so.

        Once code has run that is not known, nothing in the block is helped any more.
        """
        self._stage = "begun"
        try:
            yield
        finally:
            self.end()
            self._stage = "none"
            self._maker.rest()

    def end(self) -> None:
        """Let all that is redrawn from here on draw itself: code that is not known has run."""
        if self._stage != "ended":
            self._stage = "ended"
            self._renderer.remembers = False
            self._release()

    @contextmanager
    def given_to(
        self, artists: Iterable[Any], placed_by_unknown: tuple[Any, bool] | None = None
    ) -> Iterator[None]:
        """Help the draws of some artists, or of a container whose children they are.

        Figures and axes among them have to be helped by themselves. `placed_by_unknown` is an axes,
        and whether it shows its children by transforms that are not known.
        """
        helped = [artist for artist in artists if isinstance(artist, HELPED)]
        if not helped or self._stage not in ("begun", "given"):
            yield
            return
        if self._stage == "begun":
            self._look_around()
            self._texts.begin()
            self._placements.begin()
            self._renderer.remembers = self._glyphs_known
            self._stage = "given"
        if placed_by_unknown is not None:
            self._placements.note(*placed_by_unknown)
        marks = len(self._axes), len(self._replaced)
        for artist in helped:
            self._prepare_child(artist)
        try:
            yield
        finally:
            self._release(*marks)

    def _release(self, axes: int = 0, replaced: int = 0) -> None:
        """Give back the methods that were replaced, but for so many of the first."""
        for axis in self._axes[axes:]:
            axis.release()
        for artist, name, stand_in in self._replaced[replaced:]:
            if vars(artist).get(name) is stand_in:
                del vars(artist)[name]
        del self._axes[axes:], self._replaced[replaced:]

    def _look_around(self) -> None:
        """Forget all, if something has changed that every text may depend on."""
        fonts = (len(fontManager.ttflist), len(fontManager.afmlist), id(fontManager))
        known = self._surroundings
        if (
            known is None
            or known[1:] != (fonts, replacements())
            or not dict.__eq__(matplotlib.rcParams, known[0])
        ):
            self._surroundings = (known_rc_params(), fonts, replacements())
            drawn.forget_sizes(self._renderer)
            self._texts.forget()
            self._placements.forget()
            self._maker.forget()
            self._renderer.forget_glyphs()

    def _unknown_has_run(self) -> None:
        """Find out all anew that such code may have changed."""
        if self._stage != "none":
            self.end()
            return
        for axis in self._axes:
            axis.forget()
        self._look_around()

    def _replace(self, artist: Any, name: str, stand_in: Callable[..., Any]) -> None:
        state = vars(artist)
        if name not in state:
            state[name] = stand_in
            self._replaced.append((artist, name, stand_in))

    def _prepare(self, container: Any) -> None:
        """Replace methods of all that a figure or axes draws."""
        own_axes = self._axes_3d(container)
        for child in container.get_children():
            if isinstance(child, FigureBase | Axes):
                self._prepare(child)
                continue
            if not (isinstance(child, Axis) and is_own(child)) and may_run_unknown(child):
                self._watch(child, "draw")
            self._prepare_child(child)
        for axis, name, answer in answering_once(container, own_axes) if own_axes else ():
            self._replace(axis, name, answer)

    def _prepare_child(self, child: Any) -> None:
        """Replace methods of an artist that is no figure and no axes."""
        if isinstance(child, Axis) and is_own(child):
            self._prepare_axis(child)
        elif type(child) is Text:
            self._prepare_text(child)
        elif type(child) is Annotation:
            self._prepare_layout(child)
        elif type(child) is Poly3DCollection:
            self._prepare_surface(child)
        elif isinstance(child, Legend):
            for text in (child.get_title(), *child.get_texts()):
                self._prepare_text(text)

    def _watch(self, artist: Any, name: str) -> None:
        """Note that a method of an artist has run, which may do anything."""
        real = getattr(artist, name, None)
        if name in vars(artist) or real is None:
            return

        def run(*args: Any, **options: Any) -> Any:
            try:
                return real(*args, **options)
            finally:
                self._unknown_has_run()

        self._replace(artist, name, run)

    def _prepare_text(self, text: Any) -> None:
        if not self._texts_known or type(text) is not Text or not is_own(text):
            return
        texts, own = self._texts, self._renderer

        def draw(renderer: Any) -> None:
            if renderer is not own or not texts.draw(text):
                Text.draw(text, renderer)

        def extent(renderer: Any = None, dpi: Any = None) -> Any:
            if renderer is not own or dpi is not None:
                return Text.get_window_extent(text, renderer, dpi)
            return texts.extent(text)

        self._replace(text, "draw", draw)
        self._replace(text, "get_window_extent", extent)
        self._prepare_layout(text)

    def _prepare_layout(self, text: Any) -> None:
        """Let a text be laid out from what is known; an annotation draws itself otherwise."""
        if not self._texts_known or not is_own(text):
            return
        texts, own = self._texts, self._renderer

        def layout(renderer: Any) -> Any:
            return texts.answer(text) if renderer is own else drawn.layout_of(text, renderer)

        self._replace(text, drawn.TEXT_LAYOUT, layout)

    def _prepare_surface(self, collection: Any) -> None:
        if not self._surfaces_known or may_run_unknown(collection):
            return
        surface = Surface3D(collection)
        self._axes.append(surface)
        self._replace(collection, PROJECT, surface.project)
        self._replace(collection, MAP_COLOURS, surface.map_colours)

    def _prepare_axis(self, axis: Any) -> None:
        for text in (axis.label, axis.offsetText):
            self._prepare_text(text)
        axes = axis.axes
        if any(unknown_tickers(axis)) or self._placements.unknown(axes):
            self._watch(axis, drawn.AXIS_TICKS)
            return
        flat = type(axis) in drawn.OWN_TICKS and type(axes) is Axes and draws_plainly(axes)
        polar = type(axis) in drawn.POLAR_TICKS and type(axes) is PolarAxes and is_own(axes)
        if self._ticks_known and (flat or (polar and self._polar_ticks_known)):
            self._prepare_ticks(axis)
        elif not flat:
            self._prepare_other_ticks(axis)
        if self._new_ticks_known and (flat or (polar and self._new_polar_ticks_known)):
            self._replace(axis, drawn.NEW_TICK, partial(self._maker.make, axis))
            self._replace(axis, drawn.COPY_TICK, partial(self._maker.liken, axis))

    def _prepare_ticks(self, axis: Any) -> None:
        ticks = AxisTicks(axis, self._texts, self._renderer, self._unknown_has_run)
        self._axes.append(ticks)
        self._replace(axis, "draw", ticks.draw)
        self._replace(axis, "get_tightbbox", ticks.tight_box)
        self._replace(axis, drawn.AXIS_TICKS, ticks.found)
        self._replace(axis, drawn.LABEL_BOXES, ticks.boxes)
        self._replace(axis, private_placed.BOXES_OF_SIBLINGS, ticks.boxes_of_siblings)
        self._replace(axis, private_placed.LABEL_PLACE, ticks.place_label)
        for spine in axis.axes.spines.values():
            if type(spine) is Spine and spine.axis is axis and is_own(spine):
                self._replace(spine, "get_window_extent", partial(ticks.spine_box, spine))

    def _axes_3d(self, axes: Any) -> list[Any]:
        """Return the axes of a 3-D axes that answer a question once for each projection."""
        if not is_axes_3d(axes) or not all(map(is_own, (axes, *axes.get_children()))):
            return []
        return [axis for axis in axes_of(axes) if is_own(axis) and not any(unknown_tickers(axis))]

    def _prepare_other_ticks(self, axis: Any) -> None:
        """Let the texts and lines of ticks be drawn that lie otherwise, as on polar axes."""
        pens: dict[int, Pen] = {}
        for name in drawn.TICK_LISTS:
            for tick in vars(axis).get(name, ()):
                parts = drawn.parts_of_tick(vars(tick))
                for number, line in enumerate(parts[:LINES]):
                    if self._ticks_known and type(line) is Line2D and is_own(line):
                        self._replace(line, "draw", partial(self._draw_line, pens, number, line))
                for text in parts[LINES:]:
                    self._prepare_text(text)

    def _draw_line(self, pens: dict[int, Pen], number: int, line: Any, renderer: Any) -> None:
        """Draw a line of a tick, in place of its own method."""
        plain = renderer is self._renderer and is_plain(line) and not renderer.filtering
        if plain and not line.get_visible():
            return
        pen = pens.get(number)
        if plain and (pen is None or not pen.fits(line) or not pen.lies_still()):
            pen = pens[number] = Pen(line, self._renderer)
        if not plain or pen is None or not pen.draw(line):
            Line2D.draw(line, renderer)
