"""Whatever fails, the error says which frame, and why; nothing hangs, and nothing stays behind."""

from __future__ import annotations

import contextlib
import linecache
import multiprocessing
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

import parallel_animate.errors
from parallel_animate import (
    AnimateError,
    FigureTypeError,
    FrameError,
    FrameSizeError,
    IndexedFrameParams,
    ParamsError,
    SetupError,
    WorkerDiedError,
)
from tests.conftest import METHODS, soak
from tests.scripts import ROOT, run_script
from tests.stamp import HEIGHT, WIDTH, StampAnimator, stamps

pytestmark = pytest.mark.timeout(60)

# How a render runs: its number of workers, and how they start.
RUNS = [(1, None), (2, "fork"), (2, "spawn")]
FORKED = [(1, None), (2, "fork"), (3, "fork")]


class OddError(Exception):
    """An error of the user's own."""


class FailsAt(StampAnimator):
    """Raises at one frame."""

    def __init__(self, frame: int, error: BaseException) -> None:
        super().__init__()
        self.frame = frame
        self.error = error

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        if frame_idx == self.frame:
            raise self.error  # here it goes wrong


@pytest.fixture(autouse=True)
def no_open_figures() -> Iterator[None]:
    yield
    plt.close("all")


def first_line(error: BaseException) -> str:
    return str(error).splitlines()[0]


# update()


@pytest.mark.parametrize(("workers", "method"), [*RUNS, *soak((2, "forkserver"))])
def test_an_exception_in_update_names_frame_params_and_the_users_line(
    out: Path, workers: int, method: str | None
) -> None:
    with pytest.raises(FrameError) as caught:
        FailsAt(3, OddError("no such colour", 42)).make_video(
            out, (f"p{i}" for i in range(8)), 30, num_workers=workers, start_method=method
        )
    error = caught.value
    assert first_line(error) == (
        "update() failed for frame 3 with params 'p3': OddError: ('no such colour', 42)"
    )
    assert (error.frame_idx, error.params) == (3, "'p3'")
    assert "raise self.error  # here it goes wrong" in str(error)
    assert __file__ in str(error)
    assert "parallel_animate" + os.sep not in str(error)
    assert type(error.__cause__) is OddError
    assert error.__cause__.args == ("no such colour", 42)
    assert not out.exists()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("params", "said"),
    [("x" * 10**6, "xxx"), (list(range(10**5)), "[0, 1"), ({"deep": ["y" * 10**6]}, "deep")],
)
def test_large_params_are_shortened_in_the_message(
    out: Path, params: Any, said: str, workers: int
) -> None:
    with pytest.raises(FrameError, match="frame 1 ") as caught:
        FailsAt(1, ValueError("no")).make_video(out, [params] * 3, 30, num_workers=workers)
    assert said in first_line(caught.value)
    assert len(first_line(caught.value)) < 300
    assert len(caught.value.params) < 200


class NeedsTwoArguments(Exception):  # noqa: N818
    """Pickles, but does not unpickle: Exception gives one argument back."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(f"{what} at {where}")


def holds_a_lock() -> Exception:
    error = OddError("with a lock")
    error.lock = threading.Lock()  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize(
    ("make", "name", "text", "method"),
    [
        (lambda: NeedsTwoArguments("bad", "sea"), "NeedsTwoArguments", "bad at sea", "fork"),
        (holds_a_lock, "OddError", "with a lock", "fork"),
        (holds_a_lock, "OddError", "with a lock", "spawn"),
    ],
)
def test_an_exception_that_cannot_be_pickled_arrives_as_text(
    out: Path, make: Callable[[], Exception], name: str, text: str, method: str
) -> None:
    class RaisesIt(StampAnimator):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 2:
                raise make()

    with pytest.raises(FrameError, match=f"frame 2 .*{name}: {text}") as caught:
        RaisesIt().make_video(out, range(6), 30, num_workers=2, start_method=method)
    assert "raise make()" in str(caught.value)
    assert caught.value.__cause__ is not None
    assert text in str(caught.value.__cause__)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_an_error_in_a_notebooks_cell_shows_the_line_of_the_cell(
    out: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """Where there is no file that another process could read."""
    cell, lines = (
        "<a notebook's cell>",
        [
            "class InACell(StampAnimator):\n",
            "    def update(self, frame_idx, params):\n",
            "        raise ValueError('no')  # the line of the cell\n",
        ],
    )
    monkeypatch.setitem(linecache.cache, cell, (0, None, lines, cell))
    notebook: dict[str, Any] = {"__name__": "__main__", "StampAnimator": StampAnimator}
    exec(compile("".join(lines), cell, "exec"), notebook)
    with pytest.raises(FrameError, match="ValueError: no") as caught:
        notebook["InACell"]().make_video(out, range(4), 30, num_workers=2, start_method=method)
    assert "raise ValueError('no')  # the line of the cell" in str(caught.value)


class FromAnotherPath(StampAnimator):
    """Its error's class comes from a module that only the workers have found."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def setup(self) -> Figure:
        sys.path.insert(0, str(self.folder))
        return super().setup()

    def update(self, frame_idx: int, params: Any) -> None:
        import only_in_a_worker

        raise only_in_a_worker.StrayError("far from home")


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_an_exception_that_only_a_worker_can_import_arrives_as_text(
    out: Path, tmp_path: Path, method: str
) -> None:
    (tmp_path / "only_in_a_worker.py").write_text("class StrayError(Exception):\n    pass\n")
    with pytest.raises(FrameError, match=r"frame 0 .*StrayError: far from home"):
        FromAnotherPath(tmp_path).make_video(out, range(4), 30, num_workers=2, start_method=method)


SCRIPT = """
import sys
from parallel_animate import FrameError
from tests.stamp import StampAnimator

class MyError(Exception):
    pass

class Mine(StampAnimator):
    def update(self, frame_idx, params):
        raise MyError("mine", frame_idx)

if __name__ == "__main__":
    try:
        Mine().make_video(sys.argv[1], range(4), 30, num_workers=2, start_method=sys.argv[2])
    except FrameError as error:
        print(isinstance(error.__cause__, MyError), error.__cause__.args)
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_script_can_tell_its_own_exception_by_its_class(
    out: Path, tmp_path: Path, method: str
) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = run_script(script, out, method)
    assert (done.stdout.strip(), done.stderr) == ("True ('mine', 0)", "")


class FirstFailureComesLast(StampAnimator):
    """Every frame from 4 on fails; frame 4 only once a later one has failed elsewhere."""

    def __init__(self, workers: int) -> None:
        super().__init__()
        self.later_failed = multiprocessing.get_context("fork").Event()
        if workers == 1:
            self.later_failed.set()

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        if frame_idx == 4:
            assert self.later_failed.wait(30)
        if frame_idx >= 4:
            self.later_failed.set()
            raise OddError(frame_idx)


@pytest.mark.parametrize(("workers", "method"), FORKED)
@pytest.mark.parametrize("as_generator", [True, False])
def test_the_earliest_of_several_failures_is_reported(
    out: Path, workers: int, method: str | None, as_generator: bool
) -> None:
    params = (i for i in range(40)) if as_generator else range(40)
    with pytest.raises(FrameError, match="frame 4 ") as caught:
        FirstFailureComesLast(workers).make_video(
            out, params, 30, num_workers=workers, start_method=method, check_history=False
        )
    assert caught.value.__cause__.args == (4,)  # type: ignore[union-attr]


def test_the_earliest_failure_is_reported_before_params_that_ran_out_wrongly(out: Path) -> None:
    """Frame 1 fails while it is already known that an id comes twice."""

    class Later(StampAnimator):
        twice_seen = multiprocessing.get_context("fork").Event()

        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 1:
                assert self.twice_seen.wait(30)
                raise OddError("one")

    def params() -> Iterator[IndexedFrameParams]:
        yield from (IndexedFrameParams(i, None) for i in range(3))
        Later.twice_seen.set()
        yield IndexedFrameParams(2, None)

    with pytest.raises(FrameError, match=r"frame 1 .*OddError"):
        Later().make_video(
            out,
            params(),
            30,
            num_workers=2,
            preload_factor=0,
            start_method="fork",
            check_history=False,  # else both workers may draw frame 1, and wait
        )


@pytest.mark.parametrize("code", [3, "stopped", None])
def test_a_system_exit_in_a_workers_update_is_a_frame_error(out: Path, code: Any) -> None:
    with pytest.raises(FrameError, match=r"frame 3 .*SystemExit") as caught:
        FailsAt(3, SystemExit(code)).make_video(
            out, range(8), 30, num_workers=2, start_method="fork"
        )
    assert caught.value.frame_idx == 3
    assert isinstance(caught.value.__cause__, SystemExit)
    assert caught.value.__cause__.code == code


# Drawing


class BadArtist(Artist):
    broken = False

    def draw(self, renderer: Any) -> None:
        if self.broken:
            raise OddError("cannot be drawn")  # in draw()


class FailsToDraw(StampAnimator):
    def __init__(self, frame: int | None) -> None:
        super().__init__()
        self.frame = frame

    def setup(self) -> Figure:
        figure = super().setup()
        self.artist = figure.add_artist(BadArtist())
        self.artist.broken = self.frame is None
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        self.artist.broken = frame_idx == self.frame


@pytest.mark.parametrize(("workers", "method"), RUNS[:2])
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
    """What update() does wrong comes out only when matplotlib draws."""

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
def test_a_figure_that_cannot_be_drawn_at_all_is_a_setup_error(out: Path, workers: int) -> None:
    with pytest.raises(SetupError, match="cannot be drawn: OddError: cannot be drawn") as caught:
        FailsToDraw(None).make_video(out, range(8), 30, num_workers=workers)
    assert type(caught.value.__cause__) is OddError


# setup()


class FailsInSetup(StampAnimator):
    def setup(self) -> Figure:
        raise OddError("no data", 7)  # in setup()


@pytest.mark.parametrize(("workers", "method"), RUNS)
def test_an_exception_in_setup_names_the_users_line(
    out: Path, workers: int, method: str | None
) -> None:
    with pytest.raises(SetupError) as caught:
        FailsInSetup().make_video(out, range(8), 30, num_workers=workers, start_method=method)
    assert first_line(caught.value) == "setup() failed: OddError: ('no data', 7)"
    assert 'raise OddError("no data", 7)  # in setup()' in str(caught.value)
    assert type(caught.value.__cause__) is OddError
    assert caught.value.__cause__.args == ("no data", 7)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_exception_in_a_later_setup_is_a_setup_error(out: Path, workers: int) -> None:
    class FailsSecond(StampAnimator):
        calls = 0

        def setup(self) -> Figure:
            self.calls += 1
            if self.calls == 3:
                raise OddError("third")
            return super().setup()

    with pytest.raises(SetupError, match=r"setup\(\) failed: OddError: third"):
        FailsSecond().make_video(out, range(20), 30, num_workers=workers, reuse_figure_object=False)


class Returns(StampAnimator):
    """Its ``setup()`` returns something else than a figure."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what

    def setup(self) -> Any:
        figure, axes = plt.subplots()
        match self.what:
            case "None":
                return None
            case "tuple":
                return figure, axes
            case "Axes":
                return axes
            case "class":
                return Figure
        return self.what


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("None", "not None: end it with `return fig`"),
        ("tuple", "not a tuple: return the figure alone"),
        ("Axes", r"not Axes: return its figure"),
        ("a string", "not str: 'a string'"),
        ("class", "not type: <class"),
    ],
)
def test_a_setup_that_returns_no_figure_is_a_type_error_that_says_what_it_got(
    out: Path, what: str, said: str, workers: int
) -> None:
    with pytest.raises(FigureTypeError, match=said) as caught:
        Returns(what).make_video(out, range(4), 30, num_workers=workers)
    assert isinstance(caught.value, TypeError)
    assert "Returns.setup() must return a matplotlib Figure" in str(caught.value)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("fails", ["setup", "return", "first draw", "update", "draw"])
def test_a_failed_render_leaves_no_figure_open(out: Path, fails: str, workers: int) -> None:
    class WithPyplot(StampAnimator):
        def setup(self) -> Any:
            figure, axes = plt.subplots(figsize=(3.2, 2.4), dpi=100)
            self.artist = figure.add_artist(BadArtist())
            self.artist.broken = fails == "first draw"
            if fails == "setup":
                raise OddError("after a figure was made")
            return (figure, axes) if fails == "return" else figure

        def update(self, frame_idx: int, params: Any) -> None:
            self.artist.broken = fails == "draw"
            if fails == "update":
                raise OddError("in update")

    mine = plt.figure()
    with pytest.raises(AnimateError, match=r"OddError|not a tuple"):
        WithPyplot().make_video(out, range(4), 30, num_workers=workers)
    assert plt.get_fignums() == [mine.number]


# Params


def a_generator() -> Iterator[int]:
    yield 1


@pytest.mark.parametrize(
    ("make", "kind", "method", "preload"),
    [
        (threading.Lock, "lock", "fork", 8),
        (a_generator, "generator", "fork", 0),
        (lambda: {"lock": threading.Lock()}, "dict", "fork", 8),
        (threading.Lock, "lock", "spawn", 8),
    ],
)
def test_params_that_cannot_be_pickled_name_the_frame_and_the_type(
    out: Path, make: Callable[[], Any], kind: str, preload: int, method: str
) -> None:
    params = [0, 1, make(), 3]
    with pytest.raises(ParamsError, match=f"frame 2 cannot be pickled: {kind} ") as caught:
        StampAnimator().make_video(
            out, params, 30, num_workers=2, start_method=method, preload_factor=preload
        )
    assert caught.value.frame_idx == 2
    assert kind in caught.value.params or kind == "dict"
    assert isinstance(caught.value.__cause__, TypeError)


def test_an_open_file_among_the_params_names_the_frame_and_the_type(
    out: Path, tmp_path: Path
) -> None:
    with (
        (tmp_path / "log").open("wb") as file,
        pytest.raises(ParamsError, match="frame 1 cannot be pickled: BufferedWriter "),
    ):
        StampAnimator().make_video(out, [0, file, 2], 30, num_workers=2, start_method="fork")


def test_params_that_cannot_be_pickled_need_not_be_without_workers(out: Path) -> None:
    StampAnimator().make_video(out, [threading.Lock(), a_generator()], 30, num_workers=1)
    assert stamps(out) == [0, 1]


class Unpicklable:
    def __reduce__(self) -> Any:
        raise OddError("not me")


class NotUnpicklable:
    def __reduce__(self) -> Any:
        return refuse, ("not back",)


def refuse(what: str) -> None:
    raise OddError(what)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        (Unpicklable(), "cannot be pickled: Unpicklable .*OddError: not me"),
        (NotUnpicklable(), "cannot be unpickled in a worker: OddError: not back"),
    ],
)
def test_params_that_fail_in_their_own_pickling_code_name_the_frame(
    out: Path, params: Any, said: str
) -> None:
    with pytest.raises(ParamsError, match=f"frame 2 {said}") as caught:
        StampAnimator().make_video(out, [0, 1, params, 3], 30, num_workers=2)
    assert caught.value.frame_idx == 2
    assert type(caught.value.__cause__) is OddError


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("preload", [0, 1, 8])
@pytest.mark.parametrize("bad", [0, 4])
def test_an_exception_of_the_params_iterator_names_the_frame(
    out: Path, bad: int, preload: int, workers: int
) -> None:
    def params() -> Iterator[int]:
        for i in range(10):
            if i == bad:
                raise OddError("disk gone", i)
            yield i

    with pytest.raises(ParamsError, match=f"OddError for frame {bad}: .*disk gone") as caught:
        StampAnimator().make_video(out, params(), 30, num_workers=workers, preload_factor=preload)
    assert caught.value.frame_idx == bad
    assert type(caught.value.__cause__) is OddError
    assert caught.value.__cause__.args == ("disk gone", bad)
    assert not out.exists()


@pytest.mark.parametrize("method", METHODS[1:])
def test_an_animator_that_cannot_be_pickled_says_what_to_do(out: Path, method: str) -> None:
    animator = StampAnimator()
    animator.lock = threading.Lock()  # type: ignore[attr-defined]
    with pytest.raises(SetupError, match=r"StampAnimator cannot be pickled .*in setup\(\)"):
        animator.make_video(out, range(4), 30, num_workers=2, start_method=method)


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


# Workers that end on their own


def end(how: str) -> None:
    if how == "exit":
        os._exit(7)
    os.kill(os.getpid(), getattr(signal, how))


@pytest.mark.parametrize(
    ("how", "said"), [("SIGKILL", "killed by signal (9|.*SIGKILL)"), ("exit", "exited with code 7")]
)
def test_a_worker_that_ends_in_setup_is_an_error_that_says_how(
    out: Path, how: str, said: str
) -> None:
    class EndsInSetup(StampAnimator):
        def setup(self) -> Figure:
            end(how)
            return super().setup()

    with pytest.raises(AnimateError, match=said):
        EndsInSetup().make_video(out, range(8), 30, num_workers=2, start_method="fork")


def worker_pids() -> list[int]:
    children = multiprocessing.active_children()
    return [child.pid for child in children if child.name.startswith("parallel-animate")]  # type: ignore[misc]


def kill_and_wait(pids: list[int]) -> None:
    """Kill processes, and wait until they are dead, without taking their exit codes."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    for pid in pids:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="needs waitid")
@pytest.mark.parametrize("size", [1, 10**6])
@pytest.mark.parametrize("dead", [1, 2])
def test_workers_that_die_just_before_they_are_given_a_frame_cost_no_frame(
    out: Path, tmp_path: Path, dead: int, size: int
) -> None:
    """The frame is sent to a process that the main process does not know to be dead yet."""

    class SignsIn(StampAnimator):
        def update(self, frame_idx: int, params: object) -> None:
            (tmp_path / f"{os.getpid()}.pid").touch()
            super().update(frame_idx, params)

    def params() -> Iterator[bytes]:
        at_work: list[int] = []
        for _ in range(400):
            if len(at_work) < 2:
                at_work = [int(file.stem) for file in tmp_path.glob("*.pid")]
                if len(at_work) == 2:
                    kill_and_wait(at_work[:dead])
            yield bytes(size)

    report = SignsIn().make_video(
        out,
        params(),
        30,
        num_workers=2,
        preload_factor=0,
        start_method="fork",
        check_history=False,
    )
    assert report.lost_workers == dead
    assert stamps(out) == list(range(400))


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="needs waitid")
def test_workers_that_die_with_unread_params_cost_no_frame(out: Path) -> None:
    """The pipe then ends with a reset connection, not with an end of file."""

    def params() -> Iterator[int]:
        for i in range(60):
            if i == 0:
                pids = worker_pids()
                for pid in pids:
                    os.kill(pid, signal.SIGSTOP)
            if i == 1:
                kill_and_wait(pids)
            yield i

    report = StampAnimator().make_video(
        out, params(), 30, num_workers=2, preload_factor=0, start_method="fork"
    )
    assert report.lost_workers == 2
    assert stamps(out) == list(range(60))


def wait_for_ever() -> None:
    threading.Event().wait()


class HasAnAssistant(StampAnimator):
    """Starts a process in ``setup()``, which outlives the worker: that is killed at once."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def setup(self) -> Figure:
        assistant = multiprocessing.get_context("fork").Process(target=wait_for_ever, daemon=True)
        assistant.start()
        (self.folder / f"{assistant.pid}.pid").touch()
        return super().setup()

    def update(self, frame_idx: int, params: Any) -> None:
        end("SIGKILL")


def test_a_killed_worker_is_noticed_though_a_process_that_it_started_lives_on(
    out: Path, tmp_path: Path
) -> None:
    """A forked process inherits the worker's pipes, so they do not end with the worker."""
    hung = threading.Event()

    def end_assistants() -> None:
        for file in tmp_path.glob("*.pid"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(file.stem), signal.SIGKILL)

    def end_the_hang() -> None:
        hung.set()
        end_assistants()

    watchdog = threading.Timer(5.0, end_the_hang)
    watchdog.start()
    try:
        with pytest.raises(WorkerDiedError, match=r"signal (9|.*SIGKILL)"):
            HasAnAssistant(tmp_path).make_video(
                out, range(40), 30, num_workers=2, start_method="fork"
            )
    finally:
        watchdog.cancel()
        end_assistants()
    assert not hung.is_set(), "the render hung until the worker's child was killed"


# The errors themselves


def subclasses(kind: type[AnimateError]) -> Iterator[type[AnimateError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from subclasses(each)


@pytest.mark.parametrize(
    "kind", [kind for kind in subclasses(AnimateError) if not kind.__name__.startswith("_")]
)
def test_an_error_survives_pickling_with_all_it_says(kind: type[AnimateError]) -> None:
    error = kind("what happened")
    for name, value in (("frame_idx", 4), ("params", "'p'"), ("frame_ids", (1, 2))):
        if hasattr(error, name):
            setattr(error, name, value)
    error.add_note("a note")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert str(copy) == "what happened"
    assert vars(copy) == vars(error)
    assert copy.__notes__ == ["a note"]


def test_every_error_is_public_and_a_runtime_error() -> None:
    kinds = {kind for kind in subclasses(AnimateError) if not kind.__name__.startswith("_")}
    assert all(issubclass(kind, RuntimeError) for kind in kinds)
    assert {kind.__name__ for kind in kinds} <= set(parallel_animate.__all__)


UNCAUGHT = """
import sys
from tests.stamp import StampAnimator

class Fails(StampAnimator):
    def update(self, frame_idx, params):
        super().update(frame_idx, params)
        if frame_idx == 7:
            raise ValueError("nobody catches it")

if __name__ == "__main__":
    Fails().make_video(sys.argv[1], range(20), 30, num_workers=int(sys.argv[2]))
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_that_nobody_catches_is_all_that_is_printed(
    out: Path, tmp_path: Path, workers: int
) -> None:
    """Nor does the interpreter complain of anything at its end."""
    script = tmp_path / "script.py"
    script.write_text(UNCAUGHT)
    done = run_script(script, out, workers)
    assert (done.returncode, done.stdout) == (1, "")
    assert "update() failed for frame 7 with params 7: ValueError: nobody catches it" in done.stderr
    assert "Exception ignored" not in done.stderr
    assert "Process parallel-animate" not in done.stderr
    assert "resource_tracker" not in done.stderr


# Ctrl-C

INTERRUPTED = """
import itertools, os, signal, sys, threading
from tests.stamp import StampAnimator

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a job in the background

class Talks(StampAnimator):
    def update(self, frame_idx, params):
        super().update(frame_idx, params)
        os.write(1, f"drew {frame_idx} {os.getpid()}\\n".encode())  # whole, among many writers

if __name__ == "__main__":
    out, workers, method, preload = sys.argv[1:]
    Talks().make_video(
        out, itertools.count(), 30, num_workers=int(workers), start_method=method,
        preload_factor=int(preload),
    )
else:
    print("importing", flush=True)
    threading.Event().wait(0.5)  # as long as a large library takes to import
"""


def interrupt_when(ready: Callable[[list[str]], bool], folder: Path, *arguments: object) -> str:
    """Run the script, send Ctrl-C when `ready` says so of its output so far; return stderr."""
    script = folder / "script.py"
    script.write_text(INTERRUPTED)
    process = subprocess.Popen(
        [sys.executable, str(script), str(folder / "videos" / "out.mp4"), *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        lines: list[str] = []
        while not ready(lines):
            lines.append(process.stdout.readline())
            assert lines[-1], "the script ended on its own"
        os.killpg(process.pid, signal.SIGINT)
        # Both pipes end when the last process that inherited them has ended.
        _, stderr = process.communicate(timeout=15)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert process.returncode == -signal.SIGINT
    assert not (folder / "videos" / "out.mp4").exists()
    return stderr


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here")
@pytest.mark.parametrize("method", METHODS[1:])
def test_ctrl_c_while_the_workers_start_shows_no_tracebacks_of_theirs(
    tmp_path: Path, method: str
) -> None:
    stderr = interrupt_when(lambda lines: "importing\n" in lines, tmp_path, 2, method, 8)
    assert stderr.count("Traceback") == 1, stderr
    assert "KeyboardInterrupt\n" in stderr


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here")
def test_ctrl_c_right_after_a_worker_was_started_ends_it_too(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        """
import multiprocessing.process, os, signal, sys
from tests.stamp import StampAnimator

signal.signal(signal.SIGINT, signal.default_int_handler)
start = multiprocessing.process.BaseProcess.start

def start_and_interrupt(self):
    start(self)
    os.kill(os.getpid(), signal.SIGINT)

multiprocessing.process.BaseProcess.start = start_and_interrupt
StampAnimator().make_video(sys.argv[1], range(50), 30, num_workers=2, start_method="fork")
"""
    )
    done = run_script(script, tmp_path / "videos" / "out.mp4", timeout=20)
    assert done.returncode == -signal.SIGINT
    assert done.stderr.splitlines()[-1] == "KeyboardInterrupt"


@pytest.mark.parametrize("method", METHODS[1:])
def test_a_script_without_a_guard_is_told_to_have_one(tmp_path: Path, method: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\n"
        "from tests.stamp import StampAnimator\n"
        "StampAnimator().make_video(sys.argv[1], range(5), 30, num_workers=2, "
        f"start_method={method!r})\n"
    )
    done = run_script(script, tmp_path / "out.mp4", timeout=60)
    assert done.returncode == 1
    assert "if __name__ == '__main__':" in done.stderr
    assert done.stderr.count("Traceback") == 1, done.stderr
