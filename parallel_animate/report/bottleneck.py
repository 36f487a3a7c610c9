"""What held a render up, and what to change."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from parallel_animate.report.facts import RenderFacts
from parallel_animate.report.measure import DOES_NOT_PAY

Stage = Literal["params", "render", "encode"]

# The CPU time of libx264 with a preset, as a multiple of its time with our settings: medians of
# nine scenes (benchmarks/results/encoding.json). Presets that are not named here were not
# measured; they all take more time than veryfast.
PRESET_COSTS = {"ultrafast": 0.7, "superfast": 1.3, "veryfast": 1.7, "slow": 7.2}
# Where the presets are explained.
PRESETS_TOLD = "parallel-animate docs encoding#quality-and-preset"
# And what makes an animation fast.
WHAT_IS_FAST = "parallel-animate docs redraw#what-makes-an-animation-fast"
# What takes less than this share of the time is not worth a word.
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


def find_bottleneck(facts: RenderFacts) -> Bottleneck:
    """Return what held a render up: what the thread that feeds the encoder spent most time with.

    All frames pass through that thread. So it waits for params, while a worker has nothing to do,
    or waits for frames, or is busy with the encoder. (With one worker, it draws them itself.)
    """
    if not facts.rendered_frames:
        return Bottleneck("render", "there was no frame left to render", ())
    busy = facts.update_seconds + facts.draw_seconds + facts.store_seconds
    rendering = facts.wait_frames_seconds
    if facts.workers == 1:
        rendering = max(rendering, busy)
    spent: dict[Stage, float] = {
        "params": facts.wait_params_seconds,
        "render": rendering,
        "encode": facts.encode_seconds,
    }
    stage = max(spent, key=lambda stage: spent[stage])
    tell = {"params": _params, "render": _render, "encode": _encode}[stage]
    return tell(facts, _idle(facts, busy), spent)


def _idle(facts: RenderFacts, busy: float) -> float:
    """Return for which share of the time after the start-up workers had nothing to do."""
    return min(1.0, max(0.0, 1 - busy / (facts.workers * _running(facts))))


def _running(facts: RenderFacts) -> float:
    """Return the seconds after the start-up."""
    return max(facts.seconds - facts.startup_seconds, 1e-9)


def _params(facts: RenderFacts, idle: float, spent: dict[Stage, float]) -> Bottleneck:
    evidence = (
        f"{spent['params']:.2f} of {facts.seconds:.2f} s were spent waiting for params "
        f"({_each(facts, spent['params'])} a frame)" + _idle_workers(facts, idle)
    )
    return Bottleneck(
        "params",
        evidence,
        (
            "let the iterator do less, and update() more, which all workers share",
            "more workers or another preset would not help",
        ),
    )


def _render(facts: RenderFacts, idle: float, spent: dict[Stage, float]) -> Bottleneck:
    stages = ", ".join(
        f"{name} {_each(facts, seconds)}"
        for name, seconds in (
            ("update", facts.update_seconds),
            ("draw", facts.draw_seconds),
            ("store", facts.store_seconds),
        )
    )
    encoding = min(1.0, spent["encode"] / _running(facts))
    evidence = (
        f"{_workers(facts)} busy for {1 - idle:.0%} of the time ({stages} a frame), the encoder "
        f"kept the main process for {encoding:.0%}"
    )
    return Bottleneck("render", evidence, (_faster_drawing(facts), _more_workers(facts, spent)))


def _faster_drawing(facts: RenderFacts) -> str:
    """Say what would make drawing faster."""
    if facts.startup_seconds > facts.seconds / 2:
        went_by = (
            f"{facts.startup_seconds:.2f} of {facts.seconds:.2f} s went by before the first frame"
        )
        if facts.setup_seconds > facts.startup_seconds / 2:
            return f"{went_by}: let setup() do less"
        return (
            f"{went_by}, of which setup() took {facts.setup_seconds:.2f} s: it counts less in a "
            "longer video"
        )
    if facts.helped_frames > facts.rendered_frames / 2:
        return _wholly(facts)
    if facts.update_seconds > facts.draw_seconds:
        return "update() itself takes most of the time: profile it"
    if facts.redrawn_frames < facts.rendered_frames / 2:
        return _in_full(facts)
    if facts.redraw == "verify":
        return "redraw='verify' compares every frame: \"auto\" compares few, and draws the same"
    if facts.compare_seconds > NOTABLE * facts.draw_seconds:
        return (
            f"{facts.compare_seconds / facts.draw_seconds:.0%} of the drawing were full draws "
            "to compare with, which grow rare in a longer video"
        )
    return "fewer artists that change, or a smaller dpi, make drawing faster"


def _wholly(facts: RenderFacts) -> str:
    """Say what there is to gain where most of a figure changes in each frame."""
    told = (
        f"most of the figure changed in {facts.helped_frames} of {facts.rendered_frames} frames, "
        "so that all of it was drawn"
    )
    share = facts.update_seconds / max(facts.update_seconds + facts.draw_seconds, 1e-9)
    if share > NOTABLE:
        told += (
            f", and update() took {share:.0%} of the time of a frame "
            f"({_each(facts, facts.update_seconds)}): if it clears and plots anew, changing the "
            "artists instead saves nearly all of that, and most of the drawing"
        )
        if facts.update_seconds > facts.draw_seconds:
            told += "; otherwise, profile it"
    else:
        told += ": limits that are kept, and a view that rests, save most of that"
    return f"{told} ({WHAT_IS_FAST})"


def _in_full(facts: RenderFacts) -> str:
    """Say why most frames were drawn in full, and what to do about it."""
    why, frames = next(iter(facts.full_reasons.items()), (DOES_NOT_PAY, facts.rendered_frames))
    told = f"{frames} of {facts.rendered_frames} frames were drawn in full: {why}"
    if why == DOES_NOT_PAY:
        told += (
            "; change artists instead of clearing and plotting anew, and keep limits fixed "
            f"({WHAT_IS_FAST})"
        )
    return told


def _more_workers(facts: RenderFacts, spent: dict[Stage, float]) -> str:
    """Say how much more workers would help: as far as the encoder and the params can follow."""
    if facts.history_differing_frames:
        return "frames depend on those before them: more workers would draw them wrong"
    if facts.workers >= facts.cores:
        return f"all {facts.cores} cores were used: more workers would not help"
    limit = _running(facts) / max(spent["encode"] + spent["params"], 1e-9)
    gain = min(facts.cores / facts.workers, limit)
    told = f"num_workers={facts.cores} would draw about {gain:.1f} times as fast"
    if facts.workers == 1:
        told += ", if no frame depends on those before it"
    return told


def _encode(facts: RenderFacts, idle: float, spent: dict[Stage, float]) -> Bottleneck:
    evidence = f"the encoder took {_each(facts, spent['encode'])} a frame" + _idle_workers(
        facts, idle
    )
    suggestions = [_faster_encoding(facts)]
    if facts.workers > 1:
        enough = max(1, math.ceil(facts.workers * (1 - idle)))
        fewer = f": {enough} would do" if enough < facts.workers else ""
        suggestions.append(f"more workers would not help{fewer}")
    return Bottleneck("encode", evidence, tuple(suggestions))


def _faster_encoding(facts: RenderFacts) -> str:
    """Say what would make encoding faster."""
    if "libx264" not in facts.encoder:
        return "a faster preset (p1 is the fastest) or a smaller dpi encodes faster"
    if facts.preset is None:
        return (
            f"video_preset='ultrafast' would take about {PRESET_COSTS['ultrafast']:.0%} of the "
            f"encoder's time, for a file several times as large ({PRESETS_TOLD}); a smaller dpi "
            "encodes faster too"
        )
    cost = PRESET_COSTS.get(facts.preset, PRESET_COSTS["veryfast"])
    if cost < 1:
        return "no preset of libx264 is faster: a smaller dpi encodes faster"
    less = "about" if facts.preset in PRESET_COSTS else "at most"
    return (
        f"without video_preset the encoder would take {less} {1 / cost:.0%} of its time "
        f"({PRESETS_TOLD})"
    )


def _each(facts: RenderFacts, seconds: float) -> str:
    return f"{facts.ms_a_frame(seconds):.1f} ms"


def _workers(facts: RenderFacts) -> str:
    return "the worker was" if facts.workers == 1 else f"{facts.workers} workers were"


def _idle_workers(facts: RenderFacts, idle: float) -> str:
    if facts.workers == 1 or idle < NOTABLE:
        return ""
    return f", while {_workers(facts)} idle for {idle:.0%} of the time"
