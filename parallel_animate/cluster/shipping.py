"""Params of some of the frames, as they travel to the machine that draws these."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import cloudpickle
import numpy as np

from parallel_animate.errors import AnimateError, ArgumentError, EmptyParamsError, ParamsError
from parallel_animate.params import IndexedFrameParams

Span = tuple[int, int]


@contextmanager
def params_errors(frame: int) -> Iterator[None]:
    """Let an error of the user's code in the block be one of the params, from a frame on."""
    try:
        yield
    except AnimateError:
        raise
    except Exception as error:
        raise ParamsError(
            f"param_by_frame raised {type(error).__name__} for frame {frame} or a later one: "
            f"{error}",
            frame_idx=frame,
        ) from error


@contextmanager
def by_value(*things: Any) -> Iterator[None]:
    """Let what the user's own modules define be pickled by value: no machine can import these.

    Meant are the modules that the things come from, such as a script, unless they are installed.
    """
    names = {getattr(each, "__module__", None) for each in _with_held(things)}
    modules = [sys.modules[name] for name in names if name in sys.modules]
    own = [each for each in modules if _is_users(each)]
    for each in own:
        cloudpickle.register_pickle_by_value(each)
    try:
        yield
    finally:
        for each in own:
            cloudpickle.unregister_pickle_by_value(each)


def _with_held(things: Iterable[Any]) -> Iterator[Any]:
    """Yield things, and an animation that another one holds."""
    for each in things:
        yield each
        yield type(each)
        yield type(getattr(each, "animation", None))


def _is_users(module: ModuleType) -> bool:
    """Return whether a module is neither installed nor Python's own."""
    file = getattr(module, "__file__", None)
    if file is None or module.__name__ == "__main__":
        return False
    installed = [sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "platlib")]
    inside = module.__name__.partition(".")[0] in (__package__ or "").split(".")
    return not inside and not any(Path(file).is_relative_to(each) for each in installed)


class Window(Sequence[Any]):
    """The params of a video, of which those of one piece are here, and the first one of all.

    Parameters
    ----------
    opening : object
        The first one.
    items : sequence
        Those of the piece.
    first : int
        The piece's first frame.
    total : int
        Frames of the video.

    Examples
    --------
    >>> window = Window("a", ["c", "d"], 2, 6)
    >>> len(window), window[0], window[3]
    (6, 'a', 'd')
    """

    def __init__(self, opening: Any, items: Sequence[Any], first: int, total: int) -> None:
        self._opening, self._items, self._first, self._total = opening, items, first, total

    def __len__(self) -> int:
        return self._total

    def __getitem__(self, place: Any) -> Any:
        if 0 <= place - self._first < len(self._items):
            return self._items[place - self._first]
        if place == 0:
            return self._opening
        raise LookupError(f"the params of frame {place} are on another machine")


class Shipped(Protocol):
    """Params that are opened where they are needed."""

    def opened(self, span: Span, total: int) -> Sequence[Any]:
        """Return them as those of the whole video."""


@dataclass(frozen=True)
class Items:
    """Params that travel with the piece."""

    opening: Any
    items: Any

    def opened(self, span: Span, total: int) -> Sequence[Any]:
        """Return them as those of the whole video."""
        return Window(self.opening, self.items, span[0], total)


@dataclass(frozen=True)
class Computed:
    """Parts of an array of Dask or xarray, which are computed where they are drawn."""

    opening: Any
    items: Any

    def opened(self, span: Span, total: int) -> Sequence[Any]:
        """Compute them."""
        return Window(self.opening.compute()[0], self.items.compute(), span[0], total)


@dataclass(frozen=True)
class Called:
    """A function of the first frame and the one after the last, called where they are drawn."""

    function: Callable[[int, int], Iterable[Any]]

    def opened(self, span: Span, total: int) -> Sequence[Any]:
        """Call it."""
        items = self._items(*span)
        return Window(items[0] if span[0] == 0 else self._items(0, 1)[0], items, span[0], total)

    def _items(self, first: int, end: int) -> Any:
        items: Any = self.function(first, end)
        if not isinstance(items, Sequence | np.ndarray):
            items = list(items)
        if len(items) != end - first:
            raise ArgumentError(
                f"param_by_frame({first}, {end}) gave {len(items):,} items for {end - first:,} "
                "frames"
            )
        return items


class Supply:
    """All params of a video, cut into those of pieces.

    Parameters
    ----------
    params : iterable or callable
        As ``make_video`` takes them.
    n_frames : int or None
        Frames at most.

    Attributes
    ----------
    total : int or None
        Frames, if that is known before all params were read.
    """

    def __init__(self, params: Any, n_frames: int | None) -> None:
        self._params = params
        self._called = callable(params) and not hasattr(params, "__iter__")
        self._lazy = hasattr(params, "__dask_graph__") and params.__dask_graph__() is not None
        self.total: int | None = None
        if self._called:
            if n_frames is None:
                raise ArgumentError("param_by_frame is a function: give n_frames")
            self.total = n_frames
            return
        if self.is_sequence:
            if isinstance(params, list | tuple):
                self._params = _sorted(params)
            self.total = min(len(params), n_frames or len(params))
            if self.total == 0:
                raise EmptyParamsError("param_by_frame is empty: there is no frame to render")
            return
        self._items = islice(iter(params), n_frames)
        self._read = 0
        self._opening: Any = None

    @property
    def is_sequence(self) -> bool:
        """Whether any of them can be had at any time."""
        return self._called or self._lazy or isinstance(self._params, Sequence | np.ndarray)

    def of(self, span: Span) -> Shipped:
        """Return those of a piece, of what can be had at any time."""
        first, end = span
        if self._called:
            return Called(self._params)
        if self._lazy:
            return Computed(self._params[0:1], self._params[first:end])
        if isinstance(self._params, list | tuple | range | np.ndarray):
            return Items(self._params[0], self._params[first:end])
        return Items(self._params[0], [self._params[i] for i in range(first, end)])

    def read(self, count: int) -> tuple[Span, Shipped] | None:
        """Read the next ones of an iterator; None at its end."""
        first = self._read
        with params_errors(first):
            items = list(islice(self._numbered(), count))
        if not items:
            if first == 0:
                raise EmptyParamsError("param_by_frame is empty: there is no frame to render")
            return None
        if first == 0:
            self._opening = items[0]
        return (first, first + len(items)), Items(self._opening, items)

    def _numbered(self) -> Iterator[Any]:
        for item in self._items:
            given = item
            if isinstance(item, IndexedFrameParams):
                if item.frame_id != self._read:
                    raise ArgumentError(
                        f"item {self._read} of param_by_frame has the frame_id {item.frame_id}: "
                        "on a cluster, give a list of all items, or all of them in order"
                    )
                given = item.params
            self._read += 1
            yield given


def _sorted(params: Sequence[Any]) -> Sequence[Any]:
    """Return the params in the order of their frames."""
    if not any(isinstance(each, IndexedFrameParams) for each in params):
        return params
    numbers = [
        each.frame_id if isinstance(each, IndexedFrameParams) else place
        for place, each in enumerate(params)
    ]
    if sorted(numbers) != list(range(len(params))):
        raise ArgumentError("on a cluster, the ids of the frames must be 0, 1, 2, ..., each once")
    found: list[Any] = [None] * len(params)
    for number, each in zip(numbers, params, strict=True):
        found[number] = each.params if isinstance(each, IndexedFrameParams) else each
    return found
