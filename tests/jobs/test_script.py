"""Scripts are imported with the modules beside them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from parallel_animate.jobs.script import imported


@pytest.fixture(autouse=True)
def import_system() -> Iterator[None]:
    """Leave it as it was."""
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in sys.modules.keys() - modules:
        del sys.modules[name]


def folder(tmp_path: Path, name: str, *, package: bool = False) -> Path:
    """Make a script, and a module that has another answer in each folder."""
    there = tmp_path / name
    there.mkdir()
    (there / "plot.py").write_text(
        "import answers\ntold = answers.told\n"
        "def ask():\n    import answers\n    return answers.told\n"
    )
    module = there / "answers.py"
    if package:
        (there / "answers").mkdir()
        (there / "answers" / "inner.py").write_text(f"told = {name!r}")
        module = there / "answers" / "__init__.py"
    module.write_text("from answers.inner import told" if package else f"told = {name!r}")
    return there / "plot.py"


@pytest.mark.parametrize("package", [False, True])
def test_scripts_of_two_folders_have_modules_of_the_same_name(
    tmp_path: Path, package: bool
) -> None:
    one, two = folder(tmp_path, "one"), folder(tmp_path, "two", package=package)
    for _ in range(2):
        assert (imported(one).told, imported(one).ask()) == ("one", "one")
        assert (imported(two).told, imported(two).ask()) == ("two", "two")
    assert imported(one) is imported(one)


def test_other_modules_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "shared.py").write_text("")
    sys.path.insert(0, str(tmp_path))
    import shared  # type: ignore[import-not-found]

    one, two = folder(tmp_path, "one"), folder(tmp_path, "two")
    (one.parent / "only.py").write_text("")
    one.write_text("import only, shared\n" + one.read_text())
    module = imported(one)
    imported(two)
    assert sys.modules["shared"] is shared is module.shared
    assert sys.modules["only"] is module.only
