"""Maps of cartopy: what is drawn in its axes stays as long as projection and boundary do.

Looked at were 0.24.1 and 0.26.0. The draw of a `GeoAxes` itself runs for each frame.
"""

from __future__ import annotations

from typing import Any

from matplotlib.text import Text

from parallel_animate.canvas.artists.libraries.model import Library, Model
from parallel_animate.canvas.artists.values import Itself, at_depth, path, settings

# The private names of cartopy that are read
STYLER = "_styler"
FEATURE = "_feature"
CRS_OF_FEATURE = "_crs"
SCALE = "_scale"
LABELS = "_all_labels"
ORIGINAL_PATH = "_original_path"
WRAPPED = "_wrapped_collection_fix"  # the cells of a mesh that cross the edge: an artist by itself
DRAW_GRIDLINER = "_draw_gridliner"
EXTENT = "_get_extent_geom"

AXES = "cartopy.mpl.geoaxes.GeoAxes"
SHAPES = "cartopy.feature.ShapelyFeature"
NIGHT = "cartopy.feature.nightshade.Nightshade"
FROM_FILES = ("cartopy.feature.NaturalEarthFeature", "cartopy.feature.GSHHSFeature")
ADAPTIVE = "cartopy.feature.AdaptiveScaler"
LABELLED = ("left", "right", "bottom", "top")
# What of a spine decides on which side of the map a label stands
PLACE_OF_SPINE = ("_position", "_bounds", "_transform", "_path")
# What of a projection may be set by hand
PRECISION = ("threshold", "x_limits", "y_limits")


def _name(thing: Any) -> str:
    return f"{type(thing).__module__}.{type(thing).__qualname__}"


# Axes


def _signature(axes: Any) -> object:
    """Return the projection of a map: all in it that is drawn by geography asks for it."""
    projection = axes.projection
    return [
        Itself(projection),
        *(at_depth(getattr(projection, name, None)) for name in PRECISION),
        axes.get_autoscale_on() and axes.dataLim.get_points().tobytes(),
    ]


def _on_unknown_map(artist: Any) -> str | None:
    """Return why an artist that asks its map for more than the transforms has to be drawn."""
    axes = artist.axes
    if _name(axes) != AXES:
        return f"{_name(artist)} is in {_name(axes)}"
    if type(axes.projection).__module__ != "cartopy.crs":
        return f"{_name(artist)} is shown by {_name(axes.projection)}"
    return None


# Features: coasts, borders, countries


class _FirstDraw:
    """Features that have been seen, each with its reference system: see :meth:`is_settled`."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[object, object]] = {}

    def is_settled(self, feature: Any) -> bool:
        """Return whether a feature has the reference system that it had when last asked for.

        Its first draw reads it from the file of the shapes, and only the second one draws by it.
        """
        crs = getattr(feature, CRS_OF_FEATURE)
        before = self._seen.get(id(feature))
        self._seen[id(feature)] = (feature, crs)
        return before is not None and before[0] is feature and before[1] is crs


_first_draw = _FirstDraw()


def _feature_state(artist: Any) -> object:
    feature = getattr(artist, FEATURE)
    state: list[object] = [
        (name, Itself(value) if isinstance(value, tuple) else at_depth(value))
        for name, value in vars(feature).items()
    ]
    scaler = getattr(feature, "scaler", None)
    if scaler is not None:
        # An adaptive one chooses its scale when it is drawn, by what the axes shows.
        state.append(settings(scaler, [SCALE] if _name(scaler) == ADAPTIVE else []))
    if _name(feature) in FROM_FILES and not _first_draw.is_settled(feature):
        state.append(object())
    return state


def _why_feature(artist: Any) -> str | None:
    if getattr(artist, STYLER) is not None:
        return f"{_name(artist)} is styled by a function"
    feature = getattr(artist, FEATURE)
    if _name(feature) in FROM_FILES and _autoscales_when_asked(artist.axes):
        return f"{_name(artist)} shows what lies in limits that its draw finds out"
    return _on_unknown_map(artist)


def _autoscales_when_asked(axes: Any) -> bool:
    """Return whether a map autoscales when it is asked for its extent, as before 0.25."""
    code = getattr(type(axes), EXTENT).__code__
    return bool(axes.get_autoscale_on()) and "autoscale_view" in code.co_names


# Gridlines


def _gridliner_parts(gridliner: Any) -> list[Any]:
    labels: list[Text] = [label.artist for label in getattr(gridliner, LABELS)]
    # A hidden text does not count its box among its parts, but holds it.
    hidden = [label.get_bbox_patch() for label in labels if not label.get_visible()]
    boxes = [box for box in hidden if box is not None]
    return [*gridliner.xline_artists, *gridliner.yline_artists, *labels, *boxes]


def _gridliner_state(gridliner: Any) -> object:
    spines = gridliner.axes.spines
    return [
        settings(gridliner.xlocator),
        settings(gridliner.ylocator),
        settings(gridliner.xformatter),
        settings(gridliner.yformatter),
        at_depth(gridliner.xlabel_style),
        at_depth(gridliner.ylabel_style),
        at_depth(gridliner.labels_bbox_style),
        at_depth(gridliner.collection_kwargs),
        [
            at_depth(vars(spines[side]).get(name))
            for side in LABELLED
            for name in PLACE_OF_SPINE
            if _has_labels(gridliner)
        ],
        path(getattr(spines["geo"], ORIGINAL_PATH)),
    ]


def _has_labels(gridliner: Any) -> bool:
    sides = (*LABELLED, "geo")
    return gridliner.inline_labels or any(getattr(gridliner, f"{side}_labels") for side in sides)


def _why_gridliner(gridliner: Any) -> str | None:
    axes = gridliner.axes
    why = _on_unknown_map(gridliner)
    if why is None and _has_labels(gridliner):
        if axes.xaxis.get_visible() or axes.yaxis.get_visible():
            return f"{_name(gridliner)} keeps its labels clear of ticks"
        if set(LABELLED) - set(axes.spines):
            return f"{_name(gridliner)} finds no spines"
    return why


_KNOWN = Model()

LIBRARY = Library(
    package="cartopy",
    since="0.24",
    before="0.27",
    models={
        AXES: Model(needs=(EXTENT, "_draw_preprocess"), signature=_signature, places_first=True),
        "cartopy.mpl.geoaxes.InterProjectionTransform": _KNOWN,
        "cartopy.mpl.geoaxes._ViewClippedPathPatch": Model(needs=(ORIGINAL_PATH,)),
        "cartopy.mpl.geoaxes.GeoSpine": Model(needs=(ORIGINAL_PATH,)),
        "cartopy.mpl.geocollection.GeoQuadMesh": Model(
            needs=(WRAPPED,), outputs=frozenset({WRAPPED})
        ),
        "cartopy.mpl.contour.GeoContourSet": _KNOWN,
        "cartopy.mpl.feature_artist.FeatureArtist": Model(
            needs=(STYLER, FEATURE), state=_feature_state, volatile=_why_feature
        ),
        SHAPES: _KNOWN,
        NIGHT: _KNOWN,
        **dict.fromkeys(FROM_FILES, _KNOWN),
        "cartopy.feature.Scaler": _KNOWN,
        ADAPTIVE: _KNOWN,
        "cartopy.mpl.gridliner.Gridliner": Model(
            needs=(LABELS, DRAW_GRIDLINER),
            leaves_out=(DRAW_GRIDLINER,),
            parts=_gridliner_parts,
            state=_gridliner_state,
            volatile=_why_gridliner,
        ),
        "cartopy.mpl.gridliner.Label": _KNOWN,
        **{
            f"cartopy.mpl.ticker.{name}": _KNOWN
            for name in (
                *("LongitudeFormatter", "LatitudeFormatter"),
                *("LongitudeLocator", "LatitudeLocator"),
            )
        },
    },
    lasting=("cartopy.crs", "shapely", "pyproj"),
)
