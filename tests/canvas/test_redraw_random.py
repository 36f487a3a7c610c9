"""Any figure, changed in any way, is redrawn exactly."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.canvas.plans import FOUND, check_plan, plans, random_plan
from tests.conftest import in_turn, soak

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # of layouts and logarithms
    pytest.mark.one_in(3),
]

# Seeds of plans, in groups of which each is a test.
GROUP = 5


@pytest.mark.parametrize("examples", [4, *soak(60)])
def test_any_figure_is_redrawn_exactly_whatever_is_changed(examples: int) -> None:
    """To the pixel, and with no help of a comparison."""
    ignored = [HealthCheck.too_slow, HealthCheck.data_too_large]

    @settings(max_examples=examples, suppress_health_check=ignored)
    @given(plans())
    def check(plan: dict[str, Any]) -> None:
        check_plan(plan)

    check()


@pytest.mark.parametrize("first", [0, *soak(*range(GROUP, 80 * GROUP, GROUP))])
def test_plans_of_kept_seeds_are_redrawn_exactly(first: int) -> None:
    """The same plans each time; ``python -m tests.canvas.plans`` runs any others."""
    for seed in range(first, first + GROUP):
        plan = random_plan(seed)
        try:
            check_plan(plan)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}\n{plan}") from None


@pytest.mark.parametrize("name", in_turn(FOUND, 4))
def test_plan_that_was_found_to_be_hard_is_redrawn_exactly(name: str) -> None:
    """Each was wrong once."""
    check_plan({"layout": None, "extras": [], **FOUND[name]})
