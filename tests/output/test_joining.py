"""Segments of any encoders are joined, and a join that cannot be right is refused."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from typer.testing import CliRunner

from parallel_animate import OutputError
from parallel_animate.commands.main import app
from parallel_animate.output import joining
from parallel_animate.output.joining import join
from tests.output.small import Small, names, partial_of, parts_of
from tests.output.videos import check_video, encode
from tests.stamp import luma, stamp, stamps

pytestmark = pytest.mark.timeout(60)
runner = CliRunner()


def extradata(path: Path) -> bytes | None:
    with av.open(str(path)) as container:
        return container.streams.video[0].codec_context.extradata


@pytest.mark.parametrize(
    "presets",
    [
        ["ultrafast", "slow"],
        ["slow", "ultrafast"],
        ["ultrafast", "slow", "ultrafast"],
        ["slow", "ultrafast", None, "slow"],
    ],
    ids=str,
)
def test_segments_of_different_encoders_are_joined_and_can_be_sought_in(
    tmp_path: Path, presets: list[str | None]
) -> None:
    segments = []
    for i, preset in enumerate(presets):
        numbers = range(10 * i, 10 * i + 10)
        segments.append(encode(tmp_path / f"{i}.mp4", numbers, preset))
    assert len({extradata(tmp_path / segment.file) for segment in segments}) > 1
    joined, n = tmp_path / "joined.mp4", 10 * len(presets)
    join(tmp_path, segments, joined, Fraction(30))
    check_video(joined, n, Fraction(30), range(0, n, 10))
    with av.open(str(joined)) as container:  # one decoder, which remembers what it has seen
        stream = container.streams.video[0]
        assert stream.time_base is not None
        for number in [*range(0, n, 10), *reversed(range(0, n, 10)), n - 1, 5]:
            container.seek(round(number / 30 / stream.time_base), stream=stream)
            frames = (stamp(luma(frame)) for frame in container.decode(stream))
            assert number in {next(frames) for _ in range(number % 10 + 1)}


def test_a_segment_that_lacks_frames_is_no_part_of_a_video(tmp_path: Path) -> None:
    """Its manifest is wrong then, or the file is damaged: a gap must not go unnoticed."""
    whole, less = (encode(tmp_path / f"{i}.mp4", range(10 * i, 10 * i + 10), None) for i in (0, 1))
    with pytest.raises(OutputError, match=r"1\.mp4.*10 of 11 frames.*resume=True"):
        join(tmp_path, [whole, replace(less, frames=11)], tmp_path / "joined.mp4", Fraction(30))


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_while_joining_is_not_the_beginning_of_another_join(
    out: Path, monkeypatch: pytest.MonkeyPatch, number: int, caplog: pytest.LogCaptureFixture
) -> None:
    timed, joins = joining._timed, []

    def interrupted(path: Path, *arguments: Any) -> Iterator[Any]:
        joins.append(path.name)
        if path.name == "00001.mp4":
            os.kill(os.getpid(), number)
        yield from timed(path, *arguments)

    monkeypatch.setattr(joining, "_timed", interrupted)
    with pytest.raises(KeyboardInterrupt if number == signal.SIGINT else SystemExit) as caught:
        Small().make_video(out, range(9), 30, num_workers=1, segment_frames=4)
    assert joins == ["00000.mp4", "00001.mp4"]
    said = getattr(caught.value, "__notes__", []) or [record.message for record in caplog.records]
    assert said == [
        "The first 9 frames are kept: resume=True goes on after them; without it, the next render "
        "begins anew (after a change in update(), say) and sets them aside. `parallel-animate "
        "join` makes a video of them."
    ]
    assert names(out) == ["out.mp4.parts"]
    monkeypatch.undo()
    ended = runner.invoke(app, ["join", str(parts_of(out))])
    assert (ended.exit_code, stamps(partial_of(out))) == (0, list(range(9)))
    report = Small().make_video(out, range(9), 30, num_workers=1, resume=True)
    assert report.rendered_frames == 0
    check_video(out, 9, Fraction(30), [0, 4, 8])
