"""The params of the frames, one after the other, each with the number of its frame.

A :class:`FrameSource` walks the user's ``param_by_frame`` exactly once. It pulls an item when it
is asked for one, in the thread that asks.
"""

from __future__ import annotations

import operator
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from parallel_animate.errors import (
    AnimateError,
    ArgumentError,
    EmptyParamsError,
    FrameIdError,
    ParamsError,
)
from parallel_animate.params.generators import close_generator, closed_on_error
from parallel_animate.params.ids import (
    IN_ORDER,
    FrameIds,
    IndexedFrameParams,
    Numbering,
    ids_of,
    numbered,
)
from parallel_animate.params.inherited import InPlace
from parallel_animate.system import Owner, one_process, warn_user


class FrameSource(Owner):
    """Numbered frame params.

    A generator is closed at the end, whatever ends the render, so that its ``finally`` blocks
    run. An iterator of any other kind is not
    closed: a file stays open, and ``itertools.islice()`` or ``iter()`` of a list can be shared
    between renders.

    Parameters
    ----------
    param_by_frame : iterable
        One item per frame.
    n_frames : int or None
        How many items to pull at most; None for ``len(param_by_frame)``, or all of them where
        it has no length.
    numbers_show : bool
        Whether whoever gets the frames gets their numbers too, and so sees which are missing. If
        not, a warning tells it.

    Raises
    ------
    ArgumentError
        If `param_by_frame` is not iterable, or `n_frames` is not a positive integer.
    EmptyParamsError
        If `param_by_frame` is known to be empty.
    FrameIdError
        If a list or tuple of :class:`IndexedFrameParams` has an id twice.

    Attributes
    ----------
    total : int or None
        Frames that are expected; None where only the iterator knows.
    first, done : int, tuple of tuple of int
        What is left out, as it was given to :meth:`skip`.
    position : int
        Where in `param_by_frame` the item stands that :meth:`get` or :meth:`opening` returned last.
    numbering : Numbering
        Which frame comes at which place of the video. That of a list or tuple is known at once; of
        others, which numbers are missing is only known when :meth:`get` has returned None.
    """

    def __init__(
        self,
        param_by_frame: Iterable[Any],
        n_frames: int | None = None,
        *,
        numbers_show: bool = False,
    ) -> None:
        self._params = param_by_frame
        self._numbers_show = numbers_show
        with closed_on_error(param_by_frame):
            self.total = _expected_frames(param_by_frame, n_frames)
        if not _is_iterable(param_by_frame):
            raise ArgumentError(
                "param_by_frame must be iterable (a list, tuple, array, generator, ...), "
                f"not {type(param_by_frame).__name__}{_instead_of(param_by_frame)}"
            )
        # A data loader starts its processes when it is asked for an iterator: not before get().
        self._items: Iterator[Any] = islice(_lazily(param_by_frame), self.total)
        self._ids = FrameIds()
        self.first = 0
        self.done: tuple[tuple[int, int], ...] = ()
        self._indexed = False  # whether what was skipped need not be pulled
        self._opened: tuple[int, Any] | None = None  # the first item of all, before get() is asked
        self._pulled = 0
        self._returned = 0
        self._ended = False
        self._closed = False
        self.position = -1
        # Where the params of a frame are whose number is not their position.
        self._positions: dict[int, int] = {}
        self.numbering = IN_ORDER
        if isinstance(param_by_frame, list | tuple):
            self._lack(ids_of(islice(param_by_frame, self.total)))

    @property
    def lazy(self) -> bool:
        """Whether code of the user may run when the next item is asked for."""
        return self.in_place is None

    @property
    def in_place(self) -> InPlace | None:
        """`param_by_frame`, if it is one that forked workers can index without code of the user."""
        params = self._params
        # Not isinstance(): a subclass may have an item access of its own.
        if type(params) in (list, tuple, range, np.ndarray):
            assert isinstance(params, list | tuple | range | np.ndarray)
            return params
        return None

    @property
    def repeatable(self) -> bool:
        """Whether :meth:`again` can be asked."""
        return isinstance(self._params, Sequence | np.ndarray)

    def again(self, frame_idx: int) -> Any:
        """Return the params of a frame that was pulled before, taken from the sequence anew.

        Raises
        ------
        ParamsError
            If the sequence raised; its exception is ``__cause__``.
        """
        assert isinstance(self._params, Sequence | np.ndarray)
        position = self._positions.get(frame_idx, frame_idx)
        try:
            return numbered(self._params[position], position)[1]
        except AnimateError:
            raise
        except Exception as error:
            raise _raised(error, frame_idx) from error

    def skip(self, frames: int, done: Sequence[tuple[int, int]] = ()) -> None:
        """Leave out so many frames of the video, the first ones: an earlier render has them.

        It may also have others behind them, at places from the first number of each of `done` to
        the one before the second.

        Their params are not asked for if `param_by_frame` can be indexed, and numbers frames by
        position; otherwise they are pulled and dropped.
        """
        self.first, self.done = frames, tuple(done)
        if (frames == 0 and not done) or not isinstance(self._params, Sequence | np.ndarray):
            return
        count = len(self._params) if self.total is None else min(len(self._params), self.total)
        try:
            first = self._params[0] if frames < count else None
        except Exception as error:
            raise _raised(error, 0) from error
        by_position = not isinstance(first, IndexedFrameParams)
        if isinstance(self._params, list | tuple):
            by_position = not any(isinstance(each, IndexedFrameParams) for each in self._params)
        if by_position:
            left_out = max(frames, 1)  # the first item of all is there already
            # One by one: a sequence of the user's own need not have slices.
            self._items = (
                None if self._is_done(i) else self._params[i] for i in range(left_out, count)
            )
            self._ids = FrameIds(left_out)
            self._pulled = min(left_out, count)
            self._indexed = True
            self._opened = (0, first) if frames < count else None

    def close(self) -> None:
        """Close a generator, here and now: nobody may be pulling from it."""
        if self._closed:
            return
        self._closed = True
        self._items = iter(())
        if isinstance(self._params, Generator):
            close_generator(self._params)

    @property
    def pulled(self) -> int:
        """Items taken so far."""
        return self._pulled

    @property
    def expected(self) -> int | None:
        """Frames that :meth:`get` will still return, if that is known."""
        if self.total is None:
            return None
        behind = sum(end - first for first, end in self.done)
        return self.total - self.first - behind - self._returned

    @property
    def ended(self) -> bool:
        """Whether :meth:`get` has returned the last item."""
        return self._ended

    def opening(self) -> tuple[int, Any] | None:
        """Return the ``(frame_idx, params)`` of the first item of all.

        None if there is none, or if it is known that no frame is left to be rendered.

        It is asked for before :meth:`get`, which returns it again unless its frame is skipped.

        Raises
        ------
        AnimateError
            As :meth:`get` does.
        """
        if not self._indexed:
            self._opened = self._pull()
        self.position = 0
        return self._opened

    def get(self) -> tuple[int, Any] | None:
        """Return the next ``(frame_idx, params)``, or None at the end.

        Raises
        ------
        ParamsError
            If the iterator raised; its exception is ``__cause__``.
        FrameIdError
            If a frame id comes twice; or if, at the end, ids turn out to be missing among the
            frames that were to be skipped.
        EmptyParamsError
            If the iterator ended before its first item.
        """
        while True:
            item, self._opened = self._opened, None
            self.position = 0
            if item is None:
                item = self._pull()
                self.position = self._pulled - 1
            if item is None or not self._is_done(self.numbering.place(item[0])):
                self._returned += item is not None
                return item

    def _is_done(self, place: int) -> bool:
        """Whether an earlier render has the frame at a place of the video."""
        return place < self.first or any(first <= place < end for first, end in self.done)

    def _pull(self) -> tuple[int, Any] | None:
        """Take the next item from the iterator; return its frame's number and params."""
        if self._ended:
            return None
        try:
            with one_process("the iterator of param_by_frame"):
                item = next(self._items)
        except StopIteration:
            self._end()
            return None
        except AnimateError:
            self._ended = True
            raise
        except Exception as error:
            self._ended = True
            raise _raised(error, self._pulled) from error
        return self._number(item)

    def _number(self, item: Any) -> tuple[int, Any]:
        """Return the frame number and the params of the next item."""
        position, self._pulled = self._pulled, self._pulled + 1
        frame_idx, params = numbered(item, position)
        if self._indexed and frame_idx != position:
            raise FrameIdError(
                f"cannot resume: item {position} of param_by_frame has the frame_id {frame_idx}, "
                "but those before it were taken to be in order: give a list instead",
                (frame_idx,),
            )
        self._ids.add(frame_idx)
        if frame_idx != position and self.repeatable:
            self._positions[frame_idx] = position
        return frame_idx, params

    def _lack(self, ids: FrameIds) -> None:
        """Note which ids are missing, now that all are known."""
        numbering = Numbering(ids.gaps())
        if not numbering.missing or numbering.gaps == self.numbering.gaps:
            return
        self.numbering = numbering
        if self.first and numbering.frame(self.first) != self.first:
            raise FrameIdError(
                f"cannot resume: {numbering.missing:,} frame id(s) never came ({numbering}), some "
                f"of them among the {self.first:,} frames that are finished already, which only a "
                "list tells beforehand: give list(param_by_frame), or begin anew"
            )
        if self._numbers_show:
            return
        warn_user(
            f"{numbering.missing:,} frame id(s) never came: {numbering}. The frames around them "
            "follow each other in the video"
        )

    def _end(self) -> None:
        self._ended = True
        if self._pulled == 0:
            raise EmptyParamsError("param_by_frame is empty: there is no frame to render")
        end = max([self.first, *(end for _, end in self.done)])
        if self._pulled < end:
            raise ArgumentError(
                f"cannot resume: param_by_frame ended after {self._pulled} frames, but "
                + (
                    f"{self.first} of them are finished already"
                    if end == self.first
                    else f"frame {end - 1} is finished already"
                )
            )
        self._lack(self._ids)
        if self.total is not None and self._pulled < self.total:
            warn_user(
                f"param_by_frame ended after {self._pulled} of {self.total} frames"
                + ("" if self._numbers_show else "; the video is shorter")
            )


def _expected_frames(param_by_frame: Iterable[Any], n_frames: int | None) -> int | None:
    if n_frames is not None:
        try:
            count = operator.index(n_frames)
        except TypeError:
            raise ArgumentError(f"n_frames must be an integer or None, not {n_frames!r}") from None
        if count < 1:
            raise ArgumentError(f"n_frames must be at least 1, not {count}")
        return count
    try:
        count = len(param_by_frame)  # type: ignore[arg-type]
    except Exception:
        return None  # it has none, or does not know it (some data loaders raise)
    if count == 0:
        raise EmptyParamsError("param_by_frame is empty: there is no frame to render")
    return count


def length(params: Iterable[Any]) -> int | None:
    """Return how many items there are, if that is known.

    Examples
    --------
    >>> length(range(3)), length(iter(range(3)))
    (3, None)
    """
    try:
        return len(params)  # type: ignore[arg-type]
    except (TypeError, AttributeError):
        return None


def _is_iterable(items: object) -> bool:
    """Whether there will be an iterator, as far as can be told without asking for it."""
    if getattr(items, "ndim", 1) == 0:
        return False  # an array without an axis
    is_sequence = hasattr(items, "__getitem__") and hasattr(items, "__len__")
    return is_sequence or hasattr(items, "__iter__")


def _instead_of(params: object) -> str:
    """Return a hint for params that are not iterable, but that FuncAnimation takes for `frames`."""
    if isinstance(params, int | np.integer) and params > 0:
        return f": use range({int(params)})"
    return ": call it" if callable(params) else ""


def _lazily(items: Iterable[Any]) -> Iterator[Any]:
    """Yield the items; their iterator is made when the first one is asked for.

    Not with ``yield from``: when this generator is let go of, that would close a file too.
    """
    for item in items:  # noqa: UP028
        yield item


def _raised(error: Exception, frame: int) -> ParamsError:
    """Return the error for an exception that came instead of a frame's params."""
    return ParamsError(
        f"param_by_frame raised {type(error).__name__} for frame {frame}: {error}",
        frame_idx=frame,
    )
