"""What a video was made of: two renders with the same fingerprint give the same video.

It covers the script and the modules beside it that it imports, the params and all files that values
name, the settings, and the versions of what draws and encodes. What a script reads without being
told so by its values is not seen.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import io
import json
import pickle
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from parallel_animate.jobs.description import Job
from parallel_animate.jobs.params import file_and_part
from parallel_animate.version import __version__

# Arguments that change nothing of what a video shows.
WITHOUT_EFFECT = frozenset(
    (
        *("num_workers", "start_method", "preload_factor", "ring_slots", "frame_timeout"),
        *("check_history", "segment_frames", "redraw"),
    )
)
KIND = "parallel-animate"


@dataclass(frozen=True)
class Fingerprint:
    """What a video was made of.

    Parameters
    ----------
    digest : str
        The same for the same video.
    settings : dict
        How it was asked for, in words.
    versions : dict
        What has drawn and encoded it.
    """

    digest: str
    settings: dict[str, Any]
    versions: dict[str, str]

    @property
    def mark(self) -> str:
        """What is noted of it in the video's file."""
        told = {KIND: __version__, "fingerprint": self.digest, "settings": self.settings}
        return json.dumps(told | {"versions": self.versions}, default=str)


def mark_in(metadata: Mapping[str, str]) -> dict[str, Any] | None:
    """Return what a file notes of how it was made; None if there is nothing."""
    for key, text in metadata.items():
        if key.lower() == "comment" and text.startswith("{"):
            try:
                found = json.loads(text)
            except ValueError:
                continue
            if isinstance(found, dict) and KIND in found:
                return found
    return None


def fingerprint(job: Job) -> Fingerprint | None:
    """Return a job's fingerprint; None if it has objects that cannot be told apart."""
    settings = _settings(job)
    try:
        made_of = {
            "script": [_digest(path) for path in _sources(job)],
            "objects": [
                _of_object(each) for each in (job.animation, job.params) if not _is_word(each)
            ],
            "files": [_digest(path) for path in _files(job)],
            "settings": {
                name: value for name, value in settings.items() if name not in WITHOUT_EFFECT
            },
            "versions": _versions(),
        }
    except (OSError, _UnknownError):
        return None
    text = json.dumps(made_of, sort_keys=True, default=_plain)
    return Fingerprint(hashlib.sha256(text.encode()).hexdigest()[:32], settings, dict(_versions()))


class _UnknownError(Exception):
    """An object cannot be told from others."""


def _settings(job: Job) -> dict[str, Any]:
    told = {
        "script": None if job.script is None else f"{job.script[0].name}:{job.script[1]}",
        "params": str(job.params) if isinstance(job.params, str | Path) else None,
        "over": job.over,
        "frames": job.span,
        "size": job.size,
        "dpi": job.dpi,
        "set": {**job.offered, **job.values} if job.offered or job.values else None,
    }
    return {name: value for name, value in told.items() if value is not None} | dict(job.options)


def _is_word(value: Any) -> bool:
    return value is None or isinstance(value, str | Path)


def _of_object(value: Any) -> str:
    """Return a digest of an object of a Python program: of its state, and of its class's name.

    The source of its class is told by :func:`_sources`.
    """
    kind = value if inspect.isroutine(value) else type(value)
    if kind.__module__ == "__main__" and _source_of(value) is None:
        raise _UnknownError  # typed into an interpreter or a notebook: nobody sees it change
    state = value if _is_data(value) or callable(value) else vars(value)
    try:
        return hashlib.sha256(f"{kind.__qualname__}:".encode() + _pickled(state)).hexdigest()
    except Exception as error:
        raise _UnknownError from error


def _is_data(value: Any) -> bool:
    return not hasattr(value, "__dict__") or _source_of(value) is None


def _pickled(value: Any) -> bytes:
    """Pickle a value in such a way that equal ones give the same bytes in every process."""
    file = io.BytesIO()
    pickler = pickle.Pickler(file, protocol=4)
    pickler.fast = True  # nothing depends on which of its parts are the same object
    pickler.dump(value)
    return file.getvalue()


def _source_of(value: Any) -> Path | None:
    """Return the file in which a function, or the class of an object, is defined, if the user's."""
    try:
        path = inspect.getsourcefile(value if inspect.isroutine(value) else type(value))
    except TypeError:  # of a type that is built in, or typed into an interpreter
        return None
    if path is None or not Path(path).is_file():
        return None
    return Path(path).resolve()


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path | Fraction) else repr(value)


def _files(job: Job) -> list[Path]:
    """Return the files that a job names besides its script."""
    found = file_and_part(job.params)
    named = [found[0]] if found is not None else []
    words = [*job.values.values(), *job.offered.values(), job.options.get("audio")]
    for word in words:
        if isinstance(word, str | Path) and 0 < len(str(word)) < 1000 and "\0" not in str(word):
            path = Path(word)
            if path.is_file() and path not in named:
                named.append(path)
    return named


def _digest(path: Path) -> str:
    if path.is_dir():  # a Zarr store: its files may be many
        files = sorted(each for each in path.rglob("*") if each.is_file())
        told = [(str(each.relative_to(path)), _stamp(each)) for each in files]
        return hashlib.sha256(repr(told).encode()).hexdigest()
    return _contents(path, _stamp(path))


def _stamp(path: Path) -> tuple[int, int]:
    there = path.stat()
    return there.st_size, there.st_mtime_ns


@cache
def _contents(path: Path, stamp: tuple[int, int]) -> str:
    """Return a digest of a file's contents, which are not read again while it has this stamp."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sources(job: Job) -> list[Path]:
    """Return the script, and the modules beside it that it imports, and these import."""
    if job.script is not None:
        begin = [job.script[0]]
    else:
        objects = (each for each in (job.animation, job.params) if not _is_word(each))
        begin = [path for each in objects if (path := _source_of(each)) is not None]
    found: list[Path] = []
    left = list(begin)
    while left:
        path = left.pop()
        if path not in found:
            found.append(path)
            left += [
                each for first in begin for each in _imported(path, _stamp(path), first.parent)
            ]
    return sorted(found)


@cache
def _imported(path: Path, stamp: tuple[int, int], folder: Path) -> list[Path]:
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return []
    found = []
    for name in _names(tree):
        place = folder.joinpath(*name.split("."))
        found += [
            each for each in (place.with_suffix(".py"), place / "__init__.py") if each.is_file()
        ]
    return found


def _names(tree: ast.AST) -> Iterable[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def _versions() -> Mapping[str, str]:
    return {KIND: __version__} | {name: version(name) for name in ("matplotlib", "numpy", "av")}
