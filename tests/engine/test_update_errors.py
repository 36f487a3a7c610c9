"""An exception in `update()` names the frame, its params and the user's line."""

from __future__ import annotations

import linecache
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from parallel_animate import FrameError, IndexedFrameParams
from tests.conftest import alike
from tests.engine.failing import RUNS, OddError, first_line
from tests.stamp import StampAnimator

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]

FORKED = [(1, None), (2, "fork"), (3, "fork")]


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


@pytest.mark.parametrize(("workers", "method"), [*RUNS, *alike((2, "spawn"), (2, "forkserver"))])
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


@pytest.mark.parametrize("workers", [*alike(1), 2])
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
    """Can be pickled, but not unpickled: its pickle holds one argument, and it needs two."""

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
    """A cell is in no file that another process could read."""
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
