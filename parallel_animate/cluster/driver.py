"""The driver of a render on a cluster: it plans, hands out, takes back, and joins.

Each machine has a piece that it renders, and one that waits, so that it is never idle; and no more,
so that what is read from an iterator does not pile up. A machine that goes costs its pieces' work:
they are rendered elsewhere. One that comes gets pieces at the next look.
"""

from __future__ import annotations

import logging
import pickle
import secrets
import time
from asyncio import CancelledError
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from parallel_animate.cluster import station
from parallel_animate.cluster.connecting import Cluster, check_versions, connected
from parallel_animate.cluster.machines import checked_folder, nothing_made, summed
from parallel_animate.cluster.planning import Planned
from parallel_animate.cluster.shipping import Shipped, Span, Supply, by_value
from parallel_animate.cluster.task import Failed, Made, Order, as_run, as_task
from parallel_animate.engine import Animatable, SharedState
from parallel_animate.errors import AnimateError, ArgumentError, OutputError, WorkerDiedError
from parallel_animate.options import RenderOptions
from parallel_animate.output import AS_IT_IS, Outputs, Parts, is_damage, receive
from parallel_animate.params import closed_on_error
from parallel_animate.report import Progress, RenderReport
from parallel_animate.system import Interrupts, pickled_by_value

log = logging.getLogger("parallel_animate.animator")

# Pieces that a machine has: one that it renders, and one that waits.
AHEAD = 2
# How often a piece is tried.
TRIES = 3
# Seconds between two looks at which machines there are.
LOOK = 0.5


@dataclass
class _Piece:
    """A piece that is rendered somewhere, or waits for it."""

    span: Span
    params: Shipped
    tries: int = 0


def render_on_cluster(
    cluster: Cluster,
    animation: Animatable,
    output_file: Any,
    param_by_frame: Any,
    options: RenderOptions,
    n_frames: int | None = None,
    *,
    segment_dir: str | Path | None = None,
    strict: bool = False,
) -> RenderReport:
    """Render a video on the machines of a Dask cluster; the bytes are those of one machine.

    Parameters
    ----------
    cluster : Client, str or True
        A ``dask.distributed.Client``, the address of a scheduler, "local", or True for the active
        client.
    animation, output_file, param_by_frame, options, n_frames
        As for :func:`parallel_animate.rendering.render`. `param_by_frame` may also be a function
        of the first frame and the one after the last, or an array of Dask or xarray: these are
        evaluated on the machines.
    segment_dir : path, optional
        A folder that all machines share, through which segments come back; by default through Dask.
    strict : bool
        Whether machines that differ in what changes pixels are an error.

    Returns
    -------
    RenderReport
        What was rendered, with a line for each machine.

    Raises
    ------
    ArgumentError
        If an argument cannot be used on a cluster, or there is none.
    WorkerDiedError
        If a piece was tried three times, and its machine was gone each time.
    AnimateError
        As on one machine. What is finished is kept.
    """
    begun = time.perf_counter()
    if isinstance(output_file, list | tuple):
        raise ArgumentError("on a cluster a render has one output")
    if options.encoding.mode == "gpu" or options.encoding.writer != "pyav":
        raise ArgumentError("on a cluster videos are encoded by the CPU, with the pyav writer")
    options = replace(options, encoding=replace(options.encoding, mode="cpu"))
    supply = Supply(param_by_frame, n_frames)
    outputs = Outputs(output_file, options.encoding, options.checkpoints.resume)
    outputs.check(supply.total)
    with connected(cluster) as client, Interrupts() as interrupts, outputs:
        with _stations(client, strict=strict) as name:
            shared = None if segment_dir is None else checked_folder(client, Path(segment_dir))
            with _kept(outputs), by_value(animation, param_by_frame):
                carrier = _Carrier(client, name, animation, options, outputs, supply, shared)
                with interrupts.allowed(), closed_on_error(param_by_frame):
                    carrier.run()
        with _kept(outputs):
            outputs.complete(interrupts.allowed())
    found = {"frames": carrier.frames, "segments": carrier.segments}
    if not carrier.made:
        return nothing_made(outputs, options, begun, output_file, found)
    return summed(carrier.made, begun, Path(output_file), carrier.before, **found)


@contextmanager
def _stations(client: Any, *, strict: bool) -> Iterator[str]:
    """Begin a station on each machine, and check that they are alike; end all of them at last.

    One that cannot be told of the end, for the scheduler or this process is gone, ends by itself.
    """
    name = secrets.token_hex(4)
    try:
        check_versions(client.run(as_run(station.begin), name, on_error="return"), strict=strict)
        yield name
    finally:
        with suppress(Exception):
            if client.status == "running":
                client.run(as_run(station.end), name, on_error="ignore")


@contextmanager
def _kept(outputs: Outputs) -> Iterator[None]:
    """Keep what is finished when the block fails."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, AnimateError | KeyboardInterrupt | SystemExit):
            error = AnimateError(f"the cluster is lost: {type(error).__name__}: {error}")
        outputs.keep_partial(error)
        raise error from error.__cause__


class _Carrier:
    """Hands out pieces to machines, and takes their segments back."""

    def __init__(
        self,
        client: Any,
        name: str,
        animation: Animatable,
        options: RenderOptions,
        outputs: Outputs,
        supply: Supply,
        shared: Path | None,
    ) -> None:
        assert isinstance(outputs.parts, Parts)
        self._client, self._outputs, self._parts = client, outputs, outputs.parts
        self._name, self._task = name, as_task()
        # A forked worker of one machine's has the same random numbers and rcParams.
        self._animation = pickled_by_value((SharedState.now(), animation))
        self._supply, self._shared = supply, shared
        self._segment = options.checkpoints.segment_frames
        self._options = replace(
            options,
            encoding=replace(options.encoding, finish=AS_IT_IS),
            checkpoints=replace(options.checkpoints, resume="restart"),
            progress=replace(options.progress, disable_bar=True, written=None),
        )
        self._shown = options.progress
        self._running: dict[Any, tuple[_Piece, str]] = {}
        self._again: deque[_Piece] = deque()
        self._chosen = False
        self.made: list[Made] = []
        self.before = self._keep_whole_cells()
        self._planned = Planned(supply, self._segment, self._cells)
        self.frames = self.segments = 0

    def run(self) -> None:
        """Have all that is missing rendered, and put into the folder of the parts."""
        shown = self._shown
        total = self._supply.total
        with Progress(self.before, total, shown.disable_bar, shown.written_interval) as progress:
            try:
                while self._hand_out() or self._running:
                    for future in self._ended():
                        piece, machine = self._running.pop(future)
                        for _ in range(self._take(piece, future, machine)):
                            progress.wrote()
                        if shown.written is not None:
                            shown.written(self._parts.finished)
            finally:
                self._client.cancel(list(self._running), force=True)
        if not self._chosen:
            self._choose(self._parts.form)
        self.frames, self.segments = self._parts.frames, len(self._parts.segments)

    def _keep_whole_cells(self) -> int:
        """Give up what an earlier render has left but for whole segments; return their frames."""
        parts, end = self._parts, self._supply.total
        spans = [(0, parts.frames), *parts.done]
        parts.forget_kept()
        cells = [
            (first, last)
            for one, other in spans
            for first in range(-(-one // self._segment) * self._segment, other, self._segment)
            if (last := first + self._segment) <= other or (last := other) == end
        ]
        parts.retain(cells)
        self._cells = {first for first, _ in cells}
        if any(each.end > end for each in parts.segments if end is not None):
            raise ArgumentError(
                f"cannot resume: there are {end:,} frames, and {parts.frames:,} finished already"
            )
        return parts.finished

    def _hand_out(self) -> bool:
        """Give each machine what it can have; return whether anything is left."""
        machines = self._client.nthreads()
        for future, (piece, machine) in list(self._running.items()):
            if machine not in machines:
                del self._running[future]
                self._client.cancel([future], force=True)
                self._retry(piece, f"the Dask worker {machine} is gone")
        load = dict.fromkeys(machines, 0)
        for _, machine in self._running.values():
            load[machine] += 1
        others = self._others(load) if len(load) > 1 else load
        for _ in range(AHEAD):
            for machine in sorted(load, key=lambda each: (load[each], others[each])):
                if load[machine] >= AHEAD:
                    continue
                if self._again:
                    given = self._again.popleft()
                elif (new := self._planned.next(machine, load)) is not None:
                    given = _Piece(*new)
                else:
                    return False
                self._submit(given, machine)
                load[machine] += 1
        return True

    def _others(self, load: dict[str, int]) -> dict[str, int]:
        """Return how many tasks of others each machine has, such as those of other videos."""
        there = self._client.processing()
        return {name: len(there.get(name, ())) - own for name, own in load.items()}

    def _submit(self, piece: _Piece, machine: str) -> None:
        total = self._supply.total or piece.span[1]
        order = Order(
            *(piece.params, self._options, piece.span, total),
            *(self._outputs.files[0].path.suffix, self._shared),
        )
        piece.tries += 1
        future = self._client.submit(
            *(self._task, self._name, self._animation, pickled_by_value(order)),
            workers=[machine],
            allow_other_workers=False,
            pure=False,
            key=f"frames {piece.span[0]}-{piece.span[1]}, try {piece.tries}-{time.time_ns()}",
        )
        self._running[future] = piece, machine

    def _ended(self) -> list[Any]:
        """Return the tasks that have ended, after waiting a moment for one."""
        if not self._running:
            time.sleep(LOOK)  # until there is a machine
            return []
        from distributed import wait

        try:
            with self._client.as_current():
                wait(list(self._running), timeout=LOOK, return_when="FIRST_COMPLETED")
        except TimeoutError:
            return []
        return [each for each in self._running if each.done()]

    def _take(self, piece: _Piece, future: Any, machine: str) -> int:
        """Put a piece's segments into the folder; return how many frames that are."""
        try:
            result: bytes | str = future.result()
            if isinstance(result, str):
                self._retry(piece, f"on {machine} {result}")
                return 0
            made: Made | Failed = pickle.loads(result)
        except (pickle.PickleError, AttributeError, ImportError) as error:
            raise AnimateError(f"what a machine has made cannot be read: {error}") from error
        except (Exception, CancelledError) as error:  # Dask's own: the machine was lost
            self._retry(piece, f"{type(error).__name__}: {error}")
            return 0
        if isinstance(made, Failed):
            if not made.again:
                raise made.error
            self._retry(piece, str(made.error))
            return 0
        try:
            self._check(piece, made)
            for segment, content in made.segments:
                receive(self._parts, segment, content, segment.first // self._segment)
        except OutputError as error:
            if not is_damage(error):
                raise
            self._retry(piece, str(error))
            return 0
        made = replace(made, machine=f"{made.machine} {machine}")
        self.made.append(made)
        self._planned.learn(machine, piece.span[1] - piece.span[0], made.ended - made.begun)
        if made.report.redraw_mismatches and self._options.drawing.redraw == "auto":
            log.warning("redrawing has differed on %s: no machine redraws any more", made.machine)
            full = replace(self._options.drawing, redraw="full")
            self._options = replace(self._options, drawing=full)
        return piece.span[1] - piece.span[0]

    def _check(self, piece: _Piece, made: Made) -> None:
        """Check that what a machine has made is the piece that it should."""
        at = piece.span[0]
        for segment, _ in made.segments:
            if segment.first == at and segment.whole:
                at = segment.end
        if at != piece.span[1]:
            raise AnimateError(
                f"{made.machine} has made the frames from {piece.span[0]} to {at - 1}, not to "
                f"{piece.span[1] - 1}"
            )
        if not self._chosen:
            self._choose(made.form)
        elif made.form != self._parts.form:
            raise AnimateError(
                f"{made.machine} has made segments of another form than the others: {made.form}, "
                f"not {self._parts.form}"
            )

    def _choose(self, form: dict[str, Any]) -> None:
        """Choose how the segments are joined, now that one is known."""
        opaque = not str(form["pixel_format"]).startswith(("yuva", "rgba"))
        self._outputs.choose((form["width"], form["height"]), opaque=opaque)
        self._chosen = True

    def _retry(self, piece: _Piece, reason: str) -> None:
        """Have a piece rendered again, elsewhere, unless that was tried too often."""
        first, end = piece.span
        log.warning("frames %d to %d are rendered again: %s", first, end - 1, reason)
        if piece.tries >= TRIES:
            raise WorkerDiedError(
                f"frames {first} to {end - 1} were tried {TRIES} times, and not finished: {reason}",
                frame_idx=first,
            )
        self._again.append(piece)
