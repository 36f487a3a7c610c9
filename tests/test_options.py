"""Options of a render that cannot be are refused; the message says what would do."""

from __future__ import annotations

import math
import multiprocessing
import re
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pytest
from matplotlib.figure import Figure

from parallel_animate import Animator
from parallel_animate.options import RenderOptions
from parallel_animate.output.settings import PRESETS
from tests.refusals import refusal
from tests.stamp import HEIGHT, WIDTH, StampAnimator, rgb

# Counts and intervals


@pytest.mark.parametrize("n_frames", [0, -1, -(10**9)])
def test_fewer_than_one_frame_is_refused(out: Path, n_frames: int) -> None:
    message = refusal(out, n_frames=n_frames)
    assert message.startswith("n_frames must be at least 1")
    assert str(n_frames) in message


@pytest.mark.parametrize("n_frames", [2.5, 2.0, "2", math.nan])
def test_a_number_of_frames_that_is_no_integer_is_refused(out: Path, n_frames: Any) -> None:
    message = refusal(out, n_frames=n_frames)
    assert message.startswith("n_frames must be an integer")
    assert repr(n_frames) in message


def test_no_workers_at_all_is_refused_and_the_alternatives_are_named(out: Path) -> None:
    message = refusal(out, num_workers=0)
    assert message.startswith("num_workers must not be 0")
    assert "-1 for all cores" in message


@pytest.mark.parametrize("num_workers", [2.0, "2", None, True])
def test_a_number_of_workers_that_is_no_integer_is_refused(out: Path, num_workers: Any) -> None:
    message = refusal(out, num_workers=num_workers)
    assert message.startswith("num_workers must be an integer")
    assert repr(num_workers) in message


@pytest.mark.parametrize("preload_factor", [-1, 0.5, "8", None])
def test_an_impossible_preload_factor_is_refused(out: Path, preload_factor: Any) -> None:
    message = refusal(out, preload_factor=preload_factor)
    assert message.startswith("preload_factor must be an integer of at least 0")
    assert repr(preload_factor) in message


@pytest.mark.parametrize("argument", ["plotting_log_interval", "saving_log_interval"])
@pytest.mark.parametrize("interval", [-1, 2.5])
def test_an_impossible_log_interval_is_refused(out: Path, argument: str, interval: Any) -> None:
    message = refusal(out, **{argument: interval})
    assert message.startswith(f"{argument} must be an integer of at least 0")
    assert repr(interval) in message


@pytest.mark.parametrize("none", [0, False, np.int64(0), None])
def test_a_log_interval_of_nothing_is_none(
    out: Path, caplog: pytest.LogCaptureFixture, none: Any
) -> None:
    options = {"plotting_log_interval": none, "saving_log_interval": none}
    with caplog.at_level("INFO", "parallel_animate"):
        StampAnimator().make_video(out, range(3), 30, num_workers=1, **options)
    assert not re.search(r"drew \d|wrote \d", caplog.text)


@pytest.mark.parametrize("start_method", ["thread", "", 3])
def test_an_unknown_start_method_is_refused_and_the_known_ones_are_listed(
    out: Path, start_method: Any
) -> None:
    message = refusal(out, start_method=start_method)
    assert message.startswith("start_method must be None or one of")
    assert "'spawn'" in message
    assert repr(start_method) in message


@pytest.mark.parametrize("check_history", ["warn", "", None, 2])
def test_a_history_check_that_is_none_of_three_is_refused(out: Path, check_history: Any) -> None:
    message = refusal(out, check_history=check_history)
    assert message.startswith("check_history must be True, False or 'error'")
    assert repr(check_history) in message


# savefig_params


class Blank(Animator):
    """An empty figure: all that shows is its background."""

    def setup(self) -> Figure:
        return Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)

    def update(self, frame_idx: int, params: Any) -> None:
        pass


@pytest.mark.parametrize("workers", [1, 2])
def test_dpi_and_facecolor_are_honoured(out: Path, workers: int) -> None:
    report = Blank().make_video(
        out,
        range(3),
        30,
        num_workers=workers,
        savefig_params={"dpi": 50, "facecolor": "tab:orange"},
        video_quality=1,
    )
    assert (report.width, report.height) == (WIDTH // 2, HEIGHT // 2)
    images = rgb(out)
    assert len(images) == 3
    for image in images:
        assert image.shape == (HEIGHT // 2, WIDTH // 2, 3)
        assert np.abs(image.astype(int) - (255, 127, 14)).max() <= 3


@pytest.mark.parametrize(
    ("facecolor", "seen"),
    [("none", (255, 255, 255)), ((1, 0, 0, 0.5), (255, 128, 128)), ("auto", (255, 255, 255))],
)
def test_a_transparent_figure_is_composited_on_white(
    out: Path, facecolor: Any, seen: tuple[int, int, int]
) -> None:
    options = {"facecolor": facecolor, "dpi": "figure"}
    Blank().make_video(out, range(2), 30, num_workers=1, savefig_params=options, video_quality=1)
    for image in rgb(out):
        assert image.shape == (HEIGHT, WIDTH, 3)
        assert np.abs(image.astype(int) - seen).max() <= 3


def test_an_option_of_savefig_that_does_not_apply_is_named_at_the_users_line(out: Path) -> None:
    options = {"dpi": 50, "bbox_inches": "tight", "transparent": True}
    with pytest.warns(UserWarning, match="'bbox_inches', 'transparent'") as caught:
        StampAnimator().make_video(out, range(2), 30, num_workers=1, savefig_params=options)
    assert [warning.filename for warning in caught] == [__file__]
    assert "'dpi', " not in str(caught[0].message)
    assert [image.shape for image in rgb(out)] == [(HEIGHT // 2, WIDTH // 2, 3)] * 2


@pytest.mark.parametrize("dpi", [0, -50, math.nan, math.inf, "big", [100]])
def test_an_impossible_dpi_is_refused(out: Path, dpi: Any) -> None:
    message = refusal(out, savefig_params={"dpi": dpi})
    assert "savefig_params['dpi'] must be a positive number" in message
    assert repr(dpi) in message


@pytest.mark.parametrize("facecolor", ["nonsense", (1, 2, 3), 7, ""])
def test_a_facecolor_that_is_no_colour_is_refused(out: Path, facecolor: Any) -> None:
    message = refusal(out, savefig_params={"facecolor": facecolor})
    assert "savefig_params['facecolor'] is no colour" in message
    assert repr(facecolor) in message


def test_the_signatures_list_the_words_that_are_taken(out: Path) -> None:
    """So an editor completes them, and a type checker finds what is mistyped."""
    words = {
        "video_mode": {"auto", "gpu", "cpu"},
        "video_preset": {preset for presets in PRESETS.values() for preset in presets},
        "codec": {"h264", "hevc", "av1", "vp9", "prores"},
        "pixel_format": {"yuv420p", "yuv444p"},
        "redraw": {"auto", "full", "verify"},
        "video_writer": {"pyav", "pvio"},
        "start_method": {"fork", "forkserver", "spawn"},
        "resume": {"restart"},
        "check_history": {"error"},
    }
    for function in (Animator.make_video, RenderOptions.checked):
        hints = get_type_hints(function)
        for argument, expected in words.items():
            listed = set(re.findall(r"'(\w+)'", str(hints[argument])))
            assert listed == expected, argument
            message = refusal(out, **{argument: "mistyped"})
            assert argument in message
    assert set(words["start_method"]) >= set(multiprocessing.get_all_start_methods())
