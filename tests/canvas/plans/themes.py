"""Changes that have to do with one another: plans of a theme have many of them.

Chosen from all changes alone, those two that matter together would hardly ever meet.
"""

from __future__ import annotations

from types import ModuleType

from tests.canvas.plans import anew_changes, clip_changes, own_changes, shown_changes
from tests.canvas.plans.changes import CHANGES


def _of(module: ModuleType) -> list[str]:
    """Return the names of the changes in a module."""
    return [name for name, make in CHANGES.items() if make.__module__ == module.__name__]


THEMES: dict[str, list[str]] = {
    "places": [
        *("line_in_another_axes", "axes_place", "anchor", "aspect", "aspect_of_data"),
        *("aspect_of_the_box", "adjusted", "layout", "x_limits", "y_limits", "box_aspect"),
        *("axes_visible", "axes_zorder", "view", "projection_type", "title", "polar_limits"),
        *("aligned", "figure_size", "scale", "line_in_another_axes"),
    ],
    "anew": [
        *(_of(anew_changes) * 3),
        *("view", "x_limits", "colour_limits", "title", "clear", "axes_place", "visible"),
        *("scale", "zorder", "limits_in_place", "tick_look", "line_data"),
    ],
    "clips": [
        *_of(clip_changes),
        *("circle_radius", "clipping", "scale", "x_limits", "line_data", "axes_place", "zorder"),
        *("offsets", "visible", "polar_limits", "image_extent", "line_style", "hatch"),
    ],
    "own": [
        *_of(own_changes),
        *["state"] * 12,  # without which the others change nothing
        *("x_limits", "line_data", "title", "layout", "visible", "colour_limits", "clear"),
    ],
    "shown": [
        *_of(shown_changes),
        *("visible", "animated", "axis_off", "one_axis_hidden", "axes_visible", "clear", "remove"),
        *("legend_made", "legend_look", "text_words", "line_data", "add_more", "axes_added"),
    ],
    "ticks": [
        *("ticks", "tick_labels", "no_ticks", "usual_ticks", "minor_ticks", "tick_look", "scale"),
        *("tick_side", "tick_label_look", "grid_toggle", "title", "label", "label_place"),
        *("inverted", "margins", "autoscale", "limits_in_place", "x_limits", "line_longer"),
        *("aligned", "spine_place", "own_locator", "own_formatter", "one_axis_hidden", "axis_off"),
    ],
}

# What axes of such plans show, so that there is something to change.
CONTENT_OF_THEMES: dict[str, list[str]] = {
    "anew": ["mesh", "mesh", "contours", "surface_3d", "image", "line", "legend", "text"],
    "clips": ["circle_clipped", "line", "patches", "image", "scatter", "text", "bars"],
    "own": ["note_in_a_box", "note", "line", "mesh", "patches", "text", "bars"],
}
