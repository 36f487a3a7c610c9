"""Every process begins as a loop would: setup(), update() for the first frame, a draw."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from parallel_animate import Animator, WorkerDiedError
from tests.conftest import alike
from tests.stamp import StampAnimator, rgb

pytestmark = pytest.mark.one_in(3)

Y, X = np.mgrid[:6, :8].astype(float)


class Wind(Animator):
    """A quiver, which takes its scale from its first draw, and has no arrows before update()."""

    def setup(self) -> Figure:
        figure = Figure(figsize=(3.2, 2.4), dpi=100)
        self.arrows = figure.subplots().quiver(X, Y, 0 * X, 0 * Y)
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.arrows.set_UVC((1 + params) * np.cos(X + params), np.sin(Y + params))


class LazyImage(Animator):
    """An image without data cannot be drawn."""

    def setup(self) -> Figure:
        figure = Figure(figsize=(3.2, 2.4), dpi=100)
        axes = figure.subplots()
        self.image = axes.add_image(AxesImage(axes, extent=(0, 7, 0, 5)))
        axes.axis((0, 7, 0, 5))
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.image.set_data(params * np.eye(4))


class LazyTicks(Animator):
    """A formatter that asks for what update() sets."""

    names: list[str]

    def setup(self) -> Figure:
        figure = Figure(figsize=(3.2, 2.4), dpi=100)
        axes = figure.subplots()
        axes.set_ylim(0, 2)
        axes.yaxis.set_major_formatter(lambda value, position: self.names[int(value)])
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.names = [f"{name}{params:.0f}" for name in "abc"]


PARAMS = [0.1, 0.7, 1.3, 1.9, 2.5, 3.1]


def as_matplotlib_draws(animator: Animator) -> Iterator[npt.NDArray[np.uint8]]:
    """Yield the frames that a plain loop gives, which draws after each update."""
    canvas = FigureCanvasAgg(animator.setup())
    for i, params in enumerate(PARAMS):
        animator.update(i, params)
        canvas.draw()
        yield np.asarray(canvas.buffer_rgba())[..., :3]


def check(video: Path, animator: Animator) -> None:
    """Check that a video shows what a plain loop draws, but for what a good encoder loses."""
    for shown, drawn in zip(rgb(video), as_matplotlib_draws(animator), strict=True):
        assert np.abs(shown.astype(int) - drawn).mean() < 1.5


@pytest.mark.parametrize(("workers", "method"), [(1, None), (3, "fork"), *alike((2, "spawn"))])
@pytest.mark.parametrize("kind", [Wind, LazyImage, LazyTicks])
def test_a_figure_that_only_update_completes_is_drawn_as_by_matplotlib(
    out: Path, kind: Callable[[], Animator], workers: int, method: str | None
) -> None:
    kind().make_video(out, PARAMS, 10, num_workers=workers, start_method=method, video_quality=1)
    check(out, kind())


class Breaks(Wind):
    def __init__(self, at: int) -> None:
        self.at = at

    def update(self, frame_idx: int, params: Any) -> None:
        if frame_idx == self.at:
            raise ArithmeticError
        super().update(frame_idx, params)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("kind", [list, iter, lambda params: (item for item in params)])
def test_a_resumed_render_begins_with_the_first_frame_too(
    out: Path, kind: Callable[[list[float]], Iterable[float]], workers: int
) -> None:
    """Though an earlier render has finished it."""
    options: dict[str, Any] = {"num_workers": workers, "video_quality": 1}
    with pytest.raises(RuntimeError):
        Breaks(3).make_video(out, kind(PARAMS), 10, **options)
    report = Breaks(-1).make_video(out, kind(PARAMS), 10, resume=True, **options)
    assert 0 < report.resumed_frames <= 3
    check(out, Wind())


class Notes(StampAnimator):
    """Writes down who was asked for which frame."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        with (self.folder / str(os.getpid())).open("a") as file:
            file.write(f"{frame_idx} {params}\n")


def calls(folder: Path) -> list[list[str]]:
    return [file.read_text().splitlines() for file in sorted(folder.iterdir())]


@pytest.mark.parametrize("workers", [1, 3])
def test_every_worker_is_given_the_first_frame_and_no_frame_twice(
    out: Path, tmp_path: Path, workers: int
) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    params = [f"p{i}" for i in range(40)]
    Notes(folder).make_video(out, params, 30, num_workers=workers, check_history=False)
    asked = calls(folder)
    assert {each[0] for each in asked} == {"0 p0"}
    drawn = [line for each in asked for line in each[1:]]
    assert sorted(drawn) == sorted(f"{i} p{i}" for i in range(1, 40))


class Deadly(StampAnimator):
    """Frame 1 ends each worker that is given it."""

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        if frame_idx == params:
            os._exit(9)


@pytest.mark.parametrize("deadly", [0, 1])
def test_a_frame_that_ends_all_workers_is_named_whoever_draws_it(out: Path, deadly: int) -> None:
    """Also if they were to draw it only to begin, or to be compared."""
    with pytest.raises(WorkerDiedError, match=f"frame {deadly} with params {deadly} has ended"):
        Deadly().make_video(out, [deadly] * 12, 30, num_workers=4, start_method="fork")
