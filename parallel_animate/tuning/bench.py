"""Tries settings on a sample of an animation, and says which to take."""

from __future__ import annotations

import itertools
import logging
import math
import statistics
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from parallel_animate.arguments import whole_number
from parallel_animate.engine import Animatable
from parallel_animate.errors import AnimateError, OutputError
from parallel_animate.options import RenderOptions
from parallel_animate.output import Preset
from parallel_animate.params import IndexedFrameParams, numbered
from parallel_animate.rendering import render
from parallel_animate.report import RenderReport
from parallel_animate.system import usable_cores, worker_count
from parallel_animate.tuning.likeness import video_ssim
from parallel_animate.tuning.trials import EXTRA, Trial, TuneReport, label_of

log = logging.getLogger("parallel_animate.animator")

# What is tried besides the default: the ends of what is sensible, and one between.
PRESETS = {
    "libx264": ("ultrafast", "veryfast", "slow"),
    "h264_nvenc": ("p1", "p3", "p7"),
}
# A render shall take so many seconds at least: the sample is repeated until it does, but no render
# gets more frames than MOST_FRAMES.
SECONDS = 1.5
MOST_FRAMES = 2000
# About so many frames of a video are compared with the lossless one. No more, because comparing
# takes longer than encoding.
LOOKED_AT = 12
LOSSLESS = {
    "video_writer": "pyav",
    "video_mode": "cpu",
    "video_quality": 0,
    "video_preset": "ultrafast",
    EXTRA: None,
}


def tune(
    animator: Animatable,
    param_by_frame: Iterable[Any],
    fps: Any = 30,
    *,
    frames: int = 60,
    rounds: int = 3,
    workers: Sequence[int] | None = None,
    presets: Sequence[Preset] | None = None,
    encoder_threads: Sequence[int] | None = None,
    ring_slots: Sequence[int] | None = None,
    quiet: bool = False,
    **arguments: Any,
) -> TuneReport:
    """Render the first frames of an animation with several settings, and say which to take.

    Each setting differs from the defaults in one argument. At the end the fastest values of all
    arguments are tried together. The settings are rendered in turn, as often as `rounds` says, so
    that what slows the machine down for a while slows all of them down. How much a video looks like
    what was drawn is measured against a lossless video.

    Parameters
    ----------
    animator : Animator
        The animation, or any other object with such a ``setup()`` and ``update()``.
    param_by_frame : iterable
        As for :meth:`Animator.make_video`; its first `frames` items are kept in memory. They have
        to be typical: for a sample that is drawn faster than the rest, other settings are best.
    fps : int, float or Fraction
        Frames a second of the video.
    frames : int
        Frames of the sample. If they are drawn in a moment, the sample is repeated.
    rounds : int
        How often each setting is rendered.
    workers : sequence of int, optional
        Worker processes to try; by default half the cores, one less than the cores, and one and a
        half times the cores.
    presets : sequence of str, optional
        The encoder's presets to try; by default the fastest, a slow one and one between.
    encoder_threads : sequence of int, optional
        Threads of libx264 to try; by default 1, and as many as there are cores.
    ring_slots : sequence of int, optional
        Slots of the ring to try; by default one for each worker and two more, and four for each
        worker and two more.
    quiet : bool
        True to print nothing, and to show no progress bar. Each render is logged in any case
        (logger ``parallel_animate.animator``, level INFO).
    **arguments
        Other arguments of :meth:`Animator.make_video`, used in all renders.

    Returns
    -------
    TuneReport
        All trials, and the best of them.

    Raises
    ------
    ArgumentError
        If an argument, or a value that is to be tried, cannot be used. Nothing has been rendered
        then, except that a preset of the wrong encoder is found after the first render, which tells
        the encoder.
    AnimateError
        If a render fails: see :meth:`Animator.make_video`. A note says with which setting. What was
        rendered is gone, for it was only a sample.

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
    frames, rounds = (
        whole_number("frames", frames, least=1),
        whole_number("rounds", rounds, least=1),
    )
    given: list[list[dict[str, Any]]] = [
        [{"num_workers": each} for each in workers or ()],
        [{"video_preset": each} for each in presets or ()],
        [_threads(each) for each in encoder_threads or ()],
        [{"ring_slots": each} for each in ring_slots or ()],
    ]
    _check(fps, arguments, [{}, *itertools.chain.from_iterable(given)])
    sample = _sample(param_by_frame, frames)
    with tempfile.TemporaryDirectory(prefix="parallel-animate-tune-") as folder:
        bench = _Bench(animator, sample, fps, arguments, Path(folder))
        encoder = bench.warm_up(presets or ())
        cores, default = usable_cores(), worker_count(arguments.get("num_workers", -1), len(sample))
        # One worker needs no ring.
        slots = (default + 2, 4 * default + 2) if default > 1 else ()
        fewer_and_more = (cores // 2, cores - 1, cores + cores // 2)
        threads = (1, cores) if encoder == "libx264" else ()
        grid: list[list[dict[str, Any]]] = [
            [{"num_workers": each} for each in _others(default, workers, fewer_and_more)],
            [{"video_preset": each} for each in _others(None, presets, PRESETS.get(encoder, ()))],
            [_threads(each) for each in _others(None, encoder_threads, threads)],
            [{"ring_slots": each} for each in _others(None, ring_slots, slots)],
        ]
        tried: list[dict[str, Any]] = [{}, *itertools.chain.from_iterable(grid)]
        trials = bench.compare(tried, rounds, quiet=quiet)
        together = _fastest_together(trials, map(len, grid))
        if together not in tried:
            # The defaults are rendered beside it once more: the machine's pace may have changed.
            default_now, all_fastest = bench.compare([{}, together], rounds, quiet=quiet)
            pace = trials[0].frames_per_second / default_now.frames_per_second
            trials.append(all_fastest.scaled(pace))
    report = TuneReport(tuple(trials), len(sample))
    if not quiet:
        print(report)
    return report


class _Bench:
    """Renders a sample with different settings."""

    def __init__(
        self,
        animation: Animatable,
        sample: list[Any],
        fps: Any,
        arguments: Mapping[str, Any],
        folder: Path,
    ) -> None:
        self._animation = animation
        self._sample = sample
        self._fps = fps
        self._arguments = arguments
        self._folder = folder
        self._numbers = itertools.count()
        self._reference: Path | None = None
        self._repeats = 1

    def warm_up(self, presets: Iterable[str]) -> str:
        """Render the sample with the defaults; return the encoder, which has to have the presets.

        If that takes only a moment, the sample is repeated from now on.
        """
        report = self.render({})
        name = report.encoder.split()[0]
        for preset in presets if name in PRESETS else ():
            encoding = _options(self._fps, self._arguments, {"video_preset": preset}).encoding
            encoding.check_preset(name)  # type: ignore[arg-type]
        self._repeats = math.ceil(min(SECONDS * _rate(report), MOST_FRAMES) / len(self._sample))
        return report.encoder

    def render(self, arguments: Mapping[str, Any], label: str = "") -> RenderReport:
        """Render the sample once."""
        path = self._folder / f"{next(self._numbers)}.mp4"
        params = self._sample * self._repeats
        options = _options(self._fps, self._arguments, arguments)
        with self._nothing_kept(label or label_of(arguments)):
            return render(self._animation, path, params, options, self._arguments.get("n_frames"))

    @contextmanager
    def _nothing_kept(self, label: str) -> Iterator[None]:
        """Let an error not tell of finished frames: they are removed with the sample's folder."""
        try:
            yield
        except AnimateError as error:
            error.partial_file, error.partial_frames = None, 0
            error.add_note(f"tune() was rendering a sample with this setting: {label}")
            if isinstance(error, OutputError):
                error.add_note(
                    f"Samples are rendered in {self._folder.parent}; the environment variable "
                    "TMPDIR names another place"
                )
            raise
        except BaseException as error:
            error.__notes__ = []  # which tell of what is kept
            raise

    def compare(
        self, tried: Sequence[Mapping[str, Any]], rounds: int, *, quiet: bool
    ) -> list[Trial]:
        """Render the sample with all settings in turn."""
        from tqdm import tqdm  # not before it is needed

        reports: list[list[RenderReport]] = [[] for _ in tried]
        with tqdm(
            total=rounds * len(tried), desc="tuning", unit="render", disable=quiet or None
        ) as bar:
            for number in range(1, rounds + 1):
                for arguments, found in zip(tried, reports, strict=True):
                    found.append(self.render(arguments))
                    log.info(
                        "tune: %s, round %d of %d: %.1f frames/s",
                        *(label_of(arguments), number, rounds, _rate(found[-1])),
                    )
                    bar.update()
                    for old in found[:-1]:
                        old.output_file.unlink(missing_ok=True)
        return [
            self._trial(arguments, found) for arguments, found in zip(tried, reports, strict=True)
        ]

    def _trial(self, arguments: Mapping[str, Any], reports: Sequence[RenderReport]) -> Trial:
        if self._reference is None:
            self._reference = self.render(LOSSLESS, label="lossless").output_file
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


def _options(fps: Any, common: Mapping[str, Any], arguments: Mapping[str, Any]) -> RenderOptions:
    """Return the options of a render: what all have in common, and what is tried."""
    # Without the history check, whose cost belongs to no setting.
    everything = {"disable_progress_bar": True, "check_history": False, **common, **arguments}
    given, more = common.get(EXTRA), arguments.get(EXTRA)
    if given and more:
        everything[EXTRA] = [*given, *more]
    everything.pop("n_frames", None)
    return RenderOptions.checked(fps=fps, **everything)


def _check(fps: Any, common: Mapping[str, Any], tried: Iterable[Mapping[str, Any]]) -> None:
    """Raise an ArgumentError for values that no render can have."""
    for arguments in tried:
        options = _options(fps, common, arguments)
        workers = worker_count(options.workers.num_workers)
        options.workers.slots(workers, options.checks.frame_timeout)


def _threads(count: Any) -> dict[str, Any]:
    """Return the argument for so many threads of the encoder."""
    return {EXTRA: ["-threads", str(whole_number("encoder_threads", count, least=1))]}


def _rate(report: RenderReport) -> float:
    """Return frames a second without start-up, and without comparisons with full draws."""
    compared = report.compare_seconds / report.workers
    return report.frames / max(report.seconds - report.startup_seconds - compared, 1e-9)


def _sample(param_by_frame: Iterable[Any], frames: int) -> list[Any]:
    """Return the params of the first frames."""
    items = list(itertools.islice(param_by_frame, frames))
    if any(isinstance(item, IndexedFrameParams) for item in items):
        # The sample is repeated, and no id may come twice.
        with_ids = (numbered(item, position) for position, item in enumerate(items))
        return [params for _, params in sorted(with_ids, key=lambda item: item[0])]
    return items


def _others(default: Any, given: Sequence[Any] | None, usual: Iterable[Any]) -> list[Any]:
    """Return what to try besides the default, each once."""
    wanted = usual if given is None else given
    return [value for value in dict.fromkeys(wanted) if value != default and value != 0]


def _fastest_together(trials: Sequence[Trial], kinds: Iterable[int]) -> dict[str, Any]:
    """Return the fastest of each kind of setting, all of them together.

    The first trial is that of the defaults. Then come those of each kind, as many as `kinds` says.
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
