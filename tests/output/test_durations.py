"""Frames that are shown for longer than others are drawn and encoded once."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from parallel_animate import ArgumentError
from tests.output.small import Recorded, Small, fail
from tests.refusals import NeverSetUp, refusal
from tests.stamp import luma, stamp

pytestmark = pytest.mark.timeout(60)

HOLD: dict[int, Any] = {0: 1.5, 4: 0.01, -1: 2, 6: Fraction(1, 3)}
FPS, FRAMES = 25, 12


def lengths() -> list[Fraction]:
    """Return the seconds that frames are shown with HOLD."""
    wanted = [Fraction(1, FPS)] * FRAMES
    for number, seconds in HOLD.items():
        wanted[number] = Fraction(seconds).limit_denominator(1000)
    return wanted


def starts() -> list[Fraction]:
    return [sum(lengths()[:number], Fraction(0)) for number in range(FRAMES + 1)]


@pytest.mark.parametrize(
    ("name", "arguments", "exact"),
    [
        ("out.mp4", {}, Fraction(1, 10000)),
        ("out.mp4", {"video_preset": "slow"}, Fraction(1, 10000)),
        ("out.mp4", {"codec": "hevc"}, Fraction(1, 10000)),
        ("out.mov", {"codec": "prores"}, Fraction(1, 10000)),
        ("out.mkv", {"video_preset": "slow"}, Fraction(1, 2000)),
        ("out.webm", {}, Fraction(1, 500)),
    ],
    ids=str,
)
@pytest.mark.parametrize("segment_frames", [5, 100])
def test_frames_of_a_video_are_shown_for_as_long_as_they_shall(
    tmp_path: Path, name: str, arguments: dict[str, Any], exact: Fraction, segment_frames: int
) -> None:
    out, log = tmp_path / name, tmp_path / "log"
    animator = Recorded(log)
    animator.make_video(
        out,
        range(FRAMES),
        FPS,
        num_workers=1,
        segment_frames=segment_frames,
        hold=HOLD,
        check_history=False,
        **arguments,
    )
    assert [frame for frame, _ in animator.drawn() if frame] == list(range(1, FRAMES))
    with av.open(str(out)) as container:
        shown = list(container.decode(video=0))
        assert container.duration is not None
        assert abs(Fraction(container.duration, 10**6) - starts()[-1]) <= 2 * exact
    gray = [
        frame.to_ndarray(format="gray") if "prores" in str(arguments) else luma(frame)
        for frame in shown
    ]
    assert [stamp(each) for each in gray] == list(range(FRAMES))
    for frame, start in zip(shown, starts(), strict=False):
        assert abs((frame.pts or 0) * (frame.time_base or 0) - start) <= exact


@pytest.mark.parametrize(("suffix", "unit"), [(".gif", 10), (".webp", 1), (".png", 1)])
def test_pictures_that_move_too(tmp_path: Path, suffix: str, unit: float) -> None:
    out = tmp_path / f"out{suffix}"
    wanted = [0.5, 0.04, 0.1, 1.25]
    Small().make_video(out, range(4), FPS, num_workers=1, durations=wanted)
    found = []
    with Image.open(out) as image:
        for number in range(image.n_frames):
            image.seek(number)
            assert stamp(np.asarray(image.convert("RGB"))) == number
            found.append(image.info["duration"])
    assert np.abs(np.array(found) - 1000 * np.array(wanted)).max() < unit / 2


def test_durations_may_be_an_array_and_the_sound_is_as_long(tmp_path: Path) -> None:
    from tests.output.small import names

    out = tmp_path / "out.mp4"
    Small().make_video(out, range(3), FPS, num_workers=1, durations=np.array([0.5, 0.25, 0.25]))
    with av.open(str(out)) as container:
        assert container.duration == 1_000_000
    assert names(out) == ["out.mp4"]


def test_frames_may_be_named_by_numbers_of_numpy(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    Small().make_video(out, range(3), FPS, num_workers=1, hold={np.int64(-1): np.float64(0.5)})
    with av.open(str(out)) as container:
        assert container.duration == 580_000


def test_what_does_not_fit_a_number_that_nobody_knows_is_told_when_all_is_drawn(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out.mp4"
    with pytest.raises(ArgumentError, match="hold has frame 3, but there are 3 frames") as caught:
        Small().make_video(out, iter(range(3)), FPS, num_workers=1, hold={3: 1})
    assert caught.value.partial_frames == 3
    report = Small().make_video(out, range(3), FPS, num_workers=1, hold={2: 1}, resume=True)
    assert report.resumed_frames == 3


def test_a_resumed_render_may_have_other_durations(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    fail(out, 7, fps=FPS, hold={2: 1})
    report = Small().make_video(
        out, range(9), FPS, num_workers=1, segment_frames=5, hold={-1: 2}, resume=True
    )
    assert report.resumed_frames == 7
    with av.open(str(out)) as container:
        assert container.duration == 1_000_000 * 8 // FPS + 2_000_000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"durations": [1, 1, 1], "hold": {0: 1}}, "durations and hold say the same"),
        ({"durations": 3}, "durations must be a list of seconds, one for each frame, not 3"),
        ({"durations": {0: 1}}, "durations must be a list of seconds"),
        ({"durations": [1, 0, 1]}, "durations[1] must be a number of seconds up to 86,400, not 0"),
        ({"durations": [1, "a", 1]}, "durations[1] must be a number of seconds"),
        ({"hold": [1]}, "hold must be a dict of frames and seconds, such as {-1: 2.0}, not [1]"),
        ({"hold": {"last": 1}}, "hold must have numbers of frames, not 'last'"),
        ({"hold": {0: -1}}, "hold[0] must be a number of seconds up to 86,400, not -1"),
        ({"hold": {0: float("nan")}}, "hold[0] must be a number of seconds"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, arguments: dict[str, Any], said: str) -> None:
    assert said in refusal(tmp_path / "out.mp4", **arguments)


@pytest.mark.parametrize("name", ["out.avi", "f_%d.png"])
def test_what_has_no_times_is_refused(tmp_path: Path, name: str) -> None:
    said = refusal(tmp_path / name, hold={0: 1})
    assert f"hold cannot be used for {name}, which has no times of its frames" in said
    with pytest.raises(ArgumentError, match="audio, durations or hold suits none of"):
        NeverSetUp().make_video([tmp_path / name, tmp_path / "b.avi"], range(3), 9, hold={0: 1})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"durations": [1, 1]}, "a number of seconds for each of the 3 frames, but has 2"),
        ({"hold": {3: 1}}, "hold has frame 3, but there are 3 frames"),
        ({"hold": {-4: 1}}, "hold has frame -4, but there are 3 frames"),
        ({"hold": {1: 1, -2: 3}}, "hold has frame 1 twice, of 3 frames: as 1 and as -2"),
    ],
)
def test_what_does_not_fit_the_number_of_frames_is_refused_before_any_work(
    tmp_path: Path, arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(ArgumentError, match=said):
        NeverSetUp().make_video(tmp_path / "out.mp4", range(3), FPS, num_workers=1, **arguments)
    assert not list(tmp_path.iterdir())
