"""Files that are open before workers are forked: each of them reads on for itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.animation import FuncAnimation
from matplotlib.font_manager import findfont, get_font

import parallel_animate
from tests.stamp import StampAnimator, stamps

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.skipif(sys.platform != "linux", reason="where a fork is the default"),
]
FRAMES = 40
TIMES = 100  # often enough for two workers to come into each other's way
RECORD = 4096


class Reads(StampAnimator):
    """Reads its data from a file that was opened before, again and again."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.file = path.open("rb", buffering=0)

    def update(self, frame_idx: int, params: Any) -> None:
        for _ in range(TIMES):
            self.file.seek(RECORD * frame_idx)
            read = np.frombuffer(self.file.read(RECORD), np.int32)
            assert (read == frame_idx).all(), f"{read} is not of frame {frame_idx}"
        super().update(frame_idx, params)


@pytest.fixture
def reads(tmp_path: Path) -> Reads:
    path = tmp_path / "data"
    path.write_bytes(b"".join(np.full(RECORD // 4, i, np.int32).tobytes() for i in range(FRAMES)))
    return Reads(path)


def test_workers_read_from_a_file_that_was_open_before(out: Path, reads: Reads) -> None:
    with reads.file:
        reads.make_video(out, range(FRAMES), 30, num_workers=3, start_method="fork")
    assert stamps(out) == list(range(FRAMES))


class Glyphs(StampAnimator):
    """Loads glyphs of a font that was opened before, as what matplotlib keeps of a formula does."""

    def __init__(self) -> None:
        super().__init__()
        self.font = get_font(findfont("DejaVu Sans"))
        self.expected = self.picture()

    def picture(self) -> bytes:
        self.font.clear()
        self.font.set_size(20, 100)
        self.font.set_text("Workers, 0123456789", 0)
        self.font.draw_glyphs_to_bitmap()
        return np.asarray(self.font.get_image()).tobytes()

    def update(self, frame_idx: int, params: Any) -> None:
        for _ in range(TIMES // 10):
            assert self.picture() == self.expected
        super().update(frame_idx, params)


def test_workers_draw_with_a_font_that_was_open_before(out: Path) -> None:
    Glyphs().make_video(out, range(FRAMES // 2), 30, num_workers=3, start_method="fork")
    assert stamps(out) == list(range(FRAMES // 2))


def test_a_rehearsal_reads_on_for_itself(out: Path, reads: Reads) -> None:
    """Its many children do not come into each other's way, nor into that of this process."""
    figure, ax = plt.subplots(figsize=(1, 1), dpi=64)
    (line,) = ax.plot([0], [0])

    def update(frame: int) -> None:
        for _ in range(TIMES // 10):
            reads.file.seek(RECORD * frame)
            (value,) = set(np.frombuffer(reads.file.read(RECORD), np.int32))
        line.set_data([0, 1], [0, value])

    animation = FuncAnimation(figure, update, frames=FRAMES)
    reads.file.seek(5)
    report = parallel_animate.save(animation, out, num_workers=2)
    plt.close(figure)
    assert report.workers == 2
    assert report.warnings == ()
    assert reads.file.tell() == 5
