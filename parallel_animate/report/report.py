"""What a render did, and what it took."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parallel_animate.report.bottleneck import Bottleneck, find_bottleneck
from parallel_animate.report.facts import RenderFacts
from parallel_animate.report.table import table_rows, table_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class RenderReport(RenderFacts):
    """What ``make_video`` returns. ``print(report)`` shows it as a short table.

    IPython shows the same table of a report on the last line of a cell; a notebook shows the video
    too.

    Parameters
    ----------
    output_file : Path
        The video, or the first of several outputs.
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
        How the thread that feeds the encoder spent its time: waiting for params, while a worker
        had nothing to do; waiting for frames after the first one; and encoding. Of several
        encoders, the mean.
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
        Frames of the video that an earlier render had finished.
    encoders : int
        How many encoders worked at once, each on a segment of its own.
    segments : int
        Segments that the video was joined from.
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
    setup_seconds : float
        What ``setup()`` itself took, in the first worker in which it had run (part of
        `ready_seconds`).
    history_differing_frames : tuple of int
        Frames that came out differently when other frames were drawn before: then the video is
        wrong. Only a few frames were looked at.
    warnings : tuple of str
        What the user was warned of, and what was logged as a warning, in this order of time.
    frames_drawn_again : int
        Frames that were drawn again because redrawing has differed: those in doubt, and, where
        they were encoded already, whole segments from the first of them on.
    unvouched_frames : tuple of int
        Frames of the video that may be wrong: they were redrawn after the last good comparison
        before a difference, and could not be rendered again, because their params were gone.
    missing_frames : tuple of tuple of int
        Ids of :class:`IndexedFrameParams` that never came, though larger ones did: the first and
        the last of each gap. The frames around a gap follow each other in the video.
    redraw : {"auto", "full", "verify"}
        How frames were to be drawn, as it was asked for.
    full_reasons : dict
        Why frames were drawn in full, in words, with the number of frames; the most frequent first.
    drawn_anew : tuple of str
        What of the redrawn frames was drawn anew for each of them, and why: artists that hold code
        that is not known, for example.
    other_files : tuple of Path
        Where there were several outputs: all but the first.
    helped_frames : int
        Redrawn frames of which everything was drawn, with help, because most of the figure changed.
    machines : tuple of Machine
        What each machine of a cluster has done: its frames, frames a second, and idle share.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from pathlib import Path
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

    @property
    def bottleneck(self) -> Bottleneck:
        """What held the render up, by what was measured, and what to change."""
        return find_bottleneck(self)

    def plot(self) -> Figure:
        """Return a figure: who was busy when, how full the ring was, what the stages cost."""
        from parallel_animate.report.plotting import plot_report

        return plot_report(self, self.bottleneck)

    def to_dict(self) -> dict[str, Any]:
        """Return all facts as a dict that JSON can hold; `fps` is a string like '30000/1001'."""
        facts = asdict(self) | {"slowest": [asdict(each) for each in self.slowest]}
        facts["machines"] = [
            asdict(each) | {"spans": [list(span) for span in each.spans]} for each in self.machines
        ]
        facts["output_file"] = str(self.output_file)
        facts["other_files"] = [str(path) for path in self.other_files]
        facts["fps"] = str(self.fps)
        facts["history_differing_frames"] = list(self.history_differing_frames)
        facts["unvouched_frames"] = list(self.unvouched_frames)
        facts["missing_frames"] = [list(gap) for gap in self.missing_frames]
        facts["warnings"] = list(self.warnings)
        facts["drawn_anew"] = list(self.drawn_anew)
        facts["frames_per_second"] = self.frames_per_second
        found = self.bottleneck
        facts["bottleneck"] = asdict(found) | {"suggestions": list(found.suggestions)}
        return facts

    def save_json(self, path: str | Path) -> None:
        """Save :meth:`to_dict` as a JSON file."""
        Path(path).write_text(json.dumps(self.to_dict(), indent=2) + "\n", encoding="utf-8")

    def save_html(self, path: str | Path) -> None:
        """Save a page with the video's first frame, the plots and the tables.

        It is a single file, which needs no other file and no network.
        """
        from parallel_animate.report.page import report_page

        Path(path).write_text(report_page(self, self.bottleneck), encoding="utf-8")

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Show the table, where IPython shows the value of a cell's last line."""
        printer.text(str(self))

    def _repr_html_(self) -> str:
        """Show the video and the table in a notebook."""
        from parallel_animate.report.page import report_cell

        return report_cell(self, self.bottleneck)

    def rows(self) -> list[tuple[str, str]]:
        """Return the rows of the table that ``print(report)`` shows: name and value."""
        return table_rows(self, self.bottleneck)

    def __str__(self) -> str:
        return table_text(self.rows())
