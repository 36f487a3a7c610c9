"""The gallery: each script can be copied as it is, and the page can tell what it is about."""

from __future__ import annotations

import ast
import re
import runpy
from importlib.util import module_from_spec, spec_from_file_location
from itertools import islice
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from parallel_animate import Animator
from tests.conftest import in_turn
from tests.stamp import decoded

DOCS = Path(__file__).parents[1] / "docs"
SCRIPTS = sorted((DOCS / "gallery").glob("*.py"))


def _loaded(path: Path) -> ModuleType:
    """Return a module that is in no package, as MkDocs loads it."""
    spec = spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


quality = _loaded(DOCS / "site" / "quality.py")


def test_there_are_enough() -> None:
    assert len(SCRIPTS) >= 24


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_it_has_what_the_page_shows(script: Path) -> None:
    """A title; a field and what there is to see; one animator, its params, and a last line."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    title, _, text = (ast.get_docstring(tree) or "").partition("\n\n")
    assert title
    assert "\n" not in title
    assert text.partition(". ")[2]
    classes = [each for each in tree.body if isinstance(each, ast.ClassDef)]
    assert len(classes) == 1
    assert f'{script.stem}.mp4", params' in ast.unparse(tree.body[-1]).replace("'", '"')


@pytest.mark.parametrize("script", in_turn(SCRIPTS, 6), ids=lambda script: script.stem)
def test_it_makes_a_video(script: Path, out: Path) -> None:
    """Its first frames, which differ."""
    found = runpy.run_path(str(script))
    kind = next(
        each
        for each in found.values()
        if isinstance(each, type) and issubclass(each, Animator) and each is not Animator
    )
    params = found["params"]() if callable(found["params"]) else found["params"]
    kind().make_video(out, islice(params, 4), 30, num_workers=1, video_quality=0)
    first, *_, last = (frame.to_ndarray() for frame in decoded(out))
    assert (first != last).any()


def test_the_pictures_of_qualities_stand_side_by_side_with_their_sizes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two qualities, the worse one is another picture, and its file is smaller."""
    monkeypatch.setattr(quality, "KEPT", tmp_path)
    monkeypatch.setattr(quality, "FRAMES", 8)
    monkeypatch.setattr(quality, "SHOWN", 5)
    ways = [way for way in quality.WAYS if way[1] in ("q10.mp4", "q45.mp4")]
    monkeypatch.setattr(quality, "WAYS", ways)
    quality.main(tmp_path)
    good, bad = (tmp_path / f"{name}-part.png" for name in ("q10", "q45"))
    assert good.read_bytes() != bad.read_bytes()
    page = SimpleNamespace(file=SimpleNamespace(src_uri="guides/which-format.md"))
    shown = quality.on_page_markdown(f"Before\n{quality.MARK}\nafter", page)
    sizes = [float(size) for size in re.findall(r"<br>(\d+) kB", shown)]
    assert len(sizes) == 2
    assert sizes[0] > 2 * sizes[1]
    assert shown.count('src="../quality/q') == 2
