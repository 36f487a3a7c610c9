"""What the main process and its workers say to each other.

One duplex pipe joins the main process to each worker, and carries::

    main process                          worker
                          start ──▶
      the job, as bytes   ──▶             (unless it is forked, and has the job already)
      Started             ◀──             setup()
      Ready               ◀──
      RingOffer           ──▶             attach
      Attached            ◀──
      BlockOffer          ──▶             attach memory for large params
      Task, params        ──▶             update, draw
      SlotOffer           ──▶             store
      Done                ◀──
      BlockGone           ──▶             detach that memory
      end of the pipe     ──▶             exit

Whenever a warning is given in a worker, it says `Warned`. A worker that fails says `Failed`; one
that is gone says nothing more, and :class:`Died` stands for that.
"""

from __future__ import annotations

import contextlib
import pickle
from itertools import product
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from parallel_animate.canvas import SlotFormat, Way
from parallel_animate.engine.kindred import Unmade
from parallel_animate.engine.renderer import Rendered
from parallel_animate.errors import AnimateError
from parallel_animate.params import Span
from parallel_animate.system import pickled_by_value
from parallel_animate.text import said

# A larger exception is not sent: its type and the beginning and end of its message are.
LARGEST = 1024 * 1024


class Started(NamedTuple):
    """It runs, and can be asked for its stacks from now on."""


class Ready(NamedTuple):
    """setup() has run: the figure's size in pixels, its background, and the seconds it took."""

    size: tuple[int, int]
    opaque: bool
    setup_seconds: float


class Warned(NamedTuple):
    """A warning that was given in the worker: its text, its pickled category, and its line."""

    text: str
    category: bytes
    filename: str
    lineno: int


class RingOffer(NamedTuple):
    """Where the slots are, to how many they may grow, and the format of the frames in them.

    If the memory has no name, a file descriptor follows.
    """

    name: str | None
    slots: int
    frame_format: SlotFormat


class Attached(NamedTuple):
    """The ring is mapped; tasks may come."""


class BlockOffer(NamedTuple):
    """Shared memory for large params. If it has no name, a file descriptor follows."""

    number: int
    name: str | None
    nbytes: int


class BlockGone(NamedTuple):
    """The main process has given a block back: the worker lets go of it too."""

    number: int


class SlotOffer(NamedTuple):
    """A slot to fill with the next frame for the video. It has one at most."""

    slot: int


class Task(NamedTuple):
    """A frame to draw, how, and its pickled params.

    If `slot` is not None, a `SlotOffer` is made with it. A frame that is not for the `video` is
    wanted for its `digest` alone; or not even for that, because every worker begins by drawing the
    first frame. Params that are not small (`params` is None) follow as a message of bytes. Large
    buffers of the params lie at `spans` of a block; or, without one, follow as another message of
    bytes. Of params that the worker has inherited, there is only their `position`.
    """

    frame_idx: int
    way: Way
    video: bool
    digest: bool
    slot: int | None
    params: bytes | None
    spans: tuple[Span, ...]
    block: int | None
    position: int | None


class Done(NamedTuple):
    """A frame is drawn, and lies in a slot if it is for the video.

    `released` are the numbers of blocks that no array in the worker looks at any more; a block that
    was sent to it twice may be released twice.
    """

    frame_idx: int
    slot: int | None
    rendered: Rendered
    digest: int | None
    released: tuple[int, ...]


class Failed(NamedTuple):
    """A frame, or setup() (frame_idx None), failed.

    `cause` is the user's exception, pickled if it could be; `text` is its type and message.
    """

    frame_idx: int | None
    error: AnimateError
    cause: bytes | None
    text: str

    @classmethod
    def of(cls, frame_idx: int | None, error: AnimateError) -> Failed:
        """Return the message for an error, with its cause."""
        cause = error.__cause__
        if cause is None:
            return cls(frame_idx, error, None, "")
        return cls(frame_idx, error, _pickled_exception(cause), said(cause))

    def exception(self, process: str) -> AnimateError:
        """Return the error, with the worker's exception, or its text, as its cause."""
        self.error.add_note(f"(in worker process {process})")
        if self.text:
            self.error.__cause__ = RuntimeError(self.text)
        if self.cause is not None:
            # Its class may be one that only the worker can import.
            with contextlib.suppress(Exception):
                self.error.__cause__ = pickle.loads(self.cause)
        return self.error


class Died(NamedTuple):
    """The process ended on its own. No worker says so: the main process notices it."""


def send(connection: Connection, message: object) -> None:
    """Send a message.

    Not ``Connection.send``: when the pipe is broken, it leaves a buffer in the traceback, of
    which the interpreter complains at its end.
    """
    connection.send_bytes(pickle.dumps(message))


def receive(connection: Connection) -> Any:
    """Return the next message; EOFError at the end of the pipe."""
    return pickle.loads(connection.recv_bytes())


def _pickled_exception(error: BaseException) -> bytes | None:
    """Pickle an exception; None if it does not survive that, or is very large."""
    # By reference first, so that in the main process it is of the class that is there already.
    for thing, dumps in product((error, Unmade(error)), (pickle.dumps, pickled_by_value)):
        with contextlib.suppress(Exception):
            pickled: bytes = dumps(thing)
            if len(pickled) <= LARGEST:
                pickle.loads(pickled)
                return pickled
            return None
    return None
