"""Pickles by value what no other process can import: classes and functions of a script, for one.

So are those of a notebook, and those defined inside functions. cloudpickle pickles them by value.
But a user wants to see the line that failed, and cloudpickle 3.1.3 and later leave out which file
a function comes from, so that a pickle does not depend on where a notebook cell happened to be
stored. Besides, a cell exists in this process alone, so that another process could show no line of
it anyway. So the file's name is pickled too, and its lines where no other process can read them.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import io
import linecache
import pickle
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

Lines = tuple[str, ...]


def pickled_by_value(
    thing: object, *, buffer_callback: Callable[[Any], Any] | None = None
) -> bytes:
    """Pickle with protocol 5; what cannot be imported elsewhere is pickled by value.

    Parameters
    ----------
    thing : object
        What to pickle. ``pickle.loads`` unpickles it.
    buffer_callback : callable, optional
        As for ``pickle.Pickler``.

    Examples
    --------
    >>> import pickle
    >>> pickle.loads(pickled_by_value(lambda number: number + 1))(1)
    2
    """
    file = io.BytesIO()
    _pickler_class()(file, protocol=5, buffer_callback=buffer_callback).dump(thing)
    return file.getvalue()


def independent_copy(thing: Any) -> Any:
    """Return a copy of an object, with a copy of all that it holds; of code there is one only.

    What ``copy.deepcopy`` refuses may be pickled by cloudpickle, such as an object that holds a
    module.

    Raises
    ------
    Exception
        As ``copy.deepcopy`` raises it, if cloudpickle fails too.

    Examples
    --------
    >>> thing = {"module": io, "list": [1, 2]}
    >>> other = independent_copy(thing)
    >>> other == thing, other["list"] is thing["list"]
    (True, False)
    """
    try:
        return copy.deepcopy(thing)
    except Exception as error:
        with contextlib.suppress(Exception):
            return _pickled_and_unpickled(thing)
        raise error


def _pickled_and_unpickled(thing: Any) -> Any:
    import cloudpickle

    # A class that is unpickled by value in the process that has it would be changed by that.
    code: list[Any] = []

    class Pickler(cloudpickle.CloudPickler):  # type: ignore[misc]
        def persistent_id(self, thing: Any) -> int | None:
            if not isinstance(thing, type | FunctionType | ModuleType):
                return None
            code.append(thing)
            return len(code) - 1

    class Unpickler(pickle.Unpickler):
        def persistent_load(self, number: int) -> Any:
            return code[number]

    file = io.BytesIO()
    Pickler(file).dump(thing)
    file.seek(0)
    return Unpickler(file).load()


@functools.cache
def _pickler_class() -> Any:
    """Return cloudpickle's pickler (a slow import), extended by file names and lines."""
    import cloudpickle

    class Pickler(cloudpickle.CloudPickler):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            # The same object each time, so that a file's lines are pickled once.
            self._lines = functools.cache(_lines_of)

        def reducer_override(self, thing: Any) -> Any:
            if not isinstance(thing, CodeType):
                return super().reducer_override(thing)
            make, arguments = cloudpickle.CloudPickler.dispatch_table[CodeType](thing)[:2]
            name = thing.co_filename
            return _code, (name, self._lines(name), make, arguments)

    return Pickler


def _lines_of(name: str) -> Lines:
    """Return the lines of a file that other processes cannot read; no lines if they can."""
    return () if Path(name).is_file() else tuple(linecache.getlines(name))


def _code(
    name: str, lines: Lines, make: Callable[..., CodeType], arguments: tuple[Any, ...]
) -> CodeType:
    """Return the code that `make` makes, with the name of the file that it came from."""
    if lines and name not in linecache.cache:
        # None stands for the time of its last change, so that linecache does not look for the file.
        linecache.cache[name] = (sum(map(len, lines)), None, list(lines), name)
    return make(*arguments).replace(co_filename=name)
