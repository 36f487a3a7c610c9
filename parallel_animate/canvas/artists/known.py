"""The classes whose state is told completely: an artist that holds others is drawn for each frame.

A class stands here if everything that its drawing depends on is looked at by `state.py`, is
reported, or stands in the signature of its axes (`axes.py`). Subclasses do not count: a subclass
may do anything. `tests/canvas/artists/test_known.py` has an animation of each class, and goes
through all classes of matplotlib: whichever is not here has to be drawn for each frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from parallel_animate.canvas.artists.libraries import forget_model_of, known_of_libraries
from parallel_animate.canvas.artists.libraries.model import is_untouched

# By module, and by what stands before a dot in the names there.
CLASSES: dict[str, str] = {
    # Artists
    "matplotlib.axes._axes": "Axes",
    "matplotlib.axis": "XAxis YAxis XTick YTick Ticker",
    "matplotlib.collections": """
        AsteriskPolygonCollection CircleCollection EllipseCollection EventCollection
        FillBetweenPolyCollection LineCollection PatchCollection PathCollection PolyCollection
        PolyQuadMesh QuadMesh RegularPolyCollection StarPolygonCollection TriMesh""",
    # The scale of a colorbar's axis asks the colorbar. That changes only when it makes all of its
    # parts anew, and then gives its axis another scale.
    "matplotlib.colorbar": "Colorbar _ColorbarAxesLocator _ColorbarSpine",
    "matplotlib.contour": "QuadContourSet",
    "matplotlib.figure": "Figure SubFigure",
    "matplotlib.image": "AxesImage BboxImage FigureImage NonUniformImage PcolorImage",
    "matplotlib.legend": "Legend",
    "matplotlib.lines": "AxLine Line2D",
    "matplotlib.offsetbox": """
        AnchoredOffsetbox AnchoredText AnnotationBbox AuxTransformBox DrawingArea HPacker
        OffsetImage PaddedBox TextArea VPacker""",
    "matplotlib.patches": """
        Annulus Arc Arrow Circle CirclePolygon Ellipse FancyArrow FancyArrowPatch FancyBboxPatch
        PathPatch Polygon Rectangle RegularPolygon StepPatch Wedge
        BoxStyle.Square BoxStyle.Circle BoxStyle.Ellipse BoxStyle.LArrow BoxStyle.RArrow
        BoxStyle.DArrow BoxStyle.Round BoxStyle.Round4 BoxStyle.Sawtooth BoxStyle.Roundtooth
        ArrowStyle.Curve ArrowStyle.CurveA ArrowStyle.CurveB ArrowStyle.CurveAB
        ArrowStyle.CurveFilledA ArrowStyle.CurveFilledB ArrowStyle.CurveFilledAB
        ArrowStyle.BracketA ArrowStyle.BracketB ArrowStyle.BracketAB ArrowStyle.BarAB
        ArrowStyle.BracketCurve ArrowStyle.CurveBracket ArrowStyle.Simple ArrowStyle.Fancy
        ArrowStyle.Wedge
        ConnectionStyle.Arc3 ConnectionStyle.Angle3 ConnectionStyle.Angle ConnectionStyle.Arc
        ConnectionStyle.Bar""",
    "matplotlib.projections.geo": """
        AitoffAxes HammerAxes LambertAxes MollweideAxes GeoAxes.ThetaFormatter
        AitoffAxes.AitoffTransform AitoffAxes.InvertedAitoffTransform
        HammerAxes.HammerTransform HammerAxes.InvertedHammerTransform
        LambertAxes.LambertTransform LambertAxes.InvertedLambertTransform
        MollweideAxes.MollweideTransform MollweideAxes.InvertedMollweideTransform""",
    "matplotlib.projections.polar": """
        PolarAxes RadialAxis RadialTick ThetaAxis ThetaTick ThetaFormatter RadialLocator
        ThetaLocator PolarAffine PolarTransform InvertedPolarTransform _ThetaShift _WedgeBbox""",
    "matplotlib.quiver": "Barbs Quiver",
    "matplotlib.spines": "Spine",
    "matplotlib.table": "Cell Table",
    "matplotlib.text": "Annotation Text",
    "matplotlib.tri._tricontour": "TriContourSet",
    "mpl_toolkits.mplot3d.art3d": """
        Line3D Line3DCollection Patch3D Patch3DCollection Path3DCollection PathPatch3D
        Poly3DCollection Text3D""",
    "mpl_toolkits.mplot3d.axes3d": "Axes3D",
    "mpl_toolkits.mplot3d.axis3d": "XAxis YAxis ZAxis",
    # What decides where artists are
    "matplotlib.transforms": """
        Affine2D AffineDeltaTransform Bbox BboxTransform BboxTransformFrom BboxTransformTo
        BboxTransformToMaxOnly BlendedAffine2D BlendedGenericTransform CompositeAffine2D
        CompositeGenericTransform IdentityTransform LockableBbox ScaledTranslation
        TransformWrapper TransformedBbox TransformedPatchPath TransformedPath _ScaledRotation""",
    "matplotlib.scale": """
        AsinhScale LinearScale LogScale LogitScale SymmetricalLogScale
        FuncScale FuncScaleLog FuncTransform
        AsinhTransform InvertedAsinhTransform LogTransform InvertedLogTransform
        LogisticTransform LogitTransform SymmetricalLogTransform
        InvertedSymmetricalLogTransform""",
    # Ticks
    "matplotlib.ticker": """
        AsinhLocator AutoLocator AutoMinorLocator FixedLocator IndexLocator LinearLocator
        LogLocator LogitLocator MaxNLocator MultipleLocator NullLocator SymmetricalLogLocator
        EngFormatter FixedFormatter FormatStrFormatter FuncFormatter LogFormatter
        LogFormatterExponent LogFormatterMathtext LogFormatterSciNotation LogitFormatter
        NullFormatter PercentFormatter ScalarFormatter StrMethodFormatter _Edge_integer""",
    "matplotlib.category": "StrCategoryFormatter StrCategoryLocator UnitData",
    "matplotlib.dates": """
        AutoDateFormatter ConciseDateFormatter DateFormatter AutoDateLocator DayLocator
        HourLocator MicrosecondLocator MinuteLocator MonthLocator RRuleLocator SecondLocator
        WeekdayLocator YearLocator rrulewrapper""",
    # Colours
    "matplotlib.colors": """
        AsinhNorm BoundaryNorm CenteredNorm FuncNorm LogNorm NoNorm Normalize PowerNorm
        SymLogNorm TwoSlopeNorm Colormap LinearSegmentedColormap ListedColormap""",
    "matplotlib.colorizer": "Colorizer",
    # Styles, and other values
    "matplotlib.patheffects": """
        Normal PathPatchEffect SimpleLineShadow SimplePatchShadow Stroke TickedStroke
        withSimplePatchShadow withStroke withTickedStroke""",
    "matplotlib.font_manager": "FontProperties",
    "matplotlib.markers": "MarkerStyle",
    "matplotlib.path": "Path",
    "matplotlib.tri._triangulation": "Triangulation",
    "matplotlib.artist": "_XYPair",
    "matplotlib.cbook": "CallbackRegistry silent_list",
    "matplotlib.layout_engine": """
        ConstrainedLayoutEngine PlaceHolderLayoutEngine TightLayoutEngine""",
}
NAMES = frozenset(f"{module}.{name}" for module, names in CLASSES.items() for name in names.split())
MATPLOTLIB = ("matplotlib", "mpl_toolkits")
# Where the methods of its classes were written: a named tuple writes its own.
ROOTS = frozenset({*MATPLOTLIB, "collections", "namedtuple__XYPair", "functools", "contextlib"})

_KNOWN: dict[type, bool] = {}
# What the classes on the list, and their bases, consisted of when they were looked at.
_MEMBERS: dict[type, dict[str, object]] = {}
_MEMBERS_THEN: list[object] = []  # the values alone: to compare them is three times as fast
_MEMBERS_NOW: list[Mapping[str, object]] = []
_replaced = 0  # how often it was found that they consist of other things


def is_known(kind: type) -> bool:
    """Return whether a class is one whose state is told completely.

    Examples
    --------
    >>> from matplotlib.lines import Line2D
    >>> is_known(Line2D), is_known(type("Own", (Line2D,), {}))
    (True, False)
    """
    known = _KNOWN.get(kind)
    if known is None:
        name = f"{kind.__module__}.{kind.__qualname__}"
        known = (name in NAMES and is_untouched(kind, ROOTS)) or known_of_libraries(kind)
        _KNOWN[kind] = known
        if known or name in NAMES:
            for base in set(kind.__mro__[:-1]) - _MEMBERS.keys():
                _MEMBERS[base] = dict(vars(base))
            _keep_members()
    return known


def replacements() -> int:
    """Return how often it was found so far that methods of known classes were replaced.

    Such classes are looked at again.
    """
    global _replaced
    if not _same_members():
        changed = {kind for kind, members in _MEMBERS.items() if not _equal(members, vars(kind))}
        for kind in [kind for kind in _KNOWN if not changed.isdisjoint(kind.__mro__)]:
            del _KNOWN[kind]
            forget_model_of(kind)
        for kind in changed:
            del _MEMBERS[kind]
        for kind in _MEMBERS:  # which may have got back what was taken away, in another order
            _MEMBERS[kind] = dict(vars(kind))
        _keep_members()
        _replaced += bool(changed)
    return _replaced


def _keep_members() -> None:
    _MEMBERS_NOW[:] = map(vars, _MEMBERS)
    _MEMBERS_THEN[:] = _values_of(_MEMBERS.values())


def _same_members() -> bool:
    return _equal(_MEMBERS_THEN, _values_of(_MEMBERS_NOW))


def _values_of(mappings: Iterable[Mapping[str, object]]) -> list[object]:
    return list(chain.from_iterable(mapping.values() for mapping in mappings))


def _equal(one: object, other: object) -> bool:
    """Return whether two objects are equal, and can be compared."""
    try:
        return bool(one == other)
    except Exception:
        return False


def name_of(thing: object) -> str:
    """Return what to call an object in a message: its class, or a function's own name.

    Examples
    --------
    >>> name_of(is_known), name_of(1.5)
    ('parallel_animate.canvas.artists.known.is_known', 'builtins.float')
    """
    named: object = thing if callable(thing) and hasattr(thing, "__qualname__") else type(thing)
    return f"{getattr(named, '__module__', '?')}.{getattr(named, '__qualname__', '?')}"
