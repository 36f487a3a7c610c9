"""Large arrays in params reach the workers as they are, through shared memory."""

from __future__ import annotations

import ctypes
import os
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_animate import FrameError
from parallel_animate.engine.outbox import SMALL
from parallel_animate.engine.process import SMALL_PARAMS, Worker
from parallel_animate.memory import blocks
from parallel_animate.params.payload import Payload, PayloadBlock, PayloadMemory
from parallel_animate.params.pickled import LARGE, Pickled, unpickled_params
from parallel_animate.params.reader import PayloadReader
from tests.conftest import MOSTLY_FORK
from tests.stamp import StampAnimator, stamps

pytestmark = pytest.mark.timeout(60)

Array = npt.NDArray[Any]
SIDE = 400
"""An array of SIDE by SIDE bytes goes through shared memory, and is soon drawn and compared."""


def field(number: int, dtype: Any = np.uint8) -> Array:
    """Return an array that differs from one number to the next in every element."""
    return (np.arange(SIDE * SIDE).reshape(SIDE, SIDE) * 7 + number).astype(dtype)


class Shows(StampAnimator):
    """Stamps the number of a frame if its params are what they should be, and 0xFFFF if not."""

    def check(self, frame_idx: int, params: Any) -> bool:
        return bool(np.array_equal(params, field(frame_idx)))

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx if self.check(frame_idx, params) else 0xFFFF, params)


@pytest.mark.parametrize("method", MOSTLY_FORK)
def test_an_array_comes_as_a_read_only_view_of_what_was_given(out: Path, method: str) -> None:
    class View(Shows):
        def check(self, frame_idx: int, params: Array) -> bool:
            held = params
            while isinstance(held.base, np.ndarray):
                held = held.base
            copied = held.flags.owndata
            return super().check(frame_idx, params) and not params.flags.writeable and not copied

    View().make_video(out, map(field, range(12)), 30, num_workers=2, start_method=method)
    assert stamps(out) == list(range(12))


class Lengths(Shows):
    def check(self, frame_idx: int, params: tuple[int, bytes]) -> bool:
        length, text = params
        return text == b"p" * length


def test_params_of_any_size_come_whole(out: Path) -> None:
    """Also those that are just small enough to go with their task, or just too large for it."""
    near = [limit + more for limit in (SMALL_PARAMS, SMALL) for more in range(-40, 8, 4)]
    lengths = [0, *near, 300_000, 5]
    params = [(length, b"p" * length) for length in lengths]
    Lengths().make_video(out, params, 30, num_workers=2)
    assert stamps(out) == list(range(len(lengths)))


def mixed(number: int) -> dict[str, Any]:
    """Return params of all kinds: large and small arrays, of several types and memory orders."""
    large = field(number, np.float64)
    return {
        "fortran": np.asfortranarray(large),
        "strided": large[::2, 1::3],
        "complex": large + 1j * number,
        "masked": np.ma.masked_greater(large, 1000),
        "times": large[:, 0].astype("datetime64[s]"),
        "objects": np.array([number, None, "text"], object),
        "structured": np.array([(number, 2.5)] * LARGE, [("a", int), ("b", np.float32)]),
        "empty": large[:0],
        "bytes": bytes(LARGE + number),
        "twice": [large, large],
        "small": number,
    }


def test_arrays_of_all_kinds_come_as_they_were(out: Path) -> None:
    class Mixed(Shows):
        def check(self, frame_idx: int, params: dict[str, Any]) -> bool:
            expected = mixed(frame_idx)
            assert params.keys() == expected.keys()
            for name, value in expected.items():
                np.testing.assert_array_equal(params[name], value, err_msg=name)
                assert getattr(params[name], "dtype", None) == getattr(value, "dtype", None)
            assert params["fortran"].flags.f_contiguous
            assert params["twice"][0] is params["twice"][1]
            assert params["masked"].mask.any()
            return True

    Mixed().make_video(out, map(mixed, range(9)), 30, num_workers=2)
    assert stamps(out) == list(range(9))


def test_what_update_keeps_stays_as_it_was(out: Path) -> None:
    """The memory of an array is not used again while somebody holds the array."""

    class Keeps(Shows):
        def setup(self) -> Any:
            self.kept: dict[int, Array] = {}
            return super().setup()

        def check(self, frame_idx: int, params: Array) -> bool:
            self.kept[frame_idx] = params[1:]
            if frame_idx % 5 == 0 and len(self.kept) > 3:
                del self.kept[min(self.kept)]
            return all(
                np.array_equal(array, field(number)[1:]) for number, array in self.kept.items()
            )

    Keeps().make_video(out, map(field, range(30)), 30, num_workers=2)
    assert stamps(out) == list(range(30))


def in_place(params: Array) -> None:
    params += 1


def through_ctypes(params: Array) -> None:
    pixels = (ctypes.c_uint8 * params.size).from_buffer(params)
    for index in range(0, len(pixels), 1000):
        pixels[index] = 0
    params[:] = field(int(params.flat[1]) - 7 + 1)


@pytest.mark.parametrize("write", [in_place, through_ctypes])
def test_an_update_that_writes_into_its_params_gets_copies(
    out: Path, write: Callable[[Array], None]
) -> None:
    class Writes(Shows):
        def check(self, frame_idx: int, params: Array) -> bool:
            write(params)
            return bool(np.array_equal(params, field(frame_idx + 1)))

    Writes().make_video(out, map(field, range(12)), 30, num_workers=2)
    assert stamps(out) == list(range(12))


def test_other_errors_of_update_are_not_tried_again(out: Path) -> None:
    class Fails(Shows):
        calls = 0

        def check(self, frame_idx: int, params: Array) -> bool:
            self.calls += 1
            raise ValueError(f"call {self.calls}")

    with pytest.raises(FrameError, match="call 1") as caught:
        Fails().make_video(out, map(field, range(3)), 30, num_workers=2)
    assert caught.value.params == f"<ndarray of shape ({SIDE}, {SIDE}), uint8>"


def test_without_shared_memory_for_them_arrays_go_through_the_pipe(
    out: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mapped = blocks._mapped

    def only_the_ring(size: int) -> blocks.NamedMemory | None:
        return None if made else made.append(size) or mapped(size)  # type: ignore[func-returns-value]

    made: list[int] = []
    monkeypatch.setattr(blocks, "_mapped", only_the_ring)
    with caplog.at_level("INFO"):
        Shows().make_video(out, map(field, range(12)), 30, num_workers=2)
    assert stamps(out) == list(range(12))
    assert caplog.text.count("params go through pipes") == 1


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_a_worker_that_dies_with_large_params_costs_no_frame(out: Path, tmp_path: Path) -> None:
    class Dies(Shows):
        def check(self, frame_idx: int, params: Array) -> bool:
            if frame_idx in (3, 7):
                try:
                    (tmp_path / str(frame_idx)).touch(exist_ok=False)
                    os._exit(3)
                except FileExistsError:
                    pass
            return super().check(frame_idx, params)

    report = Dies().make_video(out, map(field, range(20)), 30, num_workers=2)
    assert report.lost_workers == 2
    assert stamps(out) == list(range(20))


@pytest.mark.parametrize(
    ("redraw", "preload", "most"),
    [
        # Two for each worker: one that is drawn, and one that waits. The first, for all, its copy
        # for a worker, and the one that is being pulled.
        ("full", 0, 4 + 3),
        # Besides those that are pulled ahead, and those of redrawn frames in the six slots, which
        # may have to be drawn again.
        ("auto", 2, 4 + 3 + 4 + 6),
    ],
)
def test_memory_for_params_is_that_of_a_few_frames(
    out: Path, monkeypatch: pytest.MonkeyPatch, redraw: str, preload: int, most: int
) -> None:
    counts = []
    free_block = PayloadMemory._free_block

    def getting(memory: PayloadMemory, nbytes: int) -> PayloadBlock | None:
        block = free_block(memory, nbytes)
        counts.append(len(memory._blocks))
        return block

    monkeypatch.setattr(PayloadMemory, "_free_block", getting)

    class Grows(Shows):
        def check(self, frame_idx: int, params: Array) -> bool:
            return len(params) == LARGE + 100 * frame_idx

    sizes = (np.zeros(LARGE + 100 * number, np.uint8) for number in range(300))
    # The history check would keep the params of five more frames, until they are compared.
    Grows().make_video(
        out,
        sizes,
        30,
        num_workers=2,
        check_history=False,
        redraw=redraw,
        preload_factor=preload,
        ring_slots=6,
    )
    assert stamps(out) == list(range(300))
    assert len(counts) >= 300
    assert 2 <= max(counts) <= most


def test_blocks_that_are_too_small_are_given_back_in_the_worker_too(out: Path) -> None:
    """A worker has no more blocks mapped than there are: few, where none is kept."""

    class Counts(Shows):
        def check(self, frame_idx: int, params: Array) -> bool:
            # The ring, the blocks, and what the worker has inherited from the tests.
            maps = Path("/proc/self/maps").read_text().count("(deleted)")
            assert maps <= 20, maps
            return True

    if not Path("/proc/self/maps").exists():
        pytest.skip("needs /proc")
    sizes = (np.zeros(LARGE * (1 + number), np.uint8) for number in range(60))
    Counts().make_video(
        out, sizes, 30, num_workers=2, check_history=False, redraw="full", preload_factor=0
    )


def test_params_that_follow_one_another_through_a_full_pipe_keep_their_order(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Large bytes go through a thread, and a new block's descriptor must not overtake them."""
    sent = []
    send = Worker.send_task

    def sending(worker: Worker, *arguments: Any, **more: Any) -> None:
        sent.append(threading.active_count())
        send(worker, *arguments, **more)

    monkeypatch.setattr(Worker, "send_task", sending)

    class Both(Shows):
        def check(self, frame_idx: int, params: Any) -> bool:
            data, array = params
            return data == bytes([frame_idx]) * 10**6 and super().check(frame_idx, array)

    params = ((bytes([number]) * 10**6, field(number)) for number in range(20))
    Both().make_video(out, params, 30, num_workers=2)
    assert stamps(out) == list(range(20))
    assert max(sent) > min(sent)  # such a thread was running at times, and at times it was not


def through(reader: PayloadReader, payload: Payload) -> Any:
    """Read a payload as a worker does that has its block."""
    block = payload.block
    if block is not None and block.number not in reader._blocks:
        reader.attach(block.number, block.shared)
    number = None if block is None else block.number
    windows = reader.windows(number, payload.memory.tobytes(), payload.spans)
    return unpickled_params(0, payload.data, windows)


def test_what_is_reserved_is_nobody_elses_before_it_is_filled() -> None:
    first, second = (Pickled.of(0, np.full(LARGE, mark, np.uint8)) for mark in (1, 2))
    with PayloadMemory() as memory, PayloadReader() as reader:
        payloads = [memory.reserve(pickled, "engine") for pickled in (first, second)]
        for payload, pickled in zip(payloads, (first, second), strict=True):
            memory.fill(payload, pickled)
        assert [through(reader, payload)[0] for payload in payloads] == [1, 2]
        assert payloads[0].nbytes == first.nbytes > LARGE
        blocks_used = [payload.block for payload in payloads]
        payloads[0].drop("engine")
        assert memory.reserve(second, "engine").block is blocks_used[0]
        reader._blocks.clear()


def test_no_more_blocks_are_made_than_a_process_may_have_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("parallel_animate.params.payload.MAX_BLOCKS", 3)
    with PayloadMemory() as memory, PayloadReader() as reader:
        payloads = []
        for mark in range(5):
            payloads.append(memory.pack(Pickled.of(0, np.full(LARGE, mark, np.uint8))))
            payloads[-1].hold("engine")
        assert [payload.block is None for payload in payloads] == [False] * 3 + [True] * 2
        assert [through(reader, payload)[0] for payload in payloads] == list(range(5))
        reader._blocks.clear()


def test_a_position_is_all_that_there_is_of_inherited_params() -> None:
    payload = Payload.at(7, lambda: "seven")
    assert (payload.position, payload.told(), payload.nbytes) == (7, "'seven'", 0)
    payload.hold("engine")
    payload.drop("engine")
    with PayloadMemory() as memory:
        assert memory.copied(payload) is payload


STEPS = st.sampled_from(["send", "send", "send again", "let go", "say", "say"])
SIZES = st.sampled_from([LARGE // 2, LARGE, 2 * LARGE])


@given(st.lists(st.tuples(STEPS, SIZES, st.integers(0, 5)), max_size=40))
def test_no_array_changes_while_it_is_looked_at(steps: list[tuple[str, int, int]]) -> None:
    looked_at: list[tuple[Array, int]] = []
    under_way: dict[int, Payload] = {}  # kept for a worker that may die
    with PayloadMemory() as memory, PayloadReader() as reader:
        for mark, (step, size, which) in enumerate(steps):
            if step == "send":
                payload = memory.pack(Pickled.of(0, np.full(size, mark, np.uint8)))
                payload.hold("engine")
                payload.hold("worker")
                under_way[mark] = payload
                looked_at.append((through(reader, payload), mark))
            elif step == "send again" and under_way:
                number = sorted(under_way)[which % len(under_way)]
                payload = under_way.pop(number)
                payload.hold("worker")
                looked_at.append((through(reader, payload), number))
                payload.drop("engine")
            elif step == "let go" and looked_at:
                del looked_at[which % len(looked_at)]
            elif step == "say":
                memory.take_back("worker", reader.released())
            for number, payload in list(under_way.items())[:-3]:
                del under_way[number]
                payload.drop("engine")
            assert all((array == expected).all() for array, expected in looked_at)
        looked_at.clear()
        memory.take_back("worker", reader.released())
        assert all(set(block.users) <= {"engine"} for block in memory._blocks)
        assert sum(len(block.users) for block in memory._blocks) <= len(under_way)
        reader._blocks.clear()  # which are those of `memory`, and are closed with it


class Overwrites(StampAnimator):
    """Adds one to its params, like a library that knows nothing of read-only arrays."""

    def update(self, frame_idx: int, params: Array) -> None:
        count = ctypes.c_ubyte.from_address(params.ctypes.data)
        count.value += 1
        super().update(count.value, params)


def test_what_one_worker_writes_into_its_params_no_other_one_reads(out: Path) -> None:
    """Though a frame is drawn by two of them, to be compared, and the first one by all."""
    params = [np.full(LARGE, number, np.uint8) for number in range(40)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Overwrites().make_video(out, params, 30, num_workers=3)
    assert stamps(out) == list(range(1, 41))
