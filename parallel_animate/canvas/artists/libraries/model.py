"""What is known of a class of another library, and of the library: the words to say it in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any


def _none(thing: Any) -> None:
    return None


def _no_parts(artist: Any) -> list[Any]:
    return []


@dataclass(frozen=True)
class Model:
    """What is known of a class, beyond what holds for all artists.

    Attributes
    ----------
    needs : tuple of str
        The private names that the class must have or use, so that the rest holds.
    outputs : frozenset of str
        Attributes that tell nothing, since the artist's own draw sets them anew from the others.
    leaves_out : tuple of str
        Methods that need not run again, if the artist has not changed since it was drawn.
    parts : callable
        Returns the artists that an artist is made of, beyond its children.
    holds : callable
        Returns what an artist draws by, beyond its attributes; all of it has to be known.
    state : callable
        Returns what tells that an artist has changed, beyond its attributes; to be compared.
    volatile : callable
        Returns why an artist has to be drawn for each frame after all, in words, or None.
    signature : callable
        Returns what the drawings in an axes depend on, beyond what holds for all axes.
    places_first : bool
        Whether the draw of an axes moves its artists only before it draws the first of them.
    joins_axes : bool
        Whether to draw one axis (x, y, ...) of an axes changes the others.
    """

    needs: tuple[str, ...] = ()
    outputs: frozenset[str] = frozenset()
    leaves_out: tuple[str, ...] = ()
    parts: Callable[[Any], list[Any]] = _no_parts
    holds: Callable[[Any], list[Any]] = _no_parts
    state: Callable[[Any], object] = _none
    volatile: Callable[[Any], str | None] = _none
    signature: Callable[[Any], object] = _none
    places_first: bool = False
    joins_axes: bool = False


@dataclass(frozen=True)
class Library:
    """What is known of a library.

    Attributes
    ----------
    package : str
        Its name, by which it is imported and installed.
    since, before : str
        The first version that was looked at, and the first one that was not.
    models : mapping
        Its known classes, by qualified name.
    lasting : tuple of str
        Modules of it, and of those that it builds upon, whose objects never change.
    roots : frozenset of str
        Further packages that its classes have methods of.
    """

    package: str
    since: str
    before: str
    models: Mapping[str, Model]
    lasting: tuple[str, ...] = ()
    roots: frozenset[str] = field(default_factory=frozenset)

    def covers(self, version: str) -> bool:
        """Return whether a version was looked at.

        Examples
        --------
        >>> library = Library("maps", since="0.24", before="0.27", models={})
        >>> library.covers("0.26.1"), library.covers("0.27.0"), library.covers("0.27.dev1")
        (True, False, False)
        """
        return _numbers(self.since) <= _numbers(version) < _numbers(self.before)


def _numbers(version: str) -> tuple[int, ...]:
    """Return the numbers that a version begins with."""
    numbers = []
    for part in version.split("."):
        if not re.fullmatch(r"\d+", part):
            break
        numbers.append(int(part))
    return tuple(numbers)


def is_untouched(kind: type, roots: frozenset[str]) -> bool:
    """Return whether all methods of a class are its library's own: nobody replaced one.

    `roots` are the packages that it and its bases are of. A wrapper says that it is of the module
    of what it wraps, so it is asked where it was written.
    """
    bases = [base for base in kind.__mro__ if root_of(base.__module__) in roots]
    functions = (_function_of(member) for base in bases for member in vars(base).values())
    return all(
        root_of(function.__globals__["__name__"]) in roots
        for function in functions
        if isinstance(function, FunctionType)
    )


def _function_of(member: object) -> object:
    """Return the function behind a property, a class method or the like."""
    for name in ("fget", "__func__", "func"):
        member = getattr(member, name, member)
    return member


def root_of(module: str | None) -> str:
    """Return the package that a module is of."""
    return (module or "").partition(".")[0]


def uses(kind: type, name: str) -> bool:
    """Return whether a class has a name, or a method of it speaks of it."""
    return hasattr(kind, name) or any(
        name in getattr(getattr(member, "fget", member), "__code__", _none.__code__).co_names
        for base in kind.__mro__
        for member in vars(base).values()
    )
