"""Any plan: the one that a number stands for, or as hypothesis draws it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

# Each of these puts its changes into CHANGES.
from tests.canvas.plans import (  # noqa: F401
    anew_changes,
    artist_changes,
    axes_changes,
    clip_changes,
    figure_changes,
    own_changes,
    shown_changes,
)
from tests.canvas.plans.changes import CHANGES
from tests.canvas.plans.content import CONTENT, CONTENT_3D
from tests.canvas.plans.figures import EXTRAS, KINDS
from tests.canvas.plans.themes import CONTENT_OF_THEMES, THEMES

T = TypeVar("T")
Below = Callable[[int], int]
"""Returns a whole number from 0 on that is less than the one given."""


def any_plan(below: Below) -> dict[str, Any]:
    """Return the plan that some numbers decide on: 0 each time for the simplest one.

    Most figures are small, since it is the pairs and triples of what is in them that matter.

    Parameters
    ----------
    below : callable
        Chooses the numbers.
    """

    def one_of(values: Sequence[T]) -> T:
        return values[below(len(values))]

    def item() -> tuple[str, int]:
        return one_of(content if below(3) else names), below(6)

    def mutation() -> tuple[str, int, int]:
        if made and below(4) == 3:  # go on with what was changed before, as an animation does
            name, pick, _ = one_of(made)
        else:
            name, pick = one_of(theme if below(4) else changes), below(60)
        made.append((name, pick, below(12)))
        return made[-1]

    names = sorted({*CONTENT, *CONTENT_3D})
    changes = sorted(CHANGES)
    name = one_of(["", "", *THEMES])
    theme = THEMES[name] if name else changes
    content = CONTENT_OF_THEMES.get(name, names)
    made: list[tuple[str, int, int]] = []
    return {
        "layout": one_of([None, None, None, None, "tight", "constrained"]),
        "parts": one_of([0, 0, 0, 1, 2]),
        "axes": [
            (one_of(KINDS), below(4), [item() for _ in range(one_of([0, 1, 1, 2, 3]))])
            for _ in range(one_of([1, 1, 1, 2, 2, 2, 3]))
        ],
        "extras": sorted({one_of(sorted(EXTRAS)) for _ in range(one_of([0, 1, 1, 2]))}),
        "frames": [
            [mutation() for _ in range(one_of([0, 1, 1, 2, 3]))]
            for _ in range(one_of([3, 3, 4, 5, 6]))
        ],
    }


def random_plan(seed: int) -> dict[str, Any]:
    """Return the plan of a number: the same with every Python, and whatever else is installed.

    A number stands for another plan as soon as there are other changes or contents to choose from.
    """
    # Python promises the same sequence for this method alone.
    random = Random(seed).random
    return any_plan(lambda end: int(random() * end))


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a plan; hypothesis makes small what it finds."""
    return any_plan(lambda end: draw(st.integers(0, end - 1)))
