"""What is known of a render when it is over: all that a report is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from parallel_animate.report.timeline import Timeline


@dataclass(frozen=True)
class SlowFrame:
    """A frame that took longer than most.

    Parameters
    ----------
    frame : int
        Its number.
    params : str
        Its params, as ``repr`` shows them, up to 2000 characters.
    update_seconds, draw_seconds, store_seconds : float
        What it took in its worker, without the full draw that it may have been compared with.
    """

    frame: int
    params: str
    update_seconds: float
    draw_seconds: float
    store_seconds: float

    @property
    def seconds(self) -> float:
        """All of them together."""
        return self.update_seconds + self.draw_seconds + self.store_seconds


@dataclass(frozen=True)
class Machine:
    """What a machine of a cluster has done.

    Parameters
    ----------
    name : str
        Its name.
    frames : int
        Frames that it has rendered.
    frames_per_second : float
        While it rendered.
    idle : float
        The share of the time that it did not, 0 to 1.
    spans : tuple of tuple of float
        When it rendered a piece, in seconds from the beginning of the first one of all.
    """

    name: str
    frames: int
    frames_per_second: float
    idle: float
    spans: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class RenderFacts:
    """What a render did, and what it took; what to make of it is told elsewhere.

    A ``RenderReport`` has the same fields, and explains them: it is what users see.
    """

    output_file: Path
    frames: int
    width: int
    height: int
    fps: Fraction
    encoder: str
    workers: int
    slots: int
    slot_bytes: int
    spilled_frames: int
    seconds: float
    startup_seconds: float
    update_seconds: float
    draw_seconds: float
    store_seconds: float
    wait_params_seconds: float
    wait_frames_seconds: float
    encode_seconds: float
    peak_memory_bytes: int
    redrawn_frames: int
    redrawn_seconds: float
    full_draws: int
    full_draw_seconds: float
    background_rebuilds: int
    background_rebuild_seconds: float
    redraw_mismatches: int
    lost_workers: int = 0
    resumed_frames: int = 0
    segments: int = 1
    preset: str | None = None
    cores: int = 1
    compare_seconds: float = 0.0
    ready_seconds: float = 0.0
    import_seconds: float = 0.0
    timeline: Timeline | None = None
    slowest: tuple[SlowFrame, ...] = ()
    setup_seconds: float = 0.0
    history_differing_frames: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()
    frames_drawn_again: int = 0
    unvouched_frames: tuple[int, ...] = ()
    missing_frames: tuple[tuple[int, int], ...] = ()
    redraw: str = "auto"
    full_reasons: Mapping[str, int] = field(default_factory=dict)
    drawn_anew: tuple[str, ...] = ()
    other_files: tuple[Path, ...] = ()
    encoders: int = 1
    helped_frames: int = 0
    machines: tuple[Machine, ...] = ()

    @property
    def rendered_frames(self) -> int:
        """Frames that this render has made: all but those that an earlier one had finished."""
        return self.frames - self.resumed_frames

    @property
    def frames_per_second(self) -> float:
        """Frames rendered a second, start-up included."""
        return self.rendered_frames / self.seconds

    def ms_a_frame(self, seconds: float) -> float:
        """Return milliseconds a frame, from seconds of the whole render."""
        return 1000 * seconds / max(1, self.rendered_frames)
