"""The class that users derive from, and the call that renders."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from parallel_animate.canvas import RedrawMode
from parallel_animate.delivery import frames as _frames
from parallel_animate.engine import exit_if_a_worker_starts
from parallel_animate.options import CheckHistory, RenderOptions, Resume, StartMethod
from parallel_animate.output import (
    ChosenFormat,
    CodecName,
    OneOrMore,
    Preset,
    VideoMode,
    WriterName,
)
from parallel_animate.params import IndexedFrameParams, closed_on_error
from parallel_animate.rendering import render
from parallel_animate.report import RenderReport
from parallel_animate.still import preview as _preview

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Scripts of parallel-matplotlib-animation import IndexedFrameParams from here.
__all__ = ["Animator", "IndexedFrameParams"]


class Animator(ABC):
    """A figure that changes from frame to frame.

    Derive from it, build the figure in :meth:`setup`, change its artists in :meth:`update`, and
    call :meth:`make_video`. Without a file, a loop over :meth:`frames` gets each frame as an array,
    and :meth:`preview` shows one.

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

        Called once in each process that draws: in each worker process after its start, or in
        this process with ``num_workers=1``. With ``redraw="verify"``, it is called once more, for a
        copy of the animator.

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

    frames = _frames
    preview = _preview

    def make_video(
        self,
        output_file: OneOrMore,
        param_by_frame: Iterable[Any],
        fps: int | float | Fraction,
        n_frames: int | None = None,
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
        *,
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
        cluster: Any = None,
        segment_dir: str | os.PathLike[str] | None = None,
        strict: bool = False,
    ) -> RenderReport:
        """Render all frames, and write them to a video, of the kind that its suffix says.

        The video has the figure's size in pixels, with one row or column more where that is odd
        and colours have half the resolution. The file appears under its name when it is complete.
        Until then its finished segments lie in a folder beside it, ``<output_file>.parts``. If the
        render fails, they stay there, and `resume` goes on after them; a video of them is then in
        ``<stem>.partial.mp4``, beside the folder. Without `resume`, the next render begins anew,
        and sets them aside in ``<output_file>.kept``.

        Parameters
        ----------
        output_file : str or Path, or a list of these
            The video. Its suffix says what it will be: ``.mp4``, ``.m4v``, ``.mov``, ``.mkv``,
            ``.avi``, ``.webm``, ``.gif``, ``.webp`` or ``.png``, which loop for ever; a file of
            each frame, as in ``frame_%05d.png``, or in a folder, which is there or ends in a slash.
            Without a suffix, it is an MP4, and a warning says so. A file of that name is replaced
            when the new one is complete. Missing parent folders are made. A list is several outputs
            of one render, for which each frame is drawn once; of the arguments below, each takes
            what suits it.
        param_by_frame : iterable
            One item per frame, in frame order, or :class:`IndexedFrameParams` in any order, which
            the video has sorted by their ids. A list, tuple, array, generator, data loader, ... It
            is walked once, in the thread that calls this method. (Items of a sequence may be asked
            for again by their position, when frames have to be drawn again.) A generator is closed
            when the render ends, however it ends; any other iterator is not, so that
            ``itertools.islice()`` or ``iter()`` of a list can be shared between calls.
        fps : int, float or Fraction
            Frames a second of the video. 30000/1001 comes out exact.
        n_frames : int, optional
            Frames to render; not one item more is taken from `param_by_frame`. By default its
            ``len()``, or all of it where it has none. Where there are fewer items, the video is
            shorter, and a warning says so.
        num_workers : int
            Worker processes. -1 for all cores that this process may use (CPU affinity and
            container quota count), -2 for all but one, and so on; of these, a short video gets as
            many as pay for their start. 1 renders in this process. There are never more workers
            than frames.
        disable_progress_bar : bool, optional
            True shows no progress bar, False shows one; None shows it only on a terminal.
        plotting_log_interval : int, optional
            Log (logger ``parallel_animate.animator``, level INFO) each time a worker has drawn so
            many more frames. 0 or False is none, as is None.
        saving_log_interval : int, optional
            Log each time so many more frames were written.
        savefig_params : dict, optional
            ``dpi`` and ``facecolor``, as for ``Figure.savefig``. Other keys are named in a
            warning. A transparent figure stays transparent in a ``.webm`` (VP9) and a ``.mov``
            (ProRes), and is composited on white in all others.
        video_mode : {"auto", "gpu", "cpu"}
            "gpu" encodes H.264 with NVENC, "cpu" with libx264, "auto" with NVENC where it really
            works at this size. All other codecs are encoded on the CPU.
        video_quality : float, optional
            0 to 51, lower is better: libx264's CRF, NVENC's constant QP, and what gives about the
            same quality with other codecs. Default 20. With libx264 and no `video_preset`, a number
            gives about the quality that preset slow has at that CRF.
        video_preset : str, optional
            libx264: ultrafast to placebo; by default veryfast with settings made for plots
            (``parallel-animate docs encoding``). libx265: the same. NVENC: p1 to p7; by default p5.
            SVT-AV1: 0 to 13, libvpx (VP9): 0 to 8, the higher, the faster; by default 8 and 4.
        video_extra_ffmpeg_params : list of str, optional
            ffmpeg arguments. With the pyav writer, ``-option value`` pairs for the encoder or the
            MP4 muxer, ``-metadata key=value``, ``-tag:v``, and arguments that only say what happens
            anyway, such as ``-y`` or ``-an``.
        reuse_figure_object : bool
            False calls :meth:`setup` before every frame; for tests and benchmarks.
        preload_factor : int
            Params that are pulled ahead for each worker process; fewer where they are so large that
            all would take more than an eighth of the free memory. Each is pickled at once, so that
            a generator may fill the same array again and again. With 0, an item is pulled only when
            a worker needs one. From a list, tuple, range or array none are pulled ahead, because
            its items are there already; forked workers have them too, and are told only a position.
            With ``num_workers=1``, items are pulled one at a time, between updates.
        redraw : {"auto", "full", "verify"}
            "auto" draws only what :meth:`update` has changed, which gives the same pixels as a
            full draw. The first frame of each worker, the last frame (if the number of frames is
            known), and frames in between are compared with a full draw. If one differs, it warns,
            and all workers draw in full from then on. Frames that were redrawn since their worker's
            last good comparison are drawn again; those that the encoder has already, only where
            `param_by_frame` is a sequence or an array. Where it is not, the warning names these,
            and so does ``RenderReport.unvouched_frames``. Where full draws are as fast, it makes
            full draws for a while. "full" draws everything for each frame. "verify" makes a
            second figure by a copy of the animator, calls its :meth:`setup` and :meth:`update` too,
            has matplotlib alone draw that figure, and compares every frame of the two; it raises
            RedrawError at a difference. It takes longer than "full".
        video_writer : {"pyav", "pvio"}
            "pvio" writes with parallel-video-io (the ``pvio`` extra).
        start_method : {"fork", "forkserver", "spawn"}, optional
            How worker processes start. By default they are forked where that is safe: not on
            macOS, nor where CUDA or native threads (of OpenMP, say) are in use. There they are
            spawned, if the animator can be sent to them; else they are forked with a warning. What
            ``multiprocessing.set_start_method`` was given holds here too.
        resume : bool or "restart"
            What to do with the finished segments of an earlier render that did not come to its
            end. False begins anew, and sets them aside; True goes on after them, or after those
            that were set aside, if they are more; "restart" throws all of them away.
        segment_frames : int
            Frames of a segment. After so many frames what is finished is safe on the disk. It is
            part of what the bytes of the file depend on.
        frame_timeout : float, optional
            Seconds that a frame may take, and ``setup()``. A worker that takes longer is killed,
            and its frame is given to another one. It cannot be used with ``num_workers=1``, because
            only another process can be killed.
        check_history : bool or "error"
            Whether one worker also draws a few frames of the others, and warns if they come out
            differently. If they do, :meth:`update` keeps something from earlier frames, or
            something is drawn by chance (random numbers without a seed), and the video that several
            workers make is wrong. With "error" it is a HistoryError.
        ring_slots : int, optional
            Frames that have room in the ring of shared memory. By default the ring begins with two
            for each worker and two more, or fewer where memory is short, and grows while finished
            frames wait for a slow one: to a quarter of the free memory at most. With a number, it
            has so many slots and does not grow. The least is one for each worker and one for the
            encoder. With ``num_workers=1`` there is no ring, but a single slot.
        codec : {"h264", "hevc", "av1", "vp9", "prores"}, optional
            What the file holds. By default H.264; in a ``.webm`` VP9; in a ``.mov`` of a
            transparent figure ProRes 4444. Not every kind of file can hold every codec.
        pixel_format : {"yuv420p", "yuv444p"}, optional
            With "yuv444p", colours have the full resolution, which thin coloured lines need. Not
            all players show that. The default is "yuv420p", and with ProRes 4:4:4 in any case.
        metadata : dict, optional
            What is written of the video into its file: "title", "artist", "comment", "date" (a
            string or a date), "copyright" and "genre".
        audio : str or Path, optional
            A file with sound, such as a WAV, for the video's sound track. It is cut where the video
            ends, and silence follows where it ends earlier. What the file can hold is copied, if it
            is as long as the video; all else is encoded.
        durations : list of float, optional
            Seconds that each frame is shown, one for each. By default ``1 / fps``.
        hold : dict, optional
            The same for some frames: ``{0: 1.5, -1: 3}``. Negative numbers count from the end.
        cluster : dask.distributed.Client, str or True, optional
            Render on the machines of a Dask cluster (the ``dask`` extra): a client, the address of
            a scheduler, "local", or True for the active client. `num_workers` then counts for each
            machine. `param_by_frame` may also be a function of the first frame and the one after
            the last (give `n_frames`), or an array of Dask: these are evaluated on the machines.
        segment_dir : str or Path, optional
            On a cluster, a folder that all machines share, through which the segments come back.
        strict : bool
            On a cluster, whether it is an error if machines differ in what changes pixels.

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
            If the file cannot be written. This is found before anything is drawn, except that the
            disk may get full later. It is also an OSError.
        SetupError
            If :meth:`setup` fails; if the animator cannot be pickled for a start method other than
            fork, or copied for ``redraw="verify"``; or if worker processes cannot be started. A
            FigureTypeError (also a TypeError) if :meth:`setup` returns no figure.
        FrameError
            If :meth:`update` or drawing fails. It names the frame and its params; the original
            exception is ``__cause__``.
        FrameSizeError
            If a frame, or the figure of a worker, has another size than the others.
        RedrawError
            With ``redraw="verify"``, if a frame differs from that of a second figure, which
            matplotlib alone draws; a ChanceError if :meth:`setup` and :meth:`update` do not make
            the same picture twice from the same params.
        HistoryError
            With ``check_history="error"``, as soon as a frame is known to come out differently when
            other frames were drawn before.
        FrameIdError
            If a frame id comes twice.
        ParamsError
            If `param_by_frame` raises, or an item cannot be pickled, or unpickled in a worker.
        EncoderError
            If the encoder is not usable, or fails.
        ResumeError
            If `resume` is True, and the finished segments do not fit what is to be rendered now, or
            their manifest cannot be right; or if another render is writing the video.
        SharedMemoryError
            If shared memory has no room for the smallest ring.
        WorkerDiedError
            If a frame makes worker processes die, or hang, three times; if worker processes die one
            after the other and no frame is finished; or if a new one is needed and cannot be
            started. Otherwise a worker that dies is replaced.

        Notes
        -----
        Each of these errors is an :class:`AnimateError`. Ctrl-C and SIGTERM stop a render as a
        failure does: what is finished is kept, and KeyboardInterrupt or SystemExit is raised. With
        start methods other than fork, guard the calling script with
        ``if __name__ == "__main__":``, as for all of multiprocessing.

        The iterator of `param_by_frame` runs in the calling thread, with any number of workers. So
        database cursors, signal handlers, event loops, ``torch.no_grad()``, ``numpy.errstate`` and
        context variables work in it as in a loop of your own. With several workers the encoder has
        a thread of its own. If the render ends with an error while the iterator blocks, the
        iterator is called back: an exception is raised in it. This is possible in the main thread
        only. In another thread the render waits until the iterator comes back, and a warning in the
        log says so.

        Examples
        --------
        See :class:`Animator`.
        """
        exit_if_a_worker_starts()  # before the options are checked, which may warn
        with closed_on_error(param_by_frame):
            options = RenderOptions.checked(
                fps=fps,
                num_workers=num_workers,
                disable_progress_bar=disable_progress_bar,
                plotting_log_interval=plotting_log_interval,
                saving_log_interval=saving_log_interval,
                savefig_params=savefig_params,
                video_mode=video_mode,
                video_quality=video_quality,
                video_preset=video_preset,
                video_extra_ffmpeg_params=video_extra_ffmpeg_params,
                reuse_figure_object=reuse_figure_object,
                preload_factor=preload_factor,
                redraw=redraw,
                video_writer=video_writer,
                start_method=start_method,
                resume=resume,
                segment_frames=segment_frames,
                frame_timeout=frame_timeout,
                check_history=check_history,
                ring_slots=ring_slots,
                codec=codec,
                pixel_format=pixel_format,
                metadata=metadata,
                audio=audio,
                durations=durations,
                hold=hold,
            )
        if cluster is None:
            return render(self, output_file, param_by_frame, options, n_frames)
        from parallel_animate.cluster import render_on_cluster

        how: Any = {"segment_dir": segment_dir, "strict": strict}
        given = (self, output_file, param_by_frame, options, n_frames)
        return render_on_cluster(cluster, *given, **how)
