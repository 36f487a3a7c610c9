"""What a render is asked to do, as frozen, checked options.

:meth:`RenderOptions.checked` takes the flat arguments of ``make_video``, and raises an
:class:`ArgumentError` for what cannot be used; whoever has options need not check them again. What
depends on the number of frames is checked when that is known (:meth:`WorkerOptions.slots`).
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Real
from typing import Any, Literal

from parallel_animate.arguments import one_of, whole_number
from parallel_animate.canvas import FigureOptions, RedrawMode, Showing, checked_mode
from parallel_animate.engine import draws_here
from parallel_animate.errors import ArgumentError
from parallel_animate.output import (
    ChosenFormat,
    CodecName,
    Piece,
    Preset,
    VideoMode,
    VideoSettings,
    WriterName,
)
from parallel_animate.system import noted_warnings, worker_count

StartMethod = Literal["fork", "forkserver", "spawn"]
Resume = bool | Literal["restart"]
CheckHistory = bool | Literal["error"]


@dataclass(frozen=True)
class DrawingOptions:
    """How frames are drawn.

    Parameters
    ----------
    figure : FigureOptions
        Applied to each figure that ``setup()`` returns.
    reuse_figure : bool
        False to call ``setup()`` anew before every frame.
    redraw : {"auto", "full", "verify"}
        Whether only what changes is drawn, and how often that is compared with a full draw.
    showing : Showing or None
        How each frame is shown before it is saved, as by an animation of matplotlib; None if it is
        not.
    """

    figure: FigureOptions
    reuse_figure: bool
    redraw: RedrawMode
    showing: Showing | None = None


@dataclass(frozen=True)
class WorkerOptions:
    """Who draws the frames, and what they are given.

    Parameters
    ----------
    num_workers : int
        Processes; -1 for all cores, -2 for all but one, and so on.
    start_method : str or None
        How they are started; None for the platform's.
    preload_factor : int
        Params to pull ahead for each process.
    ring_slots : int or None
        Slots of the ring; None for one that begins small, and grows as far as the memory allows.
    in_order : bool
        Whether one worker process draws all frames, each once, in their order.
    """

    num_workers: int
    start_method: StartMethod | None
    preload_factor: int
    ring_slots: int | None
    in_order: bool = False

    def slots(self, workers: int, frame_timeout: float | None) -> int | None:
        """Return `ring_slots`, checked for the number of workers that there will be.

        Raises
        ------
        ArgumentError
            If they are too few: each worker draws into one while the encoder holds another.
        """
        here = draws_here(workers, frame_timeout, in_order=self.in_order)
        least = 1 if here else workers + 1
        return (
            None if self.ring_slots is None else whole_number("ring_slots", self.ring_slots, least)
        )


@dataclass(frozen=True)
class CheckOptions:
    """What is watched while frames are drawn.

    Parameters
    ----------
    history : bool or "error"
        Whether to find out if frames depend on those before them, and whether that is an error.
    frame_timeout : float or None
        Seconds that a frame may take.
    """

    history: CheckHistory
    frame_timeout: float | None


@dataclass(frozen=True)
class FrameOptions:
    """The options of frames, whoever gets them. :meth:`of` makes them.

    Parameters
    ----------
    drawing : DrawingOptions
        How frames are drawn.
    workers : WorkerOptions
        Who draws them.
    checks : CheckOptions
        What is watched meanwhile.
    """

    drawing: DrawingOptions
    workers: WorkerOptions
    checks: CheckOptions

    @classmethod
    def of(
        cls,
        *,
        num_workers: int,
        savefig_params: Mapping[str, Any] | None,
        reuse_figure_object: bool,
        preload_factor: int,
        redraw: RedrawMode,
        start_method: StartMethod | None,
        frame_timeout: float | None,
        check_history: CheckHistory,
        ring_slots: int | None,
    ) -> FrameOptions:
        """Check the arguments that :func:`parallel_animate.frames` and ``make_video`` have.

        Raises
        ------
        ArgumentError
            If one cannot be used.
        """
        return cls(
            drawing=DrawingOptions(
                figure=FigureOptions.from_savefig_params(savefig_params),
                reuse_figure=bool(reuse_figure_object),
                redraw=checked_mode(redraw),
            ),
            workers=WorkerOptions(
                num_workers=_checked_workers(num_workers),
                start_method=_checked_start_method(start_method),
                preload_factor=whole_number("preload_factor", preload_factor),
                ring_slots=ring_slots,
            ),
            checks=CheckOptions(
                history=_checked_history(check_history),
                frame_timeout=_checked_timeout(frame_timeout, num_workers),
            ),
        )


@dataclass(frozen=True)
class CheckpointOptions:
    """How finished frames are kept until the video is complete.

    Parameters
    ----------
    resume : bool or "restart"
        Whether to go on after the finished frames of an earlier render, to set them aside
        (False), or to remove them.
    segment_frames : int
        Frames of a segment: after so many, what is finished is safe on the disk.
    piece : Piece or None
        Which frames are rendered, if their segments are to be handed over to the others'.
    """

    resume: Resume
    segment_frames: int
    piece: Piece | None = None


@dataclass(frozen=True)
class ProgressOptions:
    """What is shown of a render under way.

    Parameters
    ----------
    disable_bar : bool or None
        True for no progress bar; None for one only on a terminal.
    drawn_interval, written_interval : int or None
        Log each time that a worker has drawn, or the writer has written, so many more frames; None
        for never.
    written : callable or None
        Is called each time that a frame was written, with how many there are by then, in the thread
        that writes.
    """

    disable_bar: bool | None
    drawn_interval: int | None
    written_interval: int | None
    written: Callable[[int], None] | None = None


@dataclass(frozen=True)
class RenderOptions:
    """All options of a render. :meth:`checked` makes them.

    Parameters
    ----------
    encoding : VideoSettings
        How the video is encoded.
    drawing : DrawingOptions
        How frames are drawn.
    workers : WorkerOptions
        Who draws them.
    checks : CheckOptions
        What is watched meanwhile.
    checkpoints : CheckpointOptions
        How finished frames are kept.
    progress : ProgressOptions
        What is shown meanwhile.
    warnings : tuple of str
        What the arguments were warned of, for the report.
    """

    encoding: VideoSettings
    drawing: DrawingOptions
    workers: WorkerOptions
    checks: CheckOptions
    checkpoints: CheckpointOptions
    progress: ProgressOptions
    warnings: tuple[str, ...] = ()

    @classmethod
    def checked(
        cls,
        *,
        fps: int | float | Fraction,
        num_workers: int = -1,
        disable_progress_bar: bool | None = None,
        plotting_log_interval: int | bool | None = None,
        saving_log_interval: int | bool | None = None,
        savefig_params: Mapping[str, Any] | None = None,
        video_mode: VideoMode = "auto",
        video_quality: int | float | None = None,
        video_preset: Preset | None = None,
        video_extra_ffmpeg_params: Sequence[str] | None = None,
        reuse_figure_object: bool = True,
        preload_factor: int = 8,
        redraw: RedrawMode = "auto",
        video_writer: WriterName = "pyav",
        start_method: StartMethod | None = None,
        resume: Resume = False,
        segment_frames: int = 250,
        frame_timeout: float | None = None,
        check_history: CheckHistory = True,
        ring_slots: int | None = None,
        codec: CodecName | None = None,
        pixel_format: ChosenFormat | None = None,
        metadata: Mapping[str, Any] | None = None,
        audio: str | os.PathLike[str] | None = None,
        durations: Sequence[float] | None = None,
        hold: Mapping[int, float] | None = None,
    ) -> RenderOptions:
        """Check the arguments of :meth:`parallel_animate.Animator.make_video`.

        Parameters
        ----------
        fps : int, float or Fraction
            Frames a second of the video.
        num_workers, start_method, preload_factor, ring_slots
            Who draws the frames. These and all others are as for ``make_video``.
        savefig_params, reuse_figure_object, redraw
            How frames are drawn.
        video_mode, video_quality, video_preset, video_extra_ffmpeg_params, video_writer
            How the video is encoded.
        codec, pixel_format, metadata, audio, durations, hold
            What the file holds.
        check_history, frame_timeout
            What is watched meanwhile.
        resume, segment_frames
            How finished frames are kept.
        disable_progress_bar, plotting_log_interval, saving_log_interval
            What is shown meanwhile.

        Returns
        -------
        RenderOptions
            The options. What they say need not be checked again.

        Raises
        ------
        ArgumentError
            If one cannot be used. It says which, and what can.

        Examples
        --------
        >>> options = RenderOptions.checked(fps=30, num_workers=2)
        >>> options.workers.num_workers, options.checks.history
        (2, True)
        """
        with noted_warnings() as told:
            frames = FrameOptions.of(
                num_workers=num_workers,
                savefig_params=savefig_params,
                reuse_figure_object=reuse_figure_object,
                preload_factor=preload_factor,
                redraw=redraw,
                start_method=start_method,
                frame_timeout=frame_timeout,
                check_history=check_history,
                ring_slots=ring_slots,
            )
        return cls(
            encoding=VideoSettings.checked(
                fps=fps,
                mode=video_mode,
                quality=video_quality,
                preset=video_preset,
                extra=video_extra_ffmpeg_params,
                writer=video_writer,
                codec=codec,
                pixel_format=pixel_format,
                metadata=metadata,
                audio=audio,
                durations=durations,
                hold=hold,
            ),
            drawing=frames.drawing,
            workers=frames.workers,
            checks=frames.checks,
            checkpoints=CheckpointOptions(
                resume=_checked_resume(resume),
                segment_frames=whole_number("segment_frames", segment_frames, least=1),
            ),
            progress=ProgressOptions(
                disable_bar=disable_progress_bar,
                drawn_interval=_interval("plotting_log_interval", plotting_log_interval),
                written_interval=_interval("saving_log_interval", saving_log_interval),
            ),
            warnings=tuple(told),
        )


def _checked_workers(num_workers: int) -> int:
    worker_count(num_workers)
    return int(num_workers)


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


def _checked_history(check_history: CheckHistory) -> CheckHistory:
    if check_history not in (True, False, "error"):
        raise ArgumentError(f"check_history must be True, False or 'error', not {check_history!r}")
    return check_history if check_history == "error" else bool(check_history)


def _checked_resume(resume: Resume) -> Resume:
    if resume not in (True, False, "restart"):
        raise ArgumentError(f"resume must be True, False or 'restart', not {resume!r}")
    return resume


def _checked_start_method(start_method: StartMethod | None) -> StartMethod | None:
    if start_method is not None:
        methods = tuple(multiprocessing.get_all_start_methods())
        one_of("start_method", start_method, methods, also="None or ")
    return start_method


def _interval(argument: str, value: int | None) -> int | None:
    number = 0 if value is None else whole_number(argument, value)
    return number or None
