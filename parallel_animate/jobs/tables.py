"""Params from files of rows: JSON, JSON Lines, CSV, Parquet. Each row is the params of a frame."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from parallel_animate.errors import ArgumentError
from parallel_animate.jobs.values import closest


class Rows:
    """The rows of a file, which is read while they are asked for.

    Parameters
    ----------
    read : callable
        Begins to read, and returns an iterator of the rows.
    count : callable
        Returns how many rows there are; called once.
    """

    def __init__(self, read: Callable[[], Iterator[Any]], count: Callable[[], int]) -> None:
        self._read, self._count = read, count
        self._length: int | None = None

    def __iter__(self) -> Iterator[Any]:
        return self._read()

    def __len__(self) -> int:
        if self._length is None:
            self._length = self._count()
        return self._length


def read_json(path: Path, part: str | None, over: str | None) -> Iterable[Any]:
    """Read a list, or that which has a name in an object."""
    found = json.loads(path.read_text(encoding="utf-8"))
    if part is not None:
        if not isinstance(found, dict) or part not in found:
            names = found if isinstance(found, dict) else ()
            raise ArgumentError(f"there is no {part!r} in {path}; {closest(part, names, 'names')}")
        found = found[part]
    if isinstance(found, list):
        return found
    lists = (
        [key for key, value in found.items() if isinstance(value, list)]
        if isinstance(found, dict)
        else []
    )
    hint = f"; its lists are named as in {path}:{lists[0]}" if lists else ""
    what = str(path) if part is None else f"{part!r} in {path}"
    raise ArgumentError(f"{what} must be a list with an item for each frame{hint}")


def read_json_lines(path: Path, part: str | None, over: str | None) -> Iterable[Any]:
    """Read a file that has JSON in each line."""

    def read() -> Iterator[Any]:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _part(path, number, _parsed(path, number, line), part)

    def count() -> int:
        with path.open("rb") as file:
            return sum(1 for line in file if line.strip())

    return Rows(read, count)


def _parsed(path: Path, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise ValueError(f"{path}, line {number}: {error}") from error


def _part(path: Path, number: int, row: Any, part: str | None) -> Any:
    if part is None:
        return row
    if not isinstance(row, dict) or part not in row:
        raise ValueError(f"{path}, line {number}: there is no {part!r} in it")
    return row[part]


def _picked(row: Any, part: str | None) -> Any:
    return row if part is None else row[part]


def read_csv(path: Path, part: str | None, over: str | None) -> Iterable[Any]:
    """Read a file whose first line has the names of the columns; each row is a dict.

    What looks like a number is one.
    """
    with _csv_lines(path) as lines:
        names: list[str] = next((line for line in lines if line), [])
    if doubles := sorted({name for name in names if names.count(name) > 1}):
        raise ArgumentError(
            f"{path} has more than one column {', '.join(map(repr, doubles))}: its first line has "
            "to have a name for each"
        )
    if part is not None and part not in names:
        raise ArgumentError(f"there is no column {part!r} in {path}, which has {', '.join(names)}")

    def read() -> Iterator[Any]:
        with _csv_lines(path) as lines:
            rows = (line for line in lines if line)
            next(rows, None)
            for row in rows:
                if len(row) != len(names):
                    raise ValueError(
                        f"{path}, line {lines.line_num}: {len(row)} values, where the first line "
                        f"names {len(names)} columns"
                    )
                yield _picked(dict(zip(names, map(_number, row), strict=True)), part)

    def count() -> int:
        with _csv_lines(path) as lines:
            return max(0, sum(1 for line in lines if line) - 1)

    return Rows(read, count)


@contextmanager
def _csv_lines(path: Path) -> Iterator[Any]:
    """Yield a reader of a file's lines, which are empty lists where there is nothing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield csv.reader(file)


def _number(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def read_parquet(path: Path, part: str | None, over: str | None) -> Iterable[Any]:
    """Read a file of columns, some rows at a time; each row is a dict."""
    try:
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise ArgumentError(f"{path} takes pyarrow to read: pip install pyarrow") from error
    file = ParquetFile(path)
    names = file.schema_arrow.names
    if part is not None and part not in names:
        raise ArgumentError(f"there is no column {part!r} in {path}, which has {', '.join(names)}")

    def read() -> Iterator[Any]:
        for batch in ParquetFile(path).iter_batches(batch_size=1024):
            for row in batch.to_pylist():
                yield _picked(row, part)

    return Rows(read, lambda: int(file.metadata.num_rows))
