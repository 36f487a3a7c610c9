"""The ffmpeg program, which many have, reads what is written as PyAV does."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.output.small import SIZE, Small
from tests.stamp import stamp

FFMPEG = shutil.which("ffmpeg")

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.skipif(FFMPEG is None, reason="there is no ffmpeg (apt-get install ffmpeg)"),
]


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("out.mp4", "h264"),
        ("out.mp4", "hevc"),
        ("out.mp4", "av1"),
        ("out.mov", "prores"),
        ("out.webm", "vp9"),
        ("out.mkv", "hevc"),
        ("out.gif", None),
        ("out.png", None),
        ("out_%03d.png", None),
    ],
)
def test_ffmpeg_reads_every_frame(tmp_path: Path, name: str, codec: Any) -> None:
    out, frames = tmp_path / name, 7
    Small().make_video(out, range(frames), 25, num_workers=1, segment_frames=3, codec=codec)
    as_apng = ["-f", "apng"] if name == "out.png" else []
    source = ["-v", "error", *as_apng, "-i", str(out), "-fps_mode", "passthrough"]
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    read = subprocess.run([str(FFMPEG), *source, *raw], capture_output=True, check=True)
    assert not read.stderr
    pictures = np.frombuffer(read.stdout, np.uint8).reshape(-1, SIZE, SIZE, 3)
    assert [stamp(picture) for picture in pictures] == list(range(frames))
