"""The report as HTML: a page by itself, and what a notebook shows."""

from __future__ import annotations

import base64
import re
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.image import imsave

from parallel_animate.report.bottleneck import Bottleneck
from parallel_animate.report.facts import RenderFacts
from parallel_animate.report.plotting import plot_report
from parallel_animate.report.table import table_rows

if TYPE_CHECKING:
    from av import FFmpegError

# A notebook cell holds the whole video, unless that has more bytes: then it only names the file.
MOST_BYTES = 20_000_000
# What a browser is told that a file is; all others are taken for MP4s.
KINDS = {
    ".webm": "video/webm",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".png": "image/png",
}
STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
       color: #222; background: #fff; }
img { max-width: 100%; height: auto; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }
th { font-weight: 600; white-space: nowrap; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
"""


def report_page(facts: RenderFacts, bottleneck: Bottleneck) -> str:
    """Return a page that needs nothing else: the first frame, the plots and the tables."""
    name = escape(facts.output_file.name)
    suggestions = "".join(f"<li>{escape(each)}</li>" for each in bottleneck.suggestions)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}: report</title>
<style>{STYLE}</style>
</head>
<body>
<h1>{name}</h1>
{_first_frame(facts)}
<h2>Held up by: {bottleneck.stage}</h2>
<p>{escape(bottleneck.evidence)}.</p>
<ul>{suggestions}</ul>
<h2>Where the time went</h2>
{_picture(_plot(facts, bottleneck), "who was busy when, slots in use, and the cost of the stages")}
{_table(facts, bottleneck)}
<h2>The slowest frames</h2>
{_slowest(facts)}
{_warnings(facts)}
</body>
</html>
"""


def report_cell(facts: RenderFacts, bottleneck: Bottleneck) -> str:
    """Return what a notebook shows: the video, and the table."""
    return f"<div>{_video(facts)}{_table(facts, bottleneck)}</div>"


def _video(facts: RenderFacts) -> str:
    path = _shown_file(facts.output_file)
    try:
        if path.stat().st_size > MOST_BYTES:
            return f"<p>{escape(str(facts.output_file))} is too large to be shown here.</p>"
        data = base64.b64encode(path.read_bytes()).decode()
    except OSError as error:
        return _not_shown(facts, error)
    style = f"width: {min(facts.width, 960)}px; max-width: 100%"
    kind = KINDS.get(path.suffix.lower(), "video/mp4")
    source = f'style="{style}" src="data:{kind};base64,{data}"'
    return f"<img {source}>" if kind.startswith("image/") else f"<video controls {source}></video>"


def _shown_file(output: Path) -> Path:
    """Return what can be shown of an output: of a file of each frame, that of the first."""
    if output.is_dir():
        output = output / "frame_%05d.png"
    found = re.fullmatch(r"(.*)%(0\d{1,2})?d(.*)", output.name)
    return output.with_name(f"{found[1]}{0:{found[2] or ''}d}{found[3]}") if found else output


def _first_frame(facts: RenderFacts) -> str:
    import av

    try:
        with av.open(str(_shown_file(facts.output_file))) as container:
            frame = next(container.decode(video=0)).to_ndarray(format="rgb24")
    except (av.FFmpegError, OSError) as error:
        return _not_shown(facts, error)
    buffer = BytesIO()
    imsave(buffer, frame, format="png")
    return _picture(buffer.getvalue(), "the first frame")


def _not_shown(facts: RenderFacts, error: FFmpegError | OSError) -> str:
    return f"<p>{escape(str(facts.output_file))}: {escape(str(error.strerror))}</p>"


def _plot(facts: RenderFacts, bottleneck: Bottleneck) -> bytes:
    buffer = BytesIO()
    plot_report(facts, bottleneck).savefig(buffer, format="png", dpi=150)
    return buffer.getvalue()


def _picture(png: bytes, what: str) -> str:
    return f'<img alt="{what}" src="data:image/png;base64,{base64.b64encode(png).decode()}">'


def _table(facts: RenderFacts, bottleneck: Bottleneck) -> str:
    rows = "".join(
        f'<tr><th style="text-align: left">{escape(name)}</th>'
        f'<td style="text-align: left">{escape(value)}</td></tr>'
        for name, value in table_rows(facts, bottleneck)
    )
    return f"<table>{rows}</table>"


def _warnings(facts: RenderFacts) -> str:
    listed = "".join(f"<li>{escape(each)}</li>" for each in facts.warnings)
    return f"<h2>Warnings</h2>\n<ul>{listed}</ul>" if listed else ""


def _slowest(facts: RenderFacts) -> str:
    heads = "".join(f"<th>{head}</th>" for head in ("frame", "ms", "update", "draw", "store"))
    rows = "".join(
        "<tr>"
        + f'<td class="number">{slow.frame}</td>'
        + "".join(
            f'<td class="number">{1000 * seconds:.1f}</td>'
            for seconds in (
                slow.seconds,
                slow.update_seconds,
                slow.draw_seconds,
                slow.store_seconds,
            )
        )
        + f"<td><code>{escape(slow.params)}</code></td></tr>"
        for slow in facts.slowest
    )
    return f"<table><tr>{heads}<th>params</th></tr>{rows}</table>"
