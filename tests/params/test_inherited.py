"""Params of a list or array reach forked workers as they are, though they are not sent."""

from __future__ import annotations

import ctypes
import os
import pickle
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from parallel_animate import FrameError, IndexedFrameParams, ParamsError
from parallel_animate.engine import outbox
from parallel_animate.params import reader
from parallel_animate.params.inherited import InheritedParams
from parallel_animate.params.payload import PayloadMemory
from parallel_animate.params.pickled import LARGE
from tests.stamp import StampAnimator, stamps

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
]

Array = npt.NDArray[Any]


class Shows(StampAnimator):
    """Stamps what :meth:`read` makes of the params."""

    def read(self, params: Any) -> int:
        return int(params)

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(self.read(params), params)


def shown(out: Path, animator: Shows, params: Any, **options: Any) -> list[int]:
    animator.make_video(out, params, 30, start_method="fork", num_workers=2, **options)
    return stamps(out)


@pytest.mark.parametrize(
    "params",
    [
        [3 * i for i in range(20)],
        tuple(float(3 * i) for i in range(20)),
        range(0, 60, 3),
        3 * np.arange(20),
        [IndexedFrameParams(i, 3 * i) for i in reversed(range(20))],
        np.array([3 * i for i in range(20)], object),
    ],
    ids=lambda params: type(params).__name__,
)
def test_nothing_is_sent_of_what_forked_workers_have(
    out: Path, params: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pack(self: PayloadMemory, pickled: Any) -> Any:
        raise AssertionError("params were packed")

    monkeypatch.setattr(PayloadMemory, "pack", pack)
    assert shown(out, Shows(), params) == list(range(0, 60, 3))


def test_rows_of_an_array_come_as_read_only_views_of_inherited_memory(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    send = outbox.Outbox.send

    def sending(self: outbox.Outbox, message: bytes) -> None:
        sent.append(len(message))
        send(self, message)

    monkeypatch.setattr(outbox.Outbox, "send", sending)
    rows = np.repeat(3 * np.arange(20, dtype=np.uint8), LARGE).reshape(20, LARGE)
    first, last = rows.ctypes.data, rows.ctypes.data + rows.nbytes

    class Views(Shows):
        drawn = 0

        def read(self, params: Array) -> int:
            inside = first <= params.ctypes.data < last
            self.drawn += 1
            # The first that a worker draws is drawn besides, and has memory of its own.
            right = inside != params.flags.writeable and (inside or self.drawn == 1)
            return int(params[0]) if right and (params == params[0]).all() else 0xFFFF

    assert shown(out, Views(), rows, check_history=False) == list(range(0, 60, 3))
    assert max(sent) < 1000


def test_frames_that_have_the_same_object_each_get_their_own(out: Path) -> None:
    class Changes(Shows):
        def read(self, params: Any) -> int:
            params["calls"].append(len(params["calls"]))
            params["small"] += 1
            return len(params["calls"]) + int(params["small"][0])

    same = {"calls": [], "small": np.zeros(9)}
    assert shown(out, Changes(), [same] * 20) == [2] * 20
    assert same["calls"] == []


def in_place(params: Array) -> None:
    params += 1


def through_ctypes(params: Array) -> None:
    (ctypes.c_uint8 * params.size).from_buffer(params)[0] += 1


@pytest.mark.parametrize("write", [in_place, through_ctypes])
def test_an_update_that_writes_into_inherited_arrays_gets_copies(
    out: Path, write: Callable[[Array], None]
) -> None:
    class Writes(Shows):
        def read(self, params: Array) -> int:
            write(params)
            return int(params[0])

    assert shown(out, Writes(), [np.full(LARGE, 7, np.uint8)] * 20) == [8] * 20


class Overwrites(Shows):
    """Adds one to its params, like a library that knows nothing of read-only arrays."""

    def read(self, params: Array) -> int:
        count = ctypes.c_ubyte.from_address(params.ctypes.data)
        count.value += 1
        return count.value


@pytest.mark.parametrize("kind", [list, iter])
def test_where_a_library_is_loaded_that_writes_unseen_arrays_are_copied(
    out: Path, kind: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "CARELESS", ("ctypes",))
    params = [np.full(LARGE, 7, np.uint8)] * 20
    assert shown(out, Overwrites(), kind(params)) == [8] * 20


def dying(path: Path, base: type[Shows]) -> Shows:
    """Return an animator that writes into its params and ends its worker, once."""

    class Dies(base):  # type: ignore[misc, valid-type]
        def update(self, frame_idx: int, params: Any) -> None:
            super().update(frame_idx, params)
            if frame_idx == 5 and not path.exists():
                path.touch()
                os._exit(3)

    return Dies()


class Own(list[Any]):
    """Not inherited, because its items may be made by code of the user's."""


@pytest.mark.parametrize("kind", [list, Own])
def test_what_a_dead_worker_wrote_into_params_the_next_one_does_not_read(
    out: Path, tmp_path: Path, kind: Callable[[Any], Any]
) -> None:
    params = kind(np.full(LARGE, 7, np.uint8) for _ in range(20))
    assert shown(out, dying(tmp_path / "died", Overwrites), params) == [8] * 20
    assert (tmp_path / "died").exists()


def test_a_list_out_of_which_the_workers_take_items_gives_all_of_them(out: Path) -> None:
    class Takes(Shows):
        def __init__(self, params: list[int]) -> None:
            super().__init__()
            self.params = params

        def read(self, params: int) -> int:
            self.params.pop()
            return params

    params = list(range(20))
    assert shown(out, Takes(params), params) == list(range(20))
    assert params == list(range(20))


def test_what_cannot_be_pickled_is_told_with_its_frame(out: Path) -> None:
    params: list[Any] = [*range(5), threading.Lock(), 6]
    with pytest.raises(ParamsError, match="the params of frame 5 cannot be pickled") as caught:
        shown(out, Shows(), params)
    assert caught.value.frame_idx == 5
    assert caught.value.partial_frames == 5
    assert type(caught.value.__cause__) is TypeError


def test_an_error_of_update_has_the_params(out: Path) -> None:
    with pytest.raises(FrameError, match="frame 3 with params 'three'") as caught:
        shown(out, Shows(), [0, 1, 2, "three", 4])
    assert caught.value.params == "'three'"


def large_and_small() -> Iterator[Any]:
    large = np.arange(2 * LARGE, dtype=np.uint16).reshape(2, -1)
    yield from (large, large.T, large[:, ::2], np.asfortranarray(large), np.void(b"ab"))
    yield from ([large, large], {"a": large, "b": [1, {2}]}, np.array([1, None, [2]], object))
    yield from (np.datetime64(5, "s"), "text", b"bytes", 5, 2.5, 1j, None, True, (1, [2]))
    yield np.ma.masked_greater(large, 1000)


@pytest.mark.parametrize("params", [*large_and_small()], ids=lambda params: type(params).__name__)
@pytest.mark.parametrize("fresh", [False, True])
def test_params_of_all_kinds_are_made_anew(params: Any, fresh: bool) -> None:
    inherited = InheritedParams([params])
    got = inherited.params(0, 0, fresh=fresh)
    assert type(got) is type(params)
    assert pickle.dumps(got) == pickle.dumps(pickle.loads(pickle.dumps(params)))
    if isinstance(params, np.ndarray):
        assert got is not params
        shares = np.shares_memory(got, params)
        assert shares == inherited.lent
        # Pickle hands out the buffer of a contiguous array; of a masked one it makes bytes.
        plain = type(params) is np.ndarray and params.flags.forc and params.dtype != object
        assert shares == (plain and not fresh)
        assert got.flags.writeable != shares
    assert not (fresh and inherited.lent)
