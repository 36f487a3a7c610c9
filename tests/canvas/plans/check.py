"""A plan carried out by several figures: one is drawn in full, the others in our ways."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from matplotlib.figure import Figure

from parallel_animate.canvas import Surface
from parallel_animate.canvas import surface as surface_module
from tests.canvas.plans.changes import CHANGES
from tests.canvas.plans.figures import build
from tests.canvas.redraw import Pixels, difference, planned, saved, untold

# How a plan's frames are drawn: all redrawn, all in full with help, and by turns, plain ones too.
WAYS = ("r", "h", "rhprrhp")
SETTLED_AT = 2  # so that the short animations here get there


@contextmanager
def early_settled() -> Iterator[None]:
    """Let what rests go back into the background early."""
    usual = surface_module.MAKE_STATIC_AT
    surface_module.MAKE_STATIC_AT = SETTLED_AT
    try:
        yield
    finally:
        surface_module.MAKE_STATIC_AT = usual


def check_plan(plan: dict[str, Any]) -> int:
    """Check that each frame of a plan equals its full draw, and is touched where it changed.

    A plan ends early where matplotlib itself cannot do what it says.

    Returns
    -------
    int
        How many frames were compared.
    """
    try:
        reference, *figures = (build(plan) for _ in range(1 + len(WAYS)))
        saved(reference)
    except Exception:  # matplotlib cannot do this, whoever draws
        return 0
    with early_settled(), ExitStack() as stack:
        surfaces = []
        for figure, ways in zip(figures, WAYS, strict=True):
            with planned(ways):
                surfaces.append(Surface(figure))
            stack.callback(surfaces[-1].close)
        return _compared(plan, reference, surfaces)


def _compared(plan: dict[str, Any], reference: Figure, surfaces: list[Surface]) -> int:
    """Compare the frames of a plan one after the other, and return how many there were."""
    before = [surface.pixels.copy() for surface in surfaces]
    for surface in surfaces:
        surface.take_damage()
    for frame, changes in enumerate(plan["frames"]):
        expected = changed_and_saved(reference, changes)
        if expected is None:
            return frame
        for number, (surface, ways) in enumerate(zip(surfaces, WAYS, strict=True)):
            for name, pick, value in changes:
                CHANGES[name](surface.figure, pick, value)
            surface.draw()
            now = surface.pixels
            told = difference(expected, now)
            assert not told, f"frame {frame}, drawn as {ways}: {told}"
            assert surface.mismatch is None, f"frame {frame}, {ways}: {surface.mismatch}"
            missed = untold(before[number], now, surface)
            assert not missed, f"frame {frame}: {missed} pixels changed where it is not touched"
            before[number] = now.copy()
    return len(plan["frames"])


def changed_and_saved(figure: Figure, changes: list[tuple[str, int, int]]) -> Pixels | None:
    """Return what a figure shows in full after some changes, if matplotlib can do them."""
    try:
        for name, pick, value in changes:
            CHANGES[name](figure, pick, value)
        return saved(figure)
    except Exception:
        return None
