"""What somebody has put into the folder of the parts is neither followed nor waited for."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import av
import pytest
from typer.testing import CliRunner

from parallel_animate import OutputError, ResumeError
from parallel_animate.commands.main import app
from tests.output.small import Small, fail, manifest_of, partial_of, parts_of
from tests.output.videos import check_video
from tests.stamp import stamps

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.skipif(os.name != "posix", reason="needs links and pipes"),
]
MINE = b"years of work"


@pytest.fixture
def precious(out: Path) -> Path:
    """A file of the user's, elsewhere."""
    path = out.with_name("precious.txt")
    path.write_bytes(MINE)
    return path


def plant(path: Path, kind: str, target: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(target)


@pytest.mark.parametrize("kind", ["link", "link to nothing", "pipe"])
@pytest.mark.parametrize("resume", [True, False, "restart"])
def test_a_lock_that_is_no_file_is_not_opened(
    out: Path, precious: Path, kind: str, resume: bool | str
) -> None:
    missing = out.with_name("missing")
    plant(parts_of(out) / "lock", kind, precious if kind == "link" else missing)
    with pytest.raises(OutputError, match=r"parts/lock is a link, or no regular file"):
        Small().make_video(out, range(3), 30, num_workers=1, resume=resume)
    assert precious.read_bytes() == MINE
    assert not missing.exists()
    (parts_of(out) / "lock").unlink()
    Small().make_video(out, range(3), 30, num_workers=1)
    check_video(out, 3, Fraction(30))


@pytest.mark.parametrize("kind", ["link", "pipe"])
@pytest.mark.parametrize("name", ["next.part.mp4", "joined.part.mp4", "manifest.part.json"])
def test_what_a_render_makes_goes_through_no_link(
    out: Path, precious: Path, name: str, kind: str
) -> None:
    """Whether it was there before, or appears in the middle."""

    class Plants(Small):
        def update(self, frame_idx: int, params: int) -> None:
            super().update(frame_idx, params)
            if frame_idx == 3 and name != "next.part.mp4":
                plant(parts_of(out) / name, kind, precious)

    plant(parts_of(out) / name, kind, precious)
    Plants().make_video(out, range(9), 30, num_workers=1, segment_frames=5)
    check_video(out, 9, Fraction(30), [0, 5])
    assert precious.read_bytes() == MINE
    assert not parts_of(out).exists()


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_a_manifest_that_is_no_file_is_not_read(out: Path, kind: str) -> None:
    fail(out, 12)
    manifest = parts_of(out) / "manifest.json"
    other = manifest.replace(out.with_name("other.json"))
    plant(manifest, kind, other)
    with pytest.raises(ResumeError, match=r"cannot be read .*is a link, or no regular file"):
        Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    assert CliRunner().invoke(app, ["join", str(parts_of(out))]).exit_code == 1
    Small().make_video(out, range(20), 30, num_workers=1)
    check_video(out, 20, Fraction(30))
    assert other.exists()


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_a_segment_that_is_no_file_is_not_read(out: Path, kind: str) -> None:
    """Not even a link to the very segment."""
    fail(out, 12)
    segment = parts_of(out) / "00001.mp4"
    elsewhere = segment.replace(out.with_name("elsewhere.mp4"))
    plant(segment, kind, elsewhere)
    before = {*contents_of(parts_of(out))}
    for options in ({"resume": True}, {"resume": True, "n_frames": 15}):
        with pytest.raises(OutputError, match=r"cannot read .*00001\.mp4 is a link, or no regular"):
            Small().make_video(out, range(20), 30, num_workers=1, **options)
    assert {*contents_of(parts_of(out))} == before
    segment.unlink()
    report = Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    assert report.resumed_frames == 5
    assert stamps(elsewhere) == [5, 6, 7, 8, 9]


def contents_of(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_a_segment_that_is_another_format_is_not_opened_as_one(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A playlist, say, names other files; even its checksum may be right."""
    fail(out, 12)
    secret = out.with_name("secret.mp4")
    Small().make_video(secret, range(5), 30, num_workers=1)
    playlist = f"ffconcat version 1.0\nfile '{secret}'\n"
    (parts_of(out) / "00001.mp4").write_text(playlist)
    opened, formats = av.open, []

    def noted(*arguments: object, **options: object) -> object:
        formats.append(options.get("format", "mp4" if "mp4" in arguments else None))
        return opened(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(av, "open", noted)
    monkeypatch.setattr(
        "parallel_animate.output.checking.checksum", lambda path: rightly(out, path)
    )
    with pytest.raises(OutputError, match=r"00001\.mp4 is damaged \(.*\): resume=True"):
        Small().make_video(out, range(20), 30, num_workers=1, resume=True)
    assert set(formats) == {"mp4"}


def rightly(out: Path, path: Path) -> str:
    """Return the checksum that the manifest has for a segment."""
    segments = {each["file"]: each["checksum"] for each in manifest_of(out)["segments"]}
    return str(segments[path.name])


def test_a_partial_result_is_no_link_either(out: Path, precious: Path) -> None:
    plant(partial_of(out), "link", precious)
    fail(out, 7)
    assert precious.read_bytes() == MINE
    assert partial_of(out).is_symlink()
    assert stamps(out.with_name("out.partial-2.mp4")) == list(range(7))
