"""The page of a batch: all its videos, with their first frames, times and errors."""

from __future__ import annotations

import base64
import os
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from parallel_animate.batch.state import State, write_whole
from parallel_animate.jobs import Job

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; padding: 0 1rem; max-width: 90rem;
       color: #222; background: #fff; overflow-wrap: anywhere; }
.videos { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr));
          gap: 1.5rem; margin-top: 1.5rem; }
img, .none { width: 100%; aspect-ratio: 4 / 3; object-fit: contain; background: #f2f2f2; }
h2 { font-size: 1rem; margin: .3rem 0 0; }
p { margin: 0; }
.failed, .crashed { color: #a00; }
pre { white-space: pre-wrap; font-size: .8rem; margin: .3rem 0; }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #1b1d22; }
  .none { background: #2b2e35; }
  .failed, .crashed { color: #ff8a80; }
  a { color: #8ab4f8; }
}
"""


def write_page(path: Path, title: str, jobs: list[Job], state: State) -> None:
    """Write the page of all jobs, as far as they are known, whoever has rendered them.

    It needs no other file but the videos, to which it links.
    """
    known = [(job, state.outcome(job) or {}) for job in jobs]
    counts: dict[str, int] = {}
    for _, outcome in known:
        status = str(outcome.get("status", "waiting"))
        counts[status] = counts.get(status, 0) + 1
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    articles = "".join(_article(job, outcome, state, path.parent) for job, outcome in known)
    write_whole(
        path,
        f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
<p>{len(jobs)} videos: {told}</p>
<div class="videos">
{articles}</div>
</main>
</body>
</html>
""",
    )


def _article(job: Job, outcome: dict[str, Any], state: State, folder: Path) -> str:
    status = str(outcome.get("status", "waiting"))
    output = Path(job.output[0]).absolute()
    told = ""
    if status == "done":
        told = f"{outcome.get('frames', 0):,} frames in {outcome.get('seconds', 0):.2f} s"
    notes = "".join(
        f"<pre>{escape(str(each))}</pre>"
        for each in (outcome.get("error"), *outcome.get("doubts", ()), *outcome.get("warnings", ()))
        if each
    )
    log = state.log(job)
    link = f' <a href="{_to(log, folder)}">log</a>' if log.is_file() else ""
    picture = _picture(state.picture(job))
    if output.exists():
        picture = f'<a href="{_to(output, folder)}">{picture}</a>'
    return (
        f"<article>{picture}"
        f'<h2>{escape(job.name)}</h2><p><span class="{status}">{status}</span> {told}{link}</p>'
        f"{notes}</article>\n"
    )


def _to(path: Path, folder: Path) -> str:
    try:
        return quote(Path(os.path.relpath(path, folder)).as_posix())
    except ValueError:  # on another drive
        return path.as_uri()


def _picture(path: Path) -> str:
    try:
        data = base64.b64encode(path.read_bytes()).decode()
    except OSError:
        return '<div class="none" role="img" aria-label="no picture yet"></div>'
    return f'<img alt="the first frame" src="data:image/jpeg;base64,{data}">'
