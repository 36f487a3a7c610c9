"""Which private names the matplotlib at hand lacks, and what that costs.

A missing name costs time, never a wrong pixel. If redrawing is built on it, every frame is drawn
in full. If not, some artists are drawn for every frame, or asked more often.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import NamedTuple

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends import backend_agg
from matplotlib.cbook import CallbackRegistry
from matplotlib.figure import Figure, FigureBase
from matplotlib.legend import Legend
from matplotlib.projections import projection_registry
from matplotlib.transforms import TransformedPatchPath

from parallel_animate.canvas.artists import private
from parallel_animate.canvas.artists.open_figures import figure_managers

log = logging.getLogger("parallel_animate.animator")

FULL = "every frame is drawn in full"

# From this version on fonts find the places of glyphs by a method that can be replaced.
GLYPH_LAYOUT_SINCE = (3, 11)


class Capability(NamedTuple):
    """Something of matplotlib that is not public, and may be missing.

    Attributes
    ----------
    name : str
        What it is.
    cost : str
        What follows where it is missing.
    is_there : callable
        Returns whether this matplotlib has it. An error means that it has not.
    """

    name: str
    cost: str
    is_there: Callable[[], bool]

    @property
    def missing(self) -> bool:
        """Whether this matplotlib lacks it."""
        try:
            return not self.is_there()
        except Exception:  # whatever is asked may have become something else
            return True


def _knows_primitives() -> bool:
    drawing = {name for name in dir(private.Agg) if name.startswith("draw")}
    return drawing == set(private.PRIMITIVES) and hasattr(private.Agg, "clear")


def _knows_arguments() -> bool:
    return all(
        arguments_of(getattr(private.Agg, name).__doc__) == list(call._fields)
        for name, call in private.PRIMITIVES.items()
    )


def arguments_of(signature: str) -> list[str]:
    """Return the names of a compiled function's arguments, in order, without ``self``.

    Examples
    --------
    >>> arguments_of("draw(self: Agg, gc: GCAgg, x: float, *, hatchcolors: object = []) -> None")
    ['gc', 'x']
    """
    names = re.findall(r"[(,] ?(\w+):", signature)
    return [name for name in names if name not in ("self", private.HATCH_COLORS)]


def _holds_agg() -> bool:
    renderer = backend_agg.RendererAgg(1, 1, 72)  # type: ignore[no-untyped-call]
    return private.HELD_AGG in vars(renderer)


def _draws_are_known() -> bool:
    return all(
        kind.draw.__module__ in private.PLAIN_DRAW_MODULES
        for kind in (Axes, projection_registry.get_projection_class("polar"), Figure)
    )


def _axis_3d() -> bool:
    if "3d" not in projection_registry.get_projection_names():
        return True  # there is no such axes
    axis = import_module("mpl_toolkits.mplot3d.axis3d").Axis
    return all(hasattr(axis, name) for name in (private.TICKS_3D, private.COORDINATES_3D))


CAPABILITIES = (
    Capability(
        "_backend_agg.RendererAgg, the compiled renderer", FULL, lambda: private.Agg is not None
    ),
    Capability("the seven primitives of the compiled renderer", FULL, _knows_primitives),
    Capability("the arguments of these primitives", FULL, _knows_arguments),
    Capability(f"RendererAgg.{private.HELD_AGG}", FULL, _holds_agg),
    Capability(
        f"RendererAgg.{private.BIND_METHODS}",
        FULL,
        lambda: hasattr(backend_agg.RendererAgg, private.BIND_METHODS),
    ),
    Capability(
        f"Axes.{private.AXIS_MAP}", FULL, lambda: private.sets_attribute(Axes, private.AXIS_MAP)
    ),
    Capability(
        f"Axes.{private.AUTOSCALE_DUE} and {private.VIEW}",
        FULL,
        lambda: (
            private.sets_attribute(Axes, private.AUTOSCALE_DUE)
            and private.sets_attribute(Axes, private.VIEW, "set_figure")
        ),
    ),
    Capability(
        f"CallbackRegistry.{private.LISTENERS}",
        FULL,
        lambda: hasattr(CallbackRegistry(), private.LISTENERS),
    ),
    Capability(
        f"GraphicsContextBase.{private.CLIP_PATH}",
        FULL,
        lambda: hasattr(GraphicsContextBase(), private.CLIP_PATH),
    ),
    Capability(
        "the draw methods of Axes, PolarAxes and Figure",
        "figures or axes arrange all of their artists for every frame",
        _draws_are_known,
    ),
    Capability(
        f"Figure.{private.LABEL_GROUPS}",
        "every axes arranges all of its artists for every frame",
        lambda: private.sets_attribute(FigureBase, private.LABEL_GROUPS),
    ),
    Capability(
        f"Axes.{private.TWINS}",
        "all ticks of twins below a title are drawn for every frame",
        lambda: hasattr(Axes, private.TWINS),
    ),
    Capability(
        f"Axes.{private.PLACE}, {private.PUT} and {private.MOVE}",
        'axes with the aspect "auto" are placed for every frame',
        lambda: (
            hasattr(Axes, private.MOVE)
            and private.sets_attribute(Axes, private.PLACE)
            and private.sets_attribute(Axes, private.PUT)
        ),
    ),
    Capability(
        f"Legend.{private.LEGEND_LOCATION}",
        "legends are drawn for every frame",
        lambda: hasattr(Legend, private.LEGEND_LOCATION),
    ),
    Capability(
        f"TransformedPatchPath.{private.CLIPPING_PATCH}",
        "artists that are clipped to a shape are drawn for every frame",
        lambda: private.sets_attribute(TransformedPatchPath, private.CLIPPING_PATCH),
    ),
    Capability(
        f"Axis3D.{private.TICKS_3D} and {private.COORDINATES_3D}",
        "3-D axes find out where their ticks are several times for each frame",
        _axis_3d,
    ),
    Capability(
        f"FT2Font.{private.GLYPH_LAYOUT}",
        "a text that has been drawn before is laid out again",
        lambda: matplotlib.__version_info__ < GLYPH_LAYOUT_SINCE or private.prepares_fonts(),
    ),
    Capability(
        "_pylab_helpers.Gcf",
        "pyplot shows setup() the figures that were open before the render, in forked workers, "
        "and with redraw='verify' those of the other setup()",
        lambda: figure_managers() is not None,
    ),
)


def can_redraw() -> bool:
    """Return whether this matplotlib has all that redrawing is built on."""
    return not any(capability.missing for capability in CAPABILITIES if capability.cost == FULL)


def missing_capabilities() -> list[str]:
    """Return what this matplotlib lacks, each with what that costs, in words."""
    return [
        f"{capability.name}: {capability.cost}" for capability in CAPABILITIES if capability.missing
    ]


@cache
def check_matplotlib() -> tuple[str, ...]:
    """Warn once in a process if this matplotlib lacks something, and return what.

    Returns
    -------
    tuple of str
        What :func:`missing_capabilities` tells.
    """
    missing = tuple(missing_capabilities())
    if missing:
        log.warning(
            "matplotlib %s is not built as expected. That changes no pixel, but it has a cost. "
            "Missing are %s",
            matplotlib.__version__,
            "; ".join(missing),
        )
    return missing
