"""The class that users derive from, and the call that renders."""

from __future__ import annotations

import multiprocessing
import operator
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from fractions import Fraction
from numbers import Real
from typing import TYPE_CHECKING, Any

from parallel_animate.canvas import FigureOptions, checked_mode
from parallel_animate.engine.parallel import Plan, open_engine
from parallel_animate.engine.pool import exit_if_a_worker_starts
from parallel_animate.engine.renderer import Job
from parallel_animate.errors import ArgumentError, EncoderError
from parallel_animate.output import (
    OutputFile,
    Parts,
    Recorder,
    VideoSettings,
    choose_writer,
    complete,
    keep_partial,
    load_writer,
)
from parallel_animate.params import FrameSource
from parallel_animate.report import RenderReport
from parallel_animate.report.measure import Measure
from parallel_animate.report.progress import shown
from parallel_animate.system.interrupts import Interrupts
from parallel_animate.system.machine import library_threads, usable_cores, worker_count

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Animator(ABC):
    """A figure that changes from frame to frame.

    Derive from it, build the figure in :meth:`setup`, change its artists in :meth:`update`, and
    call :meth:`make_video`.

    Each worker process has a figure of its own and draws only some of the frames, in any order.
    So :meth:`update` must set everything that differs between frames from its arguments, and
    must not rely on the frame before. Do not keep large data on the instance: every process
    gets the whole of it. Give what belongs to a frame in its params, or load it in
    :meth:`setup`.

    Examples
    --------
    >>> import numpy as np
    >>> import matplotlib.pyplot as plt
    >>> class Wave(Animator):
    ...     def setup(self):
    ...         fig, ax = plt.subplots(figsize=(3.2, 2.4))
    ...         self.x = np.linspace(0, 2 * np.pi, 200)
    ...         (self.line,) = ax.plot(self.x, np.sin(self.x))
    ...         return fig
    ...
    ...     def update(self, frame_idx, params):
    ...         self.line.set_ydata(np.sin(self.x + params))
    >>> import tempfile, os
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = Wave().make_video(
    ...         os.path.join(folder, "wave.mp4"), np.linspace(0, 6, 12), fps=30, num_workers=1)
    >>> report.frames, report.width, report.height
    (12, 320, 240)
    """

    @abstractmethod
    def setup(self) -> Figure:
        """Build the figure and return it; store what :meth:`update` needs on ``self``.

        Called once in each worker process, after its start.

        Returns
        -------
        matplotlib.figure.Figure
            The figure. Its size is the video's.
        """

    @abstractmethod
    def update(self, frame_idx: int, params: Any) -> None:
        """Change the figure's artists to show a frame.

        Parameters
        ----------
        frame_idx : int
            The frame's index in the video, from 0.
        params : object
            This frame's item of ``param_by_frame``. In a worker process, arrays in it of 16 KiB
            and more are read-only views of shared memory, which may be kept; where
            :meth:`update` writes into them, they are copies.
        """

    def make_video(
        self,
        output_file: str | os.PathLike[str],
        param_by_frame: Iterable[Any],
        fps: int | float | Fraction,
        n_frames: int | None = None,
        num_workers: int = -1,
        disable_progress_bar: bool | None = None,
        plotting_log_interval: int | None = None,
        saving_log_interval: int | None = None,
        savefig_params: Mapping[str, Any] | None = None,
        video_mode: str = "auto",
        video_quality: int | None = None,
        video_preset: str | None = None,
        video_extra_ffmpeg_params: Sequence[str] | None = None,
        reuse_figure_object: bool = True,
        preload_factor: int = 8,
        *,
        redraw: str = "auto",
        video_writer: str = "pyav",
        start_method: str | None = None,
        resume: bool | str = False,
        segment_frames: int = 1000,
        frame_timeout: float | None = None,
        check_history: bool = True,
        ring_slots: int | None = None,
    ) -> RenderReport:
        """Render all frames, and write them to an H.264 MP4 file.

        The video has the figure's size in pixels, with one row or column more where that is
        odd. The file appears under its name when it is complete. Until then its finished segments
        lie in a folder beside it, ``<output_file>.parts``. If the render fails, they stay there,
        joined to ``<stem>.partial.mp4``, and `resume` goes on after them.

        Parameters
        ----------
        output_file : str or Path
            The video. Missing parent folders are made.
        param_by_frame : iterable
            One item per frame, in frame order, or :class:`IndexedFrameParams` in any order. A
            list, tuple, array, generator, data loader, ... It is walked once. A generator is
            closed when the render ends, however it ends; any other iterator is not, so that
            ``itertools.islice()`` or ``iter()`` of a list can be shared between calls.
        fps : int, float or Fraction
            Frames a second of the video. 30000/1001 comes out exact.
        n_frames : int, optional
            Frames to render; not one item more is taken from `param_by_frame`. By default its
            ``len()``, or all of it where it has none. Where there are fewer items, the video is
            shorter, and a warning says so.
        num_workers : int
            Worker processes. -1 for all cores that this process may use (CPU affinity and
            container quota count), -2 for all but one, and so on. 1 renders in this process.
        disable_progress_bar : bool, optional
            None shows the bar only on a terminal.
        plotting_log_interval : int, optional
            Log (logger ``parallel_animate``, level INFO) each N frames drawn by a worker.
        saving_log_interval : int, optional
            Log each N frames written.
        savefig_params : dict, optional
            ``dpi`` and ``facecolor``, as for ``Figure.savefig``. Other keys are named in a
            warning. A transparent figure is composited on white.
        video_mode : {"auto", "gpu", "cpu"}
            "gpu" encodes with NVENC, "cpu" with libx264, "auto" with NVENC where it really
            works at this size.
        video_quality : int, optional
            0 to 51, lower is better: libx264's CRF, NVENC's constant QP. Default 20.
        video_preset : str, optional
            libx264: ultrafast to placebo, default settings made for plots (docs/encoding.md).
            NVENC: p1 to p7, default p5.
        video_extra_ffmpeg_params : list of str, optional
            ffmpeg arguments. With the pyav writer, ``-option value`` pairs for the encoder or
            the MP4 muxer.
        reuse_figure_object : bool
            False calls :meth:`setup` before every frame; for tests and benchmarks.
        preload_factor : int
            Params to pull ahead for each worker, in a background thread; fewer where they are so
            large that they would take more than an eighth of the free memory. 0 pulls them in the
            calling thread; use it where the iterator must not run in another one. Of a list,
            tuple, range or array none are pulled ahead: its items are there.
        redraw : {"auto", "full", "verify"}
            "auto" draws what :meth:`update` has changed, which gives the same pixels as a full
            draw; each worker compares its frames 0, 1, 2, 4, 8, ... with one, and should they
            differ, warns and draws in full from then on. "full" draws everything for each frame.
            "verify" compares every frame, and raises RedrawError at a difference.
        video_writer : {"pyav", "pvio"}
            "pvio" writes with parallel-video-io (the ``pvio`` extra).
        start_method : {"fork", "forkserver", "spawn"}, optional
            How worker processes start; by default fork where there is one, else spawn.
        resume : bool or "restart"
            What to do with the finished segments of an earlier render that did not come to its
            end. True goes on after them; "restart" throws them away; False, if there are any, is
            an error.
        segment_frames : int
            Frames after which what is finished is safe on the disk; after a minute it is in any
            case.
        frame_timeout : float, optional
            Seconds that a frame may take. A worker that takes longer is killed, and its frame
            given to another one. Needs worker processes.
        check_history : bool
            Whether one worker draws the first few frames of the others too, to warn if they come
            out differently: then :meth:`update` keeps something from earlier frames, and the video
            that several workers make is wrong.
        ring_slots : int, optional
            Frames that have room in the ring of shared memory; by default two for each worker and
            two more, or fewer where memory is short. The least is one for each worker and one for
            the encoder. With ``num_workers=1`` there is no ring, and 1 slot.

        Returns
        -------
        RenderReport
            What was rendered, and what it took.

        Raises
        ------
        ArgumentError
            If an argument cannot be used. It is also a ValueError.
        EmptyParamsError
            If there is no frame to render.
        OutputError
            If the file cannot be written; found before anything is drawn. It is also an
            OSError.
        SetupError
            If :meth:`setup` fails; a FigureTypeError (also a TypeError) if it returns no figure.
        FrameError
            If :meth:`update` or drawing fails. It names the frame and its params; the original
            exception is ``__cause__``.
        FrameSizeError
            If a frame has another size than the others.
        RedrawError
            With ``redraw="verify"``, if a redrawn frame differs from its full draw.
        FrameIdError
            If frame ids come twice, or are missing.
        ParamsError
            If `param_by_frame` raises, or an item cannot be pickled for a worker.
        EncoderError
            If the encoder is not usable, or fails.
        ResumeError
            If finished segments are there and `resume` is False; if they do not fit to what is
            to be rendered now; or if another process is writing the video.
        SharedMemoryError
            If shared memory has no room for the smallest ring.
        WorkerDiedError
            If a frame makes worker processes die, or hang, three times; a worker that dies for
            another reason is replaced.

        Notes
        -----
        Each of them is an :class:`AnimateError`. With start methods other than fork, guard the
        calling script with ``if __name__ == "__main__":``, as for all of multiprocessing.

        Examples
        --------
        See :class:`Animator`.
        """
        exit_if_a_worker_starts()
        measure = Measure()
        # First of all, so that a generator is closed whatever is wrong with the rest.
        with FrameSource(param_by_frame, n_frames) as source:
            settings = VideoSettings.checked(
                fps=fps,
                mode=video_mode,
                quality=video_quality,
                preset=video_preset,
                extra=video_extra_ffmpeg_params,
                writer=video_writer,
            )
            options = FigureOptions.from_savefig_params(savefig_params)
            output = OutputFile(output_file)
            workers = worker_count(num_workers, source.total)
            plan = Plan(
                workers=workers,
                frame_timeout=_checked_timeout(frame_timeout, num_workers),
                check_history=bool(check_history),
                slots=_checked_slots(ring_slots, workers),
                prefetch=_count("preload_factor", preload_factor),
                start_method=_checked_start_method(start_method),
                spill_folder=output.folder,
                log_interval=_interval("plotting_log_interval", plotting_log_interval),
            )
            written = _interval("saving_log_interval", saving_log_interval)
            most = _count("segment_frames", segment_frames, least=1)
            job = Job(
                animator=self,
                options=options,
                reuse_figure=bool(reuse_figure_object),
                redraw=checked_mode(redraw),
                threads=library_threads(workers),
            )
            load_writer(settings)
            parts = Parts(output.path, _checked_resume(resume))
            with Interrupts() as interrupts, ExitStack() as stack:
                stack.enter_context(parts)
                try:
                    first = parts.frames
                    source.skip(first)
                    engine = stack.enter_context(
                        open_engine(job, source, measure, plan, interrupts)
                    )
                    choice = choose_writer(settings, engine.size)
                    parts.fit(choice.form)
                    engine.allocate(choice.layout)
                    frames = stack.enter_context(closing(engine.frames(first)))
                    seen = shown(frames, first, source.total, disable_progress_bar, written)
                    recorder = Recorder(parts, choice, most, source.total)
                    recorder.record(stack.enter_context(closing(seen)))
                    finished, segments = parts.frames, len(parts.segments)
                    complete(parts, output, choice, interrupts.allowed())
                except BaseException as error:
                    # Ctrl-C also ends an encoder that is a process of its own.
                    interrupted = isinstance(error, EncoderError) and interrupts.pending
                    stopped = interrupts.error() if interrupted else error
                    keep_partial(parts, stopped)
                    raise stopped from stopped.__cause__
                measure.encoded()
                if not measure.peak_memory:
                    measure.look_at_memory()
                return RenderReport(
                    output_file=output.given,
                    frames=finished,
                    resumed_frames=first,
                    segments=segments,
                    width=choice.layout.padded_width,
                    height=choice.layout.padded_height,
                    fps=settings.fps,
                    encoder=recorder.encoder,
                    workers=engine.workers,
                    slots=engine.slots,
                    slot_bytes=choice.layout.nbytes,
                    spilled_frames=engine.spilled,
                    preset=settings.named_preset,
                    cores=usable_cores(),
                    **measure.results(),
                )


def _checked_timeout(timeout: float | None, num_workers: int) -> float | None:
    if timeout is None:
        return None
    if not isinstance(timeout, Real) or isinstance(timeout, bool) or not timeout > 0:
        raise ArgumentError(f"frame_timeout must be a positive number of seconds, not {timeout!r}")
    if num_workers == 1:
        raise ArgumentError(
            "frame_timeout needs worker processes, which can be killed: with num_workers=1 frames "
            "are drawn in this process"
        )
    return float(timeout)


def _checked_slots(ring_slots: int | None, workers: int) -> int | None:
    # One that each worker draws into while the encoder holds another.
    least = 1 if workers == 1 else workers + 1
    return None if ring_slots is None else _count("ring_slots", ring_slots, least)


def _checked_resume(resume: bool | str) -> bool | str:
    if resume not in (True, False, "restart"):
        raise ArgumentError(f"resume must be True, False or 'restart', not {resume!r}")
    return resume


def _checked_start_method(start_method: str | None) -> str | None:
    methods = multiprocessing.get_all_start_methods()
    if start_method is not None and start_method not in methods:
        raise ArgumentError(
            f"start_method must be None or one of {', '.join(map(repr, methods))}, "
            f"not {start_method!r}"
        )
    return start_method


def _count(argument: str, value: int, least: int = 0) -> int:
    try:
        count = operator.index(value)
    except TypeError:
        count = least - 1
    if count < least:
        raise ArgumentError(f"{argument} must be an integer of at least {least}, not {value!r}")
    return count


def _interval(argument: str, value: int | None) -> int | None:
    return None if value is None else _count(argument, value, least=1)
