"""A frame that cannot be drawn, or has another size than the video, is named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from parallel_animate import FrameError, FrameSizeError
from tests.engine.failing import RUNS, BadArtist, OddError, first_line
from tests.stamp import HEIGHT, WIDTH, StampAnimator

pytestmark = pytest.mark.timeout(60)

# Errors while drawing


class FailsToDraw(StampAnimator):
    def __init__(self, frame: int | None) -> None:
        super().__init__()
        self.frame = frame

    def setup(self) -> Figure:
        figure = super().setup()
        self.artist = figure.add_artist(BadArtist())
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        self.artist.broken = self.frame in (None, frame_idx)


@pytest.mark.parametrize(("workers", "method"), RUNS)
def test_an_exception_in_drawing_names_the_frame(
    out: Path, workers: int, method: str | None
) -> None:
    with pytest.raises(FrameError) as caught:
        FailsToDraw(3).make_video(out, range(8), 30, num_workers=workers, start_method=method)
    assert first_line(caught.value) == (
        "drawing failed for frame 3 with params 3: OddError: cannot be drawn"
    )
    assert 'raise OddError("cannot be drawn")  # in draw()' in str(caught.value)
    assert type(caught.value.__cause__) is OddError


class FailsLater(StampAnimator):
    """What update() does wrong is noticed only when matplotlib draws."""

    def __init__(self, by: str) -> None:
        super().__init__()
        self.by = by

    def setup(self) -> Figure:
        figure = super().setup()
        self.ax = figure.add_axes((0, 0, 1, 1))
        (self.line,) = self.ax.plot([1, 2, 3])
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        if self.by == "data":
            self.line.set_ydata([1, 2])
        else:
            self.ax.xaxis.set_major_formatter(FuncFormatter(lambda x, at: str(1 // 0)))  # here


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_that_matplotlib_finds_while_drawing_shows_its_last_frames(
    out: Path, workers: int
) -> None:
    with pytest.raises(FrameError, match="drawing failed for frame 0") as caught:
        FailsLater("data").make_video(out, range(8), 30, num_workers=workers)
    places = [line for line in str(caught.value).splitlines() if line.startswith('  File "')]
    assert len(places) == 3
    assert "shape mismatch" in str(caught.value)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_in_the_users_code_that_is_called_while_drawing_begins_there(
    out: Path, workers: int
) -> None:
    with pytest.raises(FrameError, match="drawing failed for frame 0") as caught:
        FailsLater("code").make_video(out, range(8), 30, num_workers=workers)
    places = [line for line in str(caught.value).splitlines() if line.startswith('  File "')]
    assert len(places) == 1
    assert __file__ in places[0]
    assert "str(1 // 0)))  # here" in str(caught.value)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_figure_that_cannot_be_drawn_at_all_is_an_error_of_the_first_frame(
    out: Path, workers: int
) -> None:
    with pytest.raises(FrameError, match=r"drawing failed for frame 0 .*: OddError") as caught:
        FailsToDraw(None).make_video(out, range(8), 30, num_workers=workers)
    assert type(caught.value.__cause__) is OddError


# Sizes


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("inches", [(4.0, 2.4), (3.2, 2.0), (1.0, 1.0), (6.4, 4.8)])
def test_a_frame_of_another_size_is_an_error_that_names_it(
    out: Path, inches: tuple[float, float], workers: int
) -> None:
    class Grows(StampAnimator):
        def setup(self) -> Figure:
            self.figure = super().setup()
            return self.figure

        def update(self, frame_idx: int, params: Any) -> None:
            super().update(frame_idx, params)
            if frame_idx == 5:
                self.figure.set_size_inches(inches)

    with pytest.raises(FrameSizeError) as caught:
        Grows().make_video(out, range(10), 30, num_workers=workers)
    size = "x".join(str(round(side * 100)) for side in inches)
    assert first_line(caught.value).startswith(
        f"frame 5 is {size} pixels, but the video is {WIDTH}x{HEIGHT}"
    )
    assert isinstance(caught.value, ValueError)
    assert (caught.value.frame_idx, caught.value.params) == (5, "5")


def test_a_worker_of_another_size_is_an_error_that_names_both_sizes(
    out: Path, tmp_path: Path
) -> None:
    class OneIsLarger(StampAnimator):
        def setup(self) -> Figure:
            try:
                (tmp_path / "taken").touch(exist_ok=False)
            except FileExistsError:
                self.inches = (4.0, 3.0)
            return super().setup()

    # Far more frames than can be drawn until the second worker is there.
    with pytest.raises(FrameSizeError) as caught:
        OneIsLarger().make_video(out, iter(range(10**6)), 30, num_workers=2)
    assert {"320x240", "400x300"} <= set(re.findall(r"\d+x\d+", str(caught.value)))
    assert "frame" in str(caught.value)
    assert caught.value.frame_idx is not None
