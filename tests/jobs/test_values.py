"""Values reach those who take them; one that nobody takes by a slip is told."""

from __future__ import annotations

import pytest

from parallel_animate import ArgumentError
from parallel_animate.jobs.values import Values


def shown(stem: str, color: str = "red", number: int = 0) -> tuple[str, str, int]:
    return stem, color, number


def test_a_function_gets_what_it_takes_and_others_may_be_left() -> None:
    values = Values({"color": "blue"}, {"stem": "run", "run": 7})
    assert values.call(shown, "shown") == ("run", "blue", 0)
    values.check()


@pytest.mark.parametrize(
    ("wanted", "offered", "left"),
    [({"i": 1}, {}, "'i'"), ({}, {"colour": "blue"}, "'colour'"), ({}, {"nummer": 3}, "'nummer'")],
)
def test_a_value_that_nobody_takes_is_an_error(
    wanted: dict[str, object], offered: dict[str, object], left: str
) -> None:
    """One of a matrix only if it is called almost as one that is taken, and was not given."""
    values = Values(wanted, {"stem": "run", **offered})
    values.call(shown, "shown")
    with pytest.raises(ArgumentError) as caught:
        values.check()
    assert str(caught.value) == (f"nobody takes the value {left}: shown takes stem, color, number")


def test_a_name_like_one_that_was_given_is_no_slip() -> None:
    values = Values({"color": "blue"}, {"stem": "run", "colour": "a label"})
    values.call(shown, "shown")
    values.check()
