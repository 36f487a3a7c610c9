"""Pictures of the sky in astropy's `WCSAxes`: ticks, labels and grid are one artist.

It has no attributes: all that its draw asks for stands in the coordinates of its axes. Looked at
were 7.0.2 and 8.0.2. The draw of a `WCSAxes` itself runs for each frame.
"""

from __future__ import annotations

import sys
from copy import deepcopy
from typing import Any

from parallel_animate.canvas.artists.libraries.model import Library, Model
from parallel_animate.canvas.artists.private import PARTS_OF_TRANSFORM
from parallel_animate.canvas.artists.values import Itself, at_depth, settings

# The private names of astropy that are read
ALL_COORDS = "_all_coords"
COORDS = "_coords"
TRANSFORM = "_transform"
GRID_STYLE = "_grid_lines_kwargs"
GRID_TYPE = "_grid_type"
LOCATOR = "_formatter_locator"
ARTISTS = ("_ticks", "_ticklabels", "_axislabels")
SLICED = "_wcs"  # what a sliced world coordinate system is a slice of
KEPT_CLASSES = "_components_and_classes_cache"  # what it has worked out for objects, not numbers

WCSAXES = "astropy.visualization.wcsaxes"
SPINES = (f"{WCSAXES}.frame.Spine", f"{WCSAXES}.frame.SpineXAligned")
FITS = "astropy.wcs.wcs.WCS"
SLICES = "astropy.wcs.wcsapi.wrappers.sliced_wcs.SlicedLowLevelWCS"
# How many points the draw takes
SAMPLES = (
    *("coordinate_range_samples", "frame_boundary_samples"),
    *("grid_samples", "contour_grid_samples"),
)

# What each draw finds out anew, so that it tells nothing
OF_TICKS = frozenset(
    name + kind for name in ("", "minor_") for kind in ("world", "pixel", "angle", "disp")
) | {"ticks_locs"}
OF_LABELS = frozenset(
    {
        *("world", "data", "angle", "tick_angle", "text", "disp", "xy", "ha", "va"),
        *("_axis_bboxes", "_existing_bboxes", "_tick_out_size", "_x", "_y", "_text"),
        *("_horizontalalignment", "_verticalalignment"),
    }
)
OF_AXIS_LABELS = frozenset({"_x", "_y", "_rotation"})
OF_HELPER = frozenset({"_grid_lines", "_fl_spacing", "_lblinfo", "_lbl_world", "_grid"})
OUTPUTS = dict(zip(ARTISTS, (OF_TICKS, OF_LABELS, OF_AXIS_LABELS), strict=True))


def _name(thing: Any) -> str:
    return f"{type(thing).__module__}.{type(thing).__qualname__}"


def _maps(artist: Any) -> list[Any]:
    """Return the coordinates of an artist's axes: its own, and those of overlays."""
    maps: list[Any] = getattr(artist.axes, ALL_COORDS)
    return maps


def _parts(artist: Any) -> list[Any]:
    return [
        getattr(coord, name)
        for coords in _maps(artist)
        for coord in getattr(coords, COORDS)
        for name in ARTISTS
    ]


def _why(artist: Any) -> str | None:
    if _name(artist.axes) != f"{WCSAXES}.core.WCSAxes":
        return f"{_name(artist)} is in {_name(artist.axes)}"
    for coords in _maps(artist):
        for spine in coords.frame.values():
            if _name(spine) not in SPINES or spine.data_func is not None:
                return f"{_name(artist)} has a spine that a function places"
        for coord in getattr(coords, COORDS):
            if getattr(coord, GRID_STYLE)["visible"] and getattr(coord, GRID_TYPE) != "lines":
                return f"{_name(artist)} draws its grid by contours"
    return None


def _state(artist: Any) -> object:
    conf = sys.modules[WCSAXES].conf
    axes = artist.axes
    return [
        axes.axison,
        axes.get_figure(root=True).dpi,
        [getattr(conf, name) for name in SAMPLES],
        [_state_of_map(coords) for coords in _maps(artist)],
    ]


def _state_of_map(coords: Any) -> object:
    frame = coords.frame
    return [
        Itself(coords),
        transform_state(getattr(coords, TRANSFORM)),
        Itself(frame),
        list(frame),
        transform_state(frame.transform),
        settings(frame, ["_path", "parent_axes"]),
        [_state_of_coord(coord) for coord in getattr(coords, COORDS)],
    ]


def _state_of_coord(coord: Any) -> object:
    locator = getattr(coord, LOCATOR)
    return [
        Itself(coord),
        transform_state(getattr(coord, TRANSFORM)),
        settings(coord, OF_HELPER),
        Itself(locator),
        settings(locator),
        [settings(getattr(coord, name), leaving) for name, leaving in OUTPUTS.items()],
    ]


# World coordinates


class _Parameters:
    """The parameters of a world coordinate system, as they are now."""

    def __init__(self, parameters: Any) -> None:
        self._parameters = deepcopy(parameters)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Parameters) and bool(self._parameters == other._parameters)

    __hash__ = None  # type: ignore[assignment]


def transform_state(transform: Any) -> object:
    """Return what tells that a transform between pixels and the sky has changed in place."""
    if hasattr(transform, "wcs"):
        return Itself(transform), _state_of_wcs(transform.wcs), transform.invert_xy
    parts = [vars(transform)[name] for name in PARTS_OF_TRANSFORM if name in vars(transform)]
    if parts:
        return Itself(transform), list(map(transform_state, parts))
    return at_depth(transform), settings(transform)


def _state_of_wcs(wcs: Any) -> object:
    state = [Itself(wcs), settings(wcs, [SLICED, KEPT_CLASSES])]
    if _name(wcs) == SLICES:
        return [*state, _state_of_wcs(getattr(wcs, SLICED))]
    tables = (wcs.cpdis1, wcs.cpdis2, wcs.det2im1, wcs.det2im2)
    return [
        *state,
        _Parameters(wcs.wcs),
        Itself(wcs.sip),
        *(table if table is None else (Itself(table), at_depth(table.data)) for table in tables),
    ]


# Images


def _state_of_norm(norm: Any) -> object:
    return [part and settings(part) for part in (norm.stretch, norm.interval, norm.inverse_stretch)]


_KNOWN = Model()
_STRETCHES = """
    LinearStretch SqrtStretch PowerStretch PowerDistStretch SquaredStretch LogStretch AsinhStretch
    SinhStretch HistEqStretch ContrastBiasStretch InvertedPowerDistStretch InvertedLogStretch
    InvertedHistEqStretch InvertedContrastBiasStretch"""
_INTERVALS = "ManualInterval MinMaxInterval PercentileInterval AsymmetricPercentileInterval"


def _all(module: str, names: str) -> dict[str, Model]:
    return {f"{module}.{name}": _KNOWN for name in names.split()}


LIBRARY = Library(
    package="astropy",
    since="7.0",
    before="8.1",
    models={
        f"{WCSAXES}.core.WCSAxes": Model(needs=(ALL_COORDS, "draw_wcsaxes"), places_first=True),
        f"{WCSAXES}.core._WCSAxesArtist": Model(
            parts=_parts, holds=_maps, state=_state, volatile=_why
        ),
        f"{WCSAXES}.coordinates_map.CoordinatesMap": Model(needs=(COORDS, TRANSFORM)),
        f"{WCSAXES}.coordinate_helpers.CoordinateHelper": Model(
            needs=(GRID_STYLE, GRID_TYPE, LOCATOR, TRANSFORM, *ARTISTS), outputs=OF_HELPER
        ),
        f"{WCSAXES}.ticks.Ticks": Model(outputs=OF_TICKS),
        f"{WCSAXES}.ticklabels.TickLabels": Model(outputs=OF_LABELS),
        f"{WCSAXES}.axislabels.AxisLabels": Model(outputs=OF_AXIS_LABELS),
        **_all(f"{WCSAXES}.frame", "RectangularFrame RectangularFrame1D EllipticalFrame"),
        **_all(f"{WCSAXES}.formatter_locator", "AngleFormatterLocator ScalarFormatterLocator"),
        f"{WCSAXES}.wcsapi.WCSWorld2PixelTransform": Model(state=transform_state),
        f"{WCSAXES}.wcsapi.WCSPixel2WorldTransform": Model(state=transform_state),
        f"{WCSAXES}.transforms.CoordinateTransform": Model(state=transform_state),
        **_all(f"{WCSAXES}.patches", "SphericalCircle Quadrangle"),
        FITS: Model(outputs=frozenset({KEPT_CLASSES})),
        SLICES: Model(needs=(SLICED,)),
        "astropy.visualization.mpl_normalize.ImageNormalize": Model(state=_state_of_norm),
        **_all("astropy.visualization.stretch", _STRETCHES),
        **_all("astropy.visualization.interval", _INTERVALS),
    },
    lasting=("astropy.units", "astropy.coordinates"),
)
