"""Plans that were found by trying thousands, and made small."""

from __future__ import annotations

from typing import Any

# Plans that were found by trying thousands, and made small.
FOUND: dict[str, dict[str, Any]] = {
    "all of it hidden": {
        "axes": [("plain", 0, [])],
        "frames": [[("axes_visible", 0, 0)]],
    },
    "one thing hidden for good": {
        "axes": [("plain", 0, [("line", 0)])],
        "frames": [[("animated", 0, 0)], [], []],
    },
    "path of a scatter changed in place": {
        "axes": [("plain", 0, [("scatter", 0)])],
        "frames": [[("path_in_place", 0, 8)]],
    },
    "margins of axes with a twin": {
        "axes": [("plain", 0, []), ("twin", 1, []), ("twin", 2, [])],
        "frames": [[], [("margins", 0, 2)]],
    },
    "margins of axes that share": {
        "axes": [("plain", 0, []), ("shared", 0, [])],
        "frames": [[], [("margins", 0, 10)]],
    },
    "colours changed in place that a legend shows": {
        "axes": [("plain", 0, [("scatter", 2)])],
        "frames": [[("legend_made", 0, 10)], [("mapped_array_in_place", 0, 3)]],
    },
    "titles aligned late": {
        "axes": [("polar", 0, [("labels", 0)]), ("shared", 0, [])],
        "frames": [[], [], [("aligned", 0, 2)]],
    },
    "labels aligned late": {
        "axes": [("polar", 0, [("labels", 0)]), ("plain", 0, [])],
        "frames": [[], [], [("aligned", 0, 5)]],
    },
    "polar axes removed": {
        "axes": [("plain", 0, []), ("plain", 0, []), ("polar", 0, [])],
        "frames": [[("axes_removed", 2, 11)]],
    },
    "limits of twins, of which a layout asks the other first": {
        "axes": [("plain", 0, []), ("twin", 1, [])],
        "frames": [[("layout", 0, 3)], [("clear", 0, 8), ("margins", 0, 5)]],
    },
    "limits of twins, of which a layout asks the other alone": {
        "axes": [("plain", 0, []), ("twin", 1, [("segments", 5)])],
        "frames": [[("margins", 0, 4), ("axis_off", 0, 8)]],
        "layout": "tight",
    },
    "scale that is another one beyond the limits": {
        "axes": [("plain", 0, [("note", 4)]), ("plain", 0, [])],
        "frames": [[("scale", 0, 2)]],
    },
    "title above a secondary axis that finds its limits late": {
        "axes": [("plain", 0, []), ("secondary", 0, [])],
        "frames": [[], [("title", 2, 7)], [("scale", 0, 1)], []],
    },
    "line at the edge of a polar axes, after a mesh": {
        "axes": [
            ("plain", 0, []),
            ("polar", 0, [("mesh", 2), ("line", 2), ("markers", 3)]),
            ("polar", 0, []),
        ],
        "frames": [[("line_in_place", 0, 7)]],
    },
    "mesh of no colours in a polar axes": {
        "axes": [("polar", 0, [("mesh", 4)])],
        "frames": [[("colours", 0, 8)]],
    },
    "margins of axes that share, of which a secondary axis asks one": {
        "axes": [("3d", 0, []), ("plain", 0, []), ("shared", 0, []), ("secondary", 1, [])],
        "frames": [[("margins", 1, 2)]],
    },
    "mesh that looks as before in a polar axes": {
        "axes": [
            ("polar", 2, [("mesh", 2)]),
            ("plain", 0, []),
            ("plain", 0, [("note", 1)]),
            ("plain", 0, []),
        ],
        "frames": [[("axes_look", 0, 8)], []],
        "layout": "tight",
    },
    "limits of axes alone that share": {
        "axes": [("plain", 0, []), ("shared", 0, [])],
        "frames": [[("limits_in_place", 0, 2)]],
    },
    "label size of axes that share": {
        "axes": [("plain", 0, []), ("shared", 0, [("line", 0)])],
        "frames": [[("tick_look", 0, 2)], [("tick_look", 0, 11)]],
    },
    "box of a label below other axes": {
        "axes": [("plain", 0, [("labels", 0)])],
        "frames": [[("text_box", 1, 7)], [("x_limits", 0, 5)]],
    },
    "layout engine switched on with 3-D axes": {
        "parts": 0,
        "axes": [("3d", 0, [])],
        "frames": [[("layout", 0, 1), ("x_limits", 0, 0)], []],
    },
    "hidden axes of a subfigure, which a layout engine does not ask for": {
        "parts": 1,
        "axes": [("plain", 0, [])],
        "frames": [
            [("layout", 0, 6), ("aspect_of_data", 0, 0), ("axes_visible", 0, 0)],
            [("axes_visible", 0, 0)],
        ],
    },
    "inset that a layout engine moves, with lines to it": {
        "parts": 0,
        "axes": [("plain", 0, []), ("zoomed", 0, [])],
        "extras": ["line across"],
        "layout": "tight",
        "frames": [[]],
    },
    "axes shown again whose locator is another one meanwhile": {
        "axes": [("plain", 0, []), ("shared", 0, [])],
        "frames": [
            [("animated_axes", 35, 0)],
            [("own_locator", 0, 0), ("animated_axes", 35, 0)],
        ],
    },
    "markers that a clip path alone clips": {
        "parts": 0,
        "axes": [("plain", 0, [("circle_clipped", 4)])],
        "frames": [[("x_limits", 0, 9)], [("clipped_alone", 19, 1)]],
    },
    "markers first of all in a clip path that reaches beyond the canvas": {
        "parts": 0,
        "axes": [("plain", 0, [("errors", 5)])],
        "frames": [[("clipped_by_equals", 0, 6)]],
    },
    "margins of axes without ticks under a layout": {
        "layout": "tight",
        "parts": 0,
        "axes": [("plain", 0, [("bars_3d", 0)]), ("plain", 0, [])],
        "frames": [[("margins", 0, 0), ("axis_off", 0, 0)]],
    },
}
