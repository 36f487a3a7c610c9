"""A figure as a list of units in drawing order, of which only the changed ones are drawn anew.

matplotlib draws a figure as a tree: figures, subfigures and axes are *containers*, which settle
positions and order and then draw their children. Every other child is a *unit* here: a line, an
axis with its ticks, a legend, a background patch. :class:`Scene` keeps the display list of each
unit, and tells the units in drawing order.

A container of which only children have changed is not asked again: its units are those of
before. Otherwise its own ``draw`` runs, matplotlib's or the user's, so that aspects, limits,
titles, layouts and the order are settled by the code that always does it. Just the ``draw`` of
its children is replaced for that time, by one that draws the child if it has changed, and else
only notes that it comes next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure, FigureBase
from matplotlib.lines import Line2D

from parallel_animate.canvas.axes3d import AXIS_3D_DRAWS, is_axis_3d, remembering
from parallel_animate.canvas.changes import Watch, is_matplotlibs
from parallel_animate.canvas.container import Container
from parallel_animate.canvas.layout import Layout
from parallel_animate.canvas.recording import RecordingRenderer
from parallel_animate.canvas.units import Unit


class Scene:
    """The units of a figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure. The ``stale_callback`` of its artists is taken over until :meth:`close`.
    renderer : RecordingRenderer
        Takes down what is drawn.

    Attributes
    ----------
    frame : int
        How often :meth:`units` was called.
    layout_ran : bool
        Whether the layout engine ran for the last frame.
    """

    def __init__(self, figure: Figure, renderer: RecordingRenderer) -> None:
        self.frame = 0
        self.layout_ran = False
        self._renderer = renderer
        self._watch = Watch()
        self._params = _rc_params()
        self._layout = Layout(figure)
        self._root = Container(figure)
        self._drawing: _Drawing | None = None
        self._moved = False  # whether ticks or texts were drawn anew in axes that settled anew

    def close(self) -> None:
        """Give the artists their callbacks back."""
        self._watch.release()

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Take no notice of changes in the block: a further draw sets what is set already."""
        with self._watch.mute():
            yield
        for container in self._root.containers():
            for unit in container.units.values():
                unit.look_anew()

    def drawn_by_others(self) -> None:
        """Let the layout engine run again: it ran meanwhile."""
        self._layout.settled = False

    def units(self) -> list[Unit]:
        """Draw what has changed, and return all units in drawing order."""
        self.frame += 1
        self._look()
        self._root.stale |= self._layout.due
        self.layout_ran = self._root.stale
        self._moved = False
        self._visit(self._root)
        if self.layout_ran:
            self._layout.ran()
        units = list(self._root.all_units())
        mask = None
        for unit in units:
            if unit.display_list.masks:
                mask = unit.settle_masks(mask, self.frame)
        return units

    def _look(self) -> None:
        """Notice what has changed."""
        self._settle()
        self._autoscale()
        params_changed = not dict.__eq__(matplotlib.rcParams, self._params)
        containers = [self._root]
        for container in containers:
            for item in container.items:
                if isinstance(item, Unit):
                    item.look(self._watch)
                    item.stale |= params_changed
                else:
                    containers.append(item)
            container.stale |= params_changed
            container.look(self._watch)
            _look_at_units(container)
        axes = [container for container in containers if isinstance(container.artist, Axes)]
        if self._moved or any(container.stale for container in axes):
            _look_at_relatives(axes)
        self._layout.look(containers)
        if params_changed:
            self._params = _rc_params()

    def _autoscale(self) -> None:
        """Let axes autoscale that have put it off, which they do when their limits are asked for.

        Of those that share limits, the first that is asked does so with its own margins. A layout
        engine asks the axes that show ticks before anybody draws; and it may ask another than
        these, for axes that share limits share the locator too.
        """
        axes = [c.artist for c in self._root.containers() if isinstance(c.artist, Axes)]
        asked = []
        if self._root.artist.get_layout_engine() is not None:
            for ax in axes:
                for axis in ax._axis_map.values() if ax.axison and ax.get_visible() else ():
                    if axis.get_visible():
                        asked += [getattr(axis.get_major_locator().axis, "axes", None) or ax, ax]
        for ax in asked + axes:
            ax.viewLim  # noqa: B018, lets it happen

    def _settle(self) -> None:
        """Let axes with an aspect or a locator take their places.

        A full draw does so before it draws any of them: what lies in one may depend on another.
        """
        with self._watch.mute():
            for container in self._root.containers():
                if isinstance(container.artist, FigureBase):
                    for inner in container.inner.values():
                        _take_places(inner.artist, self._renderer)

    def _visit(self, container: Container) -> None:
        """Bring a container's items up to date."""
        if container.stale:
            self._draw(container)
            return
        for item in container.items:
            if isinstance(item, Container):
                self._visit(item)
            elif item.stale:
                item.record(self._renderer, self._watch, container.placed, self.frame)

    def _draw(self, container: Container) -> None:
        """Run a container's own draw, with its children's draws replaced."""
        artist = container.artist
        # A child with a draw of its own on the instance is left alone: what it draws counts as
        # drawn by the container itself.
        everyone = artist.get_children()
        children = [child for child in everyone if "draw" not in vars(child)]
        stand_ins: list[tuple[Any, str, Any]] = [
            (child, name, partial(self._reached, child, name))
            for child in children
            for name in _draws_of(child)
        ]
        if not container.volatile:
            stand_ins += [
                (child, "get_tightbbox", partial(self._axis_box, container, child))
                for child in children
                if isinstance(child, Axis) and "get_tightbbox" not in vars(child)
            ]
            if container.is_3d:
                axes = [child for child in children if is_axis_3d(child)]
                own = [axis for axis in axes if is_matplotlibs(type(axis))]
                stand_ins += remembering(artist, own)
        outer, self._drawing = self._drawing, _Drawing(container)
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
        itself = drawing.loose > 0 or children != everyone
        container.drawn(drawing.items, itself, drawing.settled)
        self._moved |= any(
            unit.drawn_at == self.frame and unit.settles_others and not unit.volatile
            for unit in container.units.values()
        )
        self._watch.follow([artist], container)
        self._forget_removed(container)

    def _reached(self, child: Any, name: str, renderer: Any) -> None:
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
            if not inner.stale:
                inner.stale = inner.locator is not None or inner.placed != inner.placed_now()
            self._visit(inner)
            drawing.items.append(inner)
            return
        if (id(child), name) in drawing.seen:
            draw(renderer)  # a second time, which counts as drawn by the container itself
            return
        drawing.seen.add((id(child), name))
        unit = drawing.container.units.get((id(child), name))
        if unit is None:
            unit = drawing.container.units[id(child), name] = Unit(child, draw)
        placed = drawing.placed(child)
        if self._root.stale and not drawing.container.is_3d:
            # The layout engine may have moved what this is placed by.
            unit.look(self._watch)
        if not unit.fits(placed):
            unit.record(self._renderer, self._watch, placed, self.frame)
            if drawing.container.is_3d and isinstance(child, Axis):
                drawing.container.axis_drawn(child, self.frame)
        drawing.items.append(unit)

    def _axis_box(
        self, container: Container, axis: Any, renderer: Any = None, **options: Any
    ) -> Any:
        """Stand in for ``get_tightbbox``, by which an axes places its titles."""
        real = type(axis).get_tightbbox.__get__(axis)
        if renderer is not self._renderer or options:
            return real(renderer, **options)
        with self._watch.mute():
            return container.axis_box(axis, self.frame, partial(real, renderer))

    def _keep_loose(self) -> None:
        """Make a unit of what the container has drawn itself since its last child."""
        drawing = self._drawing
        assert drawing is not None
        loose = self._renderer.take()
        if loose.primitives:
            artist = drawing.container.artist
            key = (id(artist), str(drawing.loose))
            unit = drawing.container.units.setdefault(key, Unit(artist, artist.draw))
            unit.volatile = True
            unit.take(loose, self.frame)
            drawing.items.append(unit)
            drawing.loose += 1

    def _forget_removed(self, container: Container) -> None:
        """Give up the children that a container no longer has."""
        kept = {id(child) for child, _ in container.roster} | {id(container.artist)}
        for key in [key for key in container.units if key[0] not in kept]:
            self._watch.forget(container.units.pop(key).members)
        for child in [child for child in container.inner if child not in kept]:
            removed = container.inner.pop(child)
            removed.roster = []
            self._watch.forget([removed.artist])
            self._forget_removed(removed)


class _Drawing:
    """A container's draw under way.

    Attributes
    ----------
    container : Container
        Whose draw it is.
    items : list of Unit and Container
        What it has drawn so far.
    loose : int
        How many of them are not its children's.
    seen : set
        The children whose turn has come.
    settled : tuple or None
        The container's signature after it has settled.
    """

    def __init__(self, container: Container) -> None:
        self.container = container
        self.items: list[Unit | Container] = []
        self.loose = 0
        self.seen: set[tuple[int, str]] = set()
        self.settled: tuple[Any, ...] | None = None
        self._settled_by: set[bool] = set()
        self._clean = [(unit, unit.place) for unit in container.units.values() if not unit.stale]

    def placed(self, child: Any) -> object:
        """Return the container's signature, settled by now, for the child whose turn it is."""
        # A 3-D axes draws its patch first; then it settles its aspect, and projects its
        # collections and patches.
        first = self.container.is_3d and child is self.container.artist.patch
        if self.container.volatile:
            return self.container.placed_now()
        if first not in self._settled_by:
            self._settled_by.add(first)
            self.settled = self.container.placed_now()
            # To settle, matplotlib sets again what is set already: where the labels are, what
            # the projected data is. What moves them all is in the signature; a title moves alone.
            for unit, place in self._clean:
                unit.stale = unit.place != place
        return self.settled


def _rc_params() -> dict[str, Any]:
    """Return the rcParams without asking for any: to ask for the backend would choose one."""
    params: Any = matplotlib.rcParams
    return dict(dict.items(params))


def _take_places(axes: Any, renderer: RecordingRenderer) -> None:
    """Let an axes and those within it take the places that aspects and locators give them."""
    if not isinstance(axes, Axes) or axes.get_figure() is None:  # it was removed
        return
    for ax in (axes, *axes.child_axes):
        locator = ax.get_axes_locator()
        if locator is not None or ax.get_aspect() != "auto":
            ax.apply_aspect(locator(ax, renderer) if locator is not None else None)


def _draws_of(child: Any) -> tuple[str, ...]:
    """Return the methods that draw a child."""
    return AXIS_3D_DRAWS if is_axis_3d(child) else ("draw",)


def _look_at_units(container: Container) -> None:
    """Let the axes know of new categories in the data of lines that are drawn before them.

    A line converts its data, of categories or dates, when it is drawn; what is new among these
    makes new ticks.
    """
    axes = container.artist
    if not isinstance(axes, Axes) or not (axes.xaxis.have_units() or axes.yaxis.have_units()):
        return
    lines: list[Line2D] = []
    for item in container.items:
        if isinstance(item.artist, Line2D) and item.stale:
            lines.append(item.artist)
        elif isinstance(item.artist, Axis) and lines:
            for line in lines:
                line.get_xydata()
            item.stale = True


def _look_at_relatives(containers: list[Container]) -> None:
    """Let axes be asked that are placed after others: where anything has changed in any axes.

    Titles keep clear of the ticks of twins and insets, labels may be aligned, and axes that share
    their limits share the locator, which looks at the labels of one of them. What is drawn after
    them may move them only in the next frame, as the ticks of a secondary axis a title.
    """
    bound = [container for container in containers if container.bound]
    ticks_changed = bool(bound) and any(
        container.placed != container.placed_now()
        or any(unit.stale and isinstance(unit.artist, Axis) for unit in container.units.values())
        for container in containers
    )
    for container in containers:
        if container.artist.child_axes or container.locator is not None:
            container.stale = True
    for container in bound:
        container.stale = True
        if ticks_changed:
            container.draw_each_axis()
