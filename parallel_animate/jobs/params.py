"""Params that are named by words: a file, a name in the script, or a number of frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from parallel_animate.errors import ArgumentError
from parallel_animate.jobs import arrays, tables
from parallel_animate.jobs.script import named
from parallel_animate.jobs.values import Values
from parallel_animate.params import length

DEFAULT = "params"
"""The name that is looked for in the script where none is given."""
READERS = {
    ".json": tables.read_json,
    ".jsonl": tables.read_json_lines,
    ".ndjson": tables.read_json_lines,
    ".csv": tables.read_csv,
    ".parquet": tables.read_parquet,
    ".npy": arrays.read_npy,
    ".npz": arrays.read_npz,
    ".nc": arrays.read_netcdf,
    ".nc4": arrays.read_netcdf,
    ".zarr": arrays.read_zarr,
}
"""What reads a file of params, by its suffix; each is given the file, a name in it, and `over`."""
Span = tuple[int, int | None]
"""Frames from one on, up to but not including another one, or up to the last."""


def file_and_part(params: object) -> tuple[Path, str | None] | None:
    """Return the file that a word names, and what in it; None if it names no file.

    Examples
    --------
    >>> file_and_part("data/run.nc:temperature")
    (PosixPath('data/run.nc'), 'temperature')
    >>> file_and_part("phases")
    """
    if isinstance(params, Path):
        params = str(params)
    if not isinstance(params, str):
        return None
    if Path(params).suffix.lower() in READERS:
        return Path(params), None
    path, _, part = params.rpartition(":")
    if part and Path(path).suffix.lower() in READERS:
        return Path(path), part
    return None


def open_params(
    params: Any, module: ModuleType | None, values: Values, over: str | None = None
) -> Iterable[Any]:
    """Return params, read lazily where that is possible.

    Parameters
    ----------
    params : str or iterable or None
        A file, as in ``run.nc:temperature``; a name in the script, of something that can be
        iterated, or of a function; a number of frames, whose params are their indices; or the
        params themselves. None for the name ``params``.
    module : module or None
        The script.
    values : Values
        What a function is given.
    over : str, optional
        The dimension of a NetCDF or Zarr file along which its frames lie.

    Raises
    ------
    ArgumentError
        If there are none of that name, or they cannot be read.
    """
    if params is None:
        if module is None:
            raise ArgumentError("a job without a script needs params")
        params = DEFAULT
    found = file_and_part(params)
    if over is not None and (
        found is None or READERS[found[0].suffix.lower()] not in arrays.LABELED
    ):
        raise ArgumentError(
            f"over={over!r} is a dimension of a NetCDF or Zarr file, which {params!r} is not"
        )
    if found is not None:
        return _read(*found, over)
    if isinstance(params, int) and not isinstance(params, bool) and params >= 0:
        return range(params)
    if isinstance(params, str):
        if params.isdecimal():
            return range(int(params))
        if not params.isidentifier():
            raise ArgumentError(
                f"params {params!r} are neither a name in the script, nor a file of a kind that "
                f"can be read: {', '.join(READERS)}"
            )
        if module is None:
            raise ArgumentError(f"params {params!r} are a name, but the job has no script")
        params = named(module, params)
    if callable(params):
        params = values.call(params, getattr(params, "__name__", "params"))
    if not hasattr(params, "__iter__") and not hasattr(params, "__getitem__"):
        raise ArgumentError(
            f"params must have an item for each frame, but are {type(params).__name__}"
        )
    return params  # type: ignore[no-any-return]


def _read(path: Path, part: str | None, over: str | None) -> Iterable[Any]:
    if not path.exists():
        raise ArgumentError(f"no such file of params: {path}")
    reader: Any = READERS[path.suffix.lower()]
    try:
        return reader(path, part, over)  # type: ignore[no-any-return]
    except (ArgumentError, MemoryError):
        raise
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ArgumentError(f"the params in {path} cannot be read: {reason}") from error


def parsed_span(text: str) -> Span:
    """Return the frames that are meant by ``start:stop``.

    Raises
    ------
    ArgumentError
        If it is something else.

    Examples
    --------
    >>> parsed_span("0:300"), parsed_span("100:"), parsed_span(":50")
    ((0, 300), (100, None), (0, 50))
    """
    first, colon, last = text.partition(":")
    if colon and all(not each or each.isdecimal() for each in (first, last)):
        span = int(first or 0), int(last) if last else None
        if span[1] is None or span[0] < span[1]:
            return span
    raise ArgumentError(f"frames must be start:stop, as in 0:300, 100: or :50, not {text!r}")


def of_span(params: Iterable[Any], span: Span) -> Iterable[Any]:
    """Return the params of some of the frames.

    Raises
    ------
    ArgumentError
        If it is known that there is no such frame.
    """
    first, end = span
    count = length(params)
    if count is not None:
        end = count if end is None else min(end, count)
        if first >= end:
            raise ArgumentError(f"frames begin with {first:,}, but there are {count:,} frames")
    if isinstance(params, list | tuple | range | np.ndarray):
        return params[first:end]
    return Some(params, first, end) if count is None else Counted(params, first, end)


class Some:
    """Some items of an iterable, from one on."""

    def __init__(self, params: Iterable[Any], first: int, end: int | None) -> None:
        self._params, self._first, self._end = params, first, end

    def __iter__(self) -> Iterator[Any]:
        if isinstance(self._params, Sequence) and self._end is not None:
            return (self._params[i] for i in range(self._first, self._end))
        return islice(iter(self._params), self._first, self._end)


class Counted(Some):
    """The same where it is known how many there are."""

    def __len__(self) -> int:
        return (self._end or 0) - self._first
