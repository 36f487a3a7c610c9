"""A figure, subfigure or axes as what holds units, and how it notices that it has to draw anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.spines import Spine
from matplotlib.text import Text
from matplotlib.transforms import Affine2DBase, Bbox, BboxBase

from parallel_animate.canvas.changes import Watch, is_matplotlibs
from parallel_animate.canvas.units import Unit

# The modules of draws that do no more than settle the children, and draw them.
PLAIN_DRAWS = ("matplotlib.axes._base", "matplotlib.projections.polar", "matplotlib.figure")
# Where between its limits an axes is probed, so that a changed scale or projection shows.
PROBES = np.array([[0.0, 1.0], [0.37, 0.81], [0.5, 0.23]])


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
    placed : object
        Its signature, when it was last drawn: where its children lie. A child that was drawn
        under another signature is out of date.
    stale : bool
        Whether its own draw has to run.
    """

    def __init__(self, artist: Any) -> None:
        self.artist = artist
        self.items: list[Unit | Container] = []
        self.units: dict[tuple[int, str], Unit] = {}
        self.inner: dict[int, Container] = {}
        self.placed: tuple[Any, ...] = ()
        self.stale = True
        self.roster: list[Any] = []
        self._axis_boxes: dict[int, AxisBox] = {}
        self._draws_itself = False
        self._alignment: list[int] | None = None
        ours = is_matplotlibs(type(artist))
        module = getattr(type(artist).draw, "__module__", "")
        self.plain = ours and module in PLAIN_DRAWS
        self.is_3d = ours and hasattr(artist, "get_proj")

    @property
    def volatile(self) -> bool:
        """Whether its draw may do anything, and so has to run for every frame."""
        return (
            self._draws_itself
            or not (self.plain or self.is_3d)
            or not (self.locator is None or is_matplotlibs(type(self.locator)))
        )

    @property
    def locator(self) -> Any:
        """What places an axes within or beside another one; None if nothing does."""
        return self.artist.get_axes_locator() if isinstance(self.artist, Axes) else None

    @property
    def bound(self) -> bool:
        """Whether it is an axes that shares limits with others, or is aligned with them."""
        axes, aligned = self.artist, alignment(self.artist)
        return (
            aligned is None
            or max(aligned) > 1
            or len(axes.get_shared_x_axes().get_siblings(axes)) > 1
            or len(axes.get_shared_y_axes().get_siblings(axes)) > 1
        )

    def heard(self, artist: Artist) -> None:
        """Take note of a change that the artist itself has reported."""
        self.stale = True

    def look(self, watch: Watch) -> None:
        """Notice whether its own draw has to run; its units have been looked at."""
        roster = self.roster_now()
        settles_anew = isinstance(self.artist, Axes) and self._settles_anew()
        aligned_anew = self._aligned_anew()
        self.stale = (
            self.stale
            or settles_anew
            or aligned_anew
            or self.volatile
            or not watch.follows(self.artist)
            or len(roster) != len(self.roster)
            or any(a is not b or c != d for (a, c), (b, d) in zip(roster, self.roster, strict=True))
            or self._moved()
        )

    def _aligned_anew(self) -> bool:
        """Return whether it is aligned with others than before: its labels move when drawn."""
        if self._alignment == alignment(self.artist):
            return False
        self.draw_each_axis()
        return True

    def draw_each_axis(self) -> None:
        """Let its axes be drawn anew, which hear of no change."""
        for unit in self.units.values():
            unit.stale |= isinstance(unit.artist, Axis)

    def _moved(self) -> bool:
        """Return whether the signature differs, as far as no report tells."""
        artist = self.artist
        if getattr(artist, "name", None) != "rectilinear" or not artist.transScale.is_affine:
            return self.placed != self.placed_now()
        return self.placed[:2] != (artist.bbox.bounds, artist.viewLim.get_points().tobytes())

    def _settles_anew(self) -> bool:
        """Return whether a child has changed that others are placed after."""
        changed = [item for item in self.items if isinstance(item, Unit) and item.stale]
        if any(isinstance(unit.artist, Spine) for unit in changed):
            self.draw_each_axis()
        elif self.is_3d:
            # One of the three units of an axis hears of its changes.
            axes = {id(unit.artist) for unit in changed if isinstance(unit.artist, Axis)}
            for unit in self.units.values():
                unit.stale |= id(unit.artist) in axes
        if self.is_3d:
            return bool(changed)
        if any(isinstance(unit.artist, Text) for unit in changed):
            # Titles keep clear of one another, but nothing of what stands among the data.
            among_data = set(map(id, self.artist.texts))
            changed = [unit for unit in changed if id(unit.artist) not in among_data]
        return any(unit.settles_others for unit in changed)

    def roster_now(self) -> list[Any]:
        """Return the children, and what their order depends on; itself, and what it shows."""
        shown = (getattr(self.artist, "axison", True), self.artist.get_visible())
        return [
            (self.artist, shown),
            *(
                (child, (child.zorder, child.get_animated()))
                for child in self.artist.get_children()
            ),
        ]

    def placed_now(self) -> tuple[Any, ...]:
        """Return the signature."""
        artist = self.artist
        if not isinstance(artist, Axes):
            return artist.bbox.bounds, artist.dpi
        limits = artist.viewLim.get_points()
        if hasattr(artist, "get_proj"):
            probed: object = _view_3d(artist)
        else:
            with np.errstate(all="ignore"):
                points = limits[0] + PROBES * (limits[1] - limits[0])
                probed = artist.transData.transform(points).tobytes(), _placements(artist)
        return artist.bbox.bounds, limits.tobytes(), probed, _scales(artist)

    def axis_drawn(self, axis: Axis, frame: int) -> None:
        """Take an axis as it is now for what each of its units has drawn for a frame.

        A 3-D axis has three, and to draw one changes what the others look at.
        """
        for unit in self.units.values():
            if unit.artist is axis and unit.drawn_at == frame:
                unit.stale = False
                unit.look_anew()

    def axis_box(self, axis: Axis, frame: int, real: Callable[[], Bbox | None]) -> Bbox | None:
        """Return what encloses an axis: what did when it was last drawn, if it has not changed."""
        placed = self.placed_now()
        shown = [item for item in self.items if isinstance(item, Unit) and item.artist is axis]
        known = self._axis_boxes.get(id(axis))
        if (
            known is None
            or not shown
            or not all(unit.fits(placed) and unit.drawn_at <= known.frame for unit in shown)
        ):
            box = real()
            known = AxisBox(None if box is None else tuple(box.extents), frame)
            self._axis_boxes[id(axis)] = known
        return None if known.extents is None else Bbox.from_extents(*known.extents)

    def drawn(
        self, items: list[Unit | Container], itself: bool, placed: tuple[Any, ...] | None
    ) -> None:
        """Note what its own draw has drawn, in order, and whether a part of that is no child.

        `placed` is the signature that the children were drawn under, if there is one.
        """
        self.items = items
        self.placed = placed or self.placed_now()
        self.roster = self.roster_now()
        self._alignment = alignment(self.artist)
        shown = set(map(id, items))
        for unit in self.units.values():
            # Nobody looks at what is not shown.
            unit.stale |= id(unit) not in shown
        self.stale = False
        self._draws_itself |= itself

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


def alignment(artist: Any) -> list[int] | None:
    """Return with how many others the labels and titles of an axes are aligned, itself included.

    There is no public way to ask; where this one is gone, None: it may be with any.
    """
    if not isinstance(artist, Axes):
        return None
    groups = getattr(artist.get_figure(), "_align_label_groups", None)
    if groups is None:
        return None
    return [len(group.get_siblings(artist)) for group in groups.values()]


def _view_3d(axes: Any) -> object:
    """Return how a 3-D axes looks at its data, and its switches, such as that of the grid."""
    plain = [
        (name, value)
        for name, value in vars(axes).items()
        if isinstance(value, bool | int | float | str | np.generic) and name != "_stale"
    ]
    return axes.get_proj().tobytes(), axes.get_w_lims(), plain


def _scales(axes: Axes) -> list[object]:
    """Return the scales of an axes: between its limits, one may be the same as another."""
    return [
        (name, value)
        for axis in axes._axis_map.values()
        for name, value in [("scale", axis.get_scale()), *vars(axis.get_transform()).items()]
        if isinstance(value, int | float | str) and name != "_invalid"
    ]


def _placements(axes: Axes) -> list[bytes]:
    """Return the transforms and boxes of its own that a projection is made of."""
    if getattr(axes, "name", None) == "rectilinear":
        return []
    return [
        (value.get_matrix() if isinstance(value, Affine2DBase) else value.get_points()).tobytes()
        for value in vars(axes).values()
        if isinstance(value, Affine2DBase | BboxBase)
    ]
