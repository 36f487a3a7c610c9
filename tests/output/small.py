"""A small animation, and what a render of it keeps beside its video."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from parallel_animate import FrameError
from tests.stamp import StampAnimator

SIZE = 128


class Small(StampAnimator):
    """Small, so that many can be rendered."""

    def __init__(self, size: int = SIZE) -> None:
        super().__init__(size, size)


class Recorded(Small):
    """Writes down what it draws, and may fail at a frame."""

    def __init__(self, log: Path, fails_at: int | None = None) -> None:
        super().__init__()
        self.log = log
        self.fails_at = fails_at

    def update(self, frame_idx: int, params: Any) -> None:
        if frame_idx == self.fails_at:
            raise ArithmeticError("no such frame")
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"{frame_idx} {params}\n")
        super().update(frame_idx, params)

    def drawn(self, since: int = 0) -> list[tuple[int, str]]:
        """Return the frames that were drawn from one on, with their params, and forget them.

        Of those before it only one is drawn: the first of all, with which every process begins.
        """
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        drawn = sorted((int(frame), params) for frame, params in (line.split() for line in lines))
        assert len({frame for frame, _ in drawn if frame < since}) <= 1
        return [each for each in drawn if each[0] >= since]


def parts_of(out: Path) -> Path:
    return out.with_name(f"{out.name}.parts")


def partial_of(out: Path) -> Path:
    return out.with_name(f"{out.stem}.partial.mp4")


def manifest_of(out: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((parts_of(out) / "manifest.json").read_text())
    return manifest


def change_manifest(out: Path, **fields: Any) -> None:
    (parts_of(out) / "manifest.json").write_text(json.dumps(manifest_of(out) | fields))


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def names(out: Path) -> list[str]:
    """Return what there is in the folder of the output."""
    return sorted(path.name for path in out.parent.iterdir())


def fail(out: Path, at: int, *, segment_frames: int = 5, n: int = 20, **arguments: Any) -> None:
    """Render up to a frame that fails, so that those before it are kept."""
    log = out.with_name("log")
    with pytest.raises(FrameError, match=f"frame {at} "):
        Recorded(log, at).make_video(
            out,
            **{
                "param_by_frame": range(n),
                "fps": 30,
                "num_workers": 1,
                "segment_frames": segment_frames,
                **arguments,
            },
        )
    log.unlink(missing_ok=True)


def copied_before(
    methods: tuple[str, ...], folder: Path, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> list[Path]:
    """Copy a folder whenever one of some methods of Path is called, until the patch is undone.

    The copies, which are added to the returned list, are what a process leaves that is killed then.
    """
    moments: list[Path] = []

    def looked_at(call: Any) -> Any:
        def first(*args: Any, **options: Any) -> Any:
            monkeypatch.undo()
            moments.append(copies / str(len(moments)))
            shutil.copytree(folder, moments[-1], ignore=shutil.ignore_patterns(copies.name))
            watch()
            return call(*args, **options)

        return first

    def watch() -> None:
        for name in methods:
            monkeypatch.setattr(Path, name, looked_at(getattr(Path, name)))

    watch()
    return moments
