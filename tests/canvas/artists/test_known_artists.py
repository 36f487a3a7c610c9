"""Whatever is set on an artist of a known class, in whatever order, each frame is exact."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from matplotlib.artist import ArtistInspector
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from parallel_animate.canvas.artists.known import is_known, name_of
from tests.canvas.artists.recipes import RECIPES
from tests.canvas.artists.steps import Twins
from tests.canvas.artists.values import NOT_TRIED, VALUES, call, values_for
from tests.canvas.redraw import saved
from tests.conftest import in_turn, soak

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # of values that make no sense for some
    pytest.mark.one_in(3),
]

# How many changes of each artist are tried by default.
SAMPLE = 4
Change = Callable[[Any], object]


def set_to(name: str, number: int) -> Change:
    """Return the change that a setter makes with one of the values for it."""

    def change(artist: Any) -> None:
        call(getattr(artist, f"set_{name}"), values_for(artist, name)[number])

    return change


def setters(artist: Any) -> dict[str, Change]:
    """Return all changes by setters of an artist."""
    return {
        f"{name} {number}": set_to(name, number)
        for name in sorted(ArtistInspector(artist).get_setters())
        if name not in NOT_TRIED
        for number in range(len(values_for(artist, name)))
    }


def silent(artist: Any) -> dict[str, Change]:
    """Return all changes of an artist's attributes, and of what these hold, that report nothing."""
    changes: dict[str, Change] = {}
    for name, value in vars(artist).items():
        if not name.startswith("_") and name not in NOT_DRAWN:
            for told, other in other_values(value):
                changes[f"{name}{told}"] = lambda artist, name=name, other=other: setattr(
                    artist, name, other
                )
        for told, _ in in_place(value):
            changes[f"{name}{told} in place"] = lambda artist, name=name, told=told: alter(
                dict(in_place(vars(artist)[name]))[told]
            )
    return changes


# What has nothing to do with drawing.
NOT_DRAWN = frozenset({"stale_callback", "mouseover", "number"})


def other_values(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield other values for an attribute."""
    if isinstance(value, bool):
        yield "", not value
    elif isinstance(value, int | float):
        yield "", value + 1
        yield " again", value * 1.5


def in_place(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what can be changed in place in the value of an attribute."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f" and value.size and value.flags.writeable:
            yield "", value
    elif isinstance(value, Path):
        yield from ((f" path{told}", part) for told, part in in_place(value.vertices))
    elif isinstance(value, list) and value:
        yield from ((f"[-1]{told}", part) for told, part in in_place(value[-1]))
        if all(type(each) is float for each in value):
            yield " item", value
    elif isinstance(value, FontProperties | Bbox):
        yield "", value


def alter(thing: Any) -> None:
    """Change something in place."""
    if isinstance(thing, np.ndarray):
        thing *= 0.8
    elif isinstance(thing, list):
        thing[-1] *= 0.8
    elif isinstance(thing, FontProperties):
        thing.set_size(thing.get_size() + 3)
    else:
        thing.set_points(thing.get_points() * 0.9)


def every_change(name: str) -> dict[str, Change]:
    figure, artist = RECIPES[name]()
    saved(figure)
    return setters(artist) | silent(artist)


def check_changes(name: str, told: list[str], changes: dict[str, Change]) -> int:
    """Check an artist with these changes, one after the other; return how many could be made.

    After one that matplotlib cannot draw, they go on with a new artist.
    """
    left = list(told)
    made = 0
    while left:
        made += check_until_one_fails(name, left, changes)
    return made


def check_until_one_fails(name: str, left: list[str], changes: dict[str, Change]) -> int:
    """Check a new artist with the first of these changes, take them away, return how many."""
    (reference, artist), (figure, other) = RECIPES[name](), RECIPES[name]()
    done: list[str] = []
    with Twins(reference, figure) as twins:
        while left:
            done.append(left.pop(0))
            change = changes[done[-1]]
            try:
                twins.take(partial(change, artist), partial(change, other), f"{name}: {done}")
            except AssertionError:
                raise
            except Exception:
                return len(done) - 1
    return len(done)


@pytest.mark.parametrize("name", in_turn(RECIPES, 3))
def test_some_changes_of_an_artist_are_seen(name: str) -> None:
    """A few, drawn by lot, of each class."""
    changes = every_change(name)
    lot = random.Random(name)
    told = lot.sample(sorted(changes), min(SAMPLE, len(changes)))
    check_changes(name, told, changes)


@pytest.mark.parametrize("name", soak(*RECIPES))
def test_all_changes_of_an_artist_are_seen(name: str) -> None:
    """Each alone, and all of them in two orders."""
    changes = every_change(name)
    for told in changes:
        check_changes(name, [told], changes)
    for seed in range(2):
        told = sorted(changes)
        random.Random(f"{name} {seed}").shuffle(told)
        assert check_changes(name, told, changes) > len(told) / 3


@pytest.mark.parametrize("name", RECIPES)
def test_recipe_makes_an_artist_of_the_class(name: str) -> None:
    """And the class is known, and each setter has been thought of."""
    _, artist = RECIPES[name]()
    assert name_of(type(artist)) == name
    assert is_known(type(artist))
    names = set(ArtistInspector(artist).get_setters())
    unheard = {each for each in names - NOT_TRIED if not values_for(artist, each)}
    assert not unheard, "new setters: they need some values in values.py"


def test_values_are_for_setters_that_exist() -> None:
    """Otherwise they are never tried."""
    names: set[str] = set()
    for make in RECIPES.values():
        names |= set(ArtistInspector(make()[1]).get_setters())
    assert set(VALUES) <= names | LATER


# Setters that come with matplotlib 3.11.
LATER = {
    *("xinverted", "yinverted", "zinverted", "fontfeatures", "language"),
    *("hatchcolor", "edgegapcolor"),
}
