"""The page and the notebook's cell hold all that they show."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from matplotlib.image import imread

from tests.report.reports import Slow, Small
from tests.stamp import StampAnimator


class Page(HTMLParser):
    """The pictures, videos and texts of a page, whose tags have to match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.sources: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in ("img", "meta", "source"):
            self.open.append(tag)
        if source := dict(attributes).get("src"):
            self.sources.append((tag, source))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def data(self, tag: str) -> list[bytes]:
        """Return the contents of all pictures or videos, which have to be in the page itself."""
        return [
            base64.b64decode(source.removeprefix("data:").partition(";base64,")[2])
            for which, source in self.sources
            if which == tag
        ]


def test_the_page_has_the_first_frame_the_plots_and_the_tables(out: Path, tmp_path: Path) -> None:
    params = [f"<b>{i} & more</b>" for i in range(12)]
    report = Slow().make_video(out, params, 30, num_workers=2)
    report.save_html(tmp_path / "report.html")
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    frame, plot = page.data("img")
    frame = imread(BytesIO(frame), format="png")
    shown = next(av.open(str(out)).decode(video=0)).to_ndarray(format="rgb24")
    assert np.array_equal(np.round(frame[..., :3] * 255), shown)
    assert b"cost of the stages</text>" in plot  # as text, which stays sharp
    for text in (repr(params[7]), report.bottleneck.evidence + ".", "main process", "out.mp4"):
        assert text in page.texts, text
    assert set(report.bottleneck.suggestions) <= set(page.texts)
    assert "Warnings" not in page.texts


def test_the_page_has_plots_for_a_narrow_screen_too(out: Path, tmp_path: Path) -> None:
    report = Slow().make_video(out, range(4), 30, num_workers=2)
    report.save_html(tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    [narrow] = re.findall(r'srcset="data:image/svg\+xml;base64,([^"]+)"', text)
    svg = base64.b64decode(narrow).decode()
    [inches] = re.findall(r'<svg [^>]*width="([\d.]+)pt"', svg)
    assert float(inches) / 72 < 5
    assert svg.count("</text>") > 10


def test_the_page_says_nothing_twice(out: Path, tmp_path: Path) -> None:
    report = Slow().make_video(out, range(12), 30, num_workers=2)
    replace(report, warnings=("look out",)).save_html(tmp_path / "report.html")
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    said = [text for text in map(str.strip, page.texts) if " " in text]
    assert len(said) == len(set(said)) > 10
    evidence = report.bottleneck.evidence
    assert sum(evidence in text for text in said) == 1
    assert sum("look out" in text for text in said) == 1


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("kind", [list, iter])
def test_params_are_shown_in_full(out: Path, tmp_path: Path, workers: int, kind: Any) -> None:
    params = [{"days": list(range(i, i + 20)), "station": f"{i:080}"} for i in range(3)]
    report = Small().make_video(out, kind(params), 30, num_workers=workers)
    report.save_html(tmp_path / "report.html")
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert {repr(each) for each in params} <= set(page.texts)


def test_the_page_has_all_warnings_in_full(out: Path, tmp_path: Path) -> None:
    report = Small().make_video(out, range(3), 30, num_workers=1)
    warnings = ("<b>watch out</b> " * 30, "another")
    replace(report, warnings=warnings).save_html(tmp_path / "report.html")
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert {"Warnings", *warnings} <= set(page.texts)


def test_a_notebook_shows_the_video_and_the_table(out: Path) -> None:
    report = Small().make_video(out, range(3), 30, num_workers=1)
    page = Page(report._repr_html_())
    assert page.data("video") == [out.read_bytes()]
    assert {"main process", "memory"} <= set(page.texts)


def test_a_video_that_is_gone_or_too_large_is_named_instead(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = Small().make_video(out, range(3), 30, num_workers=1)
    monkeypatch.setattr("parallel_animate.report.page.MOST_BYTES", 10)
    assert f"{out} is too large to be shown here." in Page(report._repr_html_()).texts
    out.unlink()
    report.save_html(tmp_path / "report.html")
    for text in (report._repr_html_(), (tmp_path / "report.html").read_text(encoding="utf-8")):
        assert f"{out}: No such file or directory" in Page(text).texts


@pytest.mark.parametrize(
    ("name", "tag", "kind"),
    [
        ("out.webm", "video", "video/webm"),
        ("out.gif", "img", "image/gif"),
        ("out.webp", "img", "image/webp"),
        ("out.png", "img", "image/png"),
        ("out_%03d.png", "img", "image/png"),
        ("frames/", "img", "image/png"),
    ],
)
def test_a_notebook_shows_what_was_written(tmp_path: Path, name: str, tag: str, kind: str) -> None:
    report = StampAnimator(64, 64).make_video(f"{tmp_path}/{name}", range(3), 25, num_workers=1)
    cell = report._repr_html_()
    (data,) = re.findall(rf'<{tag} [^>]*src="data:{kind};base64,([^"]+)"', cell)
    first = next(each for each in sorted(tmp_path.rglob("*")) if each.is_file())
    assert base64.b64decode(data) == first.read_bytes()
