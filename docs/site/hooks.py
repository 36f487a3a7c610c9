"""What the documentation site makes when it is built: the gallery, and the help of the commands.

The animations of the gallery are rendered by the library itself, each once: a video is made anew
only if its script or the version of the library has changed.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from mkdocs.structure.files import File, Files

SITE = Path(__file__).parent
DOCS = SITE.parent
ROOT = DOCS.parent
RESULTS = ROOT / "benchmarks" / "results"
REPOSITORY = "https://github.com/parallel-animate/parallel-animate"
# Where videos are kept between builds.
KEPT = ROOT / ".gallery"
FPS = 30
COMMANDS = ("render", "batch", "preview", "info", "join", "tune", "demo", "docs")


@dataclass(frozen=True)
class Scene:
    """An animation of the gallery: a script with one animator, and its params.

    Parameters
    ----------
    script : Path
        The script. The first line of its docstring is the title, and the rest tells of it.
    """

    script: Path

    @property
    def name(self) -> str:
        """The name of its video, without the suffix."""
        return self.script.stem

    @property
    def source(self) -> str:
        """The script's text."""
        return self.script.read_text(encoding="utf-8")

    @property
    def about(self) -> tuple[str, str, str]:
        """Its title, its field, and what there is to see."""
        title, _, rest = (ast.get_docstring(ast.parse(self.source)) or "").partition("\n\n")
        field, _, text = " ".join(rest.split()).partition(". ")
        return title, field, text

    @property
    def code(self) -> str:
        """The script without its docstring."""
        return self.source.split('"""', 2)[2].strip()

    @property
    def animator(self) -> str:
        """The name of its class."""
        found = re.search(r"^class (\w+)\(Animator\)", self.source, re.MULTILINE)
        assert found, self.script
        return found[1]

    def rendered(self, kept: Path, version: str) -> dict[str, Any]:
        """Render it, unless that was done; return the report."""
        made_from = hashlib.sha256(f"{version}\n{self.source}".encode()).hexdigest()
        report = kept / f"{self.name}.json"
        if report.exists():
            facts: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
            if facts["made_from"] == made_from:
                return facts
        video = kept / f"{self.name}.mp4"
        command = [sys.executable, "-m", "parallel_animate", "render", "--json", "--quiet"]
        command += [f"{self.script}:{self.animator}", "-o", str(video), "--fps", str(FPS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{self.script} cannot be rendered:\n{done.stderr}")
        _save_picture(video, video.with_suffix(".jpg"))
        told = json.loads(done.stdout)
        names = ("frames", "seconds", "width", "height", "redrawn_frames", "full_draws")
        facts = {name: told[name] for name in names} | {"made_from": made_from}
        report.write_text(json.dumps(facts), encoding="utf-8")
        return facts


def scenes() -> list[Scene]:
    """Return the animations of the gallery, by their titles."""
    found = [Scene(path) for path in (DOCS / "gallery").glob("*.py")]
    return sorted(found, key=lambda scene: scene.about[1:])


def on_config(config: Any) -> Any:
    """Say at the foot of each page which versions it tells of."""
    import matplotlib

    from parallel_animate.version import __version__

    config.copyright = f"parallel-animate {__version__}, with matplotlib {matplotlib.__version__}"
    return config


def on_files(files: Files, config: Any) -> Files:
    """Add the videos of the gallery, and pages that are made of the program itself."""
    from parallel_animate.version import __version__

    KEPT.mkdir(exist_ok=True)
    cards = []
    for scene in scenes():
        cards.append(card(scene, scene.rendered(KEPT, __version__)))
        for suffix in (".mp4", ".jpg"):
            files.append(
                File.generated(
                    config,
                    f"gallery/{scene.name}{suffix}",
                    abs_src_path=str(KEPT / f"{scene.name}{suffix}"),
                )
            )
    head = (SITE / "gallery.md").read_text(encoding="utf-8")
    page = f"{head}\n<div class='gallery' markdown>\n\n" + "\n".join(cards) + "\n</div>\n"
    home = (SITE / "home.md").read_text(encoding="utf-8")
    files.append(File.generated(config, "index.md", content=home))
    files.append(File.generated(config, "gallery/index.md", content=page))
    files.append(File.generated(config, "reference/commands.md", content=command_page()))
    files.append(File.generated(config, "contributing/map.md", content=map_page()))
    for plot in RESULTS.glob("*.png"):
        files.append(File.generated(config, f"measured/{plot.name}", abs_src_path=str(plot)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Let links that leave the site lead into the repository."""
    here = Path(page.file.src_uri).parent

    def outside(match: re.Match[str]) -> str:
        target = (DOCS / here / match[1]).resolve()
        if target.parent == RESULTS and target.suffix == ".png":
            up = "../" * len(here.parts)
            return f"]({up}measured/{target.name})"
        if target.is_relative_to(DOCS) or not target.exists():
            return match[0]
        return f"]({REPOSITORY}/blob/main/{target.relative_to(ROOT)}{match[2] or ''})"

    return re.sub(r"\]\((\.\./[^)#\s]*)(#[^)]*)?\)", outside, markdown)


def on_page_content(html: str, **_: Any) -> str:
    """Let a table's empty corner be no heading, which a screen reader would read out."""
    return html.replace("<th></th>", "<td></td>")


def card(scene: Scene, facts: dict[str, Any]) -> str:
    """Return what the gallery shows of an animation, as Markdown."""
    title, field, text = scene.about
    redrawn = facts["redrawn_frames"] >= facts["frames"] / 2
    way = "only changes drawn" if redrawn else "drawn in full"
    size = f'width="{facts["width"]}" height="{facts["height"]}"'
    speed = f"{facts['frames'] / facts['seconds']:.0f} frames a second, {way}"
    return f"""
<div class="card" markdown>
<video src="{scene.name}.mp4" poster="{scene.name}.jpg" {size} muted loop playsinline
 preload="none" tabindex="0" aria-label="{title}"></video>

## {title}

*{field}.* {text}

<p class="facts">{facts["frames"]} frames of {facts["width"]}x{facts["height"]}; {speed}</p>

??? example "The code: `{scene.name}.py`"

{_indented(f"```python{chr(10)}{scene.code}{chr(10)}```")}

</div>
"""


def command_page() -> str:
    """Return a page with the help of each command, as Markdown."""
    parts = ["# The command line\n\nWhat `parallel-animate COMMAND --help` prints.\n"]
    for command in COMMANDS:
        told = subprocess.run(
            [sys.executable, "-m", "parallel_animate", command, "--help"],
            env={"COLUMNS": "96", "NO_COLOR": "1", "TERM": "dumb"},
            capture_output=True,
            text=True,
            check=True,
        )
        parts.append(f"## parallel-animate {command}\n\n```text\n{told.stdout.strip()}\n```\n")
    return "\n".join(parts)


def map_page() -> str:
    """Return a page with the map of the package, as CONTRIBUTING.md has it."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    layout = text.partition("\n## Layout\n")[2].partition("\n## The documentation\n")[0]
    inside = re.sub(r"\]\(docs/", "](../", layout).replace("; see below", "")
    return f"# The map of the house\n\n{inside.replace(chr(10) + '### ', chr(10) + '## ')}"


def _save_picture(video: Path, picture: Path) -> None:
    """Save a frame in the middle of a video, which is shown until it plays."""
    with av.open(str(video)) as opened:
        frames = [frame.to_image() for frame in opened.decode(video=0)]
    frames[len(frames) * 3 // 5].save(picture, quality=85)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())
