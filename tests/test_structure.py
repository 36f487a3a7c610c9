"""The package is laid out as CONTRIBUTING.md says, and its imports point one way."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest

import parallel_animate
from tests.imports import ORDER, wrong_arrows
from tests.scripts import ROOT

SOURCE = Path(parallel_animate.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))


def test_imports_point_down_and_go_through_the_wings_doors() -> None:
    wrong = wrong_arrows(SOURCE)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("canvas/tiles.py", "from parallel_animate.engine import Job", "lies above it"),
        ("text.py", "def f():\n    import parallel_animate.system.machine", "lies above it"),
        ("errors.py", "if TYPE_CHECKING:\n    from .canvas import Surface", "lies above it"),
        ("output/disk.py", "from parallel_animate import Animator", "no place in the order"),
        ("engine/base.py", "from parallel_animate.output import Parts", "does not know"),
        ("engine/job.py", "from ..report import RenderReport", "does not know"),
        ("output/parts.py", "from parallel_animate.report import Measure", "does not know"),
        ("rendering.py", "from parallel_animate.output.parts import SUFFIX", "past its __init__"),
        ("rendering.py", "from parallel_animate.output import parts", "past its __init__"),
        ("rendering.py", "from parallel_animate import output", "past its __init__"),
        ("__init__.py", "from parallel_animate.output.parts import SUFFIX", "past its __init__"),
        ("text.py", "import_module('parallel_animate.canvas')", "lies above it"),
        ("system/owner.py", "from parallel_animate.system import warn_user", "is a circle"),
        ("memory/blocks.py", "from parallel_animate.memory.ring import SlotRing", "is a circle"),
    ],
)
def test_a_wrong_arrow_is_found_and_the_way_out_is_told(
    tmp_path: Path, file: str, line: str, said: str
) -> None:
    copy = tmp_path / "parallel_animate"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    with (copy / file).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    wrong = wrong_arrows(copy)
    assert any(said in each for each in wrong), wrong


@pytest.mark.parametrize("wing", [part for part in ORDER if (SOURCE / part).is_dir()])
def test_each_wing_says_what_it_is_for_and_what_others_may_use(wing: str) -> None:
    tree = ast.parse((SOURCE / wing / "__init__.py").read_text(encoding="utf-8"))
    told = ast.get_docstring(tree) or ""
    assert len(told.splitlines()) > 2
    assert any(isinstance(node, ast.Assign) for node in tree.body)


def test_the_map_has_one_line_for_each_file() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([\w/]+\.py)` \|", text, re.MULTILINE)
    files = [str(path.relative_to(SOURCE)) for path in MODULES if path.name != "__init__.py"]
    assert sorted(listed) == sorted(files)


def test_no_module_has_grown_too_long() -> None:
    """A second reason to change has moved into one of more than 400 lines, or 600 of tests."""
    tests = sorted((ROOT / "tests").rglob("*.py"))
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES + tests}
    assert not [path for path in MODULES if lengths[path] > 400]
    assert not [path for path in tests if lengths[path] > 600]
