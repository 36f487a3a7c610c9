"""A frame that redrawing has got wrong is never delivered, where it can be drawn again."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.figure import Figure

from parallel_animate import Animator, FrameError, IndexedFrameParams, RenderReport
from parallel_animate.engine import comparisons
from parallel_animate.text import ranges
from tests.canvas.unseen import UnseenNorm
from tests.conftest import alike

pytestmark = pytest.mark.one_in(3)

FRAMES = 60
FIRST_WRONG = 20  # when it is redrawn
NONE = 1e-9  # a budget for no more comparisons than there have to be


class Hidden(Animator):
    """From a frame on, an image is shown differently, and nothing tells matplotlib of it.

    Its norm has a power that nothing tells of.
    """

    def setup(self) -> Figure:
        figure = Figure(figsize=(2, 2), dpi=50)
        self.norm = UnseenNorm(vmin=0, vmax=1)
        figure.add_subplot().imshow(np.linspace(0, 1, 16).reshape(4, 4), norm=self.norm)
        self.number = figure.text(0.1, 0.9, "")
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.norm.set_power(1.0 if frame_idx < FIRST_WRONG else 3.0)
        self.number.set_text(str(frame_idx))


def pictures(path: Path) -> list[npt.NDArray[np.int64]]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray").astype(int) for frame in container.decode(video=0)]


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> list[npt.NDArray[np.int64]]:
    """All frames, drawn in full."""
    out = tmp_path_factory.mktemp("right") / "out.mp4"
    Hidden().make_video(out, range(FRAMES), 30, num_workers=1, redraw="full")
    return pictures(out)


def wrong_frames(path: Path, right: list[npt.NDArray[np.int64]]) -> list[int]:
    shown = pictures(path)
    assert len(shown) == len(right)
    both = enumerate(zip(shown, right, strict=True))
    return [frame for frame, (a, b) in both if np.abs(a - b).mean() > 3]


def rendered(out: Path, params: Iterable[Any], **options: Any) -> tuple[RenderReport, list[str]]:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        report = Hidden().make_video(out, params, 30, check_history=False, **options)
    assert all(each.filename == __file__ for each in warned)
    return report, [str(each.message) for each in warned]


def own_sequence() -> Any:
    class Own(list[int]):
        """A list that does something when it is asked for an item."""

        def __getitem__(self, index: Any) -> Any:
            return super().__getitem__(index)

    return Own(range(FRAMES))


SEQUENCES: dict[str, Callable[[], Any]] = {
    "range": lambda: range(FRAMES),
    "list": lambda: [float(i) for i in range(FRAMES)],
    "array": lambda: np.zeros((FRAMES, 5000)),
    "indexed": lambda: [IndexedFrameParams(i, i) for i in reversed(range(FRAMES))],
    "own": own_sequence,
}


@pytest.mark.parametrize(
    ("workers", "segment", "budget"),
    [
        *((1, 7, NONE), (1, 1000, 0.5), (4, 7, 0.5), (4, 1000, NONE), (8, 7, NONE)),
        *alike((1, 7, 0.5), (4, 7, NONE), (8, 7, 0.5), (8, 1000, NONE)),
    ],
)
def test_no_wrong_frame_is_in_the_video(
    out: Path,
    right: list[npt.NDArray[np.int64]],
    monkeypatch: pytest.MonkeyPatch,
    workers: int,
    segment: int,
    budget: float,
) -> None:
    """Whether the difference is found soon, or at the last frame, and in whichever segment."""
    monkeypatch.setattr(comparisons, "BUDGET", budget)
    report, warned = rendered(out, range(FRAMES), num_workers=workers, segment_frames=segment)
    assert wrong_frames(out, right) == []
    assert report.frames == FRAMES
    assert report.redraw_mismatches >= 1
    assert report.unvouched_frames == ()
    # Then only the last frame shows it, unless it is the first one of a worker that comes late.
    assert (workers, budget) != (1, NONE) or report.frames_drawn_again >= FRAMES - FIRST_WRONG - 8
    assert len(warned) == 1
    assert "may be wrong" not in warned[0]
    assert report.warnings == tuple(warned)
    assert not list(out.parent.glob("*.parts"))


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        *(("list", "fork"), ("own", "fork"), ("array", "fork"), ("indexed", "fork")),
        *alike(("range", "spawn"), ("list", "spawn"), ("array", "spawn"), ("indexed", "spawn")),
    ],
)
def test_params_of_any_sequence_can_be_had_again(
    out: Path, right: list[npt.NDArray[np.int64]], kind: str, method: str
) -> None:
    _, warned = rendered(
        out, SEQUENCES[kind](), num_workers=2, segment_frames=10, start_method=method
    )
    assert wrong_frames(out, right) == []
    assert len(warned) == 1


@pytest.mark.parametrize("workers", [1, 4, 8])
def test_frames_whose_params_are_gone_are_named(
    out: Path, right: list[npt.NDArray[np.int64]], workers: int
) -> None:
    report, warned = rendered(out, (i for i in range(FRAMES)), num_workers=workers, n_frames=FRAMES)
    wrong = wrong_frames(out, right)
    assert set(wrong) <= set(report.unvouched_frames)
    assert len(warned) == 1
    if report.unvouched_frames:
        assert ranges(report.unvouched_frames) in warned[0]
        assert ranges(report.unvouched_frames) in str(report)
    else:
        assert "may be wrong" not in warned[0]
    # The first frame is compared, and so is the one with which the difference was found.
    found = int(re.search(r"frame (\d+)", warned[0])[1])  # type: ignore[index]
    assert found not in wrong
    assert 0 not in report.unvouched_frames


def test_what_a_generator_has_not_delivered_yet_is_drawn_again(
    out: Path, right: list[npt.NDArray[np.int64]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frame 0 comes last. All others wait for it, and none of them is wrong in the video."""
    monkeypatch.setattr(comparisons, "BUDGET", 1e9)  # however busy the machine is

    def params() -> Iterator[IndexedFrameParams]:
        yield from (IndexedFrameParams(i, None) for i in range(1, FRAMES))
        yield IndexedFrameParams(0, None)

    report, warned = rendered(out, params(), num_workers=3)
    assert wrong_frames(out, right) == []
    assert report.unvouched_frames == ()
    assert len(warned) == 1


def test_a_resumed_render_goes_back_no_further_than_its_own_frames(
    out: Path, right: list[npt.NDArray[np.int64]]
) -> None:
    class Fails(Hidden):
        def update(self, frame_idx: int, params: Any) -> None:
            if frame_idx == 25:
                raise ArithmeticError
            super().update(frame_idx, params)

    with pytest.raises(FrameError, match="ArithmeticError"):
        Fails().make_video(out, range(FRAMES), 30, num_workers=2, redraw="full", segment_frames=10)
    report, _ = rendered(out, range(FRAMES), num_workers=2, resume=True, segment_frames=10)
    assert report.resumed_frames == 25
    assert wrong_frames(out, right) == []


def test_a_failure_after_a_difference_keeps_only_right_frames(
    out: Path, right: list[npt.NDArray[np.int64]]
) -> None:
    """The last frame shows that redrawing differs, and what follows of that fails."""

    class Fails(Hidden):
        def update(self, frame_idx: int, params: Any) -> None:
            super().update(frame_idx, params)
            if (seen := Path(f"{out}.{frame_idx}")).exists() and frame_idx > 0:
                raise ArithmeticError
            seen.touch()

    with (
        pytest.warns(UserWarning, match="drawn from here on"),
        pytest.raises(FrameError, match="ArithmeticError") as caught,
    ):
        Fails().make_video(
            out, range(FRAMES), 30, num_workers=2, segment_frames=5, check_history=False
        )
    error: Any = caught.value
    kept = pictures(error.partial_file) if error.partial_file else []
    assert len(kept) == error.partial_frames < FRAMES
    both = zip(kept, right, strict=False)
    assert all(np.abs(a - b).mean() <= 3 for a, b in both)


@pytest.mark.parametrize("workers", [1, 2])
def test_the_last_frame_of_a_generator_is_compared_too(
    out: Path, right: list[npt.NDArray[np.int64]], workers: int
) -> None:
    """Nobody knows beforehand that it is the last."""
    report, warned = rendered(out, (i for i in range(FRAMES)), num_workers=workers)
    assert report.redraw_mismatches >= 1
    assert set(wrong_frames(out, right)) <= set(report.unvouched_frames)
    assert len(warned) == 1


@pytest.mark.parametrize("workers", [1, 2])
def test_frames_far_out_of_order_are_all_there_after_a_difference(
    out: Path, right: list[npt.NDArray[np.int64]], workers: int
) -> None:
    """Those behind the one that comes last are in a file when the difference is found."""
    order = [*range(25), *range(26, FRAMES), 25]
    params = [IndexedFrameParams(i, None) for i in order]
    report, warned = rendered(out, params, num_workers=workers)
    assert report.frames == FRAMES
    assert wrong_frames(out, right) == []
    assert len(warned) == 1


@pytest.mark.parametrize("workers", [1, 2])
def test_no_wrong_frame_is_kept_where_the_warning_is_an_error(
    out: Path, right: list[npt.NDArray[np.int64]], workers: int
) -> None:
    options: Any = {"num_workers": workers, "segment_frames": 4, "check_history": False}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="drawn from here on"):
            Hidden().make_video(out, range(FRAMES), 30, **options)
    report, _ = rendered(out, range(FRAMES), num_workers=workers, resume=True)
    assert report.resumed_frames <= FIRST_WRONG
    assert wrong_frames(out, right) == []


def test_the_history_is_not_blamed_for_what_redrawing_has_got_wrong(out: Path) -> None:
    """The witness draws a frame in full, say, and the other worker has redrawn it."""
    for _ in range(3):
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            Hidden().make_video(out, range(FRAMES), 30, num_workers=2, check_history="error")
        assert all("drawn from here on" in str(each.message) for each in warned)


class FailsLater(Hidden):
    """Fails for a frame after those that redrawing has got wrong, and before any comparison."""

    def update(self, frame_idx: int, params: Any) -> None:
        if frame_idx == 40:
            raise ArithmeticError
        super().update(frame_idx, params)


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("gone", [False, True])
def test_what_an_earlier_render_has_got_wrong_is_found_after_a_resume(
    out: Path, right: list[npt.NDArray[np.int64]], workers: int, gone: bool
) -> None:
    """Nobody knew of it, and what was kept was wrong."""
    with pytest.raises(FrameError, match="ArithmeticError"):
        FailsLater().make_video(
            out, range(FRAMES), 30, num_workers=workers, segment_frames=9, check_history=False
        )
    params: Any = (i for i in range(FRAMES)) if gone else range(FRAMES)
    report, warned = rendered(out, params, num_workers=workers, resume=True, n_frames=FRAMES)
    assert report.frames == FRAMES
    assert len(warned) == 1
    assert set(wrong_frames(out, right)) <= set(report.unvouched_frames)
    assert gone or not report.unvouched_frames
