"""Settings that were tried, what came of each, and which are the best."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

# A setting is worth naming if it is faster than the default by more than this share: two runs with
# the same settings differ by as much.
NOTABLE = 0.03
# Two videos look the same if their SSIM differs by no more than this.
SAME_SSIM = 0.0005
EXTRA = "video_extra_ffmpeg_params"


def label_of(arguments: Mapping[str, Any]) -> str:
    """Return a setting in words.

    Examples
    --------
    >>> label_of({"num_workers": 2, "ring_slots": 9}), label_of({})
    ('workers 2, slots 9', 'the defaults')
    """
    words = {
        "num_workers": "workers {}",
        "video_preset": "preset {}",
        EXTRA: "encoder threads {[1]}",
        "ring_slots": "slots {}",
    }
    return ", ".join(words[name].format(each) for name, each in arguments.items()) or "the defaults"


@dataclass(frozen=True)
class Trial:
    """A setting, and what came of it.

    Parameters
    ----------
    arguments : mapping
        The arguments of ``make_video`` that are not the default.
    frames_per_second : float
        Median of the rounds, without start-up and without the comparisons with full draws, which
        are rare in a long video.
    slowest, fastest : float
        The same of the slowest and of the fastest round.
    encode_ms : float
        Milliseconds a frame that the main process spent with the encoder.
    memory_bytes : int
        Largest memory of the process tree that was seen.
    file_bytes : int
        Size of the video of the sample, repetitions included.
    ssim : float
        Structural similarity of its brightness to what was drawn, 1 for equal.
    """

    arguments: Mapping[str, Any]
    frames_per_second: float
    slowest: float
    fastest: float
    encode_ms: float
    memory_bytes: int
    file_bytes: int
    ssim: float

    @property
    def call(self) -> str:
        """The arguments as they are written in a call of ``make_video``."""
        return ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())

    def beats(self, other: Trial) -> bool:
        """Whether it is faster by more than chance: notably, and in each of its rounds."""
        notably = self.frames_per_second > (1 + NOTABLE) * other.frames_per_second
        return notably and self.slowest > other.fastest

    @property
    def label(self) -> str:
        """What is different, in words."""
        return label_of(self.arguments)

    def scaled(self, pace: float) -> Trial:
        """Return the trial as if the machine had been `pace` times as fast."""
        return replace(
            self,
            frames_per_second=self.frames_per_second * pace,
            slowest=self.slowest * pace,
            fastest=self.fastest * pace,
        )


@dataclass(frozen=True)
class TuneReport:
    """What :func:`parallel_animate.tune` has found. ``print(report)`` shows it as a table.

    Parameters
    ----------
    trials : tuple of Trial
        What was tried; the first with the defaults.
    frames : int
        Frames of the sample.
    """

    trials: tuple[Trial, ...]
    frames: int

    @property
    def default(self) -> Trial:
        """The trial with the defaults."""
        return self.trials[0]

    @property
    def for_speed(self) -> Trial:
        """The fastest one; the default, unless another is faster by more than chance."""
        faster = [trial for trial in self.trials if trial.beats(self.default)]
        return max(faster, key=lambda trial: trial.frames_per_second, default=self.default)

    @property
    def for_size(self) -> Trial:
        """The one with the smallest file, of those that look no worse than the default.

        If several are at most a hundredth larger than the smallest, it is the fastest of these, or
        the default if that is one of them.
        """
        alike = [each for each in self.trials if each.ssim >= self.default.ssim - SAME_SSIM]
        least = min(each.file_bytes for each in alike)
        small = [each for each in alike if each.file_bytes <= 1.01 * least]
        if self.default in small:
            return self.default
        return max(small, key=lambda trial: trial.frames_per_second)

    def to_dict(self) -> dict[str, Any]:
        """Return all trials, and the best of them, as a dict that JSON can hold."""
        return {
            "frames": self.frames,
            "trials": [asdict(trial) for trial in self.trials],
            "for_speed": dict(self.for_speed.arguments),
            "for_size": dict(self.for_size.arguments),
        }

    def save_json(self, path: str | Path) -> None:
        """Save :meth:`to_dict` as a JSON file."""
        Path(path).write_text(json.dumps(self.to_dict(), indent=2) + "\n", encoding="utf-8")

    def __str__(self) -> str:
        width = max(len(trial.label) for trial in self.trials)
        lines = [f"{'':<{width}}  frames/s  (rounds)        encoder  memory     file  SSIM"]
        lines += [
            f"{trial.label:<{width}}  {trial.frames_per_second:8.1f}  "
            f"{f'({trial.slowest:.1f} to {trial.fastest:.1f})':<15} {trial.encode_ms:4.1f} ms  "
            f"{trial.memory_bytes / 1e6:4.0f} MB  {_bytes(trial.file_bytes):>7}  {trial.ssim:.4f}"
            for trial in self.trials
        ]
        lines += [
            "",
            self._advice("for speed", self.for_speed),
            self._advice("for size, looking the same", self.for_size),
        ]
        return "\n".join(lines)

    def _advice(self, purpose: str, trial: Trial) -> str:
        """Say what to write, and what it gains."""
        if trial is self.default:
            return f"{purpose}: make_video(...), the defaults"
        rate = trial.frames_per_second / self.default.frames_per_second
        size = trial.file_bytes / self.default.file_bytes
        return (
            f"{purpose}: make_video(..., {trial.call})\n"
            f"    {rate:.2f} times the frame rate and {size:.2f} times the size of the defaults"
        )


def _bytes(count: int) -> str:
    return f"{count / 1e6:.2f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"
