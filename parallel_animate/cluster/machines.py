"""What the machines of a cluster have done, and the folder that they share."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from parallel_animate.cluster.task import Made
from parallel_animate.errors import ArgumentError
from parallel_animate.options import RenderOptions
from parallel_animate.output import Outputs
from parallel_animate.report import Machine, RenderReport, Timeline

# What is added up over all pieces, and of what the largest is told.
SUMS = (
    *("update_seconds", "draw_seconds", "store_seconds", "redrawn_frames", "redrawn_seconds"),
    *("full_draws", "full_draw_seconds", "background_rebuilds", "background_rebuild_seconds"),
    *("redraw_mismatches", "lost_workers", "compare_seconds", "frames_drawn_again"),
    *("spilled_frames", "helped_frames", "wait_params_seconds", "wait_frames_seconds"),
    "encode_seconds",
)
BINS = 60  # of the timeline
SLOWEST = 5  # frames that are told of
MOST = ("peak_memory_bytes", "startup_seconds", "ready_seconds", "setup_seconds", "encoders")


def summed(
    made: Sequence[Made], begun: float, output_file: Path, before: int, **fields: Any
) -> RenderReport:
    """Return the report of a render of which these pieces were made."""
    reports = [each.report for each in made]
    totals = {name: sum(getattr(each, name) for each in reports) for name in SUMS}
    totals |= {name: max(getattr(each, name) for each in reports) for name in MOST}
    slowest = [frame for each in reports for frame in each.slowest]
    report: RenderReport = replace(
        reports[0],
        **(totals | fields),
        output_file=output_file,
        resumed_frames=before,
        seconds=time.perf_counter() - begun,
        machines=(machines := _machines(made)),
        timeline=_timeline(machines),
        warnings=_all(reports, "warnings"),
        drawn_anew=_all(reports, "drawn_anew"),
        history_differing_frames=_all(reports, "history_differing_frames"),
        unvouched_frames=_all(reports, "unvouched_frames"),
        missing_frames=(),
        full_reasons=dict(sum((Counter(each.full_reasons) for each in reports), Counter())),
        slowest=tuple(sorted(slowest, key=lambda each: -each.seconds)[:SLOWEST]),
    )
    return report


def _all(reports: Sequence[RenderReport], name: str) -> tuple[Any, ...]:
    """Return what any of the reports says, each once."""
    return tuple(dict.fromkeys(said for each in reports for said in getattr(each, name)))


def _timeline(machines: Sequence[Machine]) -> Timeline:
    """Return when each machine rendered."""
    end = max(last for each in machines for _, last in each.spans)
    width = max(end, 1e-9) / BINS
    busy = {
        each.name: [
            sum(
                max(0.0, min(last, (at + 1) * width) - max(first, at * width))
                for first, last in each.spans
            )
            / width
            for at in range(BINS)
        ]
        for each in machines
    }
    return Timeline(width, busy, [0.0] * BINS)


def nothing_made(
    outputs: Outputs,
    options: RenderOptions,
    begun: float,
    output_file: str | Path,
    found: dict[str, Any],
) -> RenderReport:
    """Return the report of a render all of whose frames were finished before."""
    nothing: dict[str, Any] = dict.fromkeys((*SUMS, *MOST, "slots", "slot_bytes"), 0)
    nothing |= {"encoders": 1, **found, "resumed_frames": found["frames"]}
    return RenderReport(
        output_file=Path(output_file),
        width=outputs.size[0],
        height=outputs.size[1],
        fps=options.encoding.fps,
        encoder=outputs.choice.name,
        workers=0,
        seconds=time.perf_counter() - begun,
        **nothing,
    )


def _machines(made: Sequence[Made]) -> tuple[Machine, ...]:
    """Return what each machine has done, from the first piece of all to the last."""
    begun, ended = min(each.begun for each in made), max(each.ended for each in made)
    found = []
    for name in dict.fromkeys(each.machine for each in made):
        own = [each for each in made if each.machine == name]
        spans = tuple((each.begun - begun, each.ended - begun) for each in own)
        frames = sum(each.report.frames for each in own)
        busy = sum(last - first for first, last in spans)
        idle = max(0.0, 1 - busy / max(1e-9, ended - begun))
        found.append(Machine(name, frames, frames / max(1e-9, busy), idle, spans))
    return tuple(found)


def checked_folder(client: Any, folder: Path) -> Path:
    """Check that all machines see a folder, by a file that is written here and read there.

    Raises
    ------
    ArgumentError
        If one does not, or it cannot be written to.
    """
    folder = folder.absolute()
    path, token = folder / f"seen-{secrets.token_hex(4)}", secrets.token_hex(8)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(token, encoding="utf-8")
    except OSError as error:
        raise ArgumentError(f"segment_dir {folder} cannot be written to: {error}") from error
    try:
        seen = client.run(_read, path, on_error="return")
    finally:
        path.unlink(missing_ok=True)
    blind = [address for address, text in seen.items() if text != token]
    if blind:
        raise ArgumentError(
            f"segment_dir {folder} is not seen by all machines: not by {', '.join(blind[:3])}. "
            "Name a folder that they share, or leave it out: then segments come back through Dask"
        )
    return folder


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
