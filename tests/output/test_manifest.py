"""Finished frames that do not fit, or have no sound manifest, are told of and left alone."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from parallel_animate import ResumeError
from parallel_animate.commands.main import app
from parallel_animate.output.manifest import MAX_BYTES
from tests.output.small import (
    Recorded,
    Small,
    change_manifest,
    contents,
    fail,
    manifest_of,
    parts_of,
)
from tests.output.videos import check_video

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]
runner = CliRunner()


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("width", {"savefig_params": {"dpi": 200}}),
        ("fps", {"fps": 25}),
        ("video_quality", {"video_quality": 30}),
        ("video_preset", {"video_preset": "slow"}),
        ("video_extra_ffmpeg_params", {"video_extra_ffmpeg_params": ["-tune", "animation"]}),
    ],
)
def test_arguments_that_differ_are_named(out: Path, field: str, changed: dict[str, Any]) -> None:
    fail(out, 7)
    before, log = contents(parts_of(out)), out.with_name("log")
    arguments = {"fps": 30, "num_workers": 1, "resume": True} | changed
    with pytest.raises(ResumeError) as caught:
        Recorded(log).make_video(out, range(20), **arguments)
    said = str(caught.value)
    assert f"cannot resume: {'height' if field == 'width' else field} is" in said
    assert f"the 7 frames in {parts_of(out)}" in said
    assert "resume='restart'" in said
    assert not log.exists()
    assert contents(parts_of(out)) == before
    Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    check_video(out, 20, Fraction(30))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("encoder", "h264_nvenc"),
        ("video_writer", "pvio"),
        ("height", 480),
        ("a_field_of_a_later_version", 1),
    ],
)
def test_segments_of_another_encoder_do_not_fit(out: Path, field: str, value: Any) -> None:
    fail(out, 7)
    change_manifest(out, form=manifest_of(out)["form"] | {field: value})
    before = contents(parts_of(out))
    with pytest.raises(ResumeError, match=rf"{field} is .*were made with {value!r}"):
        Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    assert contents(parts_of(out)) == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "{}",
        "[" * 200_000,
        '{"a":' * 200_000,
        '{"format": ' + "9" * 5000 + "}",
        " " * (MAX_BYTES + 1),
        '{"format": 4}',
        '{"format": 4, "segments": [{}], "form": {"fps": "30"}}',
        '{"format": 4, "segments": [], "form": {"fps": "1/0"}}',
    ],
    ids=lambda text: text[:60],
)
def test_a_manifest_that_cannot_be_read_is_told_and_nothing_is_touched(
    out: Path, text: str
) -> None:
    fail(out, 7)
    manifest = parts_of(out) / "manifest.json"
    manifest.write_text(text)
    before = contents(parts_of(out))
    with pytest.raises(ResumeError, match="cannot be read") as caught:
        Small().make_video(out, range(9), 30, num_workers=1, resume=True)
    assert str(manifest) in str(caught.value)
    assert len(str(caught.value)) < 1000
    assert "resume='restart'" in str(caught.value)
    assert contents(parts_of(out)) == before
    Small().make_video(out, range(9), 30, num_workers=1, resume="restart")
    check_video(out, 9, Fraction(30))


def segment(
    file: Any, frames: Any, checksum: Any = "00000000", first: Any = 0, whole: Any = True
) -> dict[str, Any]:
    fields = {"frames": frames, "checksum": checksum, "whole": whole}
    return {"file": file, "first": first, **fields}


@pytest.mark.parametrize(
    "fields",
    [
        {"segments": {}},
        {"segments": [segment("00000.mp4", "5")]},
        {"segments": [segment("00000.mp4", -5), segment("00001.mp4", 5)]},
        {"segments": [segment("00000.mp4", 0)]},
        {"segments": [segment("00000.mp4", 5.0)]},
        {"segments": [segment("00000.mp4", True)]},
        {"segments": [segment("00000.mp4", 10**30)], "frames_done": 10**30},
        {"segments": [segment(5, 5)]},
        {"segments": [segment("../../x.mp4", 5)]},
        {"segments": [segment("00001.webm", 12)]},
        {"segments": [segment("1.mp4", 12)]},
        {"segments": [segment("00000.mp4", 6), segment("00001.mp4", 7, first=5)]},
        {"segments": [segment("00001.mp4", 6, first=6), segment("00000.mp4", 6)]},
        {"segments": [segment("00000.mp4", 6), segment("00000.mp4", 6, first=6)]},
        {"segments": [segment("00000.mp4", 12, first="0")]},
        {"segments": [segment("00000.mp4", 12, first=-1)]},
        {"segments": [segment("00000.mp4", 12, first=10**30)]},
        {"segments": [segment("00000.mp4", 12, whole=1)]},
        {"segments": [segment("00000.mp4", 6), segment("00001.mp4", 6, first=7)]},
        {"segments": [{"file": "00000.mp4", "first": 0, "frames": 12}]},
        {"segments": [segment("00000.mp4", 12, 0)]},
        {"segments": [segment("00000.mp4", 12, "x" * 10**6)]},
        {"frames_done": "12"},
        {"frames_done": -1},
        {"doubtful": -1},
        {"doubtful": True},
        {"doubtful": 10**30},
        {"partial": "no"},
        {"partial": {"file": "out.partial.mp4", "size": "1", "mtime_ns": 1}},
        {"partial": {"file": "out.partial.mp4", "size": 10**30, "mtime_ns": 1}},
        {"partial": {"file": "../x.mp4", "size": 1, "mtime_ns": 1}},
        {"form": []},
        {"form": {"fps": 30}},
        {"form": {"fps": "1e999999999"}},
        {"form": {"fps": "9" * 4000}},
        {"form": {"fps": "0"}},
    ],
    ids=lambda fields: str(fields)[:60],
)
def test_a_manifest_that_says_what_cannot_be_is_told_and_nothing_is_touched(
    out: Path, fields: dict[str, Any]
) -> None:
    fail(out, 12)
    (out.parent / "x.mp4").write_bytes(b"the user's own")
    change_manifest(out, **fields)
    before = contents(parts_of(out))
    with pytest.raises(ResumeError, match=r"manifest\.json cannot be read .*'restart'"):
        Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    assert runner.invoke(app, ["join", str(parts_of(out))]).exit_code == 1
    assert contents(parts_of(out)) == before
    Small().make_video(out, range(9), 30, num_workers=1, resume="restart")
    check_video(out, 9, Fraction(30))
    assert (out.parent / "x.mp4").read_bytes() == b"the user's own"


@pytest.mark.parametrize("version", [3, 5])
def test_a_manifest_of_another_version_is_told(out: Path, version: int) -> None:
    fail(out, 7)
    change_manifest(out, format=version)
    before = contents(parts_of(out))
    with pytest.raises(ResumeError) as caught:
        Small().make_video(out, range(9), 30, num_workers=1, resume=True)
    assert str(caught.value) == (
        f"{parts_of(out) / 'manifest.json'} has format {version}, and this version of "
        "parallel-animate reads format 4"
    )
    assert contents(parts_of(out)) == before


@pytest.mark.parametrize("left", [[0, 1, 2], [1, 2], [0, 2]])
def test_segments_without_a_manifest_are_not_thrown_away_without_being_asked(
    out: Path, left: list[int]
) -> None:
    fail(out, 12)
    (parts_of(out) / "manifest.json").unlink()
    for i in {0, 1, 2} - set(left):
        (parts_of(out) / f"{i:05}.mp4").unlink()
    before, log = contents(parts_of(out)), out.with_name("log")
    with pytest.raises(ResumeError) as caught:
        Recorded(log).make_video(out, range(20), 30, num_workers=1, resume=True)
    said = str(caught.value)
    assert f"no {parts_of(out) / 'manifest.json'}" in said
    assert f"the finished segments there ({len(left)})" in said
    assert "resume='restart'" in said
    assert not log.exists()
    assert contents(parts_of(out)) == before
    ended = runner.invoke(app, ["join", str(parts_of(out))])
    assert ended.exit_code == 1
    assert f"no {parts_of(out) / 'manifest.json'}" in ended.output
    Small().make_video(out, range(9), 30, num_workers=1, resume="restart")
    check_video(out, 9, Fraction(30))
    assert not parts_of(out).exists()
