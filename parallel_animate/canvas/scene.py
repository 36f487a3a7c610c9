"""A figure as a list of units in drawing order, of which only the changed ones are drawn anew.

matplotlib draws a figure as a tree: figures, subfigures and axes are *containers*, which place
their children, put them in order and then draw them. Every other child is a *unit* here: a line, an
axis with its ticks, a legend, a background patch. :class:`Scene` keeps the display list of each
unit, and tells the units in drawing order.

A container of which only children have changed is not asked again: its units are those of
before. Otherwise its own ``draw`` runs, matplotlib's or the user's, so that aspects, limits,
titles, layouts and the order are decided by the code that always does it. Just the ``draw`` of
its children is replaced for that time, by one that draws the child if it has changed, and else
only notes that it comes next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase

from parallel_animate.canvas.artists.axes import PutOff, as_they_are, autoscale, put_off_again
from parallel_animate.canvas.artists.known import name_of, replacements
from parallel_animate.canvas.artists.layouts import layout_left
from parallel_animate.canvas.artists.origin import draws_itself
from parallel_animate.canvas.artists.placing import (
    is_axis,
    is_placed_by_others,
    place_axes,
    places,
    places_others,
)
from parallel_animate.canvas.artists.private_drawn import forget_sizes
from parallel_animate.canvas.artists.values import known_rc_params
from parallel_animate.canvas.container import Container
from parallel_animate.canvas.drawing import Drawing
from parallel_animate.canvas.helped import Help
from parallel_animate.canvas.helped.plain import may_have_run_unknown
from parallel_animate.canvas.layout import Layout
from parallel_animate.canvas.recorder import RecordingRenderer
from parallel_animate.canvas.relatives import find_categories, mark_relatives
from parallel_animate.canvas.stand_ins import StandIns
from parallel_animate.canvas.unit import Unit
from parallel_animate.canvas.watch import Watch


class Scene:
    """The units of a figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure. The ``stale_callback`` of its artists is taken over until :meth:`close`.
    renderer : RecordingRenderer
        Records what is drawn.
    help_of_draws : Help
        Helps what has to be drawn anew.
    shown_first : bool
        Whether each picture is drawn twice: it is shown, and then saved.

    Attributes
    ----------
    frame : int
        How often :meth:`units` was called.
    layout : Layout
        The figure's layout engine.
    layout_ran : bool
        Whether the layout engine ran for the last frame.
    """

    def __init__(
        self,
        figure: Figure,
        renderer: RecordingRenderer,
        help_of_draws: Help,
        *,
        shown_first: bool = False,
    ) -> None:
        self.frame = 0
        self.layout_ran = False
        self._renderer = renderer
        self._shown_first = shown_first
        self._watch = Watch()
        self._help = help_of_draws
        self._stand_ins = StandIns(renderer, self._watch)
        self._params = known_rc_params()
        self._replacements = replacements()
        self.layout = Layout(figure)
        self._root = Container(figure)
        self._drawing: Drawing | None = None
        # Whether artists that others are placed by were drawn for the last frame.
        self._drew_placing = False
        # Whether something was moved for this frame after all of it had been inspected.
        self._moved = False
        self._put_off: list[PutOff] = []
        self._waiting: list[Axes] = []  # axes that will autoscale when their turn comes

    def close(self) -> None:
        """Give the artists their callbacks back."""
        self._watch.release()

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Take no notice of changes in the block: it draws what has been drawn once more."""
        with self._watch.mute():
            put_off_again(self._put_off)
            yield
            # What was drawn before others autoscaled was drawn by their old limits.
            autoscaled = as_they_are(self._put_off)
            put_off_again(self._put_off)
            for container in self._root.containers():
                for unit in container.units.values():
                    unit.renew_fingerprint()
            put_off_again(autoscaled)

    def drawn_by_others(self) -> None:
        """Let the layout engine run again, as it ran meanwhile."""
        self.layout.at_rest = False

    @contextmanager
    def left_alone(self) -> Iterator[None]:
        """Take no notice of anything in the block, in which all is drawn, and draw all after it.

        Whatever is drawn reports changes, hundreds of them: to hear of none saves that time.
        """
        self.drawn_by_others()
        self._root.mark_all()
        with self._watch.mute():
            yield

    def units(self) -> list[Unit]:
        """Draw what has changed, and return all units in drawing order."""
        with self._help.begun():
            return self._units_now()

    def _units_now(self) -> list[Unit]:
        self.frame += 1
        self.layout_ran = False
        moved = self._drawn_once()
        if moved and self._shown_first:
            moved = self._drawn_once()
        if moved and self._laid_out():
            # A figure with a layout engine is drawn twice when it is saved, and the second draw
            # shows what the first one has moved.
            self._inspect()
            self._visit_all()
        if self.layout.due:
            self.layout.note_run()
        units = list(self._root.all_units())
        mask = None
        for unit in units:
            if unit.display_list.masks:
                mask = unit.choose_masks(mask, self.frame)
        return units

    def _drawn_once(self) -> bool:
        """Draw what has changed, as one draw does; return whether that may have moved others."""
        self.layout.decide(self._inspect())
        self._visit_all(self._lay_out if self.layout.due else None)
        if self.layout.due:
            self.layout_ran = True
            self.layout.note_run()
        return self._drew_placing or self.layout.due

    def drawn_anew(self) -> Iterator[str]:
        """Yield what is drawn anew for each frame, and why, in words."""
        for container in self._root.containers():
            if container.why_volatile is not None:
                yield container.why_volatile
            for item in container.items:
                if isinstance(item, Unit) and item.why_volatile is not None:
                    yield item.why_volatile

    def _laid_out(self) -> bool:
        """Return whether the figure has a layout engine."""
        return self._root.artist.get_layout_engine() is not None

    def _visit_all(self, lay_out: Callable[[], None] | None = None) -> None:
        """Bring all items up to date; once the figure has placed its axes, lay it out."""
        self._drew_placing = self._moved = False
        self._root.stale |= lay_out is not None
        with layout_left(self._root.artist, lay_out):
            self._visit(self._root)

    def _lay_out(self) -> None:
        """Let the layout engine run, in the middle of the figure's own draw.

        What it moves lies where it puts it, whatever its aspect, until its own turn comes.
        """
        self.layout.run()
        self._inspect(place=False)
        if self._drawing is not None:
            self._drawing.note_clean()

    def _inspect(self, *, place: bool = True) -> list[Container]:
        """Find out what has changed, and return all containers."""
        if place:
            self._place_figures()
        self._autoscale()
        params_changed = not dict.__eq__(matplotlib.rcParams, self._params)
        before, self._replacements = self._replacements, replacements()
        replaced = self._replacements != before
        all_anew = params_changed or replaced
        containers = [self._root]
        for container in containers:
            for item in container.items:
                if isinstance(item, Unit):
                    item.inspect(self._watch)
                    item.stale |= all_anew
                else:
                    containers.append(item)
            container.stale |= all_anew
            if replaced:
                container.look_at_class()
            container.inspect(self._watch)
            find_categories(container)
        axes = [container for container in containers if isinstance(container.artist, Axes)]
        if self._drew_placing or any(container.stale for container in axes):
            mark_relatives(axes)
        if params_changed:
            self._params = known_rc_params()
            forget_sizes(self._renderer)
        with self._watch.mute():
            self._waiting = put_off_again(self._put_off)
        return containers

    def _place_figures(self) -> None:
        """Let axes go where their aspects and locators place them, before anything is drawn.

        Those of a subfigure have to wait for its turn, unless a layout engine asks for them.
        """
        self._place_axes(self._root)
        if self._laid_out():
            for container in self._root.containers():
                if isinstance(container.artist, FigureBase) and container is not self._root:
                    self._place_axes(container, hidden=False)

    def _place_axes(self, container: Container, *, hidden: bool = True) -> None:
        """Let the axes of a figure or subfigure go where a draw of it places them first of all."""
        if container.artist.get_visible():
            with self._watch.mute():
                place_axes(container.artist, self._renderer, hidden=hidden)

    def _autoscale(self) -> None:
        """Let axes autoscale that have put it off, in the order of a full draw.

        What comes of it tells what has changed. But in a full draw each axes does so when its turn
        comes, and what is drawn in its coordinates before is drawn by its old limits.
        """
        containers = self._root.containers()
        axes = [each.artist for each in containers if isinstance(each.artist, Axes)]
        waiting = autoscale(self._root.artist, axes)
        # The draw that shows a figure before it is saved lets all of them autoscale.
        self._put_off = [] if self._shown_first and not self._laid_out() else waiting

    def _take_turn(self, axes: Any) -> None:
        """Let an axes autoscale whose turn has come: what changes by that is known."""
        if axes in self._waiting and axes.get_visible():
            with self._watch.mute():
                axes.viewLim  # noqa: B018, to ask is enough

    def _visit(self, container: Container) -> None:
        """Bring a container's items up to date."""
        self._take_turn(container.artist)
        if container is not self._root:
            if isinstance(container.artist, FigureBase):
                self._place_subfigure(container)
            if self._moved:
                self._inspect_again(container)
        if container.stale:
            self._draw(container)
            return
        for item in container.items:
            if isinstance(item, Container):
                self._visit(item)
                continue
            if self._moved and isinstance(container.artist, FigureBase):
                item.inspect(self._watch)  # an axes that was drawn before may have moved it
            if item.stale:
                self._record(item, container.signature)

    def _record(self, unit: Unit, signature: Any) -> None:
        """Let a unit draw anew."""
        with self._help.given_to([unit.artist]):
            unit.record(
                self._renderer,
                self._watch,
                signature,
                self.frame,
                may_rest=self.layout.is_settling,
            )
        if unit.volatile or may_have_run_unknown(unit.artist, looked_through=unit.looked_through):
            self._help.end()

    def _place_subfigure(self, container: Container) -> None:
        """Place the axes of a subfigure, whose turn has come."""
        before = places(container.artist)
        self._place_axes(container)
        self._moved |= before != places(container.artist)

    def _inspect_again(self, container: Container) -> None:
        """Find out what has changed in a container, as something has moved meanwhile."""
        for item in container.items:
            if isinstance(item, Unit):
                item.inspect(self._watch)
        container.inspect(self._watch)

    def _draw(self, container: Container) -> None:
        """Run a container's own draw, with its children's draws replaced."""
        artist = container.artist
        # A child with a draw of its own on the instance is left alone: what it draws counts as
        # drawn by the container itself.
        everyone = artist.get_children()
        children = [child for child in everyone if not draws_itself(child)]
        outer, self._drawing = self._drawing, Drawing(container)
        if container.volatile:
            self._help.end()
        # An axis that turns out to be out of date only when its turn comes is helped from then on.
        changing = [child for child in everyone if not is_axis(child) or container.redraws(child)]
        with self._help.given_to(changing, (artist, container.placed_by_unknown)):
            made = self._stand_ins.of(container, children, self.frame, self._draw_child)
            stand_ins: list[tuple[Any, str, Any]] = list(made)
            try:
                for child, name, stand_in in stand_ins:
                    vars(child)[name] = stand_in
                with self._renderer.recording():
                    type(artist).draw(artist, self._renderer)
                    self._keep_loose()
            finally:
                for child, name, _ in stand_ins:
                    vars(child).pop(name, None)
                drawing, self._drawing = self._drawing, outer
        draws_more = drawing.loose > 0 or children != everyone
        container.note_drawn(drawing.items, draws_more, drawing.signature)
        self._drew_placing |= any(
            unit.drawn_at == self.frame and places_others(unit.artist) and not unit.volatile
            for unit in container.units.values()
        )
        self._watch.follow([artist], container)
        container.forget_removed(self._watch)
        if container.volatile and isinstance(artist, Axes):
            self._moved = True  # it may have placed other axes, as a host does with its parasites

    def _draw_child(self, child: Any, name: str, renderer: Any) -> None:
        """Stand in for a child's draw: its turn has come."""
        draw = getattr(type(child), name).__get__(child)
        drawing = self._drawing
        if renderer is not self._renderer or drawing is None:
            draw(renderer)  # a picture for somebody else
            return
        self._keep_loose()
        if isinstance(child, FigureBase | Axes):
            inner = drawing.container.inner.get(id(child))
            if inner is None:
                inner = drawing.container.inner[id(child)] = Container(child)
            self._take_turn(child)
            if not inner.stale:
                inner.stale = is_placed_by_others(child) or inner.signature != inner.signature_now()
            self._visit(inner)
            drawing.items.append(inner)
            return
        if (id(child), name) in drawing.seen:
            draw(renderer)  # a second time, which counts as drawn by the container itself
            return
        drawing.seen.add((id(child), name))
        unit = drawing.container.units.get((id(child), name))
        if unit is None:
            unit = drawing.container.units[id(child), name] = Unit(child, name)
        signature = drawing.signature_for(child)
        if not unit.fits(signature):
            self._record(unit, signature)
            if (drawing.container.is_3d or drawing.container.joins_axes) and is_axis(child):
                drawing.container.axis_drawn(child, self.frame)
        drawing.items.append(unit)

    def _keep_loose(self) -> None:
        """Make a unit of what the container has drawn itself since its last child."""
        drawing = self._drawing
        assert drawing is not None
        loose = self._renderer.take()
        if loose.primitives:
            artist = drawing.container.artist
            key = (id(artist), str(drawing.loose))
            unit = drawing.container.units.setdefault(key, Unit(artist))
            unit.why_volatile = f"{name_of(artist)} draws by itself"
            unit.keep(loose, self.frame)
            drawing.items.append(unit)
            drawing.loose += 1
