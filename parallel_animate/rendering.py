"""One render, from options to report: the one place that knows all parts.

::

    param_by_frame ─▶ FrameSource ─▶ engine ─▶ frame views ─▶ recorder ─▶ segments ─▶ the video
                      (params)       (engine, memory, canvas)  (output)
                                        │ is watched by
                                        ▼
                                     Measure ─▶ RenderReport   (report)

With several workers, the user's iterator runs in the thread that has called, and the recorder in
one of its own; without, one loop drives all: the recorder asks the engine for the next frame, and
the engine asks for the next params. Measuring and the progress bar are told what happens, and hold
up nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from parallel_animate.canvas import Pixels, check_matplotlib
from parallel_animate.engine import (
    Animatable,
    Engine,
    Job,
    Plan,
    WithdrawnError,
    exit_if_a_worker_starts,
    kindred,
    open_engine,
    workers_at_first,
)
from parallel_animate.errors import AnimateError, EncoderError, FrameError, SetupError
from parallel_animate.options import FrameOptions, ProgressOptions, RenderOptions
from parallel_animate.output import (
    OneOrMore,
    Outputs,
    Parts,
    Recorder,
    SeveralParts,
)
from parallel_animate.params import FrameSource
from parallel_animate.report import Measure, Progress, RenderReport
from parallel_animate.system import (
    Interrupts,
    library_threads,
    limit_hit,
    noted_warnings,
    usable_cores,
    worker_count,
)

log = logging.getLogger("parallel_animate.animator")


def render(
    animation: Animatable,
    output_file: OneOrMore,
    param_by_frame: Iterable[Any],
    options: RenderOptions,
    n_frames: int | None = None,
) -> RenderReport:
    """Render all frames of an animation, and write them to a video.

    Parameters
    ----------
    animation : Animatable
        An object with ``setup()`` and ``update()``.
    output_file : str or Path, or a list of these
        The video, or several outputs.
    param_by_frame : iterable
        One item per frame, as for :meth:`parallel_animate.Animator.make_video`.
    options : RenderOptions
        Everything else, from :meth:`RenderOptions.checked`.
    n_frames : int, optional
        Frames to render; by default all that there are.

    Returns
    -------
    RenderReport
        What was rendered, and what it took.

    Raises
    ------
    AnimateError
        One of the errors that :meth:`parallel_animate.Animator.make_video` lists. That method turns
        its flat arguments into options, and calls this function.

    Examples
    --------
    >>> import tempfile
    >>> from matplotlib.figure import Figure
    >>> class Dot:
    ...     def setup(self):
    ...         figure = Figure(figsize=(3.2, 2.4))
    ...         (self.dot,) = figure.subplots().plot([0], [0], "o")
    ...         return figure
    ...
    ...     def update(self, frame_idx, params):
    ...         self.dot.set_xdata([params])
    >>> options = RenderOptions.checked(fps=30, num_workers=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = render(Dot(), Path(folder) / "dot.mp4", range(10), options)
    >>> report.frames
    10
    """
    exit_if_a_worker_starts()
    with noted_warnings() as told, _begin_and_end_logged(output_file), limits_named():
        try:
            report = _render(animation, output_file, param_by_frame, options, n_frames)
        except FrameError as error:
            if (joined := kindred(error)) is error:
                raise
            raise joined from error.__cause__
        log.info(
            "%s is complete: %d frames in %.2f s (workers: %d)",
            *(report.output_file, report.frames, report.seconds, report.workers),
        )
    return replace(report, warnings=(*options.warnings, *told))


@contextmanager
def _begin_and_end_logged(output_file: OneOrMore) -> Iterator[None]:
    """Log that a render begins, and the error that ends it, if there is one."""
    log.info("rendering %s", output_file)
    try:
        yield
    except BaseException as error:
        log.info("the render of %s has ended with %s", output_file, type(error).__name__)
        raise


@contextmanager
def limits_named() -> Iterator[None]:
    """Name the limit of this process that a system's error in the block comes of."""
    try:
        yield
    except OSError as error:
        if isinstance(error, AnimateError) or not (limit := limit_hit(error.errno)):
            raise
        raise SetupError(f"the render cannot go on ({error.strerror}): {limit}") from error


def _render(
    animation: Animatable,
    output_file: OneOrMore,
    param_by_frame: Iterable[Any],
    options: RenderOptions,
    n_frames: int | None,
) -> RenderReport:
    measure = Measure()
    # The source comes first, so that a generator is closed whatever is wrong with the rest.
    with FrameSource(param_by_frame, n_frames) as source:
        checkpoints = options.checkpoints
        outputs = Outputs(output_file, options.encoding, checkpoints.resume, checkpoints.piece)
        num_workers = 1 if options.workers.in_order else options.workers.num_workers
        workers = worker_count(num_workers, source.total)
        outputs.check(source.total)
        job = job_of(animation, options, workers)
        plan = plan_of(
            options,
            workers,
            outputs.folder,
            log_interval=options.progress.drawn_interval,
            at_first=workers_at_first(workers, source.total) if num_workers < 0 else None,
        )
        check_matplotlib()
        with Interrupts() as interrupts, outputs, ExitStack() as stack:
            parts = outputs.parts
            with _kept_at_failure(outputs, interrupts):
                first, before = parts.resumed, parts.finished
                source.skip(first, parts.done)
                engine = stack.enter_context(open_engine(job, source, measure, plan, interrupts))
                if options.drawing.redraw == "auto":
                    if parts.doubtful is not None:
                        engine.doubt(parts.doubtful, first)
                    parts.doubts = lambda: engine.doubtful
                outputs.choose(engine.size, opaque=engine.opaque)
                segment = checkpoints.segment_frames
                engine.allocate(outputs.frame_format, segment if outputs.may_be_shared else None)
                recorder = outputs.recorder(segment, source.total)
                with recorder, _progress(options, before, outputs.total(source.total)) as progress:
                    try:
                        take = _Taken(recorder, outputs, segment, progress, options.progress)
                        engine.run(partial(_record, engine, take, parts, progress))
                    finally:
                        if engine.draining:
                            recorder.abandon()
                        if engine.withdrawn is not None:
                            parts.cut(engine.withdrawn)
                made: dict[str, Any] = {"frames": parts.finished, "segments": len(parts.segments)}
                outputs.complete(interrupts.allowed())
            measure.encoded()
            made |= {"resumed_frames": before, "encoder": recorder.encoder}
            made["missing_frames"] = tuple((gap, end - 1) for gap, end in source.numbering.gaps)
            return _report(outputs, options, engine, made, measure)


def _record(engine: Engine, take: _Taken, parts: Parts | SeveralParts, progress: Progress) -> None:
    """Write all frames; go back where some that were written turn out not to be vouched for."""
    first: int | None = parts.resumed
    while first is not None:
        take.written = parts.finished
        try:
            engine.drain(take, first, parts.done)
            first = None
        except WithdrawnError as error:
            first = parts.cut(error.first)
            progress.back_to(parts.finished)


class _Taken:
    """Takes frames from the engine and has them written; of several segments at once, if need be.

    Parameters
    ----------
    recorder : Recorder
        Writes those of the first lane.
    outputs : Outputs
        Has recorders for further ones.
    segment : int
        Frames of a segment.
    progress : Progress
        Is told of each frame that was written.
    told : ProgressOptions
        Who is told how many were.
    """

    def __init__(
        self,
        recorder: Recorder,
        outputs: Outputs,
        segment: int,
        progress: Progress,
        told: ProgressOptions,
    ) -> None:
        self.written = 0
        self._recorder = recorder
        self._outputs = outputs
        self._segment = segment
        self._progress = progress
        self._told = told.written
        self._telling = threading.Lock()

    def __call__(self, frames: Iterator[tuple[int, Pixels]], lane: int) -> None:
        """Write all frames of a lane."""
        if lane == 0:
            self._recorder.record(frames, self._wrote)
            return
        with self._outputs.recorder(self._segment, None, resumable=False, lane=lane) as recorder:
            recorder.record(frames, self._wrote)

    def _wrote(self) -> None:
        with self._telling:
            self.written += 1
            self._progress.wrote()
            if self._told is not None:
                self._told(self.written)


def job_of(animation: Animatable, options: RenderOptions | FrameOptions, workers: int) -> Job:
    """Return what an engine is to render."""
    return Job(
        animation=animation,
        options=options.drawing.figure,
        reuse_figure=options.drawing.reuse_figure,
        redraw=options.drawing.redraw,
        threads=library_threads(workers),
        showing=options.drawing.showing,
    )


def plan_of(
    options: RenderOptions | FrameOptions, workers: int, spill_folder: Path, **others: Any
) -> Plan:
    """Return how an engine shall work; `others` are the further fields of the plan."""
    return Plan(
        workers=workers,
        frame_timeout=options.checks.frame_timeout,
        check_history=not options.workers.in_order and options.checks.history,
        slots=options.workers.slots(workers, options.checks.frame_timeout),
        prefetch=options.workers.preload_factor,
        start_method=options.workers.start_method,
        spill_folder=spill_folder,
        in_order=options.workers.in_order,
        **others,
    )


def _progress(options: RenderOptions, first: int, total: int | None) -> Progress:
    shown = options.progress
    return Progress(first, total, shown.disable_bar, shown.written_interval)


@contextmanager
def _kept_at_failure(outputs: Outputs, interrupts: Interrupts) -> Iterator[None]:
    """Keep what is finished when the block fails, and let the error say where it is."""
    try:
        yield
    except BaseException as error:
        # Ctrl-C also ends an encoder that is a process of its own: then the signal is the reason.
        interrupted = isinstance(error, EncoderError) and interrupts.pending
        stopped = interrupts.error() if interrupted else error
        outputs.keep_partial(stopped)
        raise stopped from stopped.__cause__


def _report(
    outputs: Outputs,
    options: RenderOptions,
    engine: Engine,
    made: dict[str, Any],
    measure: Measure,
) -> RenderReport:
    if not measure.peak_memory:
        measure.sample_memory()
    return RenderReport(
        output_file=outputs.files[0].given,
        other_files=tuple(file.given for file in outputs.files[1:]),
        width=outputs.size[0],
        height=outputs.size[1],
        fps=options.encoding.fps,
        workers=engine.workers,
        slots=engine.slots,
        slot_bytes=outputs.frame_format.nbytes,
        spilled_frames=engine.spilled,
        preset=options.encoding.named_preset,
        cores=usable_cores(),
        redraw=options.drawing.redraw,
        **made,
        **measure.results(),
    )
