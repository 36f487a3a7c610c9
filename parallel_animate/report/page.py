"""The report as HTML: a page by itself, and what a notebook shows."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

from matplotlib import rc_context
from matplotlib.image import imsave

from parallel_animate.report.bottleneck import Bottleneck
from parallel_animate.report.facts import RenderFacts
from parallel_animate.report.pictures import first_frame, shown_file
from parallel_animate.report.plotting import WIDTH, plot_parts
from parallel_animate.report.table import happened_rows, measured_rows, table_rows

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
# Inches of the plots where the page is narrow: their texts are then as large as those around them.
NARROW = 4.2
STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
       color: #222; background: #fff; overflow-wrap: anywhere; }
img { max-width: 100%; height: auto; background: #fff; }
picture img { width: 100%; }
table { border-collapse: collapse; }
td, th { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }
th { font-weight: 600; white-space: nowrap; }
.slowest { max-width: 36rem; }
.slowest td, .slowest th { text-align: right; font-variant-numeric: tabular-nums; }
.slowest td.params { text-align: left; padding-bottom: .8rem; }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #1b1d22; } }
@media (max-width: 40rem) {
  .facts th, .facts td { display: block; padding: 0; }
  .facts td { padding-bottom: .6rem; }
}
"""


def report_page(facts: RenderFacts, bottleneck: Bottleneck) -> str:
    """Return a page that needs nothing else: the first frame, the plots and the tables."""
    name = escape(facts.output_file.name)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}: report</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{name}</h1>
{_first_frame(facts)}
<h2>Held up by: {bottleneck.stage}</h2>
<p>{escape(bottleneck.evidence)}.</p>
{_list(bottleneck.suggestions)}
{_warnings(facts)}
<h2>Where the time went</h2>
{_plots(facts)}
{_table([*measured_rows(facts), *happened_rows(facts)])}
{_slowest(facts)}
</main>
</body>
</html>
"""


def report_cell(facts: RenderFacts, bottleneck: Bottleneck) -> str:
    """Return what a notebook shows: the video, and the table."""
    return f"<div>{_video(facts)}{_table(table_rows(facts, bottleneck))}</div>"


def _video(facts: RenderFacts) -> str:
    path = shown_file(facts.output_file)
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


def _first_frame(facts: RenderFacts) -> str:
    import av

    try:
        frame = first_frame(facts.output_file)
    except (av.FFmpegError, OSError) as error:
        return _not_shown(facts, error)
    buffer = BytesIO()
    imsave(buffer, frame, format="png")
    return _picture(buffer.getvalue(), "the first frame")


def _not_shown(facts: RenderFacts, error: FFmpegError | OSError) -> str:
    return f"<p>{escape(str(facts.output_file))}: {escape(str(error.strerror))}</p>"


def _plots(facts: RenderFacts) -> str:
    """Return the plots, drawn for a wide and for a narrow page."""
    wide, narrow = (_data("image/svg+xml", _plot(facts, width)) for width in (WIDTH, NARROW))
    told = "who was busy when, slots in use, and the cost of the stages"
    return (
        f'<picture><source media="(max-width: 40rem)" srcset="{narrow}">'
        f'<img alt="{told}" src="{wide}"></picture>'
    )


def _plot(facts: RenderFacts, width: float) -> bytes:
    buffer = BytesIO()
    with rc_context({"svg.fonttype": "none", "font.family": "sans-serif"}):
        plot_parts(facts, width).savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def _picture(png: bytes, what: str) -> str:
    return f'<img alt="{what}" src="{_data("image/png", png)}">'


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _table(rows: Iterable[tuple[str, str]]) -> str:
    """Return rows of names and values; one without a name goes on with the last."""
    grouped: list[tuple[str, list[str]]] = []
    for name, value in rows:
        if name or not grouped:
            grouped.append((name, []))
        grouped[-1][1].append(f"<div>{escape(value)}</div>")
    left = 'style="text-align: left"'
    listed = "".join(
        f'<tr><th {left} scope="row">{escape(name)}</th><td {left}>{"".join(lines)}</td></tr>'
        for name, lines in grouped
    )
    return f'<table class="facts">{listed}</table>'


def _list(texts: Iterable[str]) -> str:
    listed = "".join(f"<li>{escape(each)}</li>" for each in texts)
    return f"<ul>{listed}</ul>" if listed else ""


def _warnings(facts: RenderFacts) -> str:
    return f"<h2>Warnings</h2>\n{_list(facts.warnings)}" if facts.warnings else ""


def _slowest(facts: RenderFacts) -> str:
    """Return what the slowest frames took, each with its params below, as wide as the page."""
    if not facts.slowest:
        return ""
    heads = "".join(f"<th>{head}</th>" for head in ("frame", "ms", "update", "draw", "store"))
    rows = "".join(
        "<tr>"
        + f"<td>{slow.frame}</td>"
        + "".join(
            f"<td>{1000 * seconds:.1f}</td>"
            for seconds in (
                slow.seconds,
                slow.update_seconds,
                slow.draw_seconds,
                slow.store_seconds,
            )
        )
        + f'</tr><tr><td class="params" colspan="5"><code>{escape(slow.params)}</code></td></tr>'
        for slow in facts.slowest
    )
    table = f'<table class="slowest"><tr>{heads}</tr>{rows}</table>'
    return f"<h2>The slowest frames, and their params</h2>\n{table}"
