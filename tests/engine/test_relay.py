"""Warnings that are given in workers are shown once, in the program's own way."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import alike
from tests.stamp import StampAnimator


class RareError(UserWarning):
    """A category of the user's."""


class Glyphs(StampAnimator):
    """Has a text that no font of matplotlib's can write, and warns by itself."""

    def setup(self) -> Any:
        figure = super().setup()
        figure.text(0.9, 0.5, "\N{CUNEIFORM SIGN A}")
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        warnings.warn("rare", RareError, stacklevel=1)


@pytest.mark.parametrize(("workers", "method"), [(1, None), (2, "fork"), *alike((2, "spawn"))])
def test_each_warning_comes_once_from_all_workers(
    out: Path, workers: int, method: str | None
) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        Glyphs().make_video(out, range(12), 30, num_workers=workers, start_method=method)
    glyphs = [each for each in caught if "missing from font" in str(each.message)]
    (rare,) = (each for each in caught if str(each.message) == "rare")
    assert len(glyphs) == 1
    assert rare.category is RareError
    assert rare.filename == glyphs[0].filename == __file__


def test_filters_of_the_program_hold(out: Path) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        Glyphs().make_video(out, range(4), 30, num_workers=2)
    assert not caught


def test_a_warning_that_is_always_shown_comes_as_often_as_from_one_process(out: Path) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Glyphs().make_video(out, range(12), 30, num_workers=2, start_method="fork")
    times = [str(each.message) for each in caught].count("rare")
    assert 6 <= times <= 14  # one of two workers draws half of the frames at least
