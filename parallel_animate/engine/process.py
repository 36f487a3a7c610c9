"""A worker process, seen from the main process.

Each worker has its own pipes to the main process and shares no lock with anybody. So whatever it
does, or dies of, stops no other worker.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import threading
import time
import warnings
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any

from parallel_animate.engine.commands import Draw
from parallel_animate.engine.job import Job
from parallel_animate.engine.messages import (
    BlockGone,
    BlockOffer,
    Died,
    RingOffer,
    SlotOffer,
    Task,
    receive,
)
from parallel_animate.engine.outbox import Outbox
from parallel_animate.engine.worker import STACK_SIGNAL, run_forked, run_pickled
from parallel_animate.params import InheritedParams, Payload, PayloadBlock
from parallel_animate.system import Child

# Seconds that a worker has to exit after its pipe was closed.
JOIN_TIMEOUT = 1.5
# Seconds that a hung worker has to begin to write its stacks, and seconds of silence after which it
# is taken to have written them all.
STACK_TIMEOUT = 1.0
STACK_PAUSE = 0.1
# Params of up to so many bytes go together with their task, in one write to the pipe.
SMALL_PARAMS = 8 * 1024


class Worker:
    """A worker process.

    Parameters
    ----------
    context : multiprocessing context
        fork, forkserver or spawn.
    index : int
        The worker's number, from 0.
    job : Job or bytes
        What is rendered. If it is pickled, the process is not forked, and :meth:`send_job` has to
        follow.
    siblings : list of Connection
        The main process's ends of the other workers' pipes.
    inherited : InheritedParams or None
        Params that the process has already when it is forked.

    Attributes
    ----------
    params : dict
        Those of the frames that it has to draw; the first is the one that it is drawing now.
    size : tuple of int or None
        Its figure's width and height in pixels, once setup() has run.
    started : bool
        Whether it can be asked for its stacks; the signal would end it before.
    attached : bool
        Whether it can be given tasks.
    drawn : int
        Frames that it has finished.
    since : float
        When it began with the first of its tasks, or, later, could store a frame again (seconds of
        ``time.monotonic()``).
    hung : bool
        Whether it was killed because a frame took too long.
    exit_code : int or None
        After its death: its exit code; if a signal killed it, that signal's number, negative; None
        if something else in this program has asked for it first.
    """

    def __init__(
        self,
        context: BaseContext,
        index: int,
        job: Job | bytes,
        siblings: list[Connection],
        inherited: InheritedParams | None = None,
    ) -> None:
        self.index = index
        self.params: dict[int, Payload] = {}
        self.size: tuple[int, int] | None = None
        self.started = False
        self.attached = False
        self.drawn = 0
        self.since = 0.0
        self.hung = False
        self.exit_code: int | None = 0
        self._joined = False
        self._stacks = ""
        self.connection, remote = context.Pipe(duplex=True)
        self._outbox = Outbox(self.connection)
        self._blocks: list[PayloadBlock] = []  # those that it has attached
        self._crashes, crashes = context.Pipe(duplex=False)
        pipes = [self.connection, *siblings]
        target, args = (
            (run_pickled, (os.getpid(), remote, crashes))
            if isinstance(job, bytes)
            else (run_forked, (os.getpid(), remote, crashes, pipes, job, inherited))
        )
        with _daemons_may_have_children():
            process = context.Process(  # type: ignore[attr-defined]
                target=target, args=args, name=f"parallel-animate-{index}"
            )
            with _fork_despite_native_threads():
                process.start()
        self.process = Child(process)
        remote.close()
        crashes.close()
        self._name = f"{index} (pid {self.process.pid})"

    def __str__(self) -> str:
        return self._name

    def send_job(self, job: bytes) -> None:
        """Send a worker that was not forked what it has to do.

        Not with the arguments of the process: multiprocessing writes these into a pipe while it
        starts it, and would wait for ever for a worker that dies before it has read them.
        """
        self._outbox.send(job)

    def note_start(self) -> None:
        """Note that it has read its job, and runs."""
        self.started = True
        self.since = time.monotonic()
        self._outbox.all_read()

    def send_ring(self, offer: RingOffer, descriptor: int | None) -> None:
        """Tell the worker where the slots are. If it is dead, that is noticed elsewhere."""
        self._send_offer(offer, descriptor)

    def send_task(self, draw: Draw, params: Payload, slot: int | None) -> None:
        """Give the worker a frame and its params, and, with it, a slot to fill."""
        if not self.params or slot is not None:
            self.since = time.monotonic()
        self.params[draw.frame] = params
        params.hold(self)
        block = params.block
        if block is not None and block not in self._blocks:
            self._send_block(block)
        number = None if block is None else block.number
        # As few messages as possible: each wakes the worker, which then often takes this process's
        # core.
        small = params.data if len(params.data) <= SMALL_PARAMS else None
        task = Task(
            draw.frame,
            draw.way,
            draw.video,
            draw.digest,
            slot,
            small,
            params.spans,
            number,
            params.position,
        )
        self._outbox.send(pickle.dumps(task))
        if small is None:
            self._outbox.send(params.data)
        if params.spans and block is None:
            self._outbox.send(params.memory.tobytes())

    def send_slot(self, slot: int) -> None:
        """Give the worker a slot to fill, for which it may be waiting."""
        self.since = time.monotonic()
        self._outbox.send(pickle.dumps(SlotOffer(slot)))

    def _send_block(self, block: PayloadBlock) -> None:
        """Let the worker attach a block, and detach those that were given back."""
        for gone in [each for each in self._blocks if each.closed]:
            self._blocks.remove(gone)
            self._outbox.send(pickle.dumps(BlockGone(gone.number)))
        self._blocks.append(block)
        offer = BlockOffer(block.number, block.shared.name, block.memory.nbytes)
        self._send_offer(offer, block.shared.descriptor)

    def _send_offer(self, offer: RingOffer | BlockOffer, descriptor: int | None) -> None:
        self._outbox.send(pickle.dumps(offer))
        if descriptor is not None:
            self._outbox.send_descriptor(descriptor)

    def strike(self, frame_idx: int) -> Payload:
        """Strike a frame off the worker's list; return its params."""
        self.since = time.monotonic()
        return self.params.pop(frame_idx)

    def kill_if_overdue(self, limit: float) -> None:
        """Ask for its stacks and kill it, if its frame, or setup(), takes more seconds."""
        in_setup = self.started and self.size is None
        if not (self.params or in_setup) or self.hung or time.monotonic() - self.since < limit:
            return
        self.hung = True
        self.ask_for_stacks()
        self._stacks = self._crash_output(STACK_TIMEOUT)
        self.process.kill()

    def ask_for_stacks(self) -> None:
        """Have it write the stacks of its threads, whatever it does."""
        if STACK_SIGNAL is not None and self.started:
            self.process.send_signal(STACK_SIGNAL)

    def written_stacks(self) -> str:
        """Return the stacks that it was asked for, as soon as it has written them."""
        return self._crash_output(STACK_TIMEOUT)

    def stacks(self) -> str:
        """Return its stacks when it crashed, or hung; empty if it did not write any."""
        return self._stacks or self._crash_output(0.0)

    def _crash_output(self, timeout: float) -> str:
        """Return what faulthandler has written, after waiting `timeout` seconds for it to begin."""
        output = b""
        with contextlib.suppress(OSError):
            while self._crashes.poll(timeout):
                read = os.read(self._crashes.fileno(), 65536)
                if not read:
                    break
                output += read
                timeout = min(timeout, STACK_PAUSE)
        return output.decode(errors="replace").strip()

    def message(self) -> Any:
        """Return the next message, which is there, or `Died` at the end of the pipe."""
        try:
            return receive(self.connection)
        except (EOFError, OSError):
            return Died()

    def last_messages(self) -> list[Any]:
        """Return all that it has said before its end, and a `Died`; nothing if it is alive."""
        if self.process.is_alive:
            return []
        messages = []
        with contextlib.suppress(EOFError, OSError):
            while self.connection.poll():
                messages.append(receive(self.connection))
        return [*messages, Died()]

    def hang_up(self) -> None:
        """Close the pipe, which makes a worker that is alive end."""
        self._outbox.close()

    def join(self, timeout: float) -> None:
        """Wait for its exit, and kill it after `timeout` seconds."""
        if self._joined:
            return
        if not self.process.wait(timeout):
            self.process.kill()
        self.process.close()
        self._stacks = self.stacks()
        self._crashes.close()
        self.exit_code, self._joined = self.process.exit_code, True


@contextlib.contextmanager
def _daemons_may_have_children() -> Iterator[None]:
    """Let processes be started also if this one is a daemon of multiprocessing's.

    A pool's processes are daemons, and so are those of dask and celery. Python lets them have no
    children, because these would go on when a daemon is killed. Workers do not: see ``parent.py``.
    A worker is no daemon itself, so that the user's code may start processes in it.
    """
    config = multiprocessing.current_process()._config  # type: ignore[attr-defined]
    daemon = config.pop("daemon", None)
    try:
        yield
    finally:
        if daemon is not None:
            config["daemon"] = daemon


@contextlib.contextmanager
def _fork_despite_native_threads() -> Iterator[None]:
    """Silence Python's warning of a fork with threads, unless Python threads are running.

    Python 3.12 and newer count native threads, such as those that OpenBLAS starts on import.
    OpenBLAS prepares for forks itself, and a worker uses no other native thread.
    """
    with warnings.catch_warnings():
        if threading.active_count() == 1:
            warnings.filterwarnings("ignore", ".*multi-threaded.*fork", DeprecationWarning)
        yield
