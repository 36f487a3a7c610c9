"""What ``save`` does beside the frames: arguments, callbacks, and what it leaves."""

from __future__ import annotations

import itertools
import logging
import re
import sys
import time
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib._pylab_helpers import Gcf
from matplotlib.animation import Animation, ArtistAnimation, FuncAnimation
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import parallel_animate
from parallel_animate import (
    ArgumentError,
    EmptyParamsError,
    FrameError,
    HistoryError,
    SetupError,
    WorkerDiedError,
    save,
)
from parallel_animate.engine import Rehearsed
from tests.adapters import gallery, stateful
from tests.adapters.cases import FEWER, X, axes
from tests.adapters.movies import differing, made, on_white, rendered, saved_by_matplotlib

pytestmark = pytest.mark.one_in(3)

WAYS = "parallel_animate.adapters.ways"


def wave(**options: Any) -> FuncAnimation:
    return made(lambda: wave_of(axes()[0], **options))  # type: ignore[return-value]


def wave_of(figure: Figure, **options: Any) -> FuncAnimation:
    (line,) = figure.axes[0].plot(X, np.sin(X))
    options = {"frames": FEWER} | options
    return FuncAnimation(figure, lambda i: line.set_ydata(np.sin(X + i)), **options)


def unseen(make: Any, out: Path, **options: Any) -> tuple[list[bytes], Any]:
    """Render what nothing was found about beforehand."""
    nothing = mock.Mock(return_value=Rehearsed())
    with (
        mock.patch(f"{WAYS}.rehearse", nothing),
        mock.patch(f"{WAYS}.rehearse_iterator", nothing),
    ):
        return rendered(made(make), out, num_workers=2, **options)


@pytest.mark.parametrize("make", [stateful.a_list_that_grows, stateful.a_generator_and_a_list])
def test_what_is_found_while_rendering_is_rendered_in_order_after_all(
    make: Any, out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    expected = saved_by_matplotlib(made(make))
    frames, report = unseen(make, out)
    assert not differing(frames, expected)
    assert report.workers == 1
    assert "look different after other frames): one worker process draws" in caplog.text
    assert [path.name for path in out.parent.iterdir()] == [out.name]


def test_a_file_that_the_function_reads_is_read_from_where_it_was(out: Path) -> None:
    numbers = out.with_name("numbers")
    numbers.write_text("".join(f"{number}\n" for number in range(20)))

    def make() -> Animation:
        figure, ax = axes()
        text = ax.text(0.5, 0.5, "")
        file = numbers.open()
        return FuncAnimation(figure, lambda _: text.set_text(file.readline()), frames=12)

    expected = saved_by_matplotlib(made(make))
    frames, _ = rendered(made(make), out, num_workers=2)
    assert not differing(frames, expected)


def test_a_loop_stays_in_this_process_whatever_a_frame_may_take(out: Path) -> None:
    make = stateful.a_generator_that_asks_for_the_state
    expected = saved_by_matplotlib(made(make))
    frames, _ = rendered(made(make), out, num_workers=2, frame_timeout=60)
    assert not differing(frames, expected)


def test_a_history_can_be_an_error(out: Path) -> None:
    with pytest.raises(HistoryError, match=r"looks different after .* give that as frames"):
        save(made(stateful.a_toggle), out, num_workers=2, check_history="error")
    with pytest.raises(HistoryError, match="come out differently"):
        unseen(stateful.a_list_that_grows, out, check_history="error")


def test_a_worker_that_dies_in_order_has_no_successor(out: Path) -> None:
    def make() -> Animation:
        figure, ax = axes()
        seen: list[int] = []

        def update(i: int) -> None:
            seen.append(i)
            ax.plot(seen, color="k")
            if len(seen) > 8:
                import os

                os._exit(3)

        return FuncAnimation(figure, update, frames=12)

    with pytest.raises(WorkerDiedError, match=r"exited with code 3\. No other can go on"):
        save(made(make), out, num_workers=2)


def test_an_error_of_the_function_names_its_frame(out: Path) -> None:
    figure, _ = axes()
    animation = FuncAnimation(figure, lambda i: 1 / (i - 9), frames=[6, 7, 8, 9, 10])
    for workers in (1, 2):
        message = r"^the animation's function failed for frame 3 with params 9: ZeroDivisionError"
        with pytest.raises(FrameError, match=message) as caught:
            save(animation, out, num_workers=workers)
        assert isinstance(caught.value, ZeroDivisionError)
        assert caught.value.frame_idx == 3


def test_an_error_of_the_initial_drawing_says_so(out: Path) -> None:
    figure, _ = axes()
    animation = FuncAnimation(figure, lambda _: None, frames=3, init_func=lambda: 1 / 0)
    for workers in (1, 2):
        with pytest.raises(SetupError, match=r"^the initial drawing failed: ZeroDivisionError"):
            save(animation, out, num_workers=workers)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("options", "rc_params"),
    [
        ({"dpi": 73}, {}),
        ({}, {"savefig.dpi": 150}),
        ({"savefig_kwargs": {"facecolor": (1, 0, 0, 0.5)}}, {}),
        ({"savefig_kwargs": {"edgecolor": "g", "pad_inches": 1, "transparent": True}}, {}),
        ({}, {"savefig.facecolor": "0.3", "savefig.bbox": "tight", "savefig.transparent": True}),
    ],
)
def test_what_a_frame_looks_like_is_as_in_matplotlib(
    out: Path, workers: int, options: dict[str, Any], rc_params: dict[str, Any]
) -> None:
    def make() -> Animation:
        figure = plt.figure(figsize=(1.6, 1.2), dpi=100, linewidth=3)
        ax = figure.subplots()
        ax.set_axis_off()
        text = ax.text(0, 0.5, "")
        (line,) = ax.plot(X, X)

        def update(i: int) -> None:
            line.set_ydata(np.sin(X + i))
            text.set_text(f"{figure.dpi:.0f} {figure.get_facecolor()[:2]}")

        return FuncAnimation(figure, update, frames=4)

    with mpl.rc_context(rc_params):
        expected = on_white(saved_by_matplotlib(made(make), **options))
        frames, report = rendered(made(make), out, num_workers=workers, **options)
    assert not differing(frames, expected)
    assert report.full_draws < 4 or workers == 2


def test_animations_of_one_figure_are_saved_together(out: Path) -> None:
    def make() -> tuple[Animation, Animation]:
        figure, ax = axes()
        (line,) = ax.plot(X, X)
        artists = [[ax.text(2, 0, str(i))] for i in range(4)]
        animation = FuncAnimation(figure, lambda i: line.set_ydata(np.sin(X + i)), frames=6)
        return animation, ArtistAnimation(figure, artists)

    def told(save: Any) -> tuple[list[bytes], list[tuple[int, int | None]]]:
        calls: list[tuple[int, int | None]] = []
        first, second = make()
        second._draw_was_started = True  # type: ignore[attr-defined]
        frames = save(first, [second], lambda *call: calls.append(call))
        return frames, calls

    expected, calls = told(
        lambda first, extra, callback: saved_by_matplotlib(
            first, extra_anim=extra, progress_callback=callback
        )
    )
    frames, own_calls = told(
        lambda first, extra, callback: rendered(
            first, out, extra_anim=extra, progress_callback=callback, num_workers=2
        )[0]
    )
    assert len(expected) == 4
    assert not differing(frames, expected)
    assert own_calls == calls


@pytest.mark.parametrize("make", [stateful.a_list_that_grows, gallery.a_generator_function])
def test_a_progress_callback_is_called_as_by_matplotlib(out: Path, make: Any) -> None:
    expected: list[tuple[int, int | None]] = []
    calls: list[tuple[int, int | None]] = []
    saved_by_matplotlib(made(make), progress_callback=lambda *call: expected.append(call))
    save(made(make), out, progress_callback=lambda *call: calls.append(call), num_workers=2)
    assert calls == expected


def test_an_error_of_the_callback_ends_the_render(out: Path) -> None:
    def callback(frame: int, _: int | None) -> None:
        if frame == 2:
            raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        save(wave(), out, progress_callback=callback, num_workers=2)
    assert not out.exists()


@pytest.mark.parametrize("workers", [1, 2])
def test_the_animation_can_be_shown_and_saved_afterwards(out: Path, workers: int) -> None:
    expected = saved_by_matplotlib(made(gallery.pyplots_current_axes))
    animation: Any = made(gallery.pyplots_current_axes)
    figure = animation._fig
    canvas, manager, dpi = figure.canvas, figure.canvas.manager, figure.dpi
    face, callback = figure.get_facecolor(), figure.stale_callback
    attributes = set(vars(canvas))
    save(animation, out, dpi=50, num_workers=workers, savefig_kwargs={"facecolor": "r"})
    assert figure.canvas is canvas
    assert (canvas.manager, figure.dpi) == (manager, dpi)
    assert (figure.get_facecolor(), figure.stale_callback) == (face, callback)
    assert set(vars(canvas)) <= attributes | {"renderer", "_lastKey"}
    assert plt.gcf() is figure
    assert not differing(saved_by_matplotlib(animation), expected)
    plt.figure(figure)
    animation._draw_was_started = False
    figure.canvas.draw()  # which starts it
    assert animation._draw_was_started


class Window(FigureCanvasAgg):
    """A canvas that draws when its event loop comes to it."""

    def draw_idle(self, *args: Any, **kwargs: Any) -> None:
        pass


class WindowManager(FigureManagerBase):
    def resize(self, *size: float) -> None:
        raise AssertionError("the window is resized")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_window_is_left_alone(out: Path, workers: int) -> None:
    def make() -> Animation:
        figure = plt.figure(figsize=(1.6, 1.2), dpi=100, layout="constrained")
        Gcf.set_active(WindowManager(Window(figure), 1))
        Gcf.get_active()._cidgcf = figure.canvas.mpl_connect("button_press_event", print)
        text = figure.subplots().text(0, 0, "")

        def update(i: int) -> None:
            assert plt.gcf() is figure
            text.set_text(f"{i} {figure.dpi}")

        return FuncAnimation(figure, update, frames=4)

    expected = saved_by_matplotlib(made(make), dpi=60)
    animation: Any = made(make)
    frames, _ = rendered(animation, out, num_workers=workers, dpi=60)
    assert not differing(frames, expected)
    assert type(animation._fig.canvas) is Window
    assert type(animation._fig.canvas.manager) is WindowManager


def test_animations_of_a_class_of_ones_own_are_saved(out: Path) -> None:
    class Own(FuncAnimation):
        def new_frame_seq(self) -> Iterator[Any]:
            yield from (0.5, 1.5, 2.5)

        def _draw_frame(self, framedata: Any) -> None:
            super()._draw_frame(framedata * 2)  # type: ignore[misc]

    def make() -> Animation:
        figure, ax = axes()
        (line,) = ax.plot(X, X)
        return Own(figure, lambda k: line.set_ydata(np.sin(X * k)), frames=range(9))

    expected = saved_by_matplotlib(made(make))
    frames, report = rendered(made(make), out, num_workers=2)
    assert not differing(frames, expected)
    assert report.frames == 3


def test_nothing_of_the_program_is_changed_by_worker_processes(out: Path) -> None:
    figure, ax = axes()
    seen: list[int] = []
    animation = FuncAnimation(figure, seen.append, frames=FEWER)
    save(animation, out, num_workers=2)
    assert seen == []
    assert not ax.lines


def test_closures_and_what_cannot_be_pickled_go_to_forked_workers(out: Path) -> None:
    def make() -> Animation:
        figure, ax = axes()
        (line,) = ax.plot(X, X)
        lock = mock.Mock()  # which cannot be pickled
        frames = [(partial(float, k), line, lock) for k in range(4)]

        def update(item: Any) -> None:
            lock.acquire()
            item[1].set_ydata(np.sin(X + item[0]()))

        return FuncAnimation(figure, update, frames=frames, init_func=lambda: None)

    expected = saved_by_matplotlib(made(make))
    frames, report = rendered(made(make), out, num_workers=2, start_method="fork")
    assert not differing(frames, expected)
    assert report.workers == 2


def test_where_workers_are_not_forked_the_animation_is_sent(out: Path) -> None:
    for make in (gallery.a_wave_with_blit, gallery.frames_that_are_artists):
        expected = saved_by_matplotlib(made(make))
        frames, _ = rendered(made(make), out, num_workers=2, start_method="spawn")
        assert not differing(frames, expected)


@pytest.mark.skipif(sys.platform != "linux", reason="only there are such processes forked")
def test_where_workers_are_not_forked_a_process_that_is_started_anew_looks_beforehand(
    out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make = stateful.a_phase_that_passes
    expected = saved_by_matplotlib(made(make))
    frames, report = rendered(made(make), out, num_workers=2, start_method="spawn")
    assert not differing(frames, expected)
    assert report.workers == 1
    assert "looks different after" in caplog.text  # and not: after other frames, while rendering


def test_where_nothing_can_be_tried_beforehand_the_log_says_so(
    out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "parallel_animate.animator")
    make = stateful.a_generator_and_a_list
    expected = saved_by_matplotlib(made(make))
    frames, _ = rendered(made(make), out, num_workers=2, start_method="spawn")
    assert "nothing was tried beforehand" in caplog.text
    # If a single worker has drawn all of them by chance, there was nothing to be found.
    assert not differing(frames, expected)


def test_what_cannot_be_sent_is_told_before_anything_is_drawn(out: Path) -> None:
    figure, _ = axes()
    numbers = (k for k in range(3))
    animation = FuncAnimation(figure, lambda _: next(numbers), frames=2)
    with pytest.raises(ArgumentError, match=r"(?s)started by 'spawn' .*generator.*num_workers=1"):
        save(animation, out, num_workers=2, start_method="spawn")


def test_an_item_that_cannot_be_sent_late_is_an_error_that_says_what_to_do(out: Path) -> None:
    figure, _ = axes()

    def frames() -> Iterator[Any]:
        yield from range(20)
        yield time.sleep, (k for k in range(2))

    animation = FuncAnimation(figure, lambda _: None, frames=frames, save_count=30)
    with (
        mock.patch(f"{WAYS}.rehearse_iterator", mock.Mock(return_value=Rehearsed())),
        pytest.raises(parallel_animate.ParamsError, match=r"frame 20 .*num_workers=1"),
    ):
        save(animation, out, num_workers=2)


def test_a_render_in_order_begins_anew_instead_of_resuming(
    out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    frames = itertools.count()
    with pytest.raises(RuntimeError, match="enough"):
        save(
            made(stateful.a_list_that_grows),
            out,
            num_workers=2,
            segment_frames=2,
            progress_callback=lambda *_: fail_at(5, next(frames)),
        )
    expected = saved_by_matplotlib(made(stateful.a_list_that_grows))
    shown, report = rendered(made(stateful.a_list_that_grows), out, num_workers=2, resume=True)
    assert not differing(shown, expected)
    assert report.resumed_frames == 0
    assert "depends on those before it, so all of them are drawn again" in caplog.text


def fail_at(number: int, count: int) -> None:
    if count == number:
        raise RuntimeError("enough")


def test_the_frame_rate_is_that_of_the_interval(out: Path) -> None:
    assert save(wave(interval=40), out, num_workers=1).fps == 25
    assert save(wave(interval=1001 / 30), out, num_workers=1).fps == pytest.approx(30000 / 1001)
    assert save(wave(), out, num_workers=1, fps=12).fps == 12


def test_a_notebook_shows_the_video(out: Path) -> None:
    shown = save(wave(), out, num_workers=1)._repr_html_()
    assert re.search(r"<video controls .*data:video/mp4;base64,", shown)


def other_figures() -> list[Animation]:
    return [wave()]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"animation": 3}, "animation must be a FuncAnimation or an ArtistAnimation .*, not int"),
        ({"fps": 0}, "fps must be"),
        ({"fps": "fast"}, "fps must be"),
        ({"dpi": 0}, "dpi must be a positive number, 'figure' or None, not 0"),
        ({"dpi": "high"}, "dpi must be .*not 'high'"),
        ({"dpi": True}, "dpi must be .*not True"),
        (
            {"dpi": 0.01},
            "dpi=0.01 makes 0x0 pixels of the figure's 1.6x1.2 inches: a side has 1 to",
        ),
        ({"dpi": 1e9}, "dpi=1e\\+09 makes 1,600,000,000x1,200,000,000 pixels .*: a side has 1 to"),
        ({"savefig_kwargs": 3}, "savefig_kwargs must be a dict"),
        ({"savefig_kwargs": {"dpi": 3}}, "cannot have 'dpi': give dpi to save"),
        ({"savefig_kwargs": {"bbox_inches": "tight"}}, "cannot have 'bbox_inches'"),
        ({"savefig_kwargs": {"format": "png"}}, "cannot have 'format'"),
        ({"savefig_kwargs": {"metadata": {}}}, "cannot have 'metadata': of the words of savefig"),
        ({"savefig_kwargs": {"facecolor": "grün"}}, "'facecolor'. is no colour: 'grün'"),
        ({"savefig_kwargs": {"edgecolor": 7}}, "'edgecolor'. is no colour: 7"),
        ({"progress_callback": 3}, "progress_callback must be callable, not 3"),
        ({"progress_callback": lambda: 3}, r"progress_callback cannot be called with a frame and"),
        ({"num_workers": 0}, "num_workers"),
        ({"extra_anim": 3}, "extra_anim must be a list of animations, not 3"),
        ({"extra_anim": [3]}, "extra_anim must hold animations of matplotlib .*, not 3"),
        ({"extra_anim": other_figures}, "extra_anim must hold animations of the same figure"),
        ({"writer": "ffmpeg"}, "no 'writer': the encoder is"),
        ({"bitrate": 3}, "no 'bitrate': give video_quality"),
        ({"n_frames": 3}, "no 'n_frames': frames come from the animation"),
        ({"reuse_figure_object": False}, "no 'reuse_figure_object': an animation has one figure"),
        ({"quality": 3}, "no argument 'quality'; those of make_video that it has are .*video_qual"),
        ({"redraw": "verify"}, "redraw must be one of 'auto', 'full', not 'verify'"),
        ({"video_quality": -1}, "video_quality"),
        ({"check_history": 3}, "check_history"),
    ],
)
def test_what_cannot_be_used_is_refused_before_work_starts(
    out: Path, options: dict[str, Any], message: str
) -> None:
    options = {
        name: value() if value is other_figures else value for name, value in options.items()
    }
    animation = options.pop("animation", None) or wave()
    with pytest.raises(ArgumentError, match=message):
        save(animation, out, **options)
    assert not list(out.parent.iterdir())


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("out.xyz", {}, "nothing can be written with the suffix .xyz"),
        ("out.webm", {"codec": "hevc"}, "codec='hevc' cannot be written to out.webm"),
        ("out.gif", {"video_quality": 3}, "video_quality=3 cannot be used for out.gif"),
        ("out.mp4", {"durations": [1, 2]}, f"each of the {FEWER} frames, but has 2"),
        ("out.mp4", {"hold": {-7: 1}}, f"hold has frame -7, but there are {FEWER} frames"),
        ("out.mp4", {"hold": {0: 1, -6: 2}}, "hold has frame 0 twice, .*: as 0 and as -6"),
    ],
)
def test_outputs_are_refused_before_the_function_is_called_in_any_process(
    tmp_path: Path, name: str, options: dict[str, Any], message: str, workers: int
) -> None:
    log = tmp_path / "log"
    figure, _ = axes()
    animation = made(lambda: FuncAnimation(figure, lambda _: log.touch(), frames=FEWER))
    with pytest.raises(ArgumentError, match=message):
        save(animation, tmp_path / name, num_workers=workers, **options)
    assert not list(tmp_path.iterdir())


def test_animations_that_have_no_frames_or_no_end_are_refused(out: Path) -> None:
    figure, _ = axes()
    endless = made(lambda: FuncAnimation(figure, lambda _: None, cache_frame_data=False))
    with pytest.raises(ArgumentError, match=r"no end: give the FuncAnimation save_count"):
        save(endless, out)
    for workers in (1, 2):
        empty = made(lambda: FuncAnimation(figure, lambda _: None, frames=[]))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of matplotlib's
            with pytest.raises(EmptyParamsError):
                save(empty, out, num_workers=workers)
    with pytest.raises(ArgumentError, match="fps must be given: the animation's interval is 0"):
        save(wave(interval=0), out)


def test_an_animation_that_was_not_made_is_refused(out: Path) -> None:
    class Unmade(FuncAnimation):
        def __init__(self) -> None:
            pass

    with pytest.raises(ArgumentError, match=r"has no _fig, .*writer='parallel_animate'"):
        save(Unmade(), out)
