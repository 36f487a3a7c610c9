"""The report as a table of names and values: what ``print(report)`` shows."""

from __future__ import annotations

from textwrap import shorten, wrap

from parallel_animate.report.bottleneck import Bottleneck
from parallel_animate.report.facts import RenderFacts
from parallel_animate.text import ranges, span

TABLE_WIDTH = 100  # characters
NAME_WIDTH = 13
# Of a warning the table shows so many characters; the page, and `report.warnings`, have all.
WARNING_WIDTH = 160
LISTED = 3  # of reasons


def table_rows(facts: RenderFacts, bottleneck: Bottleneck) -> list[tuple[str, str]]:
    """Return the rows of the table: name and value. A row without a name goes on with the last."""
    rows = measured_rows(facts)
    if facts.slowest:
        told = (f"{each.frame} ({1000 * each.seconds:.1f} ms)" for each in facts.slowest)
        rows.append(("slowest", f"frames {', '.join(told)}"))
    rows.append(("bottleneck", f"{bottleneck.stage}: {bottleneck.evidence}"))
    rows += [("", suggestion) for suggestion in bottleneck.suggestions]
    rows += happened_rows(facts)
    if facts.warnings:
        first = shorten(facts.warnings[0], WARNING_WIDTH, placeholder=" ...")
        more = len(facts.warnings) - 1
        rows.append(("warnings", first))
        if more:
            rows.append(("", f"and {more} more, in report.warnings"))
    return rows


def measured_rows(facts: RenderFacts) -> list[tuple[str, str]]:
    """Return the rows that every render has: what was made, and what it took."""
    return [
        *(("video", f"{path}") for path in (facts.output_file, *facts.other_files)),
        (
            "",
            f"{facts.frames} frames, {facts.width}x{facts.height}, {float(facts.fps):g} fps, "
            f"{facts.encoder}",
        ),
        ("time", f"{facts.seconds:.2f} s, {facts.frames_per_second:.1f} frames/s"),
        (
            "start-up",
            f"{facts.startup_seconds:.2f} s to the first frame, of which "
            f"{facts.ready_seconds:.2f} s until setup() had run, which took "
            f"{facts.setup_seconds:.2f} s; before that, import "
            f"{facts.import_seconds:.2f} s",
        ),
        (
            "workers",
            f"{facts.workers}: update {facts.ms_a_frame(facts.update_seconds):.1f}, "
            f"draw {facts.ms_a_frame(facts.draw_seconds):.1f}, "
            f"store {facts.ms_a_frame(facts.store_seconds):.1f} ms a frame",
        ),
        ("drawing", _drawing(facts)),
        (
            "main process",
            f"encoding{_encoders(facts)} {facts.encode_seconds:.2f}, waiting for frames "
            f"{facts.wait_frames_seconds:.2f}, for params {facts.wait_params_seconds:.2f} s",
        ),
        (
            "memory",
            f"{facts.peak_memory_bytes / 1e6:.0f} MB at most; ring of {facts.slots} x "
            f"{facts.slot_bytes / 1e6:.2f} MB",
        ),
    ]


def happened_rows(facts: RenderFacts) -> list[tuple[str, str]]:
    """Return the rows of what not every render has: frames that differed, workers that died, ..."""
    rows = _listed("in full", [f"{n} frames: {why}" for why, n in facts.full_reasons.items()])
    rows += _listed("drawn anew", list(facts.drawn_anew))
    machines = [
        f"{each.name}: {each.frames} frames, {each.frames_per_second:.1f} frames/s, idle for "
        f"{each.idle:.0%} of the time"
        for each in facts.machines
    ]
    rows += [("machines" if not i else "", line) for i, line in enumerate(machines)]
    if facts.redraw_mismatches:
        differing = f"{facts.redraw_mismatches} redrawn frames differed: see the warning"
        rows.append(("redraw", differing))
    if facts.frames_drawn_again:
        again = f"{facts.frames_drawn_again} frames, after redrawing had differed"
        rows.append(("drawn again", again))
    if facts.unvouched_frames:
        listed = ranges(facts.unvouched_frames)
        doubt = f"frames {listed}: redrawn before a difference was found, and not drawn again"
        rows.append(("may be wrong", doubt))
    if facts.history_differing_frames:
        listed = ", ".join(map(str, facts.history_differing_frames))
        depend = f"frames {listed} differ when others were drawn before: the video is wrong"
        rows.append(("history", depend))
    if facts.missing_frames:
        count = sum(last + 1 - first for first, last in facts.missing_frames)
        listed = ", ".join(span(*gap) for gap in facts.missing_frames)
        never = f"{count:,} frame ids never came: {listed}"
        rows.append(("missing", shorten(never, WARNING_WIDTH, placeholder=" ...")))
    if facts.lost_workers:
        rows.append(("lost workers", f"{facts.lost_workers}: see the log"))
    if facts.resumed_frames:
        rows.append(("resumed", f"{facts.resumed_frames} frames were finished before"))
    if facts.spilled_frames:
        rows.append(("out of order", f"{facts.spilled_frames} frames through a temporary file"))
    return rows


def table_text(rows: list[tuple[str, str]]) -> str:
    """Return the rows as lines of text."""
    width = TABLE_WIDTH - NAME_WIDTH - 1
    return "\n".join(
        f"{name if not i else '':<{NAME_WIDTH}} {line}"
        for name, value in rows
        # The path of the video stays whole, to be copied.
        for i, line in enumerate([value] if name == "video" else wrap(value, width))
    )


def _listed(name: str, lines: list[str]) -> list[tuple[str, str]]:
    """Return the rows of a list, of which the first has the name, and the longest are cut."""
    shown = [shorten(line, WARNING_WIDTH, placeholder=" ...") for line in lines[:LISTED]]
    if len(lines) > LISTED:
        shown.append(f"and {len(lines) - LISTED} more, in the report as JSON")
    return [(name if not i else "", line) for i, line in enumerate(shown)]


def _encoders(facts: RenderFacts) -> str:
    return f" (each of {facts.encoders} encoders)" if facts.encoders > 1 else ""


def _drawing(facts: RenderFacts) -> str:
    """Say how the frames were drawn."""
    parts = [
        (facts.redrawn_frames, facts.redrawn_seconds, _redrawn(facts)),
        (facts.full_draws, facts.full_draw_seconds, "full"),
        (facts.background_rebuilds, facts.background_rebuild_seconds, "backgrounds"),
    ]
    each = (
        f"{count} {name} ({1000 * seconds / count:.1f} ms)"
        for count, seconds, name in parts
        if count
    )
    return ", ".join(each)


def _redrawn(facts: RenderFacts) -> str:
    """Say how many of the redrawn frames were drawn as a whole."""
    return f"redrawn, {facts.helped_frames} of them wholly" if facts.helped_frames else "redrawn"
