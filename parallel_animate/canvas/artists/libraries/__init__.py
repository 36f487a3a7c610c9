"""Classes of other libraries that are known as well as matplotlib's, and the versions looked at.

A module here tells for one library which of its classes are known, and what their drawing depends
on. No library is imported for that: a class is found by its qualified name. Of another version than
those that were looked at, or of one that lacks a private name, no class is known: then its artists
are drawn for each frame.
"""

from __future__ import annotations

from importlib import metadata
from typing import Any

from parallel_animate.canvas.artists.libraries import astropy, cartopy, mpltern
from parallel_animate.canvas.artists.libraries.model import (
    Library,
    Model,
    is_untouched,
    root_of,
    uses,
)
from parallel_animate.canvas.artists.private import PARTS_OF_TRANSFORM

LIBRARIES: dict[str, Library] = {
    library.package: library for library in (astropy.LIBRARY, cartopy.LIBRARY, mpltern.LIBRARY)
}
# What the classes of all libraries have methods of.
_ROOTS = frozenset({"matplotlib", "mpl_toolkits", "collections", "functools", "contextlib"})
_PLAIN = Model()  # of what is not of a library

_MODELS: dict[type, Model | None] = {}


def known_of_libraries(kind: type) -> bool:
    """Return whether a class of another library is one whose state is told completely."""
    return model_of(kind) is not None


def model_of(kind: type) -> Model | None:
    """Return what is known of a class of another library; None if it is not known."""
    if kind not in _MODELS:
        _MODELS[kind] = _find(kind)
    return _MODELS[kind]


def forget_model_of(kind: type) -> None:
    """Look anew at a class the next time, for its methods are no longer those it had."""
    _MODELS.pop(kind, None)


def is_lasting(kind: type) -> bool:
    """Return whether the objects of a class never change once they are made: projections, shapes.

    A class that somebody has derived from one of these may do anything.
    """
    return any(
        kind.__module__ == module or kind.__module__.startswith(f"{module}.")
        for library in LIBRARIES.values()
        for module in library.lasting
    )


def outputs_of(kind: type) -> frozenset[str]:
    """Return the attributes of a class that tell nothing, since drawing sets them."""
    model = model_of(kind)
    return frozenset() if model is None else model.outputs.union(model.leaves_out)


def parts_of(artist: Any) -> list[Any]:
    """Return what an artist is made of that is not among its children."""
    return (model_of(type(artist)) or _PLAIN).parts(artist)


def held_by(artist: Any) -> list[Any]:
    """Return what an artist draws by that is not among its attributes."""
    return (model_of(type(artist)) or _PLAIN).holds(artist)


def state_within(transform: Any) -> list[object]:
    """Return the further state of each transform that one is made of, itself included."""
    model = model_of(type(transform))
    if model is not None:
        return [model.state(transform)]
    parts = (vars(transform).get(name) for name in PARTS_OF_TRANSFORM)
    return [state for part in parts if part is not None for state in state_within(part)]


def further_state(thing: Any) -> object:
    """Return what tells that an artist, or a norm, has changed, beyond its attributes."""
    return (model_of(type(thing)) or _PLAIN).state(thing)


def further_signature(axes: Any) -> object:
    """Return what the drawings in an axes depend on, beyond what holds for all axes."""
    return (model_of(type(axes)) or _PLAIN).signature(axes)


def places_first(axes: Any) -> bool:
    """Return whether the draw of an axes moves its artists only before it draws the first."""
    return (model_of(type(axes)) or _PLAIN).places_first


def joins_axes(axes: Any) -> bool:
    """Return whether to draw one axis (x, y, ...) of an axes changes the others."""
    return (model_of(type(axes)) or _PLAIN).joins_axes


def why_volatile_there(artist: Any) -> str | None:
    """Return why an artist of a known class has to be drawn for each frame; None if it has not."""
    return (model_of(type(artist)) or _PLAIN).volatile(artist)


def left_out(artist: Any) -> tuple[str, ...]:
    """Return the methods that need not run again if an artist has not changed since its draw."""
    return (model_of(type(artist)) or _PLAIN).leaves_out


def version_of(package: str) -> str:
    """Return the version of an installed library; nothing if that cannot be told."""
    try:
        return metadata.version(package)
    except Exception:  # a library that was never installed, but only lies in the path
        return ""


def _find(kind: type) -> Model | None:
    library = LIBRARIES.get(root_of(kind.__module__))
    if library is None:
        return None
    model = library.models.get(f"{kind.__module__}.{kind.__qualname__}")
    if (
        model is None
        or not library.covers(version_of(library.package))
        or not is_untouched(kind, _ROOTS | library.roots | {library.package})
        or not all(uses(kind, name) for name in model.needs)
    ):
        return None
    return model
