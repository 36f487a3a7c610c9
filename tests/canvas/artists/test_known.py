"""All that matplotlib draws with is either known, with an animation, or drawn anew."""

from __future__ import annotations

from importlib import import_module
from operator import attrgetter

import pytest

from parallel_animate.canvas.artists.known import CLASSES, NAMES, is_known, name_of
from tests.canvas.artists import parts, ticks
from tests.canvas.artists.animations import ANIMATED, Animation
from tests.canvas.artists.classes import DRAWN_ANEW, ONLY_SOMETIMES, found
from tests.canvas.artists.recipes import RECIPES
from tests.canvas.artists.steps import check_steps, held
from tests.conftest import in_turn

pytestmark = pytest.mark.one_in(3)

MODULES = (parts, ticks)  # which add their animations
BY_ANIMATION: dict[Animation, list[str]] = {}  # the classes that each of them is about
for _name, _animation in ANIMATED.items():
    BY_ANIMATION.setdefault(_animation, []).append(_name)
WHAT_TO_DO = (
    "classes of this matplotlib that nobody has looked at. If all that their drawing depends on is "
    "compared (state.py), name them in canvas/artists/known.py, and add an animation of them here "
    "(recipes.py for artists, parts.py and ticks.py for what they hold). Otherwise name them in "
    "classes.py: they are drawn anew for each frame."
)


def test_each_class_is_known_or_drawn_anew() -> None:
    """A matplotlib to come may bring others."""
    new = set(found()) - NAMES - DRAWN_ANEW
    assert not new, f"{sorted(new)}: {WHAT_TO_DO}"


def test_no_class_is_both_known_and_drawn_anew() -> None:
    """And the list alone decides."""
    assert not NAMES & DRAWN_ANEW
    for name, kind in found().items():
        assert is_known(kind) == (name in NAMES), name


def test_each_name_on_the_list_exists() -> None:
    """In this matplotlib, or in another one that is supported."""
    gone = {
        f"{module}.{name}"
        for module, names in CLASSES.items()
        for name in names.split()
        if not exists(module, name)
    }
    assert gone <= ONLY_SOMETIMES


def exists(module: str, name: str) -> bool:
    try:
        return isinstance(attrgetter(name)(import_module(module)), type)
    except (ImportError, AttributeError):
        return False


def test_each_known_class_has_an_animation() -> None:
    """Of the artist itself, or of one that holds it."""
    missing = NAMES - set(RECIPES) - set(ANIMATED) - ONLY_SOMETIMES
    assert not missing, f"{sorted(missing)}: add an animation in parts.py or recipes.py"


@pytest.mark.filterwarnings("ignore:.*set_:PendingDeprecationWarning")  # of a colormap
@pytest.mark.parametrize(
    "animation", in_turn(BY_ANIMATION, 3), ids=lambda made: BY_ANIMATION[made][0]
)
def test_part_that_changes_is_seen(animation: Animation) -> None:
    """By setters, by attributes and in place: each frame equals its full draw."""
    figure, _ = animation()
    figure.draw_without_rendering()
    names = {name_of(type(part)) for part in held(figure)}
    assert not set(BY_ANIMATION[animation]) - names - ONLY_SOMETIMES
    check_steps(animation)
