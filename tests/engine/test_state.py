"""A render changes nothing of the user's process, and takes it over into the workers."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import psutil
import pytest
from matplotlib.figure import Figure
from threadpoolctl import threadpool_info, threadpool_limits

from parallel_animate import Animator
from parallel_animate.system.machine import usable_cores
from tests.conftest import MOSTLY_FORK, alike
from tests.stamp import HEIGHT, WIDTH, StampAnimator, rgb, stamps

pytestmark = pytest.mark.one_in(3)


@pytest.fixture(autouse=True)
def matplotlib_as_it_was() -> Iterator[None]:
    with matplotlib.rc_context():
        yield
    plt.close("all")


class WithPyplot(StampAnimator):
    """Makes its figure with pyplot, and changes pyplot's state while it is at it."""

    def setup(self) -> Figure:
        plt.rcParams["lines.linewidth"] = 17.0
        plt.style.use("dark_background")
        plt.ion()
        figure = plt.figure(figsize=self.inches, dpi=100)
        figure.subplots()
        self.blocks = []
        return figure


class Recorder(StampAnimator):
    """Writes what ``setup()`` sees in each process to a file of that process."""

    def __init__(self, folder: Path, look: Callable[[], Any]) -> None:
        super().__init__()
        self.folder = folder
        self.look = look

    def setup(self) -> Figure:
        seen = self.look()
        # It gets its name when it is complete, so that nobody reads half of it.
        draft = self.folder / f"{os.getpid()}.draft"
        draft.write_text(json.dumps(seen))
        draft.rename(draft.with_suffix(".json"))
        return super().setup()

    def seen(self) -> list[Any]:
        records = {int(file.stem): file for file in self.folder.glob("*.json")}
        assert records
        assert os.getpid() not in records
        return [json.loads(file.read_text()) for file in records.values()]


# The user's process


@pytest.mark.parametrize("backend", ["svg", "agg"])
@pytest.mark.parametrize("workers", [1, 2])
def test_the_backend_of_the_user_stays(out: Path, workers: int, backend: str) -> None:
    usual = matplotlib.get_backend()
    plt.switch_backend(backend)
    try:
        mine = plt.figure()
        WithPyplot().make_video(out, range(4), 30, num_workers=workers)
        assert matplotlib.get_backend() == backend
        assert plt.get_backend() == backend
        assert mine.canvas.__class__.__module__.endswith(backend)
        assert type(plt.figure().canvas) is type(mine.canvas)
    finally:
        plt.switch_backend(usual)
    assert len(rgb(out)) == 4


@pytest.mark.parametrize("reuse", [True, False])
@pytest.mark.parametrize("workers", [1, 2])
def test_the_figures_of_a_render_are_closed_and_the_users_stay(
    out: Path, workers: int, reuse: bool
) -> None:
    first, second = plt.figure(7), plt.figure("mine")
    WithPyplot().make_video(out, range(4), 30, num_workers=workers, reuse_figure_object=reuse)
    assert plt.get_fignums() == [first.number, second.number]
    assert plt.gcf() is second
    assert plt.figure(7) is first


def test_not_more_than_one_figure_is_open_when_setup_runs_before_every_frame(out: Path) -> None:
    opened = []

    class Counts(WithPyplot):
        def update(self, frame_idx: int, params: Any) -> None:
            opened.append(len(plt.get_fignums()))

    Counts().make_video(out, range(5), 30, num_workers=1, reuse_figure_object=False)
    assert opened == [1] * 5


@pytest.mark.parametrize("workers", [1, 2])
def test_rc_params_are_as_before_whatever_setup_does(out: Path, workers: int) -> None:
    matplotlib.rcParams["lines.linewidth"] = 2.5
    before = dict(matplotlib.rcParams.copy())
    WithPyplot().make_video(out, range(4), 30, num_workers=workers)
    assert dict(matplotlib.rcParams.copy()) == before


@pytest.mark.parametrize("fails", ["setup", "update"])
def test_rc_params_are_as_before_after_a_failure(out: Path, fails: str) -> None:
    class Fails(WithPyplot):
        def setup(self) -> Figure:
            figure = super().setup()
            if fails == "setup":
                raise ValueError("in setup")
            return figure

        def update(self, frame_idx: int, params: Any) -> None:
            raise ValueError("in update")

    matplotlib.get_backend()  # else the first figure chooses one
    before = dict(matplotlib.rcParams.copy())
    with pytest.raises(RuntimeError, match=f"in {fails}"):
        Fails().make_video(out, range(4), 30, num_workers=1)
    assert dict(matplotlib.rcParams.copy()) == before


@pytest.mark.parametrize("interactive", [True, False])
@pytest.mark.parametrize("workers", [1, 2])
def test_interactive_mode_stays_as_it_was_and_is_off_while_rendering(
    out: Path, workers: int, interactive: bool
) -> None:
    class Asserts(StampAnimator):
        def setup(self) -> Figure:
            assert not plt.isinteractive()
            return super().setup()

    matplotlib.interactive(interactive)
    Asserts().make_video(out, range(4), 30, num_workers=workers)
    assert plt.isinteractive() is interactive


# What the workers take over, and what they do not


class Blank(Animator):
    """An empty figure, as rcParams make it."""

    def setup(self) -> Figure:
        return Figure(figsize=(WIDTH / 100, HEIGHT / 100))

    def update(self, frame_idx: int, params: Any) -> None:
        pass


@pytest.mark.parametrize(
    ("workers", "method"), [(1, None), (2, "fork"), (2, "spawn"), *alike((2, "forkserver"))]
)
def test_rc_params_of_the_user_hold_in_every_process(
    out: Path, workers: int, method: str | None
) -> None:
    matplotlib.rcParams["figure.facecolor"] = "#3060c0"
    matplotlib.rcParams["figure.dpi"] = 50
    Blank().make_video(out, range(4), 30, num_workers=workers, start_method=method, video_quality=1)
    images = rgb(out)
    assert len(images) == 4
    for image in images:
        assert image.shape == (HEIGHT // 2, WIDTH // 2, 3)
        assert np.abs(image.astype(int) - (0x30, 0x60, 0xC0)).max() <= 3


def look_at_matplotlib() -> Any:
    # As text, for JSON knows no cycler. The backend, and what belongs to it, differs on purpose.
    values = {key: repr(matplotlib.rcParams[key]) for key in matplotlib.rcParams}
    for own in ("backend", "backend_fallback", "interactive"):
        values.pop(own)
    return {"backend": matplotlib.get_backend().lower(), "rc": values, "figures": plt.get_fignums()}


@pytest.mark.parametrize("method", MOSTLY_FORK)
def test_workers_use_agg_with_all_rc_params_of_the_user_and_none_of_the_figures(
    out: Path, tmp_path: Path, method: str
) -> None:
    plt.figure(), plt.figure()
    usual = matplotlib.get_backend()
    plt.switch_backend("svg")
    try:
        plt.figure()
        matplotlib.rcParams.update({"lines.linewidth": 4.5, "font.size": 7, "axes.grid": True})
        with plt.style.context("ggplot"):
            mine = look_at_matplotlib()["rc"]
            recorder = Recorder(tmp_path, look_at_matplotlib)
            recorder.make_video(out, range(8), 30, num_workers=2, start_method=method)
    finally:
        plt.switch_backend(usual)
    for seen in recorder.seen():
        assert seen["backend"] == "agg"
        assert seen["figures"] == []
        assert seen["rc"] == mine


def look_at_threads() -> Any:
    matrix = np.ones((200, 200))
    assert (matrix @ matrix)[0, 0] == 200
    return [pool["num_threads"] for pool in threadpool_info()]


@pytest.mark.skipif(not threadpool_info(), reason="numpy's linear algebra has no thread pool here")
@pytest.mark.parametrize(("workers", "method"), [(2, "fork"), (5, "fork"), *alike((2, "spawn"))])
def test_numeric_libraries_of_all_workers_together_start_no_more_threads_than_cores(
    out: Path, tmp_path: Path, workers: int, method: str
) -> None:
    before = threadpool_info()
    recorder = Recorder(tmp_path, look_at_threads)
    recorder.make_video(out, range(8), 30, num_workers=workers, start_method=method)
    for counts in recorder.seen():
        assert counts
        assert max(counts) <= max(1, usable_cores() // workers)
    assert threadpool_info() == before


def count_threads() -> int:
    return psutil.Process().num_threads()


@pytest.mark.skipif(not threadpool_info(), reason="numpy's linear algebra has no thread pool here")
@pytest.mark.skipif(usable_cores() == 1, reason="a library has no threads on one core")
@pytest.mark.parametrize("lazy", [False, True])
def test_a_forked_worker_starts_no_threads_of_numeric_libraries(
    out: Path, tmp_path: Path, lazy: bool
) -> None:
    """Otherwise each worker would start one thread for each core, and all of them would spin."""
    before = threadpool_info()
    recorder = Recorder(tmp_path, count_threads)
    recorder.make_video(
        out, iter(range(8)) if lazy else range(8), 30, num_workers=2, start_method="fork"
    )
    assert set(recorder.seen()) == {2}  # the main one, and the one that reads the pipe
    assert threadpool_info() == before


@pytest.mark.skipif(not threadpool_info(), reason="numpy's linear algebra has no thread pool here")
@pytest.mark.parametrize("method", MOSTLY_FORK)
def test_a_limit_of_the_users_is_not_raised(out: Path, tmp_path: Path, method: str) -> None:
    recorder = Recorder(tmp_path, look_at_threads)
    with (
        threadpool_limits(1),
        mock.patch("parallel_animate.rendering.library_threads", return_value=4),
    ):
        before = threadpool_info()
        recorder.make_video(out, range(4), 30, num_workers=2, start_method=method)
        assert threadpool_info() == before
    if method == "fork":  # else the library is loaded anew
        assert all(set(counts) == {1} for counts in recorder.seen())


def answer(number: int) -> None:
    sys.exit(number)


def look_at_a_process() -> Any:
    process = multiprocessing.get_context("fork").Process(target=answer, args=(42,))
    process.start()
    process.join()
    program = [sys.executable, "-c", "print(6 * 7)"]
    said = subprocess.run(program, capture_output=True, text=True, check=True).stdout
    return [process.exitcode, int(said), multiprocessing.current_process().daemon]


def test_setup_may_start_processes_of_its_own(out: Path, tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, look_at_a_process)
    recorder.make_video(out, range(8), 30, num_workers=2, start_method="fork")
    assert all(seen == [42, 42, False] for seen in recorder.seen())
    assert stamps(out) == list(range(8))
