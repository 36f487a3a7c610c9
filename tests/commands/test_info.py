"""The command `parallel-animate info`: what it tells of files, and of what is not complete."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from parallel_animate.output import inspect_output
from tests.commands.running import run, script

pytestmark = pytest.mark.timeout(60)
ONE = ("-w", "1")


def test_the_file_tells_how_it_was_made(tmp_path: Path, out: Path) -> None:
    words = ("render", f"{script(tmp_path)}:Shows", "-o", out, *ONE)
    assert run(*words, "--quality", "12").exit_code == 0
    ended = run("info", out)
    assert ended.exit_code == 0
    for said in ("frames       5, 64x64", "complete     yes", "script=anim.py:Shows", "matplotlib"):
        assert said in ended.stdout, ended.stdout
    told = json.loads(run("info", out, "--json").stdout)
    assert told["made"]["settings"]["video_quality"] == 12
    assert (told["frames"], told["codec"], told["fps"]) == (5, "h264", "30")


def test_info_tells_of_a_render_that_is_not_complete(tmp_path: Path, out: Path) -> None:
    run("render", f"{script(tmp_path)}:Fails", "-o", out, *ONE, "--params", "12")
    ended = run("info", out)
    assert ended.exit_code == 1
    assert "complete     no: there is no such file yet" in ended.stdout
    assert re.search(r"left         7 frames in 1 segment in .*out\.mp4\.parts", ended.stdout)
    assert run("info", tmp_path / "nothing.mp4").exit_code == 1
    (tmp_path / "no.mp4").write_bytes(b"no video")
    assert "complete     no: " in run("info", tmp_path / "no.mp4").stdout


def test_info_finds_a_file_that_was_cut_off(tmp_path: Path, out: Path) -> None:
    run("render", f"{script(tmp_path)}:Shows", "-o", out, *ONE, "--params", "60")
    assert inspect_output(out).complete
    out.write_bytes(out.read_bytes()[:-3000])
    ended = run("info", out)
    assert ended.exit_code == 1
    assert "complete     no: " in ended.stdout


def told(path: Path | str, status: int = 0) -> Any:
    ended = run("info", path, "--json")
    assert ended.exit_code == status, ended.output
    return json.loads(ended.stdout)


def test_info_tells_of_pictures(tmp_path: Path) -> None:
    names = ("frames/", "shot_%d.png", "a.webp", "a.png", "a.gif")
    outputs = [word for name in names for word in ("-o", f"{tmp_path}/{name}")]
    words = ("render", f"{script(tmp_path)}:Shows", *outputs, *ONE, "--params", "12", "--fps", "10")
    assert run(*words).exit_code == 0
    for name in (*names, "frames"):
        found = told(tmp_path / name)
        assert (found["frames"], found["width"], found["height"]) == (12, 64, 64), name
    for name in ("a.webp", "a.png", "a.gif"):
        found = told(tmp_path / name)
        assert (found["fps"], found["seconds"]) == ("10", pytest.approx(1.2)), name
    found = told(tmp_path / "frames")
    files = [path.stat().st_size for path in (tmp_path / "frames").iterdir()]
    assert (found["codec"], found["pixel_format"]) == ("png", "rgb24")
    assert found["bytes"] == sum(files)
    ended = run("info", tmp_path / "frames")
    assert "frames       12, 64x64\ncodec        png, rgb24\ncomplete     yes" in ended.stdout


@pytest.mark.parametrize("harm", ["missing", "cut off", "other"])
def test_info_finds_a_picture_that_is_not_as_it_should_be(tmp_path: Path, harm: str) -> None:
    target = script(tmp_path)
    for size in ("64x64", "32x32"):
        words = ("render", f"{target}:Shows", "-o", f"{tmp_path}/{size}/", "--size", size, *ONE)
        assert run(*words).exit_code == 0
    third = tmp_path / "64x64" / "frame_00003.png"
    if harm == "missing":
        third.unlink()
    elif harm == "cut off":
        third.write_bytes(third.read_bytes()[:-20])
    else:
        third.write_bytes((tmp_path / "32x32" / third.name).read_bytes())
    assert (
        told(tmp_path / "64x64", status=1)["problem"]
        == {
            "missing": "there is no frame_00003.png, but there are later ones",
            "cut off": "frame_00003.png is no whole PNG",
            "other": "frame_00003.png is not of the same kind as the first frame",
        }[harm]
    )


def test_info_finds_a_webp_that_was_cut_off(tmp_path: Path) -> None:
    out = tmp_path / "a.webp"
    run("render", f"{script(tmp_path)}:Shows", "-o", out, *ONE, "--params", "12")
    out.write_bytes(out.read_bytes()[: out.stat().st_size // 2])
    assert told(out, status=1)["complete"] is False
    out.write_bytes(b"no picture")
    assert told(out, status=1)["problem"] == "it is no WebP"


def test_info_takes_the_folder_of_parts_too(tmp_path: Path, out: Path) -> None:
    run("render", f"{script(tmp_path)}:Fails", "-o", out, *ONE, "--params", "12")
    ended = run("info", f"{out}.parts")
    assert ended.exit_code == 1
    assert "7 frames in 1 segment in " in ended.stdout
    ended = run("info", tmp_path)
    assert ended.exit_code == 1
    assert f"there is a folder {tmp_path}, with no frame_00000.png in it, nor " in ended.stderr
