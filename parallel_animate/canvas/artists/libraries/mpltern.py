"""Ternary plots of mpltern: their three axes are drawn together.

To draw one of them sets the ticks of all, as its label keeps clear of these. Looked at were 1.0.4
and 1.0.5. The draw of a `TernaryAxes` is matplotlib's.
"""

from __future__ import annotations

from typing import Any

from parallel_animate.canvas.artists.libraries.model import Library, Model
from parallel_animate.canvas.artists.values import at_depth

# What of the axes its transforms hold, besides the limits
SHAPE = ("corners_axes", "corners_data", "ternary_sum")


def _signature(axes: Any) -> object:
    return [at_depth(getattr(axes, name)) for name in SHAPE]


def _all(module: str, names: str) -> dict[str, Model]:
    return {f"mpltern.ternary.{module}.{name}": Model() for name in names.split()}


LIBRARY = Library(
    package="mpltern",
    since="1.0.4",
    before="1.1",
    models={
        "mpltern.ternary._axes.TernaryAxes": Model(
            needs=("_get_axis_map", "_update_title_position"),
            signature=_signature,
            joins_axes=True,
        ),
        **_all("axis", "TAxis LAxis RAxis"),
        **_all("tick", "TTick LTick RTick"),
        **_all("spines", "Spine"),
        **_all(
            "transforms",
            """TernaryLinearTransform TernaryAxisTransform InvertedTernaryAxisTransform
            TernaryTickLabelShift TernaryAxisLabelSTransform
            TernaryAxisLabelCTransform H2THeightTransform T2HHeightTransform H2TWidthTransform
            T2HWidthTransform BarycentricTransform InvertedBarycentricTransform""",
        ),
    },
)
