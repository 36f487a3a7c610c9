"""``render``: a figure and a function, in place of a class."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from parallel_animate import ArgumentError, FigureTypeError, FrameError, render
from tests.stamp import StampAnimator, rgb, stamps

shared_figure = Figure(figsize=(1.6, 1.2), dpi=100)
shared_line = shared_figure.subplots().plot([0, 1])[0]


def change_shared_line(frame_idx: int, params: Any) -> None:
    shared_line.set_ydata([frame_idx, params])


def nothing(frame_idx: int, params: Any) -> None:
    pass


def stamped(animator: StampAnimator) -> Any:
    """Return a function that shows its params on the figure that an animator has made."""
    return lambda frame_idx, params: animator.update(params, None)


@pytest.mark.parametrize(("workers", "method"), [(1, None), (2, "fork"), (2, "spawn")])
def test_a_figure_that_exists_is_rendered(out: Path, workers: int, method: Any) -> None:
    animator = StampAnimator()
    figure = animator.setup()
    params = range(7, 13)
    report = render(
        figure, stamped(animator), params, out, 30, num_workers=workers, start_method=method
    )
    assert stamps(out) == list(params)
    assert (report.frames, report.workers, report.fps) == (6, workers, 30)


@pytest.mark.parametrize("workers", [1, 2])
def test_the_figure_can_be_used_afterwards(out: Path, workers: int) -> None:
    figure, ax = plt.subplots(figsize=(1.6, 1.2), dpi=100)
    canvas = figure.canvas
    (line,) = ax.plot([0, 1])
    looked = {"dpi": 50, "facecolor": "r"}
    render(
        figure,
        lambda i, value: plt.gcf().axes[0].lines[0].set_ydata([0, value]),
        [1, 2, 3],
        out,
        30,
        num_workers=workers,
        savefig_params=looked,
    )
    assert rgb(out)[0].shape == (60, 80, 3)
    assert rgb(out)[0][0, 0].tolist() == pytest.approx([255, 0, 0], abs=12)
    assert figure.canvas is canvas
    assert not canvas.is_saving()
    assert (figure.dpi, figure.get_facecolor()) == (100, (1, 1, 1, 1))
    assert line.get_ydata()[1] == (3 if workers == 1 else 1)
    plt.close(figure)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_function_makes_the_figure_and_hands_on_what_else_it_returns(
    out: Path, workers: int
) -> None:
    def setup() -> tuple[Figure, StampAnimator, int]:
        animator = StampAnimator()
        return animator.setup(), animator, 100

    def update(frame_idx: int, params: int, animator: StampAnimator, more: int) -> None:
        animator.update(params + more, None)

    render(setup, update, [1, 5, 2], out, 25, num_workers=workers)
    assert stamps(out) == [101, 105, 102]
    animator = StampAnimator()
    render(animator.setup, animator.update, iter(range(9)), out, 25, 4, num_workers=workers)
    assert stamps(out) == [0, 1, 2, 3]


def test_all_arguments_of_make_video_are_there(out: Path) -> None:
    animator = StampAnimator()
    report = render(
        animator.setup,
        animator.update,
        range(6),
        out,
        25,
        num_workers=1,
        redraw="verify",
        segment_frames=2,
        video_quality=30,
    )
    assert (report.redraw, report.segments) == ("verify", 3)


def test_errors_of_the_functions_name_the_frame(out: Path) -> None:
    figure = Figure(figsize=(1.6, 1.2))
    with pytest.raises(FrameError, match=r"frame 2 with params 0: ZeroDivisionError"):
        render(figure, lambda i, value: 1 / value, [3, 2, 0, 1], out, 30, num_workers=1)
    for made in ((), (3, figure), None):
        said = r"^figure_or_setup\(\) must return a matplotlib Figure, not "
        with pytest.raises(FigureTypeError, match=said):
            render(lambda made=made: made, nothing, [1], out, 30, num_workers=1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"figure_or_setup": 3}, "figure_or_setup must be a Figure, or a function .*, not 3"),
        ({"update": 3}, "update must be a function, not 3"),
        (
            {"update": lambda i: None},
            r"update cannot be called as update\(frame_idx, params\): its arguments are \(i\)",
        ),
        (
            {"figure_or_setup": lambda dpi: Figure()},
            r"figure_or_setup cannot be called without arguments: its arguments are \(dpi\)",
        ),
        ({"param_by_frame": 3}, "param_by_frame must be iterable"),
        ({"fps": 0}, "fps must be"),
        ({"n_frames": 0}, "n_frames must be"),
        ({"num_workers": 0}, "num_workers"),
        ({"quality": 3}, "no argument 'quality'; those of make_video that it has are .*resume"),
        ({"redraw": "verify"}, "redraw='verify' makes further figures, which takes a function"),
        ({"reuse_figure_object": False}, "reuse_figure_object=False makes further figures"),
        ({"savefig_params": 3}, "savefig_params must be a dict"),
    ],
)
def test_what_cannot_be_used_is_refused_before_work_starts(
    out: Path, change: dict[str, Any], message: str
) -> None:
    arguments = {
        "figure_or_setup": Figure(),
        "update": nothing,
        "param_by_frame": [1, 2],
        "output_file": out,
        "fps": 30,
    }
    with pytest.raises(ArgumentError, match=message):
        render(**(arguments | change))
    assert not list(out.parent.iterdir())


def test_what_other_processes_cannot_have_is_refused(out: Path) -> None:
    figure = Figure(figsize=(1.6, 1.2))
    numbers: Iterator[int] = (k for k in range(3))
    with pytest.raises(ArgumentError, match=r"(?s)cannot be sent .*generator.*num_workers=1"):
        render(figure, lambda i, p: next(numbers), [1, 2], out, 30, 2, 2, start_method="spawn")
    with pytest.raises(ArgumentError, match=r"change_shared_line\(\) changes shared_line, which"):
        render(
            shared_figure, change_shared_line, [1, 2], out, 30, num_workers=2, start_method="spawn"
        )
    render(shared_figure, change_shared_line, [1, 2], out, 30, num_workers=2, start_method="fork")
    assert len(rgb(out)) == 2


def test_a_generator_is_closed_when_an_argument_is_refused() -> None:
    closed = []

    def params() -> Iterator[int]:
        try:
            yield 1
        finally:
            closed.append(True)

    items = params()
    next(items)
    with pytest.raises(ArgumentError):
        render(Figure(), 3, items, "out.mp4", 30)  # type: ignore[arg-type]
    assert closed


def test_frames_show_what_the_function_set(out: Path) -> None:
    figure = Figure(figsize=(1.6, 1.2), dpi=100)
    render(figure, lambda i, color: figure.set_facecolor(color), ["k", "w"], out, 30, num_workers=2)
    means = [np.mean(frame) for frame in rgb(out)]
    assert means[0] < 3
    assert means[1] > 252
