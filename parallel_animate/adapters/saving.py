"""``save``: an animation of matplotlib, rendered as it is."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from numbers import Real
from typing import Any

from matplotlib.animation import Animation, ArtistAnimation, FuncAnimation

from parallel_animate.adapters import animations as of
from parallel_animate.adapters.existing import ExistingAnimations
from parallel_animate.adapters.frames import KeptItems, pickled_item
from parallel_animate.adapters.look import Look
from parallel_animate.adapters.options import checked_options, checked_to_be_sent
from parallel_animate.arguments import one_of
from parallel_animate.engine import (
    Job,
    Rehearsed,
    asked_method,
    exit_if_a_worker_starts,
    rehearse,
    rehearse_iterator,
)
from parallel_animate.errors import ArgumentError, EmptyParamsError, HistoryError
from parallel_animate.options import RenderOptions
from parallel_animate.output import OneOrMore
from parallel_animate.rendering import render
from parallel_animate.report import RenderReport
from parallel_animate.system import fork_danger, worker_count

log = logging.getLogger("parallel_animate.animator")

ProgressCallback = Callable[[int, int | None], Any]

# Arguments of make_video that mean nothing here, and of matplotlib's save that have another name.
INSTEAD = {
    "param_by_frame": "frames come from the animation",
    "n_frames": "frames come from the animation: give it save_count, or fewer frames",
    "savefig_params": "give dpi, and savefig_kwargs",
    "reuse_figure_object": "an animation has one figure",
    "writer": "the encoder is parallel_animate's own (see video_mode, video_preset)",
    "bitrate": "give video_quality, or video_extra_ffmpeg_params=['-b:v', '2M']",
    "extra_args": "give video_extra_ffmpeg_params",
}
ADVICE = (
    "To have all workers draw, let the function set everything from the item that it is given: "
    "compute what it sums up or steps through beforehand, and give that as frames. (A layout may "
    "need several draws to come to rest, too: layout='tight' often never does)"
)


def save(
    animation: Animation,
    filename: OneOrMore,
    fps: int | float | Fraction | None = None,
    dpi: float | str | None = None,
    savefig_kwargs: Mapping[str, Any] | None = None,
    progress_callback: ProgressCallback | None = None,
    num_workers: int = -1,
    *,
    extra_anim: Iterable[Animation] | None = None,
    **make_video_options: Any,
) -> RenderReport:
    """Render an animation of matplotlib as it is, on every core, and write it to a video.

    In place of ``animation.save("out.mp4")``, write ``parallel_animate.save(animation,
    "out.mp4")``. Each frame has the pixels that matplotlib's own ``save`` gives its writer.

    Before anything is rendered, forked copies of this process find out whether frames depend on
    those before them, as in a simulation that goes a step with each call. If they do, one worker
    process draws all of them in order, and a line in the log says so. The worker processes have
    copies of your objects, so that nothing of yours is changed in this process, unless
    ``num_workers=1``.

    Parameters
    ----------
    animation : FuncAnimation or ArtistAnimation
        The animation. Its frames are those that matplotlib's ``save`` takes: ``frames`` as a
        number, list, array, iterator or generator function, or `save_count` frames.
    filename : str or Path, or a list of several
        The video, or whatever else its suffix says, as for
        :meth:`parallel_animate.Animator.make_video`.
    fps : int, float or Fraction, optional
        Frames a second; by default as the animation's ``interval`` says.
    dpi : float or "figure", optional
        Pixels per inch; by default the rcParam ``savefig.dpi``.
    savefig_kwargs : dict, optional
        ``facecolor`` and ``edgecolor``, as for ``Figure.savefig``. As in matplotlib, a facecolor
        that is transparent lies on white, and words that change no pixel are left out.
    progress_callback : callable, optional
        Is called with the number of a frame and how many there will be (None if not known), in
        order, when the frame has been written, in the thread that writes. With `extra_anim`, it is
        called for each animation, as by matplotlib.
    num_workers : int
        Worker processes; -1 for all cores. 1 draws in this process, as matplotlib does: your
        objects are changed by it.
    extra_anim : iterable of Animation, optional
        Animations of the same figure, of which each frame shows one of their own, too.
    **make_video_options
        Other arguments of :meth:`parallel_animate.Animator.make_video`, such as `video_quality`.
        ``check_history=False`` leaves out to find out what frames depend on; with "error", it is
        a HistoryError if they depend on others.

    Returns
    -------
    RenderReport
        What was rendered, and what it took. A notebook shows the video.

    Raises
    ------
    ArgumentError
        If an argument cannot be used, or the animation cannot be sent to workers that are not
        forked.
    EmptyParamsError
        If the animation has no frame.
    AnimateError
        One of the others that :meth:`parallel_animate.Animator.make_video` raises: a FrameError if
        the animation's function fails, a SetupError if its initial drawing does.

    Examples
    --------
    >>> import os, tempfile
    >>> import numpy as np
    >>> from matplotlib.animation import FuncAnimation
    >>> from matplotlib.figure import Figure
    >>> figure = Figure(figsize=(3.2, 2.4))
    >>> x = np.linspace(0, 6, 50)
    >>> (line,) = figure.subplots().plot(x, np.sin(x))
    >>> animation = FuncAnimation(
    ...     figure, lambda frame: line.set_ydata(np.sin(x + frame / 5)), frames=12, interval=40)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = save(animation, os.path.join(folder, "wave.mp4"))
    >>> report.frames, int(report.fps)
    (12, 25)
    """
    exit_if_a_worker_starts()
    animations = _checked_animations(animation, extra_anim)
    if progress_callback is not None and not callable(progress_callback):
        raise ArgumentError(f"progress_callback must be callable, not {progress_callback!r}")
    figure = of.figure_of(animation)
    look = Look.checked(figure, dpi, savefig_kwargs)
    options = _checked_options(fps, animation, num_workers, make_video_options)
    existing = ExistingAnimations(animations, look)
    drawing = replace(options.drawing, showing=existing.showing)
    for each in animations:
        of.has_started(each)
    with existing.in_use():
        return _Saving(existing, filename, replace(options, drawing=drawing)).save(
            progress_callback, len(animations)
        )


class _Saving:
    """One call of :func:`save`, with checked arguments.

    Parameters
    ----------
    existing : ExistingAnimations
        The animations.
    filename : str or Path, or a list of several
        The video, or whatever else its suffix says.
    options : RenderOptions
        Everything else.
    """

    def __init__(
        self,
        existing: ExistingAnimations,
        filename: OneOrMore,
        options: RenderOptions,
    ) -> None:
        self._existing = existing
        self._filename = filename
        self._options = options

    def save(self, callback: ProgressCallback | None, calls: int) -> RenderReport:
        """Render in the way that the animations allow."""
        if callback is not None:
            told = _Told(callback, calls, self._existing.total)
            progress = replace(self._options.progress, written=told.wrote)
            self._options = replace(self._options, progress=progress)
        if worker_count(self._options.workers.num_workers) == 1:
            return self._save_in_loop()
        method = asked_method(self._options.workers.start_method)
        functions = self._existing.functions
        checked_to_be_sent(self._existing, self._options, self._existing.figure, *functions)
        forks = method == "fork" or (method is None and fork_danger() is None)
        found = self._rehearsed() if forks and self._options.checks.history else Rehearsed()
        if found.in_loop is not None:
            log.warning(
                "no other process can be given what the frames show (%s): all of them are drawn in "
                "this process, in a loop",
                found.in_loop,
            )
            return self._save_in_loop()
        if found.in_order is not None and self._options.checks.history == "error":
            raise HistoryError(f"{found.in_order}. {ADVICE}")
        items = self._items()
        if found.in_order is None:
            try:
                return self._save_in_parallel(items)
            except HistoryError as error:
                if self._options.checks.history == "error":
                    raise
                frames = ", ".join(map(str, error.frames))
                found = Rehearsed(f"frame(s) {frames} look different after other frames")
                self._restart()
        log.warning(
            "each frame depends on those before it (%s): one worker process draws all frames, in "
            "order. %s",
            found.in_order,
            ADVICE,
        )
        return self._save_in_order(items)

    def _rehearsed(self) -> Rehearsed:
        drawing, existing = self._options.drawing, self._existing
        job = Job(existing, drawing.figure, True, drawing.redraw, 1, showing=drawing.showing)
        if existing.at_hand:
            return rehearse(job, self._count(existing.frames_at_hand()))
        return rehearse_iterator(job, existing.items, existing.items_for_others, pickled_item)

    def _items(self) -> Sequence[int] | KeptItems:
        """Return the params of the frames: their numbers, if what they show is known."""
        if self._existing.at_hand:
            return range(self._count(self._existing.frames_at_hand()))
        return KeptItems(self._existing.items_for_others())

    def _count(self, frames: int) -> int:
        if not frames:
            raise EmptyParamsError("the animation has no frame")
        return frames

    def _save_in_parallel(self, items: Sequence[int] | KeptItems) -> RenderReport:
        checks = self._options.checks
        history = replace(checks, history="error" if checks.history else False)
        return self._render(items, replace(self._options, checks=history))

    def _save_in_order(self, items: Sequence[int] | KeptItems) -> RenderReport:
        """Have one worker draw all frames, each of them once: each changes what follows."""
        self._begin_anew("each frame depends on those before it")
        total = len(items) if isinstance(items, Sequence) else None
        options = replace(self._options, workers=replace(self._options.workers, in_order=True))
        report = self._render(iter(items), options, total)
        if not report.unvouched_frames:
            return report
        self._restart()
        drawing = replace(options.drawing, redraw="full")
        checkpoints = self._options.checkpoints
        return self._render(
            iter(items), replace(options, drawing=drawing, checkpoints=checkpoints), total
        )

    def _save_in_loop(self) -> RenderReport:
        """Draw in this process, as matplotlib does."""
        self._begin_anew("frames are drawn in a loop")
        self._existing.in_loop()
        workers = replace(self._options.workers, num_workers=1, start_method=None)
        checks = replace(self._options.checks, frame_timeout=None)  # nobody could be killed
        options = replace(self._options, workers=workers, checks=checks)
        return self._render(self._existing.items(), options)

    def _render(
        self, items: Iterable[Any], options: RenderOptions, total: int | None = None
    ) -> RenderReport:
        return render(self._existing, self._filename, items, options, total)

    def _begin_anew(self, why: str) -> None:
        if self._options.checkpoints.resume is True:
            log.warning("resume: %s, so all of them are drawn again", why)
            self._restart()

    def _restart(self) -> None:
        """Throw away what is finished."""
        checkpoints = replace(self._options.checkpoints, resume="restart")
        self._options = replace(self._options, checkpoints=checkpoints)


class _Told:
    """Calls a progress callback, for each frame once.

    Parameters
    ----------
    callback : callable
        The callback.
    calls : int
        How often it is called for a frame.
    total : int or None
        How many calls there will be, if that is known.
    """

    def __init__(self, callback: ProgressCallback, calls: int, total: int | None) -> None:
        self._callback = callback
        self._calls = calls
        self._total = total
        self._told = 0

    def wrote(self, frames: int) -> None:
        """Note how many frames are written. After some were given up, they may be fewer."""
        while self._told < frames * self._calls:
            self._callback(self._told, self._total)
            self._told += 1


def _checked_animations(animation: Animation, extra: Iterable[Animation] | None) -> list[Animation]:
    kinds = FuncAnimation | ArtistAnimation
    if not isinstance(animation, kinds):
        raise ArgumentError(
            "animation must be a FuncAnimation or an ArtistAnimation of matplotlib, not "
            f"{type(animation).__name__}"
        )
    try:
        animations = [animation, *(extra or ())]
    except TypeError:
        raise ArgumentError(f"extra_anim must be a list of animations, not {extra!r}") from None
    for each in animations:
        if not isinstance(each, kinds):
            raise ArgumentError(
                "extra_anim must hold animations of matplotlib (FuncAnimation, ArtistAnimation), "
                f"not {each!r}"
            )
        of.check_names(each)
        if of.figure_of(each) is not of.figure_of(animation):
            raise ArgumentError("extra_anim must hold animations of the same figure")
    if all(map(of.is_endless, animations)):
        raise ArgumentError("frames=None has no end: give the FuncAnimation save_count=...")
    return animations


def _checked_options(
    fps: Any, animation: Animation, num_workers: int, others: dict[str, Any]
) -> RenderOptions:
    with suppress(KeyError):
        one_of("redraw", others["redraw"], ("auto", "full"))
    if fps is None:
        interval = of.interval_of(animation)
        if isinstance(interval, bool) or not (
            isinstance(interval, Real) and 0 < float(interval) < math.inf
        ):
            raise ArgumentError(
                f"fps must be given: the animation's interval is {interval!r}, of which nothing "
                "follows"
            )
        fps = 1000 / Fraction(interval).limit_denominator(1_000_000)
    return checked_options("save", INSTEAD, fps, num_workers, others)
