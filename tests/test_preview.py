"""One frame, to be looked at."""

from __future__ import annotations

import io
import os
import random
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

import parallel_animate
from parallel_animate import (
    Animator,
    ArgumentError,
    FrameError,
    FrameIdError,
    IndexedFrameParams,
    SetupError,
    Still,
)
from tests.refusals import NeverSetUp
from tests.stamp import HEIGHT, WIDTH, StampAnimator, stamp


class Arrows(Animator):
    """A quiver, which takes its scale from the first frame, made by pyplot; counts its calls."""

    calls = 0

    def setup(self) -> Figure:
        plt.rcParams["lines.linewidth"] = 7.0
        figure, axes = plt.subplots(figsize=(2, 1.5))
        figure.patch.set_alpha(0.5)
        self.quiver = axes.quiver([0, 1], [0, 1], [0.0, 0.0], [0.0, 0.0])
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.calls += 1
        self.quiver.set_UVC([params, 1.0], [1.0, params])
        random.random()
        np.random.random()


PARAMS = [0.5, 3.0, 9.0, 5.0, 30.0]


def test_it_is_the_frame_of_a_render_that_begins_with_the_same_params() -> None:
    frames = Arrows().frames(PARAMS, num_workers=2, redraw="full", copy=True)
    rendered = [array for _, array in frames]
    for frame_idx in (0, 4):
        still = Arrows().preview(PARAMS[frame_idx], frame_idx, first=PARAMS[0])
        np.testing.assert_array_equal(still, rendered[frame_idx])
    alone = Arrows().preview(PARAMS[4], 4)
    assert not np.array_equal(alone, rendered[4])
    np.testing.assert_array_equal(alone, Arrows().preview(PARAMS[4], 4, first=PARAMS[4]))


def test_nothing_of_it_stays_in_this_process() -> None:
    def all_that_is_shared() -> list[Any]:
        return [
            *(dict(matplotlib.rcParams), plt.get_fignums(), random.getstate()),
            np.random.get_state()[1].tolist(),  # type: ignore[index, union-attr]
        ]

    mine = plt.figure()
    animator = Arrows()
    animator.number = 7  # type: ignore[attr-defined]
    before = all_that_is_shared()
    animator.preview(2.0, 3)
    assert all_that_is_shared() == before
    assert vars(animator) == {"number": 7}
    assert plt.gcf() is mine
    plt.close(mine)


@pytest.mark.parametrize(
    ("params", "frame_idx", "shown"),
    [
        *((42, None, 42), (np.int64(9), None, 9), (42, 3, 3), ("text", None, 0), ("text", 5, 5)),
        *((-2, None, 0), (True, None, 0), (None, np.int64(6), 6), (2.0, None, 0)),
        (IndexedFrameParams(8, "text"), None, 8),
        (IndexedFrameParams(8, "text"), 3, 3),
    ],
)
def test_the_index_is_the_one_that_is_given_or_that_of_a_range(
    params: Any, frame_idx: Any, shown: int, tmp_path: Path
) -> None:
    class Notes(StampAnimator):
        def update(self, frame_idx: int, params: Any) -> None:
            super().update(frame_idx, params)
            (tmp_path / "params").write_text(repr(params))

    still = Notes().preview(params, frame_idx)
    assert stamp(still[..., 0]) == shown
    plain = params.params if isinstance(params, IndexedFrameParams) else params
    assert (tmp_path / "params").read_text() == repr(plain)


def test_a_notebook_shows_it_as_a_picture() -> None:
    still = parallel_animate.preview(Arrows(), 1.0, savefig_params={"dpi": 51})
    assert isinstance(still, np.ndarray)
    assert (still.shape, still.dtype) == ((76, 102, 4), np.uint8)
    with Image.open(io.BytesIO(still._repr_png_() or b"")) as picture:
        assert (picture.format, picture.mode) == ("PNG", "RGBA")
        np.testing.assert_array_equal(np.asarray(picture), still)
    cut = still[::2, 10:, :3]
    with Image.open(io.BytesIO(cut._repr_png_() or b"")) as picture:
        np.testing.assert_array_equal(np.asarray(picture), cut)


def test_what_is_made_of_it_is_an_array_and_no_picture() -> None:
    still = StampAnimator().preview(3)
    assert still.shape == (HEIGHT, WIDTH, 4)
    for made in (still == still, still / 255, still[..., 0], still[:0], still[..., :2]):
        assert isinstance(made, Still)
        assert made._repr_png_() is None
    still[:] = 0
    assert still.mean() == 0


def test_it_is_drawn_in_another_process(tmp_path: Path) -> None:
    class Notes(StampAnimator):
        def setup(self) -> Figure:
            (tmp_path / "pid").write_text(str(os.getpid()))
            return super().setup()

    Notes().preview(0)
    assert int((tmp_path / "pid").read_text()) != os.getpid()


def test_errors_are_those_of_a_render() -> None:
    class Fails(StampAnimator):
        def update(self, frame_idx: int, params: Any) -> None:
            raise KeyError(params)

    with pytest.raises(FrameError, match="frame 4 with params 'x'") as caught:
        Fails().preview("x", 4)
    assert isinstance(caught.value, KeyError)
    with pytest.raises(SetupError, match=r"setup\(\) was called"):
        NeverSetUp().preview(0)


def test_bad_input_is_refused() -> None:
    for bad in (-1, 1.5, "3"):
        with pytest.raises(ArgumentError, match="frame_idx must be an integer of at least 0, not"):
            NeverSetUp().preview("x", bad)  # type: ignore[arg-type]
    with pytest.raises(FrameIdError, match="negative"):
        NeverSetUp().preview(IndexedFrameParams(-1, 0))
    with pytest.raises(ArgumentError, match="dpi"):
        NeverSetUp().preview(0, savefig_params={"dpi": "high"})
    with pytest.raises(ArgumentError, match="start_method must be None or one of"):
        NeverSetUp().preview(0, start_method="thread")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="the class StampAnimator"):
        parallel_animate.preview(StampAnimator, 0)  # type: ignore[arg-type]
