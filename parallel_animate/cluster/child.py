"""The program that renders pieces on a machine: it imports all once, and forks for each piece.

So each piece finds a process as fresh as if it had started one of its own. Where a fork is not safe
(the animation brings threads, say), this process renders one piece and ends, and the next piece
begins another process.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import queue
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cloudpickle

from parallel_animate.cluster.connecting import versions
from parallel_animate.cluster.shipping import params_errors
from parallel_animate.cluster.task import Failed, Made, Order
from parallel_animate.engine import die_with_parent
from parallel_animate.errors import AnimateError
from parallel_animate.output import read_segments
from parallel_animate.piecework import render_piece
from parallel_animate.system import about_to_fork, fork_danger, grant_cores, just_forked

# Characters of what a process has said last, for an error.
SAID = 2000


def main(folder: Path, parent: int, cores: int, idle: float) -> None:
    """Render what the orders in a folder say, and leave there what has come of them."""
    die_with_parent(parent, thread_stays=True)
    grant_cores(cores)
    _leave(folder / "facts", pickle.dumps(versions()))
    animation: Any = None
    for name in _asked(idle):
        piece = folder / name
        piece.with_suffix(".begun").touch()
        try:
            if animation is None:
                state, animation = cloudpickle.loads((folder / "animation").read_bytes())
                state.restore()
        except BaseException as error:
            traceback.print_exc()
            _leave(piece.with_suffix(".outcome"), _failed(error))
            continue
        if fork_danger() is not None:
            _work(piece, animation)
            return
        _forked(piece, animation)


def _asked(idle: float) -> Iterator[str]:
    """Yield the names of pieces as they are asked for, until none comes for some seconds."""
    names: queue.SimpleQueue[str] = queue.SimpleQueue()

    def listen() -> None:
        # Not through sys.stdin, whose lock a process that is forked meanwhile could not take.
        rest = b""
        while said := os.read(0, 4096):
            *lines, rest = (rest + said).split(b"\n")
            for line in lines:
                names.put(line.decode())
        # Dask's worker is gone. What was forked ends with this process.
        os.kill(os.getpid(), signal.SIGTERM if os.name == "nt" else signal.SIGKILL)

    threading.Thread(target=listen, name="orders", daemon=True).start()
    while True:
        try:
            yield names.get(timeout=idle)
        except queue.Empty:
            return


def _forked(piece: Path, animation: Any) -> None:
    """Render a piece in a process that is forked from this one."""
    context: Any = multiprocessing.get_context("fork")
    process = context.Process(target=_begin, args=(piece, animation, os.getpid()))
    with about_to_fork():
        process.start()
    process.join()
    outcome = piece.with_suffix(".outcome")
    if outcome.exists():
        return
    said = (piece.parent / "said").read_text(encoding="utf-8", errors="replace")
    how = f"the process that rendered it on {socket.gethostname()} ended with "
    reason = RuntimeError(f"{how}{process.exitcode}: {said[-SAID:].strip()}")
    _leave(outcome, _dumped(Failed(reason, again=True)))


def _begin(piece: Path, animation: Any, parent: int) -> None:
    just_forked()
    die_with_parent(parent, thread_stays=True)
    _work(piece, animation)


def _work(piece: Path, animation: Any) -> None:
    """Render a piece, and leave what has come of it."""
    try:
        order: Order = cloudpickle.loads(piece.with_suffix(".order").read_bytes())
        piece.with_suffix(".order").unlink()
        with tempfile.TemporaryDirectory(dir=piece.parent) as made:
            outcome = _dumped(_made(animation, order, Path(made)))
    except AnimateError as error:
        outcome = _failed(error)
    except BaseException as error:
        traceback.print_exc()
        outcome = _failed(error)
    _leave(piece.with_suffix(".outcome"), outcome)


def _made(animation: Any, order: Order, folder: Path) -> Made:
    begun = time.time()
    first, end = order.span
    if order.shared is not None:
        into = Path(tempfile.mkdtemp(prefix=f"frames-{first}-{end}-", dir=order.shared))
    else:
        into = folder / "segments"
    with params_errors(first):
        params = order.params.opened(order.span, order.total)
    output = folder / f"out{order.suffix}"
    report = render_piece(animation, output, params, order.options, order.span, into)
    form, segments = read_segments(into)
    held = tuple(
        (each, into / each.file if order.shared else (into / each.file).read_bytes())
        for each in segments
    )
    return Made(form, held, report, socket.gethostname(), begun, time.time())


def _leave(path: Path, content: bytes) -> None:
    """Write a file so that nobody sees a part of it."""
    new = path.with_suffix(".part")
    new.write_bytes(content)
    new.rename(path)


def _dumped(outcome: Made | Failed) -> bytes:
    return cloudpickle.dumps(outcome)  # type: ignore[no-any-return]


def _failed(error: BaseException) -> bytes:
    """Return an error, with its cause as text, where that cannot be pickled."""
    try:
        made = _dumped(Failed(error))
        pickle.loads(made)
    except Exception:
        kind = AnimateError if isinstance(error, AnimateError) else RuntimeError
        return _dumped(Failed(kind(f"{type(error).__name__}: {error}")))
    return made


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
