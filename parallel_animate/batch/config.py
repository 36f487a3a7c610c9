"""The jobs of a batch: from a file, or from a list of words, to checked jobs.

::

    [defaults]                        # words of all jobs
    script = "plot.py:Run"

    [[jobs]]                          # one job each
    output = "first.mp4"

    [matrix]                          # a job for each combination of these
    files = "data/*.npz"              # of which each is {file} and {stem}
    color = ["red", "blue"]           # a value, for the class and for {color} in words
"""

from __future__ import annotations

import os
import string
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from parallel_animate.errors import ArgumentError
from parallel_animate.jobs import Job, closest

TABLES = ("defaults", "jobs", "matrix")
FILES = "files"


def load_jobs(path: Path) -> list[Job]:
    """Return the jobs that a file of jobs describes.

    Raises
    ------
    ArgumentError
        If it cannot be read, or says something that is not understood.
    """
    try:
        words = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ArgumentError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ArgumentError(f"{path} is no TOML: {error}") from error
    try:
        return jobs_of(words, path.parent)
    except ArgumentError as error:
        raise ArgumentError(f"{path}: {Job.in_words(str(error))}") from error


def jobs_of(words: Mapping[str, Any], folder: Path) -> list[Job]:
    """Return the jobs of the tables of such a file.

    Parameters
    ----------
    words : mapping
        Its tables.
    folder : Path
        Where relative paths begin.
    """
    for name in words.keys() - set(TABLES):
        raise ArgumentError(f"there is no table {name!r}; {closest(name, TABLES, 'tables')}")
    defaults = words.get("defaults", {})
    jobs, matrices = words.get("jobs", []), words.get("matrix", [])
    matrices = [matrices] if isinstance(matrices, Mapping) else matrices
    if not isinstance(defaults, Mapping) or not isinstance(jobs, list):
        raise ArgumentError("write [defaults] once, and [[jobs]] for each job")
    if not isinstance(matrices, list):
        raise ArgumentError("matrix must have lists of values by name: write [matrix]")
    found = [_of_table(number, job, defaults, folder) for number, job in enumerate(jobs, 1)]
    for matrix in matrices:
        found += _of_matrix(matrix, defaults, folder)
    return checked(found)


def checked(jobs: list[Job]) -> list[Job]:
    """Return jobs, if there are any, and no two of them write the same file.

    Raises
    ------
    ArgumentError
        If there are none, or two of them do.
    """
    if not jobs:
        raise ArgumentError("there are no jobs")
    seen: dict[str, str] = {}
    names: set[str] = set()
    for job in jobs:
        for each in job.output:
            output = os.path.abspath(each)  # noqa: PTH100, which follows no links, as no other part does
            if output in seen:
                raise ArgumentError(
                    f"two jobs have the output {each}: give each its own, with a value of the "
                    "matrix in it, as in {stem}.mp4"
                )
            seen[output] = job.name
        if job.name in names:
            raise ArgumentError(f"two jobs have the name {job.name!r}")
        names.add(job.name)
    return jobs


def _joined(defaults: Mapping[str, Any], job: Any) -> dict[str, Any]:
    if not isinstance(job, Mapping):
        raise ArgumentError(f"a job is a table of words, not {job!r}")
    joined = {**defaults, **job}
    for word in ("set", "metadata"):  # tables of their own, whose entries add up
        if isinstance(defaults.get(word), Mapping) and isinstance(job.get(word), Mapping):
            joined[word] = {**defaults[word], **job[word]}
    return joined


def _of_table(number: int, job: Any, defaults: Mapping[str, Any], folder: Path) -> Job:
    """Return the job of one of the tables ``[[jobs]]``."""
    try:
        words = _joined(defaults, job)
        _check_filled(words.get("output"))
        return Job.of(words, folder)
    except ArgumentError as error:
        raise ArgumentError(f"job {number} of [[jobs]]: {error}") from error


def _check_filled(outputs: Any) -> None:
    """Raise an ArgumentError if an output names a value, as only a job of a matrix has some."""
    for output in outputs if isinstance(outputs, list) else [outputs]:
        try:
            names = [name for _, name, _, _ in string.Formatter().parse(str(output)) if name]
        except ValueError:  # a single brace, which names nothing
            continue
        if any(map(str.isidentifier, names)):
            raise ArgumentError(
                f"the output {output!r} names {names[0]}, but only the jobs of a [matrix] have "
                "values: give each of [[jobs]] an output of its own"
            )


def _of_matrix(matrix: Any, defaults: Mapping[str, Any], folder: Path) -> Iterator[Job]:
    if not isinstance(matrix, Mapping):
        raise ArgumentError("matrix must have lists of values by name")
    lists = {name: _values(name, values) for name, values in matrix.items() if name != FILES}
    if FILES in matrix:
        lists[FILES] = _files(matrix[FILES], folder)
    for combination in product(*lists.values()):
        values = dict(zip(lists, combination, strict=True))
        words = dict(defaults)
        offered: dict[str, Any] = {}
        named: dict[str, Any] = {}
        if FILES in values:
            path = values.pop(FILES)
            named |= {"file": path.as_posix(), "stem": path.stem}
            offered |= {"file": str(folder / path), "stem": path.stem}
        for name, value in values.items():
            named[name] = value
            (words if Job.has_word(name) else offered)[name] = value
        yield Job.of({word: filled(value, named) for word, value in words.items()}, folder, offered)


def _values(name: str, values: Any) -> list[Any]:
    if not isinstance(values, list) or not values:
        hint = " (files = says a pattern of files)" if isinstance(values, str) else ""
        raise ArgumentError(f"matrix.{name} must be a list of values, not {values!r}{hint}")
    return values


def _files(patterns: Any, folder: Path) -> list[Path]:
    """Return the files of one pattern or of several, relative to the folder if they lie there."""
    listed = patterns if isinstance(patterns, list) else [patterns]
    found: list[Path] = []
    if not listed or not all(isinstance(pattern, str) and pattern for pattern in listed):
        raise ArgumentError(
            f"matrix.files must be a pattern such as 'data/*.npz', or a list of some, not "
            f"{patterns!r}"
        )
    for pattern in listed:
        base, below = (folder, str(Path(pattern).expanduser()))
        if Path(below).is_absolute():
            anchor = Path(below).anchor
            base, below = Path(anchor), str(Path(below).relative_to(anchor))
        matched = sorted(base.glob(below))
        if not matched:
            where = f" in {folder.absolute()}" if base == folder else ""
            raise ArgumentError(f"matrix.files: no file is like {pattern}{where}")
        found += [path.relative_to(folder) if base == folder else path for path in matched]
    return list(dict.fromkeys(found))


def filled(value: Any, named: Mapping[str, Any]) -> Any:
    """Return a word with values in place of their names, as deep as it has strings.

    Examples
    --------
    >>> filled(["{stem}_{n:03d}.mp4"], {"stem": "run", "n": 7})
    ['run_007.mp4']
    """
    if isinstance(value, str):
        try:
            return value.format_map(named)
        except KeyError as error:
            name = str(error.args[0])
            raise ArgumentError(
                f"{value!r}: there is no value {name!r}; {closest(name, named, 'values')}"
            ) from None
        except (ValueError, IndexError, AttributeError) as error:
            raise ArgumentError(
                f"{value!r} cannot be filled in: {error}. A brace that is meant as it is, as in "
                "TeX, is written twice: {{ and }}"
            ) from None
    if isinstance(value, list):
        return [filled(each, named) for each in value]
    if isinstance(value, Mapping):
        return {key: filled(each, named) for key, each in value.items()}
    return value


def of_list(jobs: Iterable[Any], folder: Path) -> list[Job]:
    """Return the jobs of a Python program: words of each, or jobs already."""
    return checked(
        [job if isinstance(job, Job) else Job.of(_joined({}, job), folder) for job in jobs]
    )
