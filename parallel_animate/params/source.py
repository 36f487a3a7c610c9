"""The params of the frames: numbering, checks, and prefetching.

A :class:`FrameSource` walks the user's ``param_by_frame`` exactly once and gives every item
the number of its frame: its position, or the ``frame_id`` of an :class:`IndexedFrameParams`.

With a prefetch of n, one background thread pulls items ahead into a queue of at most n, so
that slow params (decoding, reading) overlap with drawing. Of large items the queue takes fewer:
all of them together stay below a share of the free memory. The thread stops when the queue is
full; that is the backpressure, and it reaches as far as the user's generator. Every queued
item is announced by a byte in a pipe, so that the engine can wait for params, worker messages
and worker deaths in one call. With a prefetch of 0 items are pulled in the calling thread.
"""

from __future__ import annotations

import itertools
import logging
import operator
import sys
import threading
import warnings
from collections import deque
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from itertools import islice
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

import numpy as np

from parallel_animate.errors import ArgumentError, EmptyParamsError, FrameIdError, ParamsError
from parallel_animate.system import Owner, available_memory

log = logging.getLogger("parallel_animate")

# Each item announces itself with a few bytes in a pipe that holds 64 KiB.
MAX_PREFETCH = 4096
# Of the memory that is free at the start, prefetched items take at most this share.
MEMORY_SHARE = 0.125
# An item's size is estimated from its parts, and theirs, so many levels deep, looking at no more
# than so many parts of a level. That takes two milliseconds at most.
SIZE_LEVELS = 4
SIZE_PARTS = 1000
# Seconds that the fork of a process waits for an item that is being made.
PAUSE = 1.0
# Seconds that a generator in the prefetch thread has to clean up.
CLEANUP = 10.0
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

    :meth:`start` starts the prefetch thread (after the worker processes were forked, because a
    fork copies no thread); leaving the context stops it.

    A generator is closed at the end, whatever ends the render, so that its ``finally`` blocks
    run: in the thread that ran it. Any other iterator is only let go of: a file stays open, and
    ``itertools.islice()`` or ``iter()`` of a list can be shared between renders.

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
        self._params = param_by_frame
        try:
            self.total = _expected_frames(param_by_frame, n_frames)
        except ArgumentError:
            if self._generator is not None:
                _close(self._generator)
            raise
        if isinstance(param_by_frame, list | tuple):
            _check_ids(islice(param_by_frame, self.total))
        if not _is_iterable(param_by_frame):
            raise ArgumentError(
                "param_by_frame must be iterable (a list, tuple, array, generator, ...), "
                f"not {type(param_by_frame).__name__}{_instead_of(param_by_frame)}"
            )
        # A data loader starts its processes when it is asked for an iterator: not before start().
        self._items: Iterator[Any] = islice(_lazily(param_by_frame), self.total)
        self._ids = FrameIds()
        self._first = 0
        self._pulled = 0
        self._ended = False
        self._closed = False
        self._prefetch: _Prefetch | None = None

    @property
    def lazy(self) -> bool:
        """Whether code of the user may run when the next item is asked for."""
        return type(self._params) not in (list, tuple, range, np.ndarray)

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
        """Begin to pull up to `prefetch` items ahead, in a thread; 0 for none.

        Of a list or an array nothing is pulled ahead: its items are there, and to hand each over
        from a thread costs the main process more than to take it.

        Fewer are pulled where they are so large that they would take more than an eighth of the
        memory that is free now. Items that were taken out are not counted: they are with the
        workers, two for each (``engine.TASKS_PER_WORKER``).
        """
        if prefetch > 0 and self.lazy:
            depth, budget = min(prefetch, MAX_PREFETCH), int(available_memory() * MEMORY_SHARE)
            self._prefetch = _Prefetch(self._items, depth, budget, self._generator)
        return self

    def close(self) -> None:
        """Stop the prefetch thread, and close a generator.

        One that is at work in the prefetch thread, and may block for ever, is not waited for for
        long; the thread closes it when it comes back.
        """
        if self._closed:
            return
        self._closed = True
        self._items = iter(())
        if self._prefetch is not None:
            self._prefetch.stop()
        elif self._generator is not None:
            _close(self._generator)

    @property
    def _generator(self) -> Generator[Any, Any, Any] | None:
        return self._params if isinstance(self._params, Generator) else None

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

    The thread alone keeps count of what the queue holds, and is told in another queue what was
    taken out. So the main process, which Ctrl-C may stop anywhere, holds no lock at any time.

    Parameters
    ----------
    items : iterator
        Where items come from.
    depth : int
        The queue holds no more items.
    budget : int
        The queue holds no more bytes, but at least one item. An item's size is known when it is
        there: before that it is expected to be as large as the largest so far.
    generator : generator or None
        What the thread closes when it is stopped.
    """

    def __init__(
        self,
        items: Iterator[Any],
        depth: int,
        budget: int,
        generator: Generator[Any, Any, Any] | None = None,
    ) -> None:
        self._items = items
        self._depth = depth
        self._budget = budget
        self._generator = generator
        self._queue: deque[tuple[Any, int]] = deque()  # with their sizes
        self._taken: SimpleQueue[int] = SimpleQueue()  # sizes
        self._inside = threading.Lock()  # held while the user's iterator is at work
        self._left = False  # the thread will not go into the user's iterator again
        self._stopped = False
        self._error: BaseException | None = None
        self.wakeup, self._announce = Pipe(duplex=False)
        self._thread = threading.Thread(
            target=self._run, name="parallel-animate-prefetch", daemon=True
        )
        self._thread.start()

    def _run(self) -> None:
        try:
            self._pull()
        except StopIteration:
            pass
        except BaseException as error:  # raised to the caller of get()
            self._error = error
        self._left = True
        self._items = iter(())
        self._announce.send_bytes(b"e")
        if self._generator is not None:
            # Not before the render ends: items may need what the generator gives back then.
            while not self._stopped:
                self._taken.get()
            _close(self._generator)

    def _pull(self) -> None:
        count = size = largest = 0
        told = False
        while not self._stopped:
            full = count >= self._depth
            if full or (count > 0 and size + largest > self._budget):
                if not full and not told and self._taken.empty():
                    log.info(
                        "params are large (%s bytes): %d are pulled ahead instead of %d, so that "
                        "they take no more than %s bytes",
                        f"{largest:,}",
                        count,
                        self._depth,
                        f"{self._budget:,}",
                    )
                    told = True
                size -= self._taken.get()
                count -= 1
                continue
            pulled = self._pull_one()
            size += pulled
            count += 1
            largest = max(largest, pulled)

    def _pull_one(self) -> int:
        """Put the next item into the queue, keep no reference to it, and return its size."""
        with self._inside:
            item = next(self._items)
        size = estimated_size(item)
        self._queue.append((item, size))
        self._announce.send_bytes(b"i")
        return size

    def ready(self) -> bool:
        return bool(self._queue) or self.wakeup.poll(0)

    def get(self) -> Any:
        if self.wakeup.recv_bytes() == b"e":
            raise self._error or StopIteration
        item, size = self._queue.popleft()
        self._taken.put(size)
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
        self._taken.put(0)
        # The user's iterator may block for as long as it likes; the thread is a daemon, so
        # that a render that failed need not wait for it.
        self._thread.join(timeout=1.0)
        if self._left and self._thread.is_alive():
            self._thread.join(CLEANUP)
            if self._thread.is_alive():
                log.warning("param_by_frame is still cleaning up, and is not waited for")
        if not self._thread.is_alive():
            self.wakeup.close()
            self._announce.close()


def _close(generator: Generator[Any, Any, Any]) -> None:
    """Let a generator clean up. An error in that changes nothing about the video."""
    try:
        generator.close()
    except Exception as error:
        log.warning(
            "param_by_frame raised %s when it was closed: %s",
            type(error).__name__,
            error,
            exc_info=True,
        )


def estimated_size(item: Any) -> int:
    """Return about how many bytes an item takes.

    Counted are the buffers of arrays, and what is in containers, dataclasses and other
    attributes; of containers with very many elements, some stand for all. What an extension
    type says nothing of is not seen.

    Examples
    --------
    >>> image = np.zeros((100, 100), np.uint8)
    >>> estimated_size(image)
    10000
    >>> 20_000 < estimated_size({"images": [image, image.copy()]}) < 21_000
    True
    """
    total = 0.0
    seen: set[int] = set()
    level: list[tuple[Any, float]] = [(item, 1.0)]  # with how many like it each stands for
    for _ in range(SIZE_LEVELS):
        most = max(1, SIZE_PARTS // max(1, len(level)))
        below: list[tuple[Any, float]] = []
        for each, weight in level:
            if id(each) in seen:
                continue
            seen.add(id(each))
            try:
                size, parts = _size_and_parts(each)
                step = -(-len(parts) // most) or 1
                some = list(islice(parts, 0, None, step))
            except Exception:
                continue  # the user's class, or a container that changes meanwhile
            total += weight * size
            below += [(part, weight * len(parts) / len(some)) for part in some]
        level = below
    return int(total)


def _size_and_parts(item: Any) -> tuple[int, Collection[Any]]:
    """Return an object's own size in bytes, and what it holds."""
    nbytes = getattr(item, "nbytes", None)
    if isinstance(nbytes, int | np.integer):
        return int(nbytes), ()
    size = sys.getsizeof(item)
    if isinstance(item, dict):
        return size, item.values()
    if isinstance(item, list | tuple | set | frozenset | deque):
        return size, item
    if isinstance(item, type):
        return size, ()
    if is_dataclass(item):
        return size, [getattr(item, field.name, None) for field in fields(item)]
    # What pickling would take along.
    return size, list(getattr(item, "__dict__", {}).values())


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


def _instead_of(params: object) -> str:
    """Return what was probably meant by params of which FuncAnimation makes an iterator."""
    if isinstance(params, int | np.integer) and params > 0:
        return f": use range({int(params)})"
    return ": call it" if callable(params) else ""


def _lazily(items: Iterable[Any]) -> Iterator[Any]:
    """Yield the items; their iterator is made when the first one is asked for.

    Without ``yield from``, which would close a file when this generator is let go of.
    """
    for item in items:  # noqa: UP028
        yield item


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


@contextmanager
def closed_on_error(param_by_frame: Iterable[Any]) -> Iterator[None]:
    """Close a generator of params if the block fails."""
    try:
        yield
    except BaseException:
        if isinstance(param_by_frame, Generator):
            _close(param_by_frame)
        raise
