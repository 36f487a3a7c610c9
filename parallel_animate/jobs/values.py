"""Values that are given by name, to the class or the functions that take them."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from parallel_animate.errors import ArgumentError

NEAR = 0.8
"""How like each other two names are of which one is a slip of the other, by difflib's measure."""


class Values:
    """Values by name, and who takes them.

    Parameters
    ----------
    wanted : mapping
        Values of which each has to be taken by somebody.
    offered : mapping, optional
        Values that nobody has to take.
    """

    def __init__(self, wanted: Mapping[str, Any], offered: Mapping[str, Any] | None = None) -> None:
        self._wanted = dict(wanted)
        self._all = {**(offered or {}), **wanted}
        self._left = set(wanted)
        self._takers: list[str] = []
        self._taken: set[str] = set()

    def call(self, function: Callable[..., Any], name: str) -> Any:
        """Call a function, or a class, with those of the values that it takes.

        Raises
        ------
        ArgumentError
            If it needs others.
        """
        taken, needed = _names(function, self._wanted)
        self._takers.append(f"{name} takes {', '.join(taken) or 'none'}")
        if missing := [each for each in needed if each not in self._all]:
            raise ArgumentError(
                f"{name} cannot be called without a value for {', '.join(missing)}: set "
                + " ".join(f"{each}=..." for each in missing)
            )
        given = {each: self._all[each] for each in taken if each in self._all}
        self._left -= given.keys()
        self._taken |= set(taken)
        return function(**given)

    def check(self) -> None:
        """Raise an ArgumentError if nobody has taken one of the values.

        Nor may one that nobody has to take be called almost as one that was left out: it is spelt
        wrongly, and videos that should differ would be the same.
        """
        left = sorted(self._left | {*filter(self._is_misspelt, self._all.keys() - self._taken)})
        if not left:
            return
        takers = "; ".join(self._takers) or "nothing that is named takes any"
        raise ArgumentError(f"nobody takes the value {', '.join(map(repr, left))}: {takers}")

    def _is_misspelt(self, name: str) -> bool:
        return bool(get_close_matches(name, self._taken - self._all.keys(), cutoff=NEAR))


def _names(function: Callable[..., Any], wanted: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return which values a function takes, and which of them it needs."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # of a type that is written in C
        return [], []
    named = [
        each for each in parameters if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
    ]
    taken = [each.name for each in named]
    if any(each.kind is each.VAR_KEYWORD for each in parameters):
        taken += [each for each in wanted if each not in taken]
    needed = [each.name for each in named if each.default is each.empty]
    needed += [
        each.name
        for each in parameters
        if each.kind is each.POSITIONAL_ONLY and each.default is each.empty
    ]
    return taken, needed


def parsed_values(pairs: Iterable[str]) -> dict[str, Any]:
    """Return values that were typed as ``name=value``: JSON, or else a string.

    Raises
    ------
    ArgumentError
        If one has no name.

    Examples
    --------
    >>> parsed_values(["n=3", "color=red", "sizes=[1, 2]"])
    {'n': 3, 'color': 'red', 'sizes': [1, 2]}
    """
    values = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name.isidentifier():
            raise ArgumentError(f"a value is given as name=value, not {pair!r}")
        values[name] = parsed(text)
    return values


def parsed(text: str) -> Any:
    """Return what a text stands for: JSON, or else itself.

    Examples
    --------
    >>> parsed("2.5"), parsed("true"), parsed("red")
    (2.5, True, 'red')
    """
    try:
        return json.loads(text)
    except ValueError:
        return text


def closest(name: str, names: Iterable[str], what: str) -> str:
    """Return the end of a message on a name that is not known: similar ones, or all.

    Examples
    --------
    >>> closest("Wav", ["Wave", "Dot"], "animators")
    'did you mean Wave?'
    >>> closest("x", ["Wave", "Dot"], "animators"), closest("x", [], "animators")
    ('animators there: Dot, Wave', 'there are no animators')
    """
    names = sorted(set(names))
    folded = {each.lower(): each for each in names}
    near = [folded[each] for each in get_close_matches(name.lower(), folded, cutoff=0.6)]
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"{what} there: {', '.join(names)}" if names else f"there are no {what}"
