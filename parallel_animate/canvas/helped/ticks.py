"""The ticks of an axis: found once for each draw, and drawn with few pens.

matplotlib asks an axis for its ticks nine times in one draw, and for the boxes of their labels six
times: for its own drawing, for the place of its label, for each spine, for the titles. The answers
are the same as long as the limits, the place of the axes and the locators are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.lines import Line2D
from matplotlib.spines import Spine
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from parallel_animate.canvas.artists import private_drawn as drawn
from parallel_animate.canvas.artists import private_placed
from parallel_animate.canvas.artists.private import STALE, view_of
from parallel_animate.canvas.helped.bends import Bends
from parallel_animate.canvas.helped.labels import LINES, TickLabels, box_around
from parallel_animate.canvas.helped.pens import Pen, is_plain
from parallel_animate.canvas.helped.plain import is_own, may_run_unknown
from parallel_animate.canvas.helped.texts import Texts
from parallel_animate.canvas.helped.together import Row, draw_together

Pens = tuple[Pen | None, ...]


class AxisTicks:
    """The ticks of one axis during one draw of its figure.

    Its methods stand in for those of the axis and its spines.

    Parameters
    ----------
    axis : Axis
        An x- or y-axis of matplotlib's own, with locators and formatters that are known.
    texts : Texts
        Draws the labels.
    renderer : GlyphRenderer
        Draws the rest.
    unknown_has_run : callable
        Called after code has run that is not known.
    """

    def __init__(
        self, axis: Any, texts: Texts, renderer: Any, unknown_has_run: Callable[[], None]
    ) -> None:
        self._axis = axis
        self._texts = texts
        self._renderer = renderer
        self._unknown_has_run = unknown_has_run
        self._drawn_by_us: dict[int, Any] = {}
        self.forget()

    def forget(self) -> None:
        """Find out all anew: code that is not known has run."""
        self._key: Any = None
        self._ticks: list[Any] = []
        self._lists: list[Any] = []  # held, so that others are known from these
        self._labels: TickLabels | None = None
        self._label_placed: Any = None
        self._pens: list[Pen | None] = [None] * LINES
        self._spines: dict[int, Any] = {}

    def release(self) -> None:
        """Let all ticks draw themselves again."""
        for tick in self._drawn_by_us.values():
            vars(tick).pop("draw", None)
        self._drawn_by_us.clear()

    def found(self) -> list[Any]:
        """Return the ticks that are drawn, at their places and with their labels."""
        key = self._key_now()
        if key != self._key:
            self.forget()
            self._ticks = getattr(type(self._axis), drawn.AXIS_TICKS)(self._axis)
            # To find ticks may set limits, and so change what they depend on.
            self._lists = drawn.lists_of_ticks(self._axis)
            self._key = self._key_now()
            self._bends = Bends(self._axis, self._ticks)
            for tick in self._ticks:
                if "draw" not in vars(tick) and _is_own_tick(tick):
                    vars(tick)["draw"] = self._drawing(tick)
                    self._drawn_by_us[id(tick)] = tick
        return list(self._ticks)

    def boxes(self, ticks: list[Any], renderer: Any) -> Any:
        """Return the boxes of the labels of ticks: of those on one side, and on the other."""
        if renderer is not self._renderer or ticks != self._ticks or self._key != self._key_now():
            return getattr(type(self._axis), drawn.LABEL_BOXES)(self._axis, ticks, renderer)
        return tuple([box.frozen() for box in boxes] for boxes in self._found_labels().boxes())

    def boxes_of_siblings(self, renderer: Any) -> Any:
        """Return boxes around the labels of ticks that the label of the axis keeps clear of."""
        if renderer is not self._renderer or private_placed.label_group(self._axis) != 1:
            return getattr(type(self._axis), private_placed.BOXES_OF_SIBLINGS)(self._axis, renderer)
        self.found()
        return tuple(map(list, self._found_labels().around()))

    def place_label(self, renderer: Any) -> None:
        """Put the label of the axis where it is clear of the ticks."""
        axis = self._axis
        if renderer is not self._renderer or private_placed.label_group(axis) != 1:
            getattr(type(axis), private_placed.LABEL_PLACE)(axis, renderer)
            return
        self.found()
        place = axis.label.get_position()
        if self._label_placed == place or not private_placed.label_moves(axis):
            return
        side, name, across = private_placed.side_of_label(axis)
        beside = axis.axes.spines.get(name, axis.axes).get_window_extent()
        around = box_around([*self._found_labels().around()[side], beside])
        edge = around.get_points()[side, across]
        pad = axis.labelpad * axis.get_figure(root=True).dpi / 72
        moved = edge + pad if side else edge - pad
        self._label_placed = (place[0], moved) if across else (moved, place[1])
        axis.label.set_position(self._label_placed)

    def spine_box(self, spine: Spine, renderer: Any = None) -> Any:
        """Return the box of a spine of the axis, with the ticks on it."""
        self.found()
        known = self._spines.get(id(spine))
        if known is None:
            known = Spine.get_window_extent(spine, renderer)
            self._spines[id(spine)] = known
        return known.frozen()

    def tight_box(self, renderer: Any = None, *, for_layout_only: bool = False) -> Any:
        """Return the box around all that the axis shows; None if there is nothing."""
        axis = self._axis
        if renderer is not self._renderer or for_layout_only or not axis.get_visible():
            return type(axis).get_tightbbox(axis, renderer, for_layout_only=for_layout_only)
        self.found()
        self.place_label(renderer)
        labels = self._found_labels()
        self._place_offset(labels.around())
        boxes = [
            text.get_window_extent(renderer)
            for text in (axis.offsetText, axis.label)
            if text.get_visible()
        ]
        boxes = [box for box in (*boxes, *labels.finite()) if private_placed.takes_room(box)]
        return box_around(boxes) if boxes else None

    def draw(self, renderer: Any) -> None:
        """Draw the axis: its ticks, its label and its offset."""
        axis = self._axis
        state = vars(axis)
        if renderer is not self._renderer or drawn.switches_of_tick(state) != drawn.PLAIN_TICK:
            type(axis).draw(axis, renderer)
            return
        ticks = self.found()
        around = self._found_labels().around()
        for alike, pens in self._alike(ticks):
            if pens is not None and self._draw_together(alike, pens):
                continue
            for tick in alike:
                tick.draw(renderer)
                if id(tick) not in self._drawn_by_us:
                    self._unknown_has_run()
        self.place_label(renderer)
        axis.label.draw(renderer)
        self._place_offset(around)
        axis.offsetText.draw(renderer)
        axis.stale = False

    def _alike(self, ticks: list[Any]) -> list[tuple[list[Any], Pens | None]]:
        """Return groups of ticks that follow each other, and whose lines need the same pens.

        No pens are told where each tick has to be drawn by itself.
        """
        groups: list[tuple[list[Any], Pens | None]] = []
        together = self._renderer.draws_at_once and not self._renderer.filtering
        for tick in ticks if together and private_placed.is_flat(self._axis) else ():
            pens = self._pens_of(tick)
            if pens is not None and groups and groups[-1][1] == pens:
                groups[-1][0].append(tick)
            else:
                groups.append(([tick], pens))
        return groups or [(ticks, None)]

    def _pens_of(self, tick: Any) -> Pens | None:
        """Return the pens for the three lines of a tick, None for one that is hidden.

        Nothing, if they have to draw themselves.
        """
        state = vars(tick)
        plain = drawn.switches_of_tick(state) == drawn.PLAIN_TICK
        if not plain or id(tick) not in self._drawn_by_us:
            return None
        lines = drawn.parts_of_tick(state)[:LINES]
        if not all(map(is_plain, lines)):
            return None
        return tuple(
            self._pen_for(number, line) if line.get_visible() else None
            for number, line in enumerate(lines)
        )

    def _draw_together(self, ticks: list[Any], pens: Pens) -> bool:
        """Draw ticks that look alike together; return whether that could be done."""
        parts = [drawn.parts_of_tick(vars(tick)) for tick in ticks]
        rows = [
            Row(pen, [each[number] for each in parts])
            for number, pen in enumerate(pens)
            if pen is not None
        ]
        labels = [label for each in parts for label in each[LINES:]]
        shown, pictures = [], []
        for label in labels:
            if not drawn.shows_text(vars(label)):
                if not self._texts.draw(label):
                    return False
                continue
            placed = self._found_labels().placed(label)
            found = None if placed is None else self._texts.pictures(label, placed)
            if found is None:
                return False
            shown.append(label)
            pictures += found
        along = int(not private_placed.is_x_axis(self._axis))
        if not draw_together(rows, pictures, along, self._renderer):
            return False
        for artist in (*ticks, *shown):
            vars(artist)[STALE] = False
        return True

    def _place_offset(self, around: list[list[Bbox]]) -> None:
        """Put the offset of the axis clear of the ticks, and say what it is."""
        axis = self._axis
        getattr(axis, private_placed.OFFSET_PLACE)(*around)
        axis.offsetText.set_text(axis.major.formatter.get_offset())

    def _found_labels(self) -> TickLabels:
        if self._labels is None:
            own = all(id(tick) in self._drawn_by_us for tick in self._ticks)
            self._labels = TickLabels(
                self._ticks, self._texts, self._bends, self._renderer, own=own
            )
        return self._labels

    def _key_now(self) -> Any:
        """Return all that the ticks and their places depend on that a draw itself may change."""
        axis, axes = self._axis, self._axis.axes
        major, minor = axis.major, axis.minor
        return (
            view_of(axes).get_points().tobytes(),
            axes.transAxes.get_matrix().tobytes(),
            axis.get_figure(root=True).dpi,
            (axes.transData, axes.transScale, drawn.scale_of(axis)),
            (major.locator, minor.locator, major.formatter, minor.formatter),
            drawn.categories_of(major.locator),
            private_placed.placements(axes),
            [*map(id, drawn.lists_of_ticks(axis))],
        )

    def _drawing(self, tick: Any) -> Callable[[Any], None]:
        """Return what draws a tick in place of its own method."""

        def draw(renderer: Any) -> None:
            state = vars(tick)
            if (
                renderer is not self._renderer
                or self._key is None
                or renderer.filtering
                or drawn.switches_of_tick(state) != drawn.PLAIN_TICK
            ):
                type(tick).draw(tick, renderer)
                return
            parts = drawn.parts_of_tick(state)
            for number, line in enumerate(parts[:LINES]):
                self._draw_line(number, line)
            for label in parts[LINES:]:
                if not self._texts.draw(label, self._placed(label)):
                    self._let_draw(label)
            tick.stale = False

        return draw

    def _placed(self, label: Any) -> Any:
        return self._found_labels().placed(label) if self._key is not None else None

    def _draw_line(self, number: int, line: Any) -> None:
        """Draw a line of a tick: the grid's, or the mark on one of the two sides."""
        if not is_plain(line):
            self._let_draw(line)
            return
        if not line.get_visible():
            return
        if not self._pen_for(number, line).draw(line):
            self._let_draw(line)

    def _pen_for(self, number: int, line: Any) -> Pen:
        """Return the pen for a plain line of a tick: the last one, if the line looks the same."""
        pen = self._pens[number]
        if pen is None or not pen.fits(line):
            pen = self._pens[number] = Pen(line, self._renderer, self._bends)
        return pen

    def _let_draw(self, part: Any) -> None:
        """Let a part of a tick draw itself."""
        part.draw(self._renderer)
        if may_run_unknown(part):
            self._unknown_has_run()


def _is_own_tick(tick: Any) -> bool:
    """Return whether a tick and all of its parts are matplotlib's own."""
    parts = drawn.parts_of_tick(vars(tick))
    return (
        is_own(tick)
        and all(type(line) is Line2D and is_own(line) for line in parts[:LINES])
        and all(type(label) is Text and is_own(label) for label in parts[LINES:])
    )
