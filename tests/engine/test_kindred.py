"""The error of a frame is also of the type that the user's code has raised."""

from __future__ import annotations

import copy
import dataclasses
import io
import pickle
import traceback
from pathlib import Path
from typing import Any

import pytest

from parallel_animate import FrameError, SetupError
from parallel_animate.engine import kindred
from tests.conftest import alike
from tests.engine.failing import RUNS
from tests.stamp import StampAnimator

pytestmark = pytest.mark.timeout(60)


class CodedError(ValueError):
    """Wants two arguments, and keeps one of them."""

    def __init__(self, code: int, *, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


class SlottedError(Exception):
    __slots__ = ("code",)

    def __init__(self, code: int) -> None:
        self.code = code


@dataclasses.dataclass(frozen=True)
class FrozenError(Exception):
    code: int


class OddlyMadeError(RuntimeError):
    def __new__(cls, code: int, other: int) -> OddlyMadeError:
        made = super().__new__(cls)
        made.code = code
        return made

    code: int

    def __init__(self, *_: int) -> None:
        raise_if_called_again.append(self)

    def __str__(self) -> str:
        raise RuntimeError("cannot be shown")


raise_if_called_again: list[OddlyMadeError] = []


class OwnParamsError(Exception):
    """Has a property where a FrameError has an attribute."""

    @property
    def params(self) -> str:
        return "mine"


class Fails(StampAnimator):
    def update(self, frame_idx: int, params: Any) -> None:
        if frame_idx == 2:
            raise CodedError(7, detail="no such thing")
        super().update(frame_idx, params)


@pytest.mark.parametrize(("workers", "method"), [*RUNS, *alike((2, "spawn"))])
def test_an_error_of_update_is_caught_by_its_own_type(
    out: Path, workers: int, method: str | None
) -> None:
    with pytest.raises(CodedError) as caught:
        Fails().make_video(out, range(6), 30, num_workers=workers, start_method=method)
    error = caught.value
    assert isinstance(error, FrameError)
    assert (error.code, error.frame_idx, error.params) == (7, 2, "2")
    assert type(error.__cause__) is CodedError
    assert str(error).startswith(
        "update() failed for frame 2 with params 2: CodedError: 7: no such"
    )
    assert error.partial_frames == 2
    printed = "".join(traceback.format_exception(error))
    assert "parallel_animate.errors.FrameError: update() failed for frame 2" in printed


def failed(cause: BaseException) -> FrameError:
    """Return the error of a frame, as it is inside of a render."""
    error = FrameError("update() failed for frame 3", 3, "'x'")
    error.__cause__ = cause
    error.add_note("(in worker process 0)")
    return error


@pytest.mark.parametrize(
    "cause",
    [
        CodedError(7, detail="x"),
        SlottedError(7),
        FrozenError(7),
        OddlyMadeError(7, 8),
        KeyError("x"),
        FileNotFoundError(2, "No such file", "data.npy"),
        UnicodeDecodeError("utf-8", b"x", 0, 1, "odd"),
        ModuleNotFoundError("no torch", name="torch"),
        AttributeError("no such", name="x", obj=io.StringIO()),
        ZeroDivisionError("division by zero"),
        MemoryError(),
    ],
    ids=lambda cause: type(cause).__name__,
)
@pytest.mark.parametrize("way", [kindred, lambda error: copied(kindred(error)), None])
def test_it_is_of_both_types_and_has_the_attributes_of_both(cause: Exception, way: Any) -> None:
    joined = copy.copy(kindred(failed(cause))) if way is None else way(failed(cause))
    assert isinstance(joined, FrameError)
    assert isinstance(joined, type(cause))
    assert (joined.frame_idx, joined.params) == (3, "'x'")
    assert str(joined) == "update() failed for frame 3"
    assert repr(joined) == "FrameError('update() failed for frame 3')"
    assert joined.__notes__ == ["(in worker process 0)"]
    assert len({joined, joined}) == 1
    for name in ("code", "errno", "filename", "name"):
        assert getattr(joined, name, None) == getattr(cause, name, None)


def copied(error: FrameError) -> Any:
    return pickle.loads(pickle.dumps(error))


@pytest.mark.parametrize(
    "cause",
    [
        StopIteration(3),
        SystemExit(3),
        SyntaxError("bad"),
        SetupError("of a render in update()"),
        ExceptionGroup("several", [ValueError()]),
        OwnParamsError(),
    ],
    ids=lambda cause: type(cause).__name__,
)
def test_it_stays_as_it_is_where_the_types_do_not_go_together(cause: BaseException) -> None:
    error = failed(cause)
    assert kindred(error) is error


def test_it_can_be_sent_though_the_users_error_cannot() -> None:
    class LocalError(Exception):
        pass

    joined = kindred(failed(LocalError()))
    assert isinstance(joined, LocalError)
    sent = copied(joined)
    assert isinstance(sent, FrameError)
    assert not isinstance(sent, LocalError)
    assert (str(sent), sent.frame_idx, sent.params) == (str(joined), 3, "'x'")
    assert sent.__notes__ == ["(in worker process 0)"]


class Exhausted(StampAnimator):
    """Takes too much from an iterator of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.items = iter(range(2))

    def update(self, frame_idx: int, params: Any) -> None:
        next(self.items)  # here it ends
        super().update(frame_idx, params)


@pytest.mark.parametrize(("workers", "method"), RUNS)
def test_a_stop_iteration_in_update_is_the_error_of_its_frame(
    out: Path, workers: int, method: str | None
) -> None:
    with pytest.raises(FrameError, match="StopIteration") as caught:
        Exhausted().make_video(
            out, range(9), 30, num_workers=workers, start_method=method, check_history=False
        )
    error = caught.value
    assert error.params == str(error.frame_idx)
    assert "next(self.items)  # here it ends" in str(error)
    assert type(error.__cause__) is StopIteration
