"""Params that a thread pulls out of the user's iterator before they are needed.

So slow params (decoding, reading) are made while frames are drawn. The thread puts items into a
queue, and stops when the queue is full: that is the backpressure, and it reaches as far as the
user's generator. The queue is full when it holds as many items as it may, or, of large items, as
many bytes.

Each item that is put into the queue is announced by a byte in a pipe. So the engine can wait in
one call for params, for messages of workers and for their deaths.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from multiprocessing import Pipe
from queue import SimpleQueue
from typing import Any

from parallel_animate.params.generators import close_generator
from parallel_animate.params.sizes import estimated_size

log = logging.getLogger("parallel_animate")

# Each item announces itself with a few bytes in a pipe that holds 64 KiB.
MAX_PREFETCH = 4096
# Of the memory that is free at the start, prefetched items take at most this share.
MEMORY_SHARE = 0.125
# Seconds that the fork of a process waits for an item that is being made.
PAUSE = 1.0
# Seconds that a stopped thread may take to end while it is in the user's iterator.
BLOCKED = 1.0
# Seconds that a generator in the prefetch thread has to clean up.
CLEANUP = 10.0


class Prefetch:
    """A thread that pulls items ahead into a bounded queue.

    The thread alone keeps count of what the queue holds; a second queue tells it what was taken
    out. So the calling thread, which Ctrl-C may stop anywhere, never holds a lock.

    Parameters
    ----------
    items : iterator
        Where items come from.
    depth : int
        The queue holds at most so many items.
    budget : int
        The queue holds at most so many bytes, but at least one item. The size of an item is only
        known once it was pulled; until then it is taken to be as large as the largest so far.
    generator : generator or None
        What the thread closes when it is stopped.

    Attributes
    ----------
    wakeup : Connection
        A pipe with one message for each item in the queue, and one for the end: what
        :meth:`get` counts by, and what can be waited for together with the workers' pipes.
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
            # Not before the render ends: items may still need what the generator gives back.
            while not self._stopped:
                self._taken.get()
            close_generator(self._generator)

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
        """Whether :meth:`get` would return, or raise, at once."""
        return bool(self._queue) or self.wakeup.poll(0)

    def get(self) -> Any:
        """Return the next item, or raise what the user's iterator raised; StopIteration at the end.

        Waits until there is one.
        """
        if self.wakeup.recv_bytes() == b"e":
            raise self._error or StopIteration
        item, size = self._queue.popleft()
        self._taken.put(size)
        return item

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Keep the thread out of the user's iterator, unless that blocks for long."""
        locked = self._inside.acquire(timeout=PAUSE)
        try:
            yield
        finally:
            if locked:
                self._inside.release()

    def stop(self) -> None:
        """Stop the thread; if it is in the user's iterator, as soon as it comes back."""
        self._stopped = True
        self._queue.clear()
        self._taken.put(0)
        # The user's iterator may block for as long as it likes, and a render that failed need not
        # wait for it: the thread is a daemon, which does not keep the program from ending.
        self._thread.join(BLOCKED)
        if self._left and self._thread.is_alive():
            self._thread.join(CLEANUP)
            if self._thread.is_alive():
                log.warning("param_by_frame is still cleaning up, and is not waited for")
        if not self._thread.is_alive():
            self.wakeup.close()
            self._announce.close()
