"""Any figure, changed in any way, is redrawn exactly.

A plan is plain data: which axes a figure has, what is in them, and which changes are made before
each frame. So it can be carried out on two figures, of which one is redrawn, and the other drawn
in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings

from parallel_animate.canvas import Surface
from parallel_animate.canvas import surface as surface_module
from tests.canvas.plans import CHANGES, FOUND, build, plans
from tests.canvas.redraw import difference, saved, untold
from tests.conftest import soak

pytestmark = pytest.mark.filterwarnings("ignore")  # of layouts and logarithms

SETTLED_AT = 5  # so that the short animations here get there


def check_plan(plan: dict[str, Any]) -> None:
    """Check that each frame of a plan equals its full draw, and is touched where it changed."""
    reference, figure = build(plan), build(plan)
    saved(reference)
    surface = Surface(figure)
    before = surface.pixels.copy()
    surface.take_damage()
    for frame, changes in enumerate(plan["frames"]):
        try:
            for name, pick, value in changes:
                CHANGES[name](reference, pick, value)
            expected = saved(reference)
        except Exception:  # matplotlib cannot do this, whoever draws
            reject()
        for name, pick, value in changes:
            CHANGES[name](figure, pick, value)
        surface.draw()
        now = surface.pixels
        told = difference(expected, now)
        assert not told, f"frame {frame}: {told}"
        assert surface.mismatch is None, f"frame {frame}: {surface.mismatch}"
        changed = untold(before, now, surface)
        assert not changed, f"frame {frame}: {changed} pixels changed where it is not touched"
        before = now.copy()
    surface.close()


@pytest.fixture(scope="module", autouse=True)
def early_settled() -> Iterator[None]:
    """Let surfaces settle early."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(surface_module, "MAKE_STATIC_AT", SETTLED_AT)
        yield


@pytest.mark.parametrize("examples", [7, *soak(60)])
def test_any_figure_is_redrawn_exactly_whatever_is_changed(examples: int) -> None:
    """To the pixel, and with no help of a comparison."""
    ignored = [HealthCheck.too_slow, HealthCheck.data_too_large]
    settings(max_examples=examples, suppress_health_check=ignored)(given(plans)(check_plan))()


@pytest.mark.parametrize("name", FOUND)
def test_plan_that_was_found_to_be_hard_is_redrawn_exactly(name: str) -> None:
    """Each was wrong once."""
    check_plan({"layout": None, "extras": [], **FOUND[name]})
