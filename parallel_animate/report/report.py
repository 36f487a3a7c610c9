"""What a render did, and what it took."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from parallel_animate.report.bottleneck import Bottleneck, find_bottleneck
from parallel_animate.report.timeline import Timeline

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TABLE_WIDTH = 100  # characters


@dataclass(frozen=True)
class SlowFrame:
    """A frame that took longer than most.

    Parameters
    ----------
    frame : int
        Its number.
    params : str
        Its params, shortened.
    update_seconds, draw_seconds, store_seconds : float
        What it took in its worker; a full draw that it was only compared with is left out.
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
class RenderReport:
    """What ``make_video`` returns. ``print(report)`` shows it as a short table.

    So does IPython, of a report that is the last line of a cell; a notebook shows the video too.

    Parameters
    ----------
    output_file : Path
        The video.
    frames : int
        Frames in the video.
    width, height : int
        The video's size in pixels: the figure's, made even.
    fps : Fraction
        Frames a second of the video, exact.
    encoder : str
        What encoded it; "h264_nvenc, libx264 from frame 300" where NVENC failed in the middle.
    workers : int
        Processes that drew; 1 means the calling process itself.
    slots, slot_bytes : int
        Frame slots of the ring, and the bytes of each.
    spilled_frames : int
        Frames that came so far out of order that they went through a temporary file.
    seconds : float
        The whole call, from its beginning until the file was complete.
    startup_seconds : float
        Until the first frame was drawn: processes started, ``setup()``, the first draw.
    ready_seconds : float
        Until the first worker had run ``setup()`` and drawn its figure (part of the time above).
    import_seconds : float
        What importing parallel_animate took, before all that, with what was not imported yet:
        matplotlib for the most part.
    update_seconds, draw_seconds, store_seconds : float
        Time in ``update()``, in drawing, and in bringing the pixels into the slots (colour
        conversion included), summed over all workers.
    wait_params_seconds, wait_frames_seconds, encode_seconds : float
        Time that the main process waited for params while a worker had nothing to do, waited
        for frames after the first one, and spent with the encoder.
    peak_memory_bytes : int
        Largest memory of the process tree that was seen (proportional set size on Linux).
    redrawn_frames, redrawn_seconds : int, float
        Frames of which only what had changed was drawn, and the time that took in all workers.
    full_draws, full_draw_seconds : int, float
        Full draws: of the other frames, and to compare redrawn ones with.
    background_rebuilds, background_rebuild_seconds : int, float
        How often the part that does not change was put together anew (part of the time above).
    redraw_mismatches : int
        Redrawn frames that differed from the full draw, which was used instead.
    lost_workers : int
        Workers that died, or hung; others took their places.
    resumed_frames : int
        How many of them an earlier render had finished.
    segments : int
        Segments that the video was joined of.
    preset : str or None
        The encoder's preset that was asked for.
    cores : int
        Cores that this process may use.
    compare_seconds : float
        Time of full draws that redrawn frames were compared with (part of the time above).
    timeline : Timeline or None
        Who was busy when, and how full the ring was.
    slowest : tuple of SlowFrame
        The five frames that took longest, the longest first.

    Examples
    --------
    >>> report = RenderReport(Path("out.mp4"), frames=60, width=640, height=480,
    ...     fps=Fraction(30), encoder="libx264", workers=2, slots=6, slot_bytes=460800,
    ...     spilled_frames=0, seconds=1.5, startup_seconds=0.2, update_seconds=0.01,
    ...     draw_seconds=1.2, store_seconds=0.05, wait_params_seconds=0.0,
    ...     wait_frames_seconds=0.9, encode_seconds=0.3, peak_memory_bytes=180_000_000,
    ...     redrawn_frames=60, redrawn_seconds=0.1, full_draws=12, full_draw_seconds=0.3,
    ...     background_rebuilds=2, background_rebuild_seconds=0.01, redraw_mismatches=0)
    >>> report.frames_per_second
    40.0
    >>> report.to_dict()["fps"]
    '30'
    >>> report.bottleneck.stage
    'render'
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

    @property
    def rendered_frames(self) -> int:
        """Frames that this render has made: all but those of an earlier one."""
        return self.frames - self.resumed_frames

    @property
    def frames_per_second(self) -> float:
        """Frames rendered a second, start-up included."""
        return self.rendered_frames / self.seconds

    def ms_a_frame(self, seconds: float) -> float:
        """Return the milliseconds a frame that so many seconds in all are."""
        return 1000 * seconds / max(1, self.rendered_frames)

    @property
    def bottleneck(self) -> Bottleneck:
        """What held the render up, by what was measured, and what to change."""
        return find_bottleneck(self)

    def plot(self) -> Figure:
        """Return a figure: who was busy when, how full the ring was, what the stages cost."""
        from parallel_animate.report.plotting import plot_report

        return plot_report(self)

    def to_dict(self) -> dict[str, Any]:
        """Return all figures as a dict that JSON can hold; `fps` is a string like '30000/1001'."""
        figures = asdict(self) | {"slowest": [asdict(each) for each in self.slowest]}
        figures["output_file"] = str(self.output_file)
        figures["fps"] = str(self.fps)
        figures["frames_per_second"] = self.frames_per_second
        found = self.bottleneck
        figures["bottleneck"] = asdict(found) | {"suggestions": list(found.suggestions)}
        return figures

    def save_json(self, path: str | Path) -> None:
        """Save :meth:`to_dict` as a JSON file."""
        Path(path).write_text(json.dumps(self.to_dict(), indent=2) + "\n", encoding="utf-8")

    def save_html(self, path: str | Path) -> None:
        """Save a page with the video's first frame, the plots and the tables.

        One file that needs no other, and no network.
        """
        from parallel_animate.report.page import report_page

        Path(path).write_text(report_page(self), encoding="utf-8")

    def _drawing(self) -> str:
        """Say how the frames were drawn."""
        parts = [
            (self.redrawn_frames, self.redrawn_seconds, "redrawn"),
            (self.full_draws, self.full_draw_seconds, "full"),
            (self.background_rebuilds, self.background_rebuild_seconds, "backgrounds"),
        ]
        each = (
            f"{count} {name} ({1000 * seconds / count:.1f} ms)"
            for count, seconds, name in parts
            if count
        )
        return ", ".join(each)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Show the table, where IPython shows the value of a cell's last line."""
        printer.text(str(self))

    def _repr_html_(self) -> str:
        """Show the video and the table in a notebook."""
        from parallel_animate.report.page import report_cell

        return report_cell(self)

    def rows(self) -> list[tuple[str, str]]:
        """Return the rows of the table that ``print(report)`` shows: name and value."""
        rows = [
            ("video", f"{self.output_file}"),
            (
                "",
                f"{self.frames} frames, {self.width}x{self.height}, {float(self.fps):g} fps, "
                f"{self.encoder}",
            ),
            ("time", f"{self.seconds:.2f} s, {self.frames_per_second:.1f} frames/s"),
            (
                "start-up",
                f"{self.startup_seconds:.2f} s to the first frame, of which "
                f"{self.ready_seconds:.2f} s until setup() had run; before that, import "
                f"{self.import_seconds:.2f} s",
            ),
            (
                "workers",
                f"{self.workers}: update {self.ms_a_frame(self.update_seconds):.1f}, "
                f"draw {self.ms_a_frame(self.draw_seconds):.1f}, "
                f"store {self.ms_a_frame(self.store_seconds):.1f} ms a frame",
            ),
            ("drawing", self._drawing()),
            (
                "main process",
                f"encoding {self.encode_seconds:.2f}, waiting for frames "
                f"{self.wait_frames_seconds:.2f}, for params {self.wait_params_seconds:.2f} s",
            ),
            (
                "memory",
                f"{self.peak_memory_bytes / 1e6:.0f} MB at most; ring of {self.slots} x "
                f"{self.slot_bytes / 1e6:.2f} MB",
            ),
        ]
        if self.slowest:
            told = (f"{each.frame} ({1000 * each.seconds:.1f} ms)" for each in self.slowest)
            rows.append(("slowest", f"frames {', '.join(told)}"))
        found = self.bottleneck
        rows.append(("bottleneck", f"{found.stage}: {found.evidence}"))
        rows += [("", suggestion) for suggestion in found.suggestions]
        if self.redraw_mismatches:
            differing = f"{self.redraw_mismatches} redrawn frames differed: see the warning"
            rows.append(("redraw", differing))
        if self.lost_workers:
            rows.append(("lost workers", f"{self.lost_workers}: see the log"))
        if self.resumed_frames:
            rows.append(("resumed", f"{self.resumed_frames} frames were finished before"))
        if self.spilled_frames:
            rows.append(("out of order", f"{self.spilled_frames} frames through a temporary file"))
        return rows

    def __str__(self) -> str:
        return "\n".join(
            f"{name if not i else '':<13} {line}"
            for name, value in self.rows()
            # The path stays whole, to be copied.
            for i, line in enumerate([value] if name == "video" else wrap(value, TABLE_WIDTH - 14))
        )
