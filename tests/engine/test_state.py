"""A render changes nothing of the user's process, takes it over into the workers, and reports."""

from __future__ import annotations

import io
import json
import logging
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest import mock

import av
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import psutil
import pytest
from matplotlib.figure import Figure
from threadpoolctl import threadpool_info, threadpool_limits

from parallel_animate import Animator, RenderReport
from parallel_animate.system.machine import usable_cores
from tests.stamp import HEIGHT, WIDTH, StampAnimator, rgb, stamps

ROOT = Path(__file__).parents[2]
METHODS = ["fork", "forkserver", "spawn"]


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
        # Complete at once, whenever it is read.
        draft = self.folder / f"{os.getpid()}.draft"
        draft.write_text(json.dumps(seen))
        draft.rename(draft.with_suffix(".json"))
        return super().setup()

    def seen(self) -> list[Any]:
        records = {int(file.stem): file for file in self.folder.glob("*.json")}
        assert records
        assert os.getpid() not in records
        return [json.loads(file.read_text()) for file in records.values()]


def run(program: str, *arguments: object) -> str:
    """Run a program in a fresh interpreter, from the root of the repository."""
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "MPLBACKEND"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


# The user's process


def test_importing_the_library_neither_imports_pyplot_nor_chooses_a_backend() -> None:
    assert (
        run(
            "import sys, matplotlib\n"
            "before = dict(matplotlib.rcParams.copy())\n"
            "backend = matplotlib.rcParams._get('backend')\n"
            "import parallel_animate\n"
            "assert 'matplotlib.pyplot' not in sys.modules\n"
            "assert matplotlib.rcParams._get('backend') is backend\n"
            "assert dict(matplotlib.rcParams.copy()) == before\n"
            "print(isinstance(backend, str))"
        )
        == "False\n"
    )


@pytest.mark.parametrize(("workers", "method"), [(1, "fork"), (2, "fork"), (2, "spawn")])
def test_a_render_without_pyplot_chooses_no_backend(out: Path, workers: int, method: str) -> None:
    run(
        "import sys, matplotlib\n"
        "from tests.stamp import StampAnimator\n"
        "if __name__ == '__main__':\n"
        "    backend = matplotlib.rcParams._get('backend')\n"
        "    out, workers, method = sys.argv[1:]\n"
        "    StampAnimator().make_video(\n"
        "        out, range(4), 30, num_workers=int(workers), start_method=method)\n"
        "    assert 'matplotlib.pyplot' not in sys.modules\n"
        "    assert matplotlib.rcParams._get('backend') is backend\n",
        out,
        workers,
        method,
    )
    assert stamps(out) == [0, 1, 2, 3]


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


@pytest.mark.parametrize(("workers", "method"), [(1, None), *((2, each) for each in METHODS)])
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
    # A cycler is no JSON; the backend, and what belongs to it, differs on purpose.
    values = {key: repr(matplotlib.rcParams[key]) for key in matplotlib.rcParams}
    for own in ("backend", "backend_fallback", "interactive"):
        values.pop(own)
    return {"backend": matplotlib.get_backend().lower(), "rc": values, "figures": plt.get_fignums()}


@pytest.mark.parametrize("method", METHODS)
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
@pytest.mark.parametrize(("workers", "method"), [(2, "fork"), (2, "spawn"), (5, "fork")])
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
    """Each worker would start one for each core, and all of them spin."""
    before = threadpool_info()
    recorder = Recorder(tmp_path, count_threads)
    recorder.make_video(
        out, iter(range(8)) if lazy else range(8), 30, num_workers=2, start_method="fork"
    )
    assert set(recorder.seen()) == {2}  # the main one, and the one that reads the pipe
    assert threadpool_info() == before


@pytest.mark.skipif(not threadpool_info(), reason="numpy's linear algebra has no thread pool here")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_limit_of_the_users_is_not_raised(out: Path, tmp_path: Path, method: str) -> None:
    recorder = Recorder(tmp_path, look_at_threads)
    with (
        threadpool_limits(1),
        mock.patch("parallel_animate.render.library_threads", return_value=4),
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


# What a user sees of a render under way


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("disable", [True, None])
def test_no_progress_bar_is_shown_where_none_is_wanted(
    out: Path, capfd: pytest.CaptureFixture[str], workers: int, disable: bool | None
) -> None:
    StampAnimator().make_video(
        out, range(12), 30, num_workers=workers, disable_progress_bar=disable
    )
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("known", [True, False])
def test_the_progress_bar_counts_all_frames(
    out: Path, capfd: pytest.CaptureFixture[str], workers: int, known: bool
) -> None:
    params = range(12) if known else (i for i in range(12))
    StampAnimator().make_video(out, params, 30, num_workers=workers, disable_progress_bar=False)
    stdout, stderr = capfd.readouterr()
    assert stdout == ""
    last = stderr.rstrip().split("\r")[-1]
    assert ("12/12" if known else "12 frames") in last
    assert "frames/s" in last


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_progress_bar_is_shown_on_a_terminal(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    StampAnimator().make_video(out, range(12), 30, num_workers=1)
    assert "12/12" in terminal.getvalue()


class NoFile:
    """What some consoles and loggers put in place of ``sys.stderr``."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        pass


@pytest.mark.parametrize("stderr", [None, NoFile()])
def test_a_process_without_a_real_standard_error_renders_too(
    out: Path, stderr: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A detached process has ``sys.stderr`` None."""
    monkeypatch.setattr(sys, "stderr", stderr)
    StampAnimator().make_video(out, range(4), 30, num_workers=1)
    assert stamps(out) == [0, 1, 2, 3]


def logged(caplog: pytest.LogCaptureFixture, verb: str) -> list[str]:
    for record in caplog.records:
        assert (record.name, record.levelno) == ("parallel_animate", logging.INFO)
    return [message for message in caplog.messages if verb in message.split()]


@pytest.mark.parametrize(("interval", "lines"), [(None, 0), (1, 10), (3, 3), (10, 1), (11, 0)])
def test_frames_drawn_are_logged_at_the_interval(
    out: Path, caplog: pytest.LogCaptureFixture, interval: int | None, lines: int
) -> None:
    with caplog.at_level(logging.INFO, logger="parallel_animate"):
        StampAnimator().make_video(
            out, range(10), 30, num_workers=1, plotting_log_interval=interval
        )
    assert len(logged(caplog, "drew")) == len(caplog.messages) == lines


def test_frames_drawn_are_logged_for_each_worker(
    out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="parallel_animate"):
        StampAnimator().make_video(out, range(10), 30, num_workers=2, plotting_log_interval=1)
    # As they were formatted during the render.
    lines = [line for line in caplog.text.splitlines() if " drew " in line]
    assert len(lines) == len(caplog.records) == 10
    assert len(set(lines)) == 10  # each names its worker and that worker's count


def test_a_log_record_can_be_formatted_after_the_render(
    out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Handlers that work through a queue, in a thread of their own, format late."""
    with caplog.at_level(logging.INFO, logger="parallel_animate"):
        StampAnimator().make_video(out, range(4), 30, num_workers=2, plotting_log_interval=1)
    assert all("worker" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("interval", "lines"), [(None, []), (1, range(1, 11)), (4, [4, 8])])
def test_frames_written_are_logged_at_the_interval(
    out: Path, caplog: pytest.LogCaptureFixture, workers: int, interval: int | None, lines: Any
) -> None:
    with caplog.at_level(logging.INFO, logger="parallel_animate"):
        StampAnimator().make_video(
            out, range(10), 30, num_workers=workers, saving_log_interval=interval
        )
    assert caplog.messages == [f"wrote {written} of 10 frames" for written in lines]
    assert logged(caplog, "wrote") == caplog.messages


def test_frames_written_are_logged_where_their_number_is_not_known(
    out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="parallel_animate"):
        StampAnimator().make_video(
            out, (i for i in range(5)), 30, num_workers=1, saving_log_interval=5
        )
    assert caplog.messages == ["wrote 5 of ? frames"]


# The report

RATES = [(30, Fraction(30)), (12.5, Fraction(25, 2)), (30000 / 1001, Fraction(30000, 1001))]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("fps", "exact"), [*RATES, (Fraction(24000, 1001),) * 2])
def test_the_report_says_what_is_in_the_file(
    out: Path, workers: int, fps: Any, exact: Fraction
) -> None:
    report = StampAnimator(321, 239).make_video(out, range(9), fps, num_workers=workers)
    assert isinstance(report, RenderReport)
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (report.width, report.height) == (322, 240)
        assert stream.average_rate == report.fps == exact
        assert len(list(container.decode(video=0))) == report.frames == 9
    assert report.output_file == out
    assert report.workers == workers


def test_importing_brings_nothing_heavy_but_matplotlib() -> None:
    """And of that not pyplot; what a render needs besides comes with it."""
    heavy = ("av", "tqdm", "typer", "cloudpickle", "matplotlib.pyplot", "IPython", "pvio", "torch")
    code = f"import sys, parallel_animate; print(*[m for m in {heavy} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == []


@pytest.mark.parametrize("workers", [1, 2])
def test_the_figures_of_the_report_are_plausible(out: Path, workers: int) -> None:
    report = StampAnimator().make_video(out, range(20), 30, num_workers=workers, video_mode="cpu")
    assert report.encoder == "libx264"
    assert report.slots >= (1 if workers == 1 else workers + 1)
    assert report.slot_bytes == WIDTH * HEIGHT * 3 // 2
    assert report.spilled_frames == 0
    assert report.seconds >= report.startup_seconds > report.ready_seconds > 0
    assert report.import_seconds > 0
    assert report.frames_per_second == pytest.approx(20 / report.seconds)
    for stage in ("update", "draw", "store"):
        seconds = getattr(report, f"{stage}_seconds")
        assert 0 < seconds < report.seconds * workers
    assert report.encode_seconds > 0
    assert report.wait_params_seconds >= 0
    assert report.wait_frames_seconds >= 0
    main = report.encode_seconds + report.wait_params_seconds + report.wait_frames_seconds
    assert main <= report.seconds
    assert 10e6 < report.peak_memory_bytes < 10e9


@pytest.mark.parametrize("workers", [1, 2])
def test_time_in_the_params_iterator_is_reported_as_waiting_for_params(
    out: Path, workers: int
) -> None:
    spent = 0.0

    def params() -> Iterator[Any]:
        nonlocal spent
        for _ in range(4):
            start = perf_counter()
            item = np.random.default_rng(0).standard_normal(100_000)
            spent += perf_counter() - start
            yield item

    report = StampAnimator().make_video(out, params(), 30, num_workers=workers, preload_factor=0)
    assert report.wait_params_seconds >= spent > 0


def test_the_report_survives_json(out: Path, tmp_path: Path) -> None:
    report = StampAnimator().make_video(out, range(6), 30000 / 1001, num_workers=1)
    figures = report.to_dict()
    assert json.loads(json.dumps(figures)) == figures
    assert (figures["frames"], figures["fps"], figures["output_file"]) == (
        6,
        "30000/1001",
        str(out),
    )
    assert figures["frames_per_second"] == report.frames_per_second
    report.save_json(tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text()) == figures
    report.save_json(str(tmp_path / "again.json"))
    assert json.loads((tmp_path / "again.json").read_text()) == figures


def test_the_report_is_its_table_as_the_value_of_a_notebooks_cell(out: Path) -> None:
    """By the method that ``IPython.lib.pretty`` asks for."""
    report = StampAnimator().make_video(out, range(2), 30, num_workers=1)
    printer = mock.Mock()
    report._repr_pretty_(printer, False)
    printer.text.assert_called_once_with(str(report))


def test_the_report_prints_as_a_short_table(out: Path) -> None:
    report = StampAnimator().make_video(out, range(6), 12.5, num_workers=2, video_mode="cpu")
    lines = str(report).splitlines()
    assert len(lines) <= 16
    assert all(len(line) <= 100 for line in lines[1:])
    names = {line[:13].strip() for line in lines}
    assert {"video", "time", "start-up", "workers", "main process", "memory"} <= names
    assert {"slowest", "bottleneck"} <= names
    for said in (str(out), "6 frames", f"{WIDTH}x{HEIGHT}", "12.5 fps", "libx264", "frames/s"):
        assert said in str(report)
    for said in ("update", "draw", "store", "encoding", "waiting for frames", "MB"):
        assert said in str(report)
