"""Tries settings on a sample of an animation, and says which to take."""

from __future__ import annotations

import itertools
import math
import statistics
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from parallel_animate.animator import Animator
from parallel_animate.errors import ArgumentError
from parallel_animate.params import IndexedFrameParams
from parallel_animate.report import RenderReport
from parallel_animate.system.machine import usable_cores, worker_count
from parallel_animate.tuning.likeness import video_ssim

# What is tried besides the default: the ends of what is sensible, and one between.
PRESETS = {
    "libx264": ("ultrafast", "veryfast", "slow"),
    "h264_nvenc": ("p1", "p3", "p7"),
}
# A setting has to be so much faster than the default to be worth naming: two runs of the same
# settings differ by as much.
NOTABLE = 0.03
# Two videos look the same whose SSIM differs by no more.
SAME_SSIM = 0.0005
# Seconds that a render takes at least, if need be by repeating the sample, but no more frames.
SECONDS = 1.5
MOST_FRAMES = 2000
# Pictures of a video that are looked at: looking takes longer than encoding.
LOOKED_AT = 12
EXTRA = "video_extra_ffmpeg_params"
LOSSLESS = {
    "video_writer": "pyav",
    "video_mode": "cpu",
    "video_quality": 0,
    "video_preset": "ultrafast",
    EXTRA: None,
}


@dataclass(frozen=True)
class Trial:
    """A setting, and what came of it.

    Parameters
    ----------
    arguments : mapping
        The arguments of ``make_video`` that are not the default.
    frames_per_second : float
        Median of the rounds, without start-up and without the comparisons with full draws, which
        grow rare in a long video.
    slowest, fastest : float
        The rounds' slowest and fastest.
    encode_ms : float
        Milliseconds a frame that the encoder kept the main process.
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
        told = {
            "num_workers": "workers {}",
            "video_preset": "preset {}",
            EXTRA: "encoder threads {[1]}",
            "ring_slots": "slots {}",
        }
        parts = (told[name].format(value) for name, value in self.arguments.items())
        return ", ".join(parts) or "the defaults"


@dataclass(frozen=True)
class TuneReport:
    """What :func:`tune` has found. ``print(report)`` shows it as a table.

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

        Of several that differ by less than a hundredth in size, the fastest.
        """
        alike = [each for each in self.trials if each.ssim >= self.default.ssim - SAME_SSIM]
        least = min(each.file_bytes for each in alike)
        small = [each for each in alike if each.file_bytes <= 1.01 * least]
        if self.default in small:
            return self.default
        return max(small, key=lambda trial: trial.frames_per_second)

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


def tune(
    animator: Animator,
    param_by_frame: Iterable[Any],
    fps: Any = 30,
    *,
    frames: int = 60,
    rounds: int = 3,
    workers: Sequence[int] | None = None,
    presets: Sequence[str] | None = None,
    encoder_threads: Sequence[int] | None = None,
    ring_slots: Sequence[int] | None = None,
    quiet: bool = False,
    **arguments: Any,
) -> TuneReport:
    """Render the first frames of an animation with several settings, and say which to take.

    Each setting differs from the defaults in one thing; what was fastest of each is then tried
    together. They are rendered in turn, as often as `rounds` says, so that what slows the machine
    down for a while slows all of them down. Likeness is measured against a lossless video.

    Parameters
    ----------
    animator : Animator
        The animation.
    param_by_frame : iterable
        As for :meth:`Animator.make_video`; the first `frames` items of it are kept in memory. They
        have to be typical: a sample that is drawn faster than the rest speaks for other settings.
    fps : int, float or Fraction
        Frames a second of the video.
    frames : int
        Frames of the sample. Where they are drawn in a moment, they are repeated.
    rounds : int
        How often each setting is rendered.
    workers : sequence of int, optional
        Worker processes to try; by default half the cores, one less than the cores, and half as
        many more.
    presets : sequence of str, optional
        The encoder's presets to try; by default the fastest, a slow one and one between.
    encoder_threads : sequence of int, optional
        Threads of libx264 to try; by default 1, and as many as there are cores.
    ring_slots : sequence of int, optional
        Slots of the ring to try; by default one and four for each worker, and two more.
    quiet : bool
        Whether to print nothing.
    **arguments
        Other arguments of :meth:`Animator.make_video`, for all settings.

    Returns
    -------
    TuneReport
        All trials, and the best of them.

    Raises
    ------
    ArgumentError
        If an argument cannot be used. Errors of a render are those of
        :meth:`Animator.make_video`.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from parallel_animate import Animator, tune
    >>> class Dot(Animator):
    ...     def setup(self):
    ...         fig, ax = plt.subplots(figsize=(3.2, 2.4))
    ...         (self.dot,) = ax.plot([0], [0], "o")
    ...         return fig
    ...
    ...     def update(self, frame_idx, params):
    ...         self.dot.set_xdata([params])
    >>> report = tune(Dot(), range(100), frames=4, rounds=1, workers=[], presets=["ultrafast"],
    ...               encoder_threads=[], ring_slots=[], quiet=True, video_mode="cpu")
    >>> [trial.call for trial in report.trials]
    ['', "video_preset='ultrafast'"]
    """
    for name, value in (("frames", frames), ("rounds", rounds)):
        if not isinstance(value, int) or value < 1:
            raise ArgumentError(f"{name} must be an integer of at least 1, not {value!r}")
    sample = _sample(param_by_frame, frames)
    with tempfile.TemporaryDirectory(prefix="parallel-animate-tune-") as folder:
        place = _Bench(animator, sample, fps, arguments, Path(folder))
        encoder = place.warm_up()
        cores, default = usable_cores(), worker_count(arguments.get("num_workers", -1), len(sample))
        # One worker needs no ring.
        slots = (default + 2, 4 * default + 2) if default > 1 else ()
        fewer_and_more = (cores // 2, cores - 1, cores + cores // 2)
        threads = (1, cores) if encoder == "libx264" else ()
        grid: list[list[dict[str, Any]]] = [
            [{"num_workers": each} for each in _others(default, workers, fewer_and_more)],
            [{"video_preset": each} for each in _others(None, presets, PRESETS.get(encoder, ()))],
            [{EXTRA: ["-threads", str(each)]} for each in _others(None, encoder_threads, threads)],
            [{"ring_slots": each} for each in _others(None, ring_slots, slots)],
        ]
        tried: list[dict[str, Any]] = [{}, *itertools.chain.from_iterable(grid)]
        trials = place.compare(tried, rounds, quiet=quiet)
        together = _fastest_together(trials, map(len, grid))
        if together not in tried:
            # With the defaults beside it once more: the machine may have changed its pace.
            again, both = place.compare([{}, together], rounds, quiet=quiet)
            pace = trials[0].frames_per_second / again.frames_per_second
            trials.append(_scaled(both, pace))
    report = TuneReport(tuple(trials), len(sample))
    if not quiet:
        print(report)
    return report


class _Bench:
    """Renders a sample with different settings."""

    def __init__(
        self,
        animator: Animator,
        sample: list[Any],
        fps: Any,
        arguments: Mapping[str, Any],
        folder: Path,
    ) -> None:
        self._animator = animator
        self._sample = sample
        self._fps = fps
        # What it costs to look whether frames depend on others belongs to no setting.
        self._common = {"disable_progress_bar": True, "check_history": False, **arguments}
        self._folder = folder
        self._numbers = itertools.count()
        self._reference: Path | None = None
        self._repeats = 1

    def warm_up(self) -> str:
        """Render the sample with the defaults; return the encoder.

        Where that takes a moment only, the sample is repeated from now on.
        """
        report = self.render({})
        self._repeats = math.ceil(min(SECONDS * _rate(report), MOST_FRAMES) / len(self._sample))
        return report.encoder

    def render(self, arguments: Mapping[str, Any]) -> RenderReport:
        """Render the sample once."""
        path = self._folder / f"{next(self._numbers)}.mp4"
        everything = self._common | dict(arguments)
        given, more = self._common.get(EXTRA), arguments.get(EXTRA)
        if given and more:
            everything[EXTRA] = [*given, *more]
        params = self._sample * self._repeats
        return self._animator.make_video(path, params, self._fps, **everything)

    def compare(
        self, tried: Sequence[Mapping[str, Any]], rounds: int, *, quiet: bool
    ) -> list[Trial]:
        """Render the sample with all settings in turn."""
        from tqdm import tqdm  # not before it is needed

        reports: list[list[RenderReport]] = [[] for _ in tried]
        with tqdm(
            total=rounds * len(tried), desc="tuning", unit="render", disable=quiet or None
        ) as bar:
            for _ in range(rounds):
                for arguments, found in zip(tried, reports, strict=True):
                    found.append(self.render(arguments))
                    bar.update()
                    for old in found[:-1]:
                        old.output_file.unlink(missing_ok=True)
        return [
            self._trial(arguments, found) for arguments, found in zip(tried, reports, strict=True)
        ]

    def _trial(self, arguments: Mapping[str, Any], reports: Sequence[RenderReport]) -> Trial:
        if self._reference is None:
            self._reference = self.render(LOSSLESS).output_file
        rates = [_rate(report) for report in reports]
        video = reports[-1].output_file
        every = max(1, reports[-1].frames // LOOKED_AT)
        return Trial(
            arguments=arguments,
            frames_per_second=statistics.median(rates),
            slowest=min(rates),
            fastest=max(rates),
            encode_ms=statistics.median(each.ms_a_frame(each.encode_seconds) for each in reports),
            memory_bytes=max(report.peak_memory_bytes for report in reports),
            file_bytes=video.stat().st_size,
            ssim=video_ssim(video, self._reference, every),
        )


def _rate(report: RenderReport) -> float:
    """Return frames a second without start-up, and without comparisons with full draws."""
    compared = report.compare_seconds / report.workers
    return report.frames / max(report.seconds - report.startup_seconds - compared, 1e-9)


def _sample(param_by_frame: Iterable[Any], frames: int) -> list[Any]:
    """Return the params of the first frames."""
    items = list(itertools.islice(param_by_frame, frames))
    if items and all(isinstance(item, IndexedFrameParams) for item in items):
        # The first to come are not the first frames, and ids must have no gaps.
        return [item.params for item in sorted(items, key=lambda item: item.frame_id)]
    return items


def _others(default: Any, given: Sequence[Any] | None, usual: Iterable[Any]) -> list[Any]:
    """Return what to try besides the default, each once."""
    wanted = usual if given is None else given
    return [value for value in dict.fromkeys(wanted) if value != default and value != 0]


def _fastest_together(trials: Sequence[Trial], kinds: Iterable[int]) -> dict[str, Any]:
    """Return the fastest of each kind of setting, all of them together.

    The first trial is that of the defaults; so many of each kind follow.
    """
    default, rest = trials[0], iter(trials[1:])
    best: dict[str, Any] = {}
    for count in kinds:
        faster = [trial for trial in itertools.islice(rest, count) if trial.beats(default)]
        if faster:
            best |= max(faster, key=lambda trial: trial.frames_per_second).arguments
    if best.get("ring_slots", math.inf) <= best.get("num_workers", 0):
        del best["ring_slots"]  # too few for so many workers
    return best


def _scaled(trial: Trial, pace: float) -> Trial:
    """Return a trial as if the machine had been so much faster."""
    return replace(
        trial,
        frames_per_second=trial.frames_per_second * pace,
        slowest=trial.slowest * pace,
        fastest=trial.fastest * pace,
    )


def _bytes(count: int) -> str:
    return f"{count / 1e6:.2f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"
