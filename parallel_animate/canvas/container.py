"""A figure, subfigure or axes as what holds units, and how it notices that it has to draw anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from parallel_animate.canvas.artists.axes import (
    Signature,
    drawing_order,
    has_signature,
    signature_of,
)
from parallel_animate.canvas.artists.known import is_known, name_of
from parallel_animate.canvas.artists.libraries import joins_axes
from parallel_animate.canvas.artists.origin import draws_as_3d, draws_plainly, own_method
from parallel_animate.canvas.artists.placement import Placement
from parallel_animate.canvas.artists.placing import (
    alignment,
    has_foreign_locator,
    is_axis,
    is_spine,
    places_others_in,
)
from parallel_animate.canvas.unit import Unit
from parallel_animate.canvas.watch import Watch


class AxisBox(NamedTuple):
    """What encloses an axis: left, bottom, right, top; and the frame for which it was asked."""

    extents: tuple[float, ...] | None
    frame: int


class Container:
    """A figure, subfigure or axes, and the units and containers in it.

    Attributes
    ----------
    artist : FigureBase or Axes
        Who draws.
    items : list of Unit and Container
        What it drew, in order.
    units : dict
        All its units, by child and name of the draw method.
    inner : dict
        All containers in it, by child.
    signature : tuple
        Where and how its children lay when it was last drawn. A child that was drawn under
        another signature is out of date.
    order : list
        Its children, and what their order depended on when it was last drawn.
    stale : bool
        Whether its own draw has to run.
    plain, is_3d : bool
        Whether its draw is known to do no more than place and draw its children; and whether it
        is a 3-D axes, whose draw is known, too.
    joins_axes : bool
        Whether to draw one axis (x, y, ...) of an axes changes the others.
    placed_by_unknown : bool
        Whether it shows its children by transforms that are not known, so that all of them have to
        be drawn for every frame.
    """

    def __init__(self, artist: Any) -> None:
        self.artist = artist
        self.items: list[Unit | Container] = []
        self.units: dict[tuple[int, str], Unit] = {}
        self.inner: dict[int, Container] = {}
        self.signature: Signature = ()
        self.order: list[tuple[Any, Any]] = []
        self.stale = True
        self._placement = Placement()
        self.look_at_class()
        self.placed_by_unknown = self._placement.is_unknown(artist)
        self._axis_boxes: dict[int, AxisBox] = {}
        self._draws_more = False  # whether its own draw draws more than its children
        self._alignment: list[int] | None = None

    @property
    def volatile(self) -> bool:
        """Whether its draw may do anything, and so has to run for every frame."""
        return self.why_volatile is not None

    @property
    def why_volatile(self) -> str | None:
        """Why its draw has to run for every frame, in words; None if it has not to."""
        if not (self.plain or self.is_3d):
            method = own_method(self.artist)
            if method is not None and is_known(type(self.artist)):
                return f"{name_of(self.artist)} was given another {method}()"
            return f"{name_of(self.artist)} is no axes or figure of matplotlib's that is known"
        if self.placed_by_unknown:
            return f"{name_of(self.artist)} has a scale or a transform that is not known"
        if self._draws_more:
            return f"{name_of(self.artist)} draws more than its children"
        if has_foreign_locator(self.artist):
            return f"{name_of(self.artist)} is placed by a locator that is not known"
        return None

    def look_at_class(self) -> None:
        """Find out whether its draw is known."""
        self._class = type(self.artist)
        self._placement.forget()
        self.plain = draws_plainly(self.artist)
        self.is_3d = draws_as_3d(self.artist)
        self.joins_axes = joins_axes(self.artist)

    def heard(self, artist: Artist) -> None:
        """Take note of a change that the artist itself has reported."""
        self.stale = True

    def inspect(self, watch: Watch) -> None:
        """Find out whether its own draw has to run; its units have been inspected."""
        if type(self.artist) is not self._class:
            self.look_at_class()
            self.stale = True
        order = drawing_order(self.artist)
        places_anew = isinstance(self.artist, Axes) and self._places_anew()
        aligned_anew = self._aligned_anew()
        self.stale = (
            self.stale
            or places_anew
            or aligned_anew
            or self.volatile
            or not watch.follows(self.artist)
            or len(order) != len(self.order)
            or any(a is not b or c != d for (a, c), (b, d) in zip(order, self.order, strict=True))
            or not has_signature(self.artist, self.signature)
        )

    def signature_now(self) -> Signature:
        """Return where and how its children lie now."""
        return signature_of(self.artist)

    def mark_axes(self) -> None:
        """Let each axis of an axes be drawn anew: it has no report of what moves it."""
        for unit in self.units.values():
            unit.stale |= is_axis(unit.artist)

    def mark_all(self) -> None:
        """Let all of it be drawn anew."""
        self.stale = True
        for unit in self.units.values():
            unit.stale = True
        for inner in self.inner.values():
            inner.mark_all()

    def changed_artists(self) -> list[Artist]:
        """Return the artists of those units that have to be drawn anew."""
        return [item.artist for item in self.items if isinstance(item, Unit) and item.stale]

    def redraws(self, child: Artist) -> bool:
        """Return whether a child has to be drawn anew, as far as is known by now."""
        unit = self.units.get((id(child), "draw"))
        return unit is None or unit.stale

    def axis_drawn(self, axis: Artist, frame: int) -> None:
        """Take an axis as it is now for what each of its units has drawn for a frame.

        A 3-D axis has three units, and to draw one changes the state of the others.
        """
        for unit in self.units.values():
            same = unit.artist is axis or (self.joins_axes and is_axis(unit.artist))
            if same and unit.drawn_at == frame:
                unit.stale = False
                unit.renew_fingerprint()

    def axis_box(self, axis: Artist, frame: int, real: Callable[[], Bbox | None]) -> Bbox | None:
        """Return what encloses an axis: what did when it was last drawn, if it has not changed."""
        signature = self.signature_now()
        shown = [item for item in self.items if isinstance(item, Unit) and item.artist is axis]
        known = self._axis_boxes.get(id(axis))
        if (
            known is None
            or not shown
            or not all(unit.fits(signature) and unit.drawn_at <= known.frame for unit in shown)
        ):
            box = real()
            known = AxisBox(None if box is None else tuple(box.extents), frame)
            self._axis_boxes[id(axis)] = known
        return None if known.extents is None else Bbox.from_extents(*known.extents)

    def note_drawn(
        self, items: list[Unit | Container], draws_more: bool, signature: Signature | None
    ) -> None:
        """Note what its own draw has drawn, in order, and whether a part of that is no child.

        `signature` is the one that the children were drawn under, if there is one.
        """
        self.items = items
        self.signature = signature or self.signature_now()
        self.order = drawing_order(self.artist)
        self._alignment = alignment(self.artist)
        shown = set(map(id, items))
        for unit in self.units.values():
            # What is not shown is not inspected, and so has to be drawn when it is shown again.
            unit.stale |= id(unit) not in shown
        for inner in self.inner.values():
            if id(inner) not in shown:
                inner.mark_all()
        self.stale = False
        self._draws_more |= draws_more
        self.placed_by_unknown = self._placement.is_unknown(self.artist)
        self.plain = draws_plainly(self.artist)

    def forget_removed(self, watch: Watch) -> None:
        """Give up the children that it no longer has."""
        kept = {id(child) for child, _ in self.order} | {id(self.artist)}
        for key in [key for key in self.units if key[0] not in kept]:
            watch.forget(self.units.pop(key).members)
        for child in [child for child in self.inner if child not in kept]:
            removed = self.inner.pop(child)
            removed.order = []
            watch.forget([removed.artist])
            removed.forget_removed(watch)

    def containers(self) -> Iterator[Container]:
        """Yield itself and all containers in it, in drawing order."""
        yield self
        for item in self.items:
            if isinstance(item, Container):
                yield from item.containers()

    def all_units(self) -> Iterator[Unit]:
        """Yield its units, and those of the containers in it, in drawing order."""
        for item in self.items:
            if isinstance(item, Unit):
                yield item
            else:
                yield from item.all_units()

    def _aligned_anew(self) -> bool:
        """Return whether it is aligned with others than before: its labels move when drawn."""
        if self._alignment == alignment(self.artist):
            return False
        self.mark_axes()
        return True

    def _places_anew(self) -> bool:
        """Return whether a child has changed that others are placed by, and mark these."""
        changed = self.changed_artists()
        if any(map(is_spine, changed)) or (self.joins_axes and any(map(is_axis, changed))):
            self.mark_axes()
        elif self.is_3d:
            # An axis has three units here, of which only one hears of its changes.
            axes = {id(artist) for artist in changed if is_axis(artist)}
            for unit in self.units.values():
                unit.stale |= id(unit.artist) in axes
        if self.is_3d:
            return bool(changed)
        return places_others_in(self.artist, changed)
