"""A worker process, seen from the main process.

Each worker has its own pipes to the main process and shares no lock with anybody. So whatever it
does, or dies of, stops no other worker.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any

from parallel_animate.canvas import Way
from parallel_animate.engine.job import Job
from parallel_animate.engine.messages import BlockGone, BlockOffer, Died, RingOffer, Task, receive
from parallel_animate.engine.outbox import Outbox
from parallel_animate.engine.worker import STACK_SIGNAL, run_forked, run_pickled
from parallel_animate.params import InheritedParams, Payload, PayloadBlock

# Seconds that a worker has to exit after its pipe was closed.
JOIN_TIMEOUT = 1.5
# Seconds between two looks at the workers. The end of a worker's pipes does not announce its death
# if it has started a process, which has inherited its ends of them and keeps them open.
POLL = 0.5
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
        What is rendered; pickled, unless the process is forked.
    siblings : list of Connection
        The main process's ends of the other workers' pipes.
    inherited : InheritedParams or None
        Params that the process has already when it is forked.

    Attributes
    ----------
    tasks : dict
        What it has to draw, by frame; the first is the one that it is drawing now. So it is known
        which frames a dead worker leaves.
    attached : bool
        Whether it can be given tasks.
    begun : bool
        Whether it was given the first frame, with which every worker begins.
    drawn : int
        Frames that it has finished.
    since : float
        When it began with the first of its tasks (seconds of ``time.monotonic()``).
    hung : bool
        Whether it was killed because a frame took too long.
    exit_code : int
        After its death: its exit code; if a signal killed it, that signal's number, negative.
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
        self.tasks: dict[int, Assigned] = {}
        self.attached = False
        self.begun = False
        self.drawn = 0
        self.since = 0.0
        self.hung = False
        self.exit_code = 0
        self._joined = False
        self._stacks = ""
        self.connection, remote = context.Pipe(duplex=True)
        self._outbox = Outbox(self.connection)
        self._blocks: list[PayloadBlock] = []  # those that it has attached
        self._crashes, crashes = context.Pipe(duplex=False)
        pipes = [self.connection, *siblings]
        target, args = (
            (run_pickled, (os.getpid(), remote, crashes, job))
            if isinstance(job, bytes)
            else (run_forked, (os.getpid(), remote, crashes, pipes, job, inherited))
        )
        self.process: BaseProcess = context.Process(  # type: ignore[attr-defined]
            target=target, args=args, name=f"parallel-animate-{index}"
        )
        with _fork_despite_native_threads():
            self.process.start()
        remote.close()
        crashes.close()
        self._name = f"{index} (pid {self.process.pid})"

    def __str__(self) -> str:
        return self._name

    @property
    def load(self) -> int:
        """Frames that it has to draw for the video, or for their digest."""
        return sum(task.slot is not None or task.digest for task in self.tasks.values())

    def send_ring(self, offer: RingOffer, descriptor: int | None) -> None:
        """Tell the worker where the slots are. If it is dead, that is noticed elsewhere."""
        self._send_offer(offer, descriptor)

    def send_task(
        self,
        frame_idx: int,
        slot: int | None,
        params: Payload,
        *,
        digest: bool = False,
        way: Way = "redraw",
    ) -> None:
        """Give the worker a frame, and its params."""
        if not self.tasks:
            self.since = time.monotonic()
        self.tasks[frame_idx] = Assigned(slot, params, digest)
        params.hold(self)
        block = params.block
        if block is not None and block not in self._blocks:
            self._send_block(block)
        number = None if block is None else block.number
        # As few messages as possible: each wakes the worker, which then often takes this process's
        # core.
        small = params.data if len(params.data) <= SMALL_PARAMS else None
        task = Task(frame_idx, slot, digest, small, params.spans, number, params.position)
        self._outbox.send(pickle.dumps(task))
        if small is None:
            self._outbox.send(params.data)
        if params.spans and block is None:
            self._outbox.send(params.memory.tobytes())

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

    def strike(self, frame_idx: int) -> Assigned:
        """Strike a frame off the worker's list; return what it was."""
        self.since = time.monotonic()
        return self.tasks.pop(frame_idx)

    def kill_if_overdue(self, limit: float) -> None:
        """Ask for its stacks and kill it, if its frame takes longer than `limit` seconds."""
        if not self.tasks or self.hung or time.monotonic() - self.since < limit:
            return
        self.hung = True
        if STACK_SIGNAL is not None and self.process.pid is not None:
            with contextlib.suppress(OSError):
                os.kill(self.process.pid, STACK_SIGNAL)
                self._stacks = self._crash_output(STACK_TIMEOUT)
        self.process.kill()

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

    def messages(self) -> Iterator[Any]:
        """Yield the messages that have come, and a `Died` after the last if it has ended."""
        # Asked before the pipe is read: if it has died, all that it sent is in the pipe by now.
        alive = self.process.is_alive()
        try:
            while self.connection.poll():
                yield receive(self.connection)
        except (EOFError, OSError):
            alive = False
        if not alive:
            self.hang_up()
            self.join(JOIN_TIMEOUT)
            yield Died()

    def hang_up(self) -> None:
        """Close the pipe, which makes a worker that is alive end."""
        self._outbox.close()

    def join(self, timeout: float) -> None:
        """Wait for its exit, and kill it after `timeout` seconds."""
        if self._joined:
            return
        deadline = time.monotonic() + timeout
        # To wait for the sentinel alone would not do: a process that the worker started may hold it
        # open.
        while self.process.is_alive() and (rest := deadline - time.monotonic()) > 0:
            wait([self.process.sentinel], min(rest, POLL))
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        self._stacks = self.stacks()
        self._crashes.close()
        code = self.process.exitcode
        assert code is not None
        self.exit_code, self._joined = code, True
        self.process.close()


@dataclass(frozen=True)
class Assigned:
    """A frame that a worker has to draw: its slot, if any, its params, and whether to digest it."""

    slot: int | None
    params: Payload
    digest: bool


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
