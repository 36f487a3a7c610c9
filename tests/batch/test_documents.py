"""What docs/commands.md shows of batches works as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from parallel_animate.batch.config import load_jobs
from tests.batch.videos import outcomes
from tests.commands.running import run
from tests.scripts import ROOT
from tests.stamp import decoded

pytestmark = pytest.mark.timeout(60)
PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def blocks(section: str, language: str) -> list[str]:
    """Return the blocks of code of a language in a section of the page."""
    text = PAGE[PAGE.index(f"\n## {section}") :]
    text = text[: text.find("\n## ", 4)] if "\n## " in text[4:] else text
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    for number in (1, 2):
        waves = np.sin(np.arange(4)[:, None] + np.linspace(0, 6, 200))
        np.savez(tmp_path / "data" / f"run-{number:03}.npz", u=waves)
    return tmp_path


def test_the_pipeline_makes_a_folder_of_videos_and_a_page(folder: Path) -> None:
    (script,) = blocks("A pipeline", "python")
    (jobs,) = blocks("A pipeline", "toml")
    (folder / "plot.py").write_text(script)
    (folder / "jobs.toml").write_text(jobs)
    ended = run("batch", folder / "jobs.toml", "--strict", "--json")
    assert ended.exit_code == 0, ended.output
    *lines, total = outcomes(ended.stdout)
    assert sorted(line["name"] for line in lines) == ["videos/run-001.mp4", "videos/run-002.mp4"]
    for path in (folder / "videos").iterdir():
        assert len(list(decoded(path))) == 4
    page = Path(total["page"]).read_text()
    assert page.count("the first frame") == 2
    assert "run-001" in page


def test_the_file_of_jobs_is_understood(folder: Path) -> None:
    (text,) = blocks("A file of jobs", "toml")
    output = 'fps = 30\noutput = "videos/{stem}-{color}.mp4"'
    (folder / "jobs.toml").write_text(text.replace("fps = 30", output, 1))
    overview, *others = load_jobs(folder / "jobs.toml")
    assert (overview.name, overview.size) == ("videos/overview.mp4", (1920, 1080))
    assert len(others) == 4


def test_the_guide_to_many_videos_ends_with_videos(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of its four, one is rendered here."""
    text = (ROOT / "docs" / "guides" / "many-videos.md").read_text(encoding="utf-8")
    data, plot = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    (jobs,) = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(compile(data, "data.py", "exec"), {})
    Path("plot.py").write_text(plot)
    Path("jobs.toml").write_text(jobs)
    assert [job.name for job in load_jobs(tmp_path / "jobs.toml")] == [
        f"videos/run-00{number}.mp4" for number in range(1, 5)
    ]
    ended = run("batch", "jobs.toml", "--only", "run-001", "--strict")
    assert ended.exit_code == 0, ended.output
    assert len(list(decoded(Path("videos/run-001.mp4")))) == 60
    assert Path("jobs.batch/index.html").exists()
