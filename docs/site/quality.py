"""What qualities and kinds of files look like, side by side: pictures made when the site is built.

A hook of MkDocs, which puts them into a page where it says ``<!-- quality -->``. As a program,
``python quality.py FOLDER`` renders the same animation in several ways into a folder. That is done
anew only if this file or the version of the library has changed.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from html import escape
from pathlib import Path
from typing import Any

import av
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from parallel_animate import Animator
from parallel_animate.version import __version__

MARK = "<!-- quality -->"
KEPT = Path(__file__).parents[2] / ".gallery" / "quality"
FRAMES = 50
SHOWN = 40  # this frame: late enough that an encoder has had to build on others
PART = (slice(34, 184), slice(225, 425))  # rows and columns of it that are shown, enlarged
# What is written, and the arguments of `make_video` that differ; the first one is without loss.
WAYS: list[tuple[str, str, dict[str, Any]]] = [
    ("as drawn", "drawn.png", {}),
    ("video_quality=10", "q10.mp4", {"video_quality": 10}),
    ("video_quality=20, the default", "q20.mp4", {}),
    ("video_quality=28", "q28.mp4", {"video_quality": 28}),
    ("video_quality=36", "q36.mp4", {"video_quality": 36}),
    ("video_quality=45", "q45.mp4", {"video_quality": 45}),
    ('pixel_format="yuv444p"', "yuv444p.mp4", {"pixel_format": "yuv444p"}),
    ("200 kbit a second", "rate.mp4", {"video_extra_ffmpeg_params": ["-b:v", "200k"]}),
    ('codec="av1"', "av1.mp4", {"codec": "av1"}),
    ("a GIF: 256 colours", "out.gif", {}),
]


class Plot(Animator):
    """Thin coloured lines, points, a text, and an image with more colours than a GIF can have."""

    def setup(self) -> Figure:
        figure, (lines, image) = plt.subplots(1, 2, figsize=(8, 3.2), dpi=80, layout="constrained")
        self.x = np.linspace(0, 12, 600)
        self.lines = [lines.plot(self.x, self.x, lw=0.8, color=color)[0] for color in ("r", "b")]
        (self.points,) = lines.plot([], [], "o", ms=4, color="tab:green")
        lines.set(ylim=(-1.1, 1.1), xlim=(0, 12), title="thin lines")
        self.grid = np.meshgrid(np.linspace(0, 6, 200), np.linspace(0, 6, 200))
        self.image = image.imshow(self.grid[0], vmin=-2, vmax=2, cmap="turbo", aspect="auto")
        image.set(title="many colours")
        return figure

    def update(self, frame_idx: int, params: float) -> None:
        for line, pace in zip(self.lines, (1.0, 1.7), strict=True):
            line.set_ydata(np.sin(self.x * pace + params))
        self.points.set_data(self.x[::30], np.cos(self.x[::30] + params))
        across, down = self.grid
        self.image.set_data(np.sin(across + params) + np.cos(down - params))


def main(folder: Path) -> None:
    """Render the animation in all ways, and write a picture and the size of each."""
    folder.mkdir(parents=True, exist_ok=True)
    for _, name, given in WAYS:
        path = folder / name
        Plot().make_video(path, np.linspace(0, 4, FRAMES), fps=25, **given)
        with av.open(str(path)) as opened:
            frames = [frame.to_ndarray(format="rgb24") for frame in opened.decode(video=0)]
        plt.imsave(folder / f"{path.stem}-part.png", frames[SHOWN][PART])
    sizes = {name: (folder / name).stat().st_size for _, name, _ in WAYS}
    told = {"made_from": made_from(), "sizes": sizes}
    (folder / "quality.json").write_text(json.dumps(told), encoding="utf-8")


def made_from() -> str:
    """Return what changes when these pictures have to be made anew."""
    source = Path(__file__).read_text(encoding="utf-8")
    return hashlib.sha256(f"{__version__}\n{source}".encode()).hexdigest()


def on_files(files: Any, config: Any) -> Any:
    """Make the pictures, unless they are there, and add them to the site."""
    from mkdocs.structure.files import File

    if _told().get("made_from") != made_from():
        subprocess.run([sys.executable, __file__, str(KEPT)], check=True)
    for picture in KEPT.glob("*-part.png"):
        uri = f"quality/{picture.name}"
        files.append(File.generated(config, uri, abs_src_path=str(picture)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Put the pictures where the page wants them."""
    if MARK not in markdown:
        return markdown
    up = "../" * page.file.src_uri.count("/")
    sizes = _told()["sizes"]
    figures = "".join(
        f'<figure><img src="{up}quality/{Path(name).stem}-part.png" loading="lazy"'
        f' alt="A part of a frame: {escape(label)}"><figcaption>{_code(label)}<br>'
        f"{sizes[name] / 1000:,.0f} kB</figcaption></figure>\n"
        for label, name, _ in WAYS
    )
    return markdown.replace(MARK, f'<div class="qualities">\n{figures}</div>\n')


def _code(label: str) -> str:
    """Return a label with its argument as code."""
    argument, comma, rest = label.partition(",")
    return f"<code>{argument}</code>{comma}{rest}" if "=" in argument else label


def _told() -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads((KEPT / "quality.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return told


if __name__ == "__main__":
    main(Path(sys.argv[1]))
