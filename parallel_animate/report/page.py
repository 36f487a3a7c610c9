"""The report as HTML: a page by itself, and what a notebook shows."""

from __future__ import annotations

import base64
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

from matplotlib.image import imsave

if TYPE_CHECKING:
    from av import FFmpegError

    from parallel_animate.report.report import RenderReport

# A longer video is named in a notebook, and not put into it.
MOST_BYTES = 20_000_000
STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
       color: #222; background: #fff; }
img { max-width: 100%; height: auto; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }
th { font-weight: 600; white-space: nowrap; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
"""


def report_page(report: RenderReport) -> str:
    """Return a page that needs nothing else: the first frame, the plots and the tables."""
    name = escape(report.output_file.name)
    suggestions = "".join(f"<li>{escape(each)}</li>" for each in report.bottleneck.suggestions)
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
{_first_frame(report)}
<h2>Held up by: {report.bottleneck.stage}</h2>
<p>{escape(report.bottleneck.evidence)}.</p>
<ul>{suggestions}</ul>
<h2>Where the time went</h2>
{_picture(_plot(report), "who was busy when, slots in use, and the cost of the stages")}
{_table(report)}
<h2>The slowest frames</h2>
{_slowest(report)}
</body>
</html>
"""


def report_cell(report: RenderReport) -> str:
    """Return what a notebook shows: the video, and the table."""
    return f"<div>{_video(report)}{_table(report)}</div>"


def _video(report: RenderReport) -> str:
    try:
        if report.output_file.stat().st_size > MOST_BYTES:
            return f"<p>{escape(str(report.output_file))} is too large to be shown here.</p>"
        data = base64.b64encode(report.output_file.read_bytes()).decode()
    except OSError as error:
        return _not_shown(report, error)
    style = f"width: {min(report.width, 960)}px; max-width: 100%"
    return f'<video controls style="{style}" src="data:video/mp4;base64,{data}"></video>'


def _first_frame(report: RenderReport) -> str:
    import av

    try:
        with av.open(str(report.output_file)) as container:
            frame = next(container.decode(video=0)).to_ndarray(format="rgb24")
    except (av.FFmpegError, OSError) as error:
        return _not_shown(report, error)
    buffer = BytesIO()
    imsave(buffer, frame, format="png")
    return _picture(buffer.getvalue(), "the first frame")


def _not_shown(report: RenderReport, error: FFmpegError | OSError) -> str:
    return f"<p>{escape(str(report.output_file))}: {escape(str(error.strerror))}</p>"


def _plot(report: RenderReport) -> bytes:
    buffer = BytesIO()
    report.plot().savefig(buffer, format="png", dpi=150)
    return buffer.getvalue()


def _picture(png: bytes, what: str) -> str:
    return f'<img alt="{what}" src="data:image/png;base64,{base64.b64encode(png).decode()}">'


def _table(report: RenderReport) -> str:
    rows = "".join(
        f'<tr><th style="text-align: left">{escape(name)}</th>'
        f'<td style="text-align: left">{escape(value)}</td></tr>'
        for name, value in report.rows()
    )
    return f"<table>{rows}</table>"


def _slowest(report: RenderReport) -> str:
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
        for slow in report.slowest
    )
    return f"<table><tr>{heads}<th>params</th></tr>{rows}</table>"
