"""Sends to a worker without ever waiting for it.

A pipe takes some hundred kilobytes; then a sender waits until the reader has read. A worker has a
thread that reads at once; but it cannot while the worker is stopped, or hangs in C code that keeps
the interpreter's lock. So large messages are sent by a thread, for which the main process need not
wait. From the first of them on, that thread sends all messages, so that none overtakes another,
until it is known that the reader has read them all (:meth:`Outbox.all_read`).
"""

from __future__ import annotations

import contextlib
import os
import queue
import socket
import threading
from multiprocessing import reduction
from multiprocessing.connection import Connection

from parallel_animate.system import interrupts_held

# A message of so many bytes fits into a pipe together with all else that may be on its way.
SMALL = 16 * 1024
# Seconds that the thread has to notice that the pipe was shut down.
JOIN_TIMEOUT = 5.0


class Outbox:
    """The sending half of a pipe.

    Parameters
    ----------
    connection : Connection
        The pipe. Only :meth:`close` may close it: it waits for the thread first, which would else
        write to whatever gets the same file descriptor next.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._queue: queue.SimpleQueue[bytes | int | None] | None = None
        self._thread: threading.Thread | None = None

    def send(self, message: bytes) -> None:
        """Send a message. It is no error here if the reader is gone."""
        if self._queue is None and len(message) > SMALL:
            self._queue = queue.SimpleQueue()
            self._thread = threading.Thread(
                target=self._send_all,
                args=(self._queue,),
                name="parallel-animate-outbox",
                daemon=True,
            )
            with interrupts_held():
                self._thread.start()
        self._send_or_queue(message)

    def all_read(self) -> None:
        """Note that the reader has read all that was sent: there is room in the pipe again."""
        if self._queue is not None and self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._queue = self._thread = None

    def send_descriptor(self, descriptor: int) -> None:
        """Send a file descriptor, which has to stay open until the reader has got it."""
        self._send_or_queue(descriptor)

    def _send_or_queue(self, message: bytes | int) -> None:
        if self._queue is not None:
            self._queue.put(message)
            return
        with contextlib.suppress(OSError):
            self._send_now(message)

    def _send_now(self, message: bytes | int) -> None:
        if isinstance(message, bytes):
            self._connection.send_bytes(message)
        else:
            # The receiver's process id, here 0, matters only on Windows, which has no descriptors.
            reduction.send_handle(self._connection, message, 0)

    def _send_all(self, messages: queue.SimpleQueue[bytes | int | None]) -> None:
        with contextlib.suppress(OSError):
            while (message := messages.get()) is not None:
                self._send_now(message)
                del message  # it may be large, and the next one far away

    def close(self) -> None:
        """Close the pipe: the reader gets what was sent completely, and then the pipe's end."""
        if self._queue is not None:
            self._queue.put(None)
        _shut_down(self._connection)
        if self._thread is not None:
            self._thread.join(JOIN_TIMEOUT)
        self._connection.close()


def _shut_down(connection: Connection) -> None:
    """End a pipe, also where other processes have inherited this end of it.

    It wakes the thread that is sending, for the reader may never read.
    """
    if hasattr(os, "dup") and hasattr(socket, "AF_UNIX"):
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as end:
            end.shutdown(socket.SHUT_RDWR)
