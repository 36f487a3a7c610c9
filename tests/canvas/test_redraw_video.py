"""A video shows the same, however its frames are drawn; and it says where they differ."""

from __future__ import annotations

import json
import multiprocessing
import os
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from matplotlib.figure import Figure

from parallel_animate import Animator, ArgumentError, RedrawError
from parallel_animate.engine import comparisons
from tests.canvas.rendered import (
    FRAMES,
    MODES,
    MODES_AND_RUNS,
    RUNS,
    Busy,
    X,
    differing,
    expected_frames,
    frames,
    render,
)
from tests.canvas.unseen import UnseenStroke
from tests.conftest import WRITERS, alike
from tests.stamp import StampAnimator, stamps

pytestmark = [pytest.mark.usefixtures("no_open_figures"), pytest.mark.one_in(3)]

# Budgets of comparisons: for each frame of which it is known what redrawing takes, and for none.
ALL_OF_IT = 1e9
NOTHING = 1e-9


class Unnoticed(Busy):
    """Has a spine that is red at some frames, in a way that nothing tells of."""

    def __init__(self, red_at: range) -> None:
        super().__init__()
        self.red_at = red_at

    def setup(self) -> Figure:
        figure = super().setup()
        self.effect = UnseenStroke()
        self.other.spines["right"].set_path_effects([self.effect])
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        # Not even the effect itself says what it is about to draw.
        self.effect.recolour("red" if frame_idx in self.red_at else "black")


@pytest.fixture
def budget(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the share of drawing time that goes into comparisons."""
    return partial(monkeypatch.setattr, comparisons, "BUDGET")


# The picture


@pytest.mark.usefixtures("never_at_rest")
@pytest.mark.parametrize(("redraw", "run"), MODES_AND_RUNS)
def test_each_mode_shows_what_full_draws_show(
    out: Path, redraw: str, run: tuple[int, str | None]
) -> None:
    """To the byte: the video is lossless."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = render(Busy(), out, run, redraw=redraw)
    assert differing(frames(out), expected_frames(Busy)) == []
    assert report.redraw_mismatches == 0


@pytest.mark.parametrize("run", RUNS)
def test_default_is_auto(out: Path, run: tuple[int, str | None]) -> None:
    """Frames are redrawn without being asked for, at the pace that is found best."""
    report = render(Busy(), out, run)
    assert differing(frames(out), expected_frames(Busy)) == []
    assert report.redrawn_frames > 0


@pytest.mark.usefixtures("never_at_rest")
@pytest.mark.parametrize(
    ("size", "transparent", "run"),
    [((320, 240), True, RUNS[0]), ((321, 241), False, RUNS[0]), ((321, 241), True, RUNS[1])],
)
def test_size_and_background_do_not_matter(
    out: Path, size: tuple[int, int], transparent: bool, run: tuple[int, str | None]
) -> None:
    """Odd sides are made even, and transparent pixels put on white, tile by tile."""
    report = render(Busy(*size, transparent), out, run, redraw="auto")
    shown = frames(out)
    assert differing(shown, expected_frames(Busy, *size, transparent)) == []
    assert (report.width, report.height) == (size[0] + size[0] % 2, size[1] + size[1] % 2)
    assert report.redrawn_frames == FRAMES


@pytest.mark.usefixtures("never_at_rest")
@pytest.mark.parametrize(("run", "transparent"), [(RUNS[0], True), (RUNS[1], False)])
@pytest.mark.parametrize("video_writer", WRITERS)
def test_both_writers_show_the_same_redrawn_or_not(
    tmp_path: Path, video_writer: str, run: tuple[int, str | None], transparent: bool
) -> None:
    """One is given yuv420p, the other rgba."""
    shown = []
    for redraw in MODES:
        out = tmp_path / f"{redraw}.mp4"
        render(
            Busy(321, 241, transparent),
            out,
            run,
            redraw=redraw,
            video_writer=video_writer,
            video_quality=10,
        )
        shown.append(frames(out))
    assert len(shown[0]) == FRAMES
    assert differing(shown[0], shown[1]) == []
    assert differing(shown[2], shown[1]) == []


@pytest.mark.parametrize(
    ("redraw", "run"), [("auto", RUNS[1]), ("full", RUNS[0]), ("verify", RUNS[0])]
)
def test_figures_made_anew_for_each_frame_are_right(
    out: Path, redraw: str, run: tuple[int, str | None]
) -> None:
    """There is nothing to keep from one to the next."""
    report = render(Busy(), out, run, redraw=redraw, reuse_figure_object=False)
    assert differing(frames(out), expected_frames(Busy)) == []
    assert report.redraw_mismatches == 0
    assert report.redrawn_frames == (FRAMES if redraw == "verify" else 0)


@pytest.mark.usefixtures("never_at_rest")
@pytest.mark.parametrize("run", [*RUNS, *alike(((2, "spawn"),))])
def test_stamps_are_in_order(out: Path, run: tuple[int, str | None]) -> None:
    """Figures with artists of their own, without axes, are redrawn too."""
    report = render(StampAnimator(), out, run)
    assert stamps(out) == list(range(FRAMES))
    assert report.redrawn_frames > 0


class Vanishes(Busy):
    """Shows something for some frames; nothing else ever changes."""

    def update(self, frame_idx: int, params: Any) -> None:
        self.ax.set_visible(params < 3)
        self.other.set_visible(not 6 < params < 9)


@pytest.mark.usefixtures("never_at_rest")
@pytest.mark.parametrize("redraw", MODES)
def test_what_vanishes_is_gone_from_the_video_too(out: Path, redraw: str) -> None:
    """Not from the canvas alone: only touched pixels are converted."""
    render(Vanishes(), out, redraw=redraw)
    assert differing(frames(out), expected_frames(Vanishes)) == []


class FirstDrawSettles(Animator):
    """Has artists that settle something for good when they are first drawn."""

    def setup(self) -> Figure:
        figure = Figure(figsize=(3.2, 2.4), dpi=100, layout="constrained")
        ax = figure.subplots()
        self.arrows = ax.quiver(X, X, np.cos(X), np.sin(X))
        self.text = ax.set_title("")
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.arrows.set_UVC(np.cos(X + params), 2 * np.sin(X + params))
        self.text.set_text("t" * (params // 4))


@pytest.mark.usefixtures("never_at_rest")
def test_layouts_and_quivers_are_the_same_in_all_modes_and_workers(tmp_path: Path) -> None:
    """Whichever process draws a frame, and whatever it drew before."""
    shown = []
    for redraw, run in [("full", RUNS[0]), ("auto", RUNS[1]), ("verify", RUNS[1])]:
        out = tmp_path / f"{redraw}{run[0]}.mp4"
        render(FirstDrawSettles(), out, run, redraw=redraw)
        shown.append(frames(out))
    for other in shown[1:]:
        assert differing(other, shown[0]) == []


# The argument


class SetUpNever(StampAnimator):
    def setup(self) -> Figure:
        raise AssertionError("set up")


@pytest.mark.parametrize("redraw", ["fast", "", None, True, 1, "AUTO", ["auto"]])
@pytest.mark.parametrize("run", RUNS)
def test_unknown_mode_is_refused_before_anything_is_drawn(
    out: Path, redraw: Any, run: tuple[int, str | None]
) -> None:
    """The choices are named."""
    taken: list[int] = []
    with pytest.raises(ArgumentError) as caught:
        SetUpNever().make_video(
            out, (taken.append(i) for i in range(3)), 30, num_workers=run[0], redraw=redraw
        )
    assert str(caught.value) == (f"redraw must be one of 'auto', 'full', 'verify', not {redraw!r}")
    assert isinstance(caught.value, ValueError)
    assert not taken
    assert not out.exists()


# What cannot be noticed


@pytest.mark.parametrize("run", RUNS)
def test_verify_names_the_frame_that_differs(out: Path, run: tuple[int, str | None]) -> None:
    """And its params, where it differs, and which artists are there: once, and for that frame."""

    class UnnoticedByEach(Unnoticed):
        """Has each worker draw a black spine first: the first draw of a figure is always right."""

        all_there = multiprocessing.get_context("fork").Barrier(run[0])
        waited_in: ClassVar[set[int]] = set()

        def update(self, frame_idx: int, params: Any) -> None:
            if os.getpid() not in self.waited_in:
                self.waited_in.add(os.getpid())
                self.all_there.wait(60)
            super().update(frame_idx, params)

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with pytest.raises(RedrawError) as caught:
            render(UnnoticedByEach(range(6, 7)), out, run, redraw="verify")
    assert warned_of(warned) == []
    error = caught.value
    assert (error.frame_idx, error.params) == (6, "6")
    assert "frame 6 with params 6" in str(error)
    left, top, right, bottom = error.box
    # The right one of two axes ends at 90 % of 320 pixels.
    assert 280 < left < right < 295
    assert 20 < top < bottom < 220
    assert bottom - top > 150
    assert str(error.box[:2]) in str(error)
    assert any("Spine" in artist for artist in error.artists)
    assert error.artists[0] in str(error)
    assert not out.exists()


def test_figures_made_anew_show_what_nothing_notices(out: Path) -> None:
    """Each figure is drawn for the first time after its update."""
    animator = Unnoticed(range(6, 7))
    report = render(animator, out, RUNS[1], redraw="verify", reuse_figure_object=False)
    assert report.redraw_mismatches == 0
    assert differing(frames(out), expected_frames(Unnoticed, range(6, 7))) == []


def warned_of(caught: list[warnings.WarningMessage]) -> list[str]:
    """Return the warnings that tell of a difference."""
    said = [str(warning.message) for warning in caught]
    return [message for message in said if "differs from the full draw" in message]


@pytest.mark.usefixtures("never_at_rest")
@pytest.mark.parametrize(
    ("share", "compared", "again"), [(ALL_OF_IT, [0, 2, 3], 0), (NOTHING, [0, FRAMES - 1], 9)]
)
def test_auto_warns_once_and_delivers_no_wrong_frame(
    out: Path, budget: Callable[[float], None], share: float, compared: list[int], again: int
) -> None:
    """Frames that stood in the video already are drawn again. The last one is always compared."""
    budget(share)
    found = compared[-1]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        report = render(Unnoticed(range(3, FRAMES)), out, redraw="auto")
    (message,) = warned_of(caught)
    assert message.startswith(f"frame {found} with params {found}: ")
    assert "Spine" in message
    assert "redraw='full'" in message
    assert "in the box from pixel (28" in message
    assert report.redraw_mismatches == 1
    assert "1 redrawn frames differed: see the warning" in str(report)
    assert report.to_dict()["redraw_mismatches"] == 1
    assert differing(frames(out), expected_frames(Unnoticed, range(3, FRAMES))) == []
    assert report.redrawn_frames == found + 1
    assert (report.frames_drawn_again, report.unvouched_frames) == (again, ())
    assert report.full_draws == len(compared) + FRAMES - (found + 1) + again


@pytest.mark.usefixtures("never_at_rest")
def test_auto_names_the_frames_that_may_be_wrong_where_their_params_are_gone(
    out: Path, budget: Callable[[float], None]
) -> None:
    """All between two comparisons, of which the second one fails; no frame from there on."""
    budget(NOTHING)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        report = render(Unnoticed(range(3, FRAMES)), out, params=iter(range(FRAMES)))
    (message,) = warned_of(caught)
    assert "Frames of the video that were redrawn before may be wrong too: 1-8." in message
    wrong = differing(frames(out), expected_frames(Unnoticed, range(3, FRAMES)))
    assert wrong == list(range(3, FRAMES - 1))
    assert report.unvouched_frames == tuple(range(1, FRAMES - 1))
    assert report.frames_drawn_again == 0


@pytest.mark.usefixtures("never_at_rest")
def test_auto_warns_once_and_stops_redrawing_in_all_workers(
    out: Path, budget: Callable[[float], None]
) -> None:
    """One of them notices; the others redraw only what they were told to before."""
    budget(ALL_OF_IT)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        report = render(Unnoticed(range(1, FRAMES)), out, (2, "fork"), redraw="auto")
    (message,) = warned_of(caught)
    assert len(caught) == 1  # update() is not blamed for it
    assert message.startswith("frame ")
    assert "Spine" in message
    assert 1 <= report.redraw_mismatches <= 2
    assert differing(frames(out), expected_frames(Unnoticed, range(1, FRAMES))) == []
    # After frame 0, which is right, a worker is told to redraw two frames before it is known what a
    # comparison may take, and has one more in its pipe when that finds the difference.
    assert report.redrawn_frames <= 1 + 2 * 3


class FewChanges(Busy):
    """Of many artists one changes."""

    def update(self, frame_idx: int, params: Any) -> None:
        self.line.set_ydata(np.sin(X + params / 3))


@pytest.mark.usefixtures("never_at_rest")
def test_eight_workers_compare_no_more_than_the_render_needs(out: Path) -> None:
    """Each its first frame, and all together within one budget."""
    report = FewChanges().make_video(out, range(150), 30, num_workers=8, disable_progress_bar=True)
    assert report.workers == 8
    assert report.redrawn_frames == 150
    assert report.redraw_mismatches == 0
    assert 2 <= report.full_draws <= 20


def test_full_does_not_look_for_changes(out: Path) -> None:
    """So there is nothing that it could miss."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = render(Unnoticed(range(3, 9)), out, redraw="full")
    assert differing(frames(out), expected_frames(Unnoticed, range(3, 9))) == []
    assert report.redrawn_frames == report.redraw_mismatches == 0


# The report

COUNTS = ["redrawn_frames", "full_draws", "background_rebuilds", "redraw_mismatches"]
SECONDS = ["redrawn_seconds", "full_draw_seconds", "background_rebuild_seconds"]


@pytest.mark.usefixtures("never_at_rest")
@pytest.mark.parametrize(("redraw", "run"), MODES_AND_RUNS)
def test_report_tells_how_frames_were_drawn(
    out: Path, redraw: str, run: tuple[int, str | None], budget: Callable[[float], None]
) -> None:
    """In numbers, as a dict and in words."""
    budget(NOTHING)
    report = render(Busy(), out, run, redraw=redraw)
    figures = report.to_dict()
    assert figures == json.loads(json.dumps(figures))
    for name in [*COUNTS, *SECONDS]:
        assert figures[name] == getattr(report, name)
        assert figures[name] >= 0
    redrawn = 0 if redraw == "full" else FRAMES
    assert report.redrawn_frames == redrawn
    assert (report.redrawn_seconds > 0) == (redrawn > 0)
    assert (f"{redrawn} redrawn (" in str(report)) == (redrawn > 0)
    if redraw == "auto":
        # The first frame of each worker is compared, and the last one of the render.
        assert 2 <= report.full_draws <= run[0] + 1
    else:
        assert report.full_draws == FRAMES
    assert f"{report.full_draws} full (" in str(report)
    assert report.full_draw_seconds > 0
    assert (report.background_rebuilds > 0) == (redrawn > 0)
    assert report.background_rebuilds <= redrawn
    assert report.background_rebuild_seconds <= report.redrawn_seconds
    assert report.redrawn_seconds + report.full_draw_seconds <= report.draw_seconds
    assert report.redraw_mismatches == 0
    assert "differed" not in str(report)
    assert figures["full_reasons"] == ({"redraw='full'": FRAMES} if redraw == "full" else {})
    assert (f"{FRAMES} frames: redraw='full'" in str(report)) == (redraw == "full")
    assert (figures["redraw"], figures["drawn_anew"]) == (redraw, [])
