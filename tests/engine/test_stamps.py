"""Every frame is in the video, once, and in its place."""

from __future__ import annotations

import gc
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from matplotlib.figure import Figure

from parallel_animate import AnimateError, IndexedFrameParams
from parallel_animate.memory import FrameMemory, FrameOrder, Slot
from tests.conftest import METHODS, WRITERS, alike
from tests.scripts import ROOT
from tests.stamp import StampAnimator, decoded, stamps

pytestmark = pytest.mark.one_in(3)

FRAMES = 40


def shuffled(n: int) -> list[IndexedFrameParams]:
    items = [IndexedFrameParams(frame_id=i, params=i) for i in range(n)]
    random.Random(3).shuffle(items)
    return items


INPUTS: dict[str, Callable[[int], Iterable[Any]]] = {
    "list": lambda n: list(range(n)),
    "generator": lambda n: (i for i in range(n)),
    "shuffled": shuffled,
    "reversed": lambda n: [IndexedFrameParams(i, i) for i in reversed(range(n))],
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("workers", [1, 3, *alike(2, 8)])
@pytest.mark.parametrize("kind", INPUTS)
def test_every_frame_is_there_once_and_in_order(
    out: Path, kind: str, workers: int, writer: str
) -> None:
    report = StampAnimator().make_video(
        out, INPUTS[kind](FRAMES), 30, num_workers=workers, video_writer=writer
    )
    assert stamps(out) == list(range(FRAMES))
    assert (report.frames, report.workers) == (FRAMES, workers)


@pytest.mark.parametrize("method", METHODS)
def test_a_class_of_a_module_renders_under_every_start_method(out: Path, method: str) -> None:
    StampAnimator().make_video(out, shuffled(20), 30, num_workers=2, start_method=method)
    assert stamps(out) == list(range(20))


SCRIPT = """
import sys
from matplotlib.figure import Figure
from tests.stamp import StampAnimator

class Here(StampAnimator):
    def __init__(self, shift):
        super().__init__()
        self.shift = shift

    def update(self, frame_idx, params):
        super().update(params["number"] + self.shift, params)

if __name__ == "__main__":
    params = ({"number": i, "f": lambda: i} for i in range(12))
    Here(shift=5).make_video(sys.argv[1], params, 30, num_workers=2, start_method=sys.argv[2])
"""


@pytest.mark.parametrize("method", METHODS)
def test_a_class_of_main_renders_under_every_start_method(
    out: Path, tmp_path: Path, method: str
) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script), str(out), method],
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert stamps(out) == list(range(5, 17))


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("workers", [1, 3])
def test_overwriting_a_slot_as_soon_as_it_is_free_never_shows(
    out: Path, workers: int, writer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, release = FrameMemory.view, FrameOrder.release
    lent: list[Slot] = []

    def remember(self: FrameMemory, frame: int, slot: int | None) -> Slot:
        lent.append(view(self, frame, slot))
        return lent[-1]

    def overwrite(self: FrameOrder, writer: int = 0) -> None:
        if lent:
            lent.pop()[:] = 85
        release(self, writer)

    monkeypatch.setattr(FrameMemory, "view", remember)
    monkeypatch.setattr(FrameOrder, "release", overwrite)
    StampAnimator().make_video(
        out, range(FRAMES), 30, num_workers=workers, video_writer=writer, video_quality=1
    )
    assert stamps(out) == list(range(FRAMES))


def test_a_reversed_sequence_needs_no_more_slots_than_one_in_order(out: Path) -> None:
    n = 300
    report = StampAnimator().make_video(
        out, (IndexedFrameParams(i, None) for i in reversed(range(n))), 30, num_workers=2
    )
    assert stamps(out) == list(range(n))
    assert report.slots == 6
    assert report.spilled_frames >= n - 2 * report.slots


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("preload", [0, 1, 8])
def test_not_one_item_more_than_n_frames_is_pulled(out: Path, workers: int, preload: int) -> None:
    pulled = []

    def params() -> Iterable[int]:
        for i in range(100):
            pulled.append(i)
            yield i

    report = StampAnimator().make_video(
        out, params(), 30, n_frames=10, num_workers=workers, preload_factor=preload
    )
    assert report.frames == len(stamps(out)) == 10
    assert pulled == list(range(10))


@pytest.mark.parametrize("workers", [1, 2])
def test_an_iterator_that_ends_early_gives_a_shorter_video_and_a_warning(
    out: Path, workers: int
) -> None:
    with pytest.warns(UserWarning, match="ended after 7 of 12 frames"):
        StampAnimator().make_video(out, iter(range(7)), 30, n_frames=12, num_workers=workers)
    assert stamps(out) == list(range(7))


@pytest.mark.parametrize("workers", [1, 2])
def test_setup_before_every_frame_gives_the_same_video(out: Path, workers: int) -> None:
    StampAnimator().make_video(out, range(6), 30, num_workers=workers, reuse_figure_object=False)
    assert stamps(out) == list(range(6))


def test_params_are_prefetched_in_a_bounded_queue(out: Path) -> None:
    """With a slow consumer, no more items are pulled than the queue and the workers hold."""
    ahead = 0
    pulled = 0

    def params() -> Iterable[int]:
        nonlocal pulled
        for i in range(60):
            pulled = i + 1
            yield i

    class Watched(StampAnimator):
        def update(self, frame_idx: int, params: Any) -> None:
            nonlocal ahead
            ahead = max(ahead, pulled - frame_idx)
            super().update(frame_idx, params)

    Watched().make_video(out, params(), 30, num_workers=1, preload_factor=4)
    # 4 in the queue, one in the thread's hand, and the one that is drawn.
    assert 1 <= ahead <= 6
    assert stamps(out) == list(range(60))


def test_large_params_do_not_stall_a_render(out: Path) -> None:
    """Each of them is larger than the buffer of any pipe."""
    big = bytes(3_000_000)
    StampAnimator().make_video(out, ((i, big) for i in range(16)), 30, num_workers=2)
    assert stamps(out) == list(range(16))


collect_after_fork = False


def _collect_if_enabled() -> None:
    """Collect garbage, as Python may do at any moment in a forked child where that is enabled."""
    if collect_after_fork and gc.isenabled():
        gc.collect()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_collect_if_enabled)


def test_garbage_of_an_earlier_video_does_no_harm(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An encoder with threads of its own lies in a reference cycle when the workers are forked.

    Its destructor waits for those threads, which a forked child does not have.
    """
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = 320, 240, "yuv420p"
    context.time_base = Fraction(1, 30)
    context.open()
    gc.disable()
    cycle: list[Any] = [context]
    cycle.append(cycle)
    del context, cycle
    gc.enable()
    monkeypatch.setattr(sys.modules[__name__], "collect_after_fork", True)

    class Collects(StampAnimator):
        def setup(self) -> Figure:
            assert gc.isenabled()
            gc.collect()
            return super().setup()

    Collects().make_video(out, range(30), 30, num_workers=4)
    assert stamps(out) == list(range(30))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="counts threads in /proc")
def test_the_encoders_threads_end_with_the_call(out: Path) -> None:
    def threads() -> int:
        return sum(1 for _ in Path("/proc/self/task").iterdir())

    # OpenBLAS ends its threads before a fork, and starts them again when it is used next.
    StampAnimator().make_video(out, range(4), 30, num_workers=2)
    before = threads()
    gc.disable()
    try:
        StampAnimator().make_video(out, range(4), 30, num_workers=2)
        assert threads() <= before
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("workers", "layout"), [(2, "constrained"), *alike((1, "constrained"), (2, "compressed"))]
)
def test_a_still_picture_stays_still_under_a_layout_engine(
    out: Path, layout: str, workers: int
) -> None:
    """A layout takes several draws to come to rest; that is over before the first frame."""

    class Still(StampAnimator):
        def setup(self) -> Figure:
            figure = Figure(figsize=(4, 3), layout=layout)
            for axes in figure.subplots(1, 2):
                figure.colorbar(axes.imshow([[0, 1], [2, 3]]), ax=axes)
                axes.set(title="a title", xlabel="x", ylabel="y")
            figure.suptitle("over all")
            return figure

        def update(self, frame_idx: int, params: Any) -> None:
            pass

    Still().make_video(out, range(7), 30, num_workers=workers, video_quality=0)
    first, *others = [frame.to_ndarray(format="gray") for frame in decoded(out)]
    assert all((frame == first).all() for frame in others)


def test_params_larger_than_a_workers_memory_end_the_render_with_an_error(out: Path) -> None:
    resource = pytest.importorskip("resource")

    class Limited(StampAnimator):
        def setup(self) -> Figure:
            used = int(Path("/proc/self/statm").read_text().split()[0]) * 4096
            resource.setrlimit(resource.RLIMIT_AS, (used + 200_000_000,) * 2)
            return super().setup()

    # Not a list, which forked workers have already.
    with pytest.raises(AnimateError, match="MemoryError"):
        Limited().make_video(out, iter([bytes(400_000_000)] * 3), 30, num_workers=2)
