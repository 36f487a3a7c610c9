"""What held a render up, and what to change."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from parallel_animate.report.report import RenderReport

Stage = Literal["params", "render", "encode"]

# CPU time of libx264 with a preset over that with our settings, medians of nine scenes
# (benchmarks/results/encoding.json); those between were not measured, and take more than veryfast.
PRESET_COSTS = {"ultrafast": 0.7, "superfast": 1.3, "veryfast": 1.7, "slow": 7.2}
# A stage that takes less than this share of its time is not what to look at.
NOTABLE = 0.2


@dataclass(frozen=True)
class Bottleneck:
    """The stage that a render waited for most.

    Parameters
    ----------
    stage : {"params", "render", "encode"}
        The user's iterator; ``update()`` and drawing in the workers; or the encoder.
    evidence : str
        What was measured.
    suggestions : tuple of str
        What to change.

    Examples
    --------
    >>> print(Bottleneck("encode", "the encoder took 17.0 ms a frame", ("choose a faster preset",)))
    encode: the encoder took 17.0 ms a frame; choose a faster preset
    """

    stage: Stage
    evidence: str
    suggestions: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.stage}: {'; '.join((self.evidence, *self.suggestions))}"


def find_bottleneck(report: RenderReport) -> Bottleneck:
    """Return what held a render up: what its main process spent most time with.

    That process hands on all params and all frames: it waits for params, waits for frames, or is
    kept by the encoder. (With one worker, it draws the frames itself.)
    """
    if not report.rendered_frames:
        return Bottleneck("render", "there was no frame left to render", ())
    busy = report.update_seconds + report.draw_seconds + report.store_seconds
    rendering = report.wait_frames_seconds
    if report.workers == 1:
        rendering = max(rendering, busy)
    spent: dict[Stage, float] = {
        "params": report.wait_params_seconds,
        "render": rendering,
        "encode": report.encode_seconds,
    }
    stage = max(spent, key=lambda stage: spent[stage])
    tell = {"params": _params, "render": _render, "encode": _encode}[stage]
    return tell(report, _idle(report, busy), spent)


def _idle(report: RenderReport, busy: float) -> float:
    """Return the share of the time after the start for which workers had nothing to do."""
    return min(1.0, max(0.0, 1 - busy / (report.workers * _running(report))))


def _running(report: RenderReport) -> float:
    """Return the seconds after the start."""
    return max(report.seconds - report.startup_seconds, 1e-9)


def _params(report: RenderReport, idle: float, spent: dict[Stage, float]) -> Bottleneck:
    evidence = (
        f"{spent['params']:.2f} of {report.seconds:.2f} s were spent waiting for params "
        f"({_each(report, spent['params'])} a frame)" + _idle_workers(report, idle)
    )
    return Bottleneck(
        "params",
        evidence,
        (
            "let the iterator do less, and update() more, which all workers share",
            "more workers or another preset would not help",
        ),
    )


def _render(report: RenderReport, idle: float, spent: dict[Stage, float]) -> Bottleneck:
    stages = ", ".join(
        f"{name} {_each(report, seconds)}"
        for name, seconds in (
            ("update", report.update_seconds),
            ("draw", report.draw_seconds),
            ("store", report.store_seconds),
        )
    )
    encoding = min(1.0, spent["encode"] / _running(report))
    evidence = (
        f"{_workers(report)} busy for {1 - idle:.0%} of the time ({stages} a frame), the encoder "
        f"kept the main process for {encoding:.0%}"
    )
    return Bottleneck("render", evidence, (_faster_drawing(report), _more_workers(report, spent)))


def _faster_drawing(report: RenderReport) -> str:
    """Say what would make drawing faster."""
    if report.startup_seconds > report.seconds / 2:
        return (
            f"{report.startup_seconds:.2f} of {report.seconds:.2f} s went by before the first "
            "frame: let setup() do less"
        )
    if report.update_seconds > report.draw_seconds:
        return "update() itself takes most of the time: profile it"
    if report.redrawn_frames < report.rendered_frames / 2:
        return (
            "most frames were drawn in full: change artists instead of clearing and plotting anew, "
            "and keep limits fixed (docs/redraw.md)"
        )
    if report.compare_seconds > NOTABLE * report.draw_seconds:
        return (
            f"{report.compare_seconds / report.draw_seconds:.0%} of the drawing were full draws "
            "to compare with, which grow rare in a longer video"
        )
    return "fewer artists that change, or a smaller dpi, make drawing faster"


def _more_workers(report: RenderReport, spent: dict[Stage, float]) -> str:
    """Say whether more workers would help, until the encoder or the params hold them up."""
    if report.workers >= report.cores:
        return f"all {report.cores} cores were used: more workers would not help"
    limit = _running(report) / max(spent["encode"] + spent["params"], 1e-9)
    gain = min(report.cores / report.workers, limit)
    return f"num_workers={report.cores} would draw about {gain:.1f} times as fast"


def _encode(report: RenderReport, idle: float, spent: dict[Stage, float]) -> Bottleneck:
    evidence = f"the encoder took {_each(report, spent['encode'])} a frame" + _idle_workers(
        report, idle
    )
    suggestions = [_faster_encoding(report)]
    if report.workers > 1:
        enough = max(1, math.ceil(report.workers * (1 - idle)))
        fewer = f": {enough} would do" if enough < report.workers else ""
        suggestions.append(f"more workers would not help{fewer}")
    return Bottleneck("encode", evidence, tuple(suggestions))


def _faster_encoding(report: RenderReport) -> str:
    """Say what would make encoding faster."""
    if "libx264" not in report.encoder:
        return "a faster preset (p1 is the fastest) or a smaller dpi encodes faster"
    if report.preset is None:
        return (
            f"video_preset='ultrafast' would take about {PRESET_COSTS['ultrafast']:.0%} of the "
            "encoder's time, for a file several times as large (docs/encoding.md); a smaller dpi "
            "encodes faster too"
        )
    cost = PRESET_COSTS.get(report.preset, PRESET_COSTS["veryfast"])
    if cost < 1:
        return "no preset of libx264 is faster: a smaller dpi encodes faster"
    less = "about" if report.preset in PRESET_COSTS else "at most"
    return (
        f"without video_preset the encoder would take {less} {1 / cost:.0%} of its time "
        "(docs/encoding.md)"
    )


def _each(report: RenderReport, seconds: float) -> str:
    return f"{report.ms_a_frame(seconds):.1f} ms"


def _workers(report: RenderReport) -> str:
    return "the worker was" if report.workers == 1 else f"{report.workers} workers were"


def _idle_workers(report: RenderReport, idle: float) -> str:
    if report.workers == 1 or idle < NOTABLE:
        return ""
    return f", while {_workers(report)} idle for {idle:.0%} of the time"
