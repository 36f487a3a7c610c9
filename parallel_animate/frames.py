"""The params of the frames: numbering, checks, and prefetching.

A :class:`FrameSource` walks the user's ``param_by_frame`` exactly once and gives every item
the number of its frame: its position, or the ``frame_id`` of an :class:`IndexedFrameParams`.

With a prefetch of n, one background thread pulls items ahead into a queue of at most n, so
that slow params (decoding, reading) overlap with drawing. The thread stops when the queue is
full; that is the backpressure, and it reaches as far as the user's generator. Every queued
item is announced by a byte in a pipe, so that the engine can wait for params, worker messages
and worker deaths in one call. With a prefetch of 0 items are pulled in the calling thread.
"""

from __future__ import annotations

import itertools
import operator
import threading
import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from parallel_animate.errors import ArgumentError, EmptyParamsError, FrameIdError, ParamsError
from parallel_animate.owner import Owner

# Each item announces itself with a few bytes in a pipe that holds 64 KiB.
MAX_PREFETCH = 4096
# Seconds that the fork of a process waits for an item that is being made.
PAUSE = 1.0
# An error holds no more missing ids than this.
LISTED_IDS = 1000


@dataclass(frozen=True)
class IndexedFrameParams:
    """Params that carry the number of their frame.

    Wrap each item of ``param_by_frame`` in it when items arrive in another order than that
    of the frames, for example from a parallel data loader. The ids must be 0, 1, 2, ...
    without a gap, in any order.

    Parameters
    ----------
    frame_id : int
        The frame's index in the video, from 0; it overrides the position in the iterator.
    params : object
        What ``update()`` gets as ``params``.

    Examples
    --------
    >>> IndexedFrameParams(frame_id=5, params={"phase": 0.5}).frame_id
    5
    """

    frame_id: int
    params: Any


class FrameIds:
    """The ids seen so far: finds duplicates at once and gaps at the end.

    Only ids beyond the first gap are kept, so that params in order cost no memory.
    """

    def __init__(self, first: int = 0) -> None:
        self._next = first  # every id below it was seen
        self._ahead: set[int] = set()

    def add(self, frame_id: int) -> None:
        """Note an id.

        Raises
        ------
        FrameIdError
            If the id is negative, or was seen before.
        """
        if frame_id < 0:
            raise FrameIdError(f"frame_id {frame_id} is negative", (frame_id,))
        if frame_id < self._next or frame_id in self._ahead:
            raise FrameIdError(
                f"frame_id {frame_id} was given twice; each frame needs an id of its own",
                (frame_id,),
            )
        self._ahead.add(frame_id)
        while self._next in self._ahead:
            self._ahead.remove(self._next)
            self._next += 1

    def missing(self) -> Iterator[int]:
        """Yield the ids that are missing below the largest one seen."""
        ids = range(self._next, max(self._ahead, default=0))
        return (i for i in ids if i not in self._ahead)

    def check_complete(self) -> None:
        """Raise a :class:`FrameIdError` that lists the missing ids, if there are any."""
        if not self._ahead:
            return
        # Counted, not listed: an id may be anything, a time in nanoseconds for example.
        count = max(self._ahead) + 1 - self._next - len(self._ahead)
        missing = tuple(islice(self.missing(), LISTED_IDS))
        listed = ", ".join(map(str, missing[:10])) + (", ..." if count > 10 else "")
        raise FrameIdError(
            f"param_by_frame ended, but {count} frame id(s) never came: {listed}", missing
        )


class FrameSource(Owner):
    """Numbered frame params, prefetched.

    Entering the context starts the prefetch thread (after the worker processes were forked,
    because a fork copies no thread); leaving it stops the thread.

    Parameters
    ----------
    param_by_frame : iterable
        One item per frame.
    n_frames : int or None
        How many items to pull at most; None for ``len(param_by_frame)``, or all of them where
        it has no length.

    Raises
    ------
    ArgumentError
        If `param_by_frame` is not iterable, or `n_frames` is not a positive integer.
    EmptyParamsError
        If `param_by_frame` is known to be empty.
    FrameIdError
        If a list or tuple of :class:`IndexedFrameParams` has duplicate or missing ids.

    Attributes
    ----------
    total : int or None
        Frames that are expected; None where only the iterator knows.
    """

    def __init__(self, param_by_frame: Iterable[Any], n_frames: int | None = None) -> None:
        self.total = _expected_frames(param_by_frame, n_frames)
        if isinstance(param_by_frame, list | tuple):
            _check_ids(islice(param_by_frame, self.total))
        if not _is_iterable(param_by_frame):
            raise ArgumentError(
                "param_by_frame must be iterable (a list, tuple, array, generator, ...), "
                f"not {type(param_by_frame).__name__}"
            )
        # A data loader starts its processes when it is asked for an iterator: not before start().
        self._items: Iterator[Any] = islice(_lazily(param_by_frame), self.total)
        self._params = param_by_frame
        self._ids = FrameIds()
        self._first = 0
        self._pulled = 0
        self._ended = False
        self._prefetch: _Prefetch | None = None

    def skip(self, frames: int) -> None:
        """Leave out the first frames of the video, which are there already.

        Where that can be done, their params are not asked for; else they are pulled and dropped.
        """
        self._first = frames
        if frames == 0 or not isinstance(self._params, Sequence | np.ndarray):
            return
        # One by one: a sequence of the user's own need not have slices.
        count = len(self._params) if self.total is None else min(len(self._params), self.total)
        items = (self._params[i] for i in range(frames, count))
        try:
            first = next(items, None)
        except Exception as error:
            raise _raised(error, frames) from error
        if not isinstance(first, IndexedFrameParams):
            self._items = itertools.chain([first], items) if frames < count else iter(())
            self._ids = FrameIds(frames)
            self._pulled = min(frames, count)

    def start(self, prefetch: int) -> FrameSource:
        """Begin to pull up to `prefetch` items ahead, in a thread; 0 for none."""
        if prefetch > 0:
            self._prefetch = _Prefetch(self._items, min(prefetch, MAX_PREFETCH))
        return self

    def close(self) -> None:
        """Stop the prefetch thread."""
        if self._prefetch is not None:
            self._prefetch.stop()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Keep the prefetch thread out of the user's iterator, so that a process can be forked.

        What that iterator has locked would stay locked in the fork. One that blocks for long is
        not waited for.
        """
        if self._prefetch is None:
            yield
        else:
            with self._prefetch.paused():
                yield

    @property
    def pulled(self) -> int:
        """Items taken so far."""
        return self._pulled

    @property
    def ended(self) -> bool:
        """Whether :meth:`get` has returned the last item."""
        return self._ended

    @property
    def wakeup(self) -> Connection | None:
        """What to wait for while :meth:`ready` is False."""
        return None if self._prefetch is None else self._prefetch.wakeup

    def ready(self) -> bool:
        """Whether :meth:`get` would return without waiting for the prefetch thread."""
        return self._ended or self._prefetch is None or self._prefetch.ready()

    def get(self) -> tuple[int, Any] | None:
        """Return the next ``(frame_idx, params)``, or None at the end.

        Raises
        ------
        ParamsError
            If the iterator raised; its exception is ``__cause__``.
        FrameIdError
            If a frame id comes twice, or some are missing at the end.
        EmptyParamsError
            If the iterator ended before its first item.
        """
        while not self._ended:
            try:
                item = next(self._items) if self._prefetch is None else self._prefetch.get()
            except StopIteration:
                self._end()
                return None
            except Exception as error:
                self._ended = True
                raise _raised(error, self._pulled) from error
            frame_idx, params = self._number(item)
            if frame_idx >= self._first:
                return frame_idx, params
        return None

    def _number(self, item: Any) -> tuple[int, Any]:
        """Return the frame number and the params of the next item."""
        position, self._pulled = self._pulled, self._pulled + 1
        frame_idx, params = _numbered(item, position)
        self._ids.add(frame_idx)
        if self.total is not None and frame_idx >= self.total:
            raise FrameIdError(
                f"frame_id {frame_idx} is beyond the last of {self.total} frames, "
                f"{self.total - 1}: ids begin at 0, and none may be missing",
                (frame_idx,),
            )
        return frame_idx, params

    def _end(self) -> None:
        self._ended = True
        if self._pulled == 0:
            raise EmptyParamsError("param_by_frame is empty: there is no frame to render")
        if self._pulled < self._first:
            raise ArgumentError(
                f"cannot resume: param_by_frame ended after {self._pulled} frames, but "
                f"{self._first} of them are finished already"
            )
        self._ids.check_complete()
        if self.total is not None and self._pulled < self.total:
            warnings.warn(
                f"param_by_frame ended after {self._pulled} of {self.total} frames; "
                "the video is shorter",
                stacklevel=2,
            )


class _Prefetch:
    """A thread that pulls items ahead into a bounded queue.

    `wakeup` holds one byte for each queued item, and one for the end: it counts them, and it
    can be waited for together with the pipes of the workers.
    """

    def __init__(self, items: Iterator[Any], depth: int) -> None:
        self._items = items
        self._queue: deque[Any] = deque()
        self._room = threading.Semaphore(depth)
        self._inside = threading.Lock()  # held while the user's iterator is at work
        self._stopped = False
        self._error: BaseException | None = None
        self.wakeup, self._announce = Pipe(duplex=False)
        self._thread = threading.Thread(target=self._pull, name="prefetch", daemon=True)
        self._thread.start()

    def _pull(self) -> None:
        try:
            while True:
                self._room.acquire()
                if self._stopped:
                    return
                with self._inside:
                    item = next(self._items)
                self._queue.append(item)
                self._announce.send_bytes(b"i")
        except StopIteration:
            pass
        except BaseException as error:  # raised to the caller of get()
            self._error = error
        self._announce.send_bytes(b"e")

    def ready(self) -> bool:
        return bool(self._queue) or self.wakeup.poll(0)

    def get(self) -> Any:
        if self.wakeup.recv_bytes() == b"e":
            raise self._error or StopIteration
        item = self._queue.popleft()
        self._room.release()
        return item

    @contextmanager
    def paused(self) -> Iterator[None]:
        locked = self._inside.acquire(timeout=PAUSE)
        try:
            yield
        finally:
            if locked:
                self._inside.release()

    def stop(self) -> None:
        """Stop the thread, once it is not inside the user's iterator."""
        self._stopped = True
        self._queue.clear()
        self._room.release()
        # The user's iterator may block for as long as it likes; the thread is a daemon, so
        # that a render that failed need not wait for it.
        self._thread.join(timeout=1.0)
        if not self._thread.is_alive():
            self.wakeup.close()
            self._announce.close()


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


def _is_iterable(items: object) -> bool:
    """Whether there will be an iterator, as far as can be told without asking for it."""
    if getattr(items, "ndim", 1) == 0:
        return False  # an array without an axis
    is_sequence = hasattr(items, "__getitem__") and hasattr(items, "__len__")
    return is_sequence or hasattr(items, "__iter__")


def _lazily(items: Iterable[Any]) -> Iterator[Any]:
    """Yield the items; their iterator is made when the first one is asked for."""
    yield from items


def _raised(error: Exception, frame: int) -> ParamsError:
    """Return the error for an exception that came instead of a frame's params."""
    return ParamsError(
        f"param_by_frame raised {type(error).__name__} for frame {frame}: {error}",
        frame_idx=frame,
    )


def _numbered(item: Any, position: int) -> tuple[int, Any]:
    """Return the frame number and the params of an item."""
    if not isinstance(item, IndexedFrameParams):
        return position, item
    try:
        return operator.index(item.frame_id), item.params
    except TypeError:
        raise FrameIdError(
            f"frame_id must be an integer, not {item.frame_id!r} (item {position})"
        ) from None


def _check_ids(items: Iterable[Any]) -> None:
    """Check the ids of params that can be looked at beforehand, before any work starts."""
    ids = FrameIds()
    for position, item in enumerate(items):
        ids.add(_numbered(item, position)[0])
    ids.check_complete()
