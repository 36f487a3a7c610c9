"""Reads the imports of the package, and finds those that point the wrong way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = "parallel_animate"
# The way down. A part may import from those that come later in this list, and from no others.
ORDER = (
    *(
        "__main__",
        "commands",
        "batch",
        "jobs",
        "tuning",
        "adapters",
        "animator",
        "still",
        "delivery",
    ),
    *("cluster", "piecework", "rendering", "recording", "options"),
    *("engine", "params", "memory", "output", "canvas", "report", "system"),
    *("util", "arguments", "text", "errors", "version"),
)
# Parts that do not know one another, though they come one after the other.
STRANGERS = {"engine", "output", "report"}


@dataclass(frozen=True)
class Import:
    """An import of a module of the package by another one, of names in it."""

    importer: str  # such as "canvas.surface"; "" is the package itself
    imported: str
    names: tuple[str, ...]
    place: str

    @property
    def parts(self) -> tuple[str, str]:
        """The parts of the package that the two belong to."""
        return self.importer.partition(".")[0], self.imported.partition(".")[0]


def imports_of(root: Path) -> list[Import]:
    """Return all imports within the package in a folder: real ones, lazy ones and those of types.

    Parameters
    ----------
    root : Path
        The folder ``parallel_animate``.
    """
    modules = {_name(path, root): path for path in sorted(root.rglob("*.py"))}
    found = []
    for importer, path in modules.items():
        for node in _statements(path.read_text(encoding="utf-8")):
            place = f"{PACKAGE}/{path.relative_to(root)}:{getattr(node, 'lineno', 0)}"
            found += [
                Import(importer, imported, names, place)
                for imported, names in _targets(node, importer, path, modules)
            ]
    return found


@cache  # most modules are the same in every copy of the package
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def _statements(text: str) -> list[ast.AST]:
    """Return what may import something in a module."""
    kinds = (ast.Import, ast.ImportFrom, ast.Call)
    return [node for node in ast.walk(_parsed(text)) if isinstance(node, kinds)]


def _name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _targets(
    node: ast.AST, importer: str, path: Path, modules: dict[str, Path]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the modules of the package that a statement imports, and the names from each."""
    if isinstance(node, ast.Call) and _last_name(node.func) == "import_module":
        name = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else ""
        if str(name).partition(".")[0] == PACKAGE:
            yield str(name).partition(".")[2], ()
    elif isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name.partition(".")[0] == PACKAGE:
                yield alias.name.partition(".")[2], ()
    elif isinstance(node, ast.ImportFrom):
        if node.level:
            depth = node.level - (path.name == "__init__.py")
            base = ".".join(importer.split(".")[: -depth or None])
            module = ".".join(part for part in (base, node.module) if part)
        elif (node.module or "").partition(".")[0] == PACKAGE:
            module = (node.module or "").partition(".")[2]
        else:
            return
        names = []
        for alias in node.names:
            inner = f"{module}.{alias.name}".lstrip(".")
            if inner in modules and alias.name not in _exported(modules[module]):
                yield inner, ()
            else:
                names.append(alias.name)
        if names:
            yield module, tuple(names)


def _last_name(node: ast.expr) -> str:
    """Return the name that is called, without what it belongs to."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _exported(path: Path) -> list[str]:
    """Return what a module has in its ``__all__``."""
    for node in _parsed(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return []


def wrong_arrows(root: Path) -> list[str]:
    """Return what is wrong with the imports in a folder, each with what to do instead."""
    found = imports_of(root)
    wrong = []
    for each in found:
        part, other = each.parts
        if part == other:
            continue
        arrow = f"{each.place}: {part or PACKAGE} imports {each.imported or PACKAGE}"
        if part == "":
            pass  # the package itself may import from all parts
        elif other not in ORDER or part not in ORDER:
            wrong.append(
                f"{arrow}, which has no place in the order: give each new part its place in "
                "tests/imports.py and in the map of CONTRIBUTING.md"
            )
        elif {part, other} <= STRANGERS:
            wrong.append(
                f"{arrow}, which it does not know: let rendering.py, which knows both, hand over "
                "what is needed, as an argument or as an object of a protocol"
            )
        elif ORDER.index(part) > ORDER.index(other):
            wrong.append(
                f"{arrow}, which lies above it: move what is needed down, or let the caller hand "
                "it over"
            )
        if (root / other).is_dir() and (
            "." in each.imported
            or not each.names
            or not set(each.names) <= set(_exported_by(root, other))
        ):
            what = ", ".join(each.names) or each.imported
            wrong.append(
                f"{arrow} past its __init__ ({what}): export what is needed there, and import it "
                f"by name from {PACKAGE}.{other}"
            )
    return wrong + [
        f"{' -> '.join(circle)} is a circle: move what both need into a module below them"
        for circle in _circles(found)
    ]


def _exported_by(root: Path, part: str) -> list[str]:
    path = root / part / "__init__.py"
    return _exported(path) if path.is_file() else []


def _circles(found: list[Import]) -> list[list[str]]:
    """Return a circle through each module that lies on one, each circle once.

    What a wing's ``__init__`` imports from its own modules is no part of a circle, unless one of
    these imports the wing.
    """
    arrows: dict[str, set[str]] = {}
    for each in found:
        if each.importer:
            arrows.setdefault(each.importer, set()).add(each.imported)
    circles, done = [], set()
    for start in arrows:
        circle = _way_back(start, arrows)
        if circle and not done & set(circle):
            done |= set(circle)
            circles.append(circle)
    return circles


def _way_back(start: str, arrows: dict[str, set[str]]) -> list[str]:
    """Return a way along the arrows from a module back to itself, if there is one."""
    ways, seen = [[start]], {start}
    for way in ways:
        for target in sorted(arrows.get(way[-1], ())):
            if target == start:
                return [*way, start]
            if target not in seen:
                seen.add(target)
                ways.append([*way, target])
    return []
