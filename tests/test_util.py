"""What scripts of parallel-matplotlib-animation import from ``parallel_animate.util``."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import matplotlib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_animate import ArgumentError
from parallel_animate.util import configure_matplotlib_style, get_rendered_frame_ids

rates = st.fractions(min_value=Fraction(1, 10), max_value=1000, max_denominator=1001)


@given(rates, rates, rates, st.integers(0, 500))
def test_each_frame_shows_the_last_one_recorded_by_then(
    data_fps: Fraction, speed: Fraction, fps: Fraction, count: int
) -> None:
    if count * fps > 2000 * data_fps * speed:
        return  # a video of very many frames
    ids = get_rendered_frame_ids(data_fps, speed, fps, count).tolist()
    assert ids == [int(i / fps * speed * data_fps) for i in range(len(ids))]
    assert all(0 <= number < count for number in ids)
    seconds = count / data_fps / speed
    assert len(ids) == int(seconds * fps) or ids == [0]
    assert bool(ids) == bool(count)


def test_floats_stand_for_simple_fractions() -> None:
    """330 * 0.1 / 30 is more than 1.1 in floats, which in the end would skip a frame too early."""
    assert get_rendered_frame_ids(330, 0.1, 30, 111).tolist()[-10:] == [
        *(99, 100, 101, 102, 103, 104, 105, 106, 107, 108)
    ]


@pytest.mark.parametrize(
    ("argument", "value"),
    [("data_fps", 0), ("play_speed", -0.5), ("rendered_fps", float("nan")), ("n_data_frames", -1)],
)
def test_what_cannot_be_is_an_error(argument: str, value: Any) -> None:
    right = {"data_fps": 30, "play_speed": 1.0, "rendered_fps": 30, "n_data_frames": 3}
    with pytest.raises(ArgumentError, match=f"^{argument} must be"):
        get_rendered_frame_ids(**{**right, argument: value})


def test_style_has_fallbacks_where_arial_is_missing() -> None:
    with matplotlib.rc_context():
        configure_matplotlib_style()
        configure_matplotlib_style()
        fonts = matplotlib.rcParams["font.sans-serif"]
        assert fonts[0] == "Arial"
        assert fonts.count("Arial") == 1
        assert "DejaVu Sans" in fonts
        assert matplotlib.rcParams["pdf.fonttype"] == 42
