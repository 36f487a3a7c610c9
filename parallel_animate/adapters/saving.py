"""``save``: an animation of matplotlib, rendered as it is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from numbers import Real
from typing import Any

from matplotlib.animation import Animation, ArtistAnimation, FuncAnimation

from parallel_animate.adapters import animations as of
from parallel_animate.adapters.existing import ExistingAnimations
from parallel_animate.adapters.look import Look
from parallel_animate.adapters.options import checked_options
from parallel_animate.adapters.ways import ProgressCallback, Saving, Span
from parallel_animate.arguments import one_of, takes
from parallel_animate.engine import exit_if_a_worker_starts
from parallel_animate.errors import ArgumentError
from parallel_animate.options import RenderOptions
from parallel_animate.output import OneOrMore
from parallel_animate.report import RenderReport

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
    return save_some(
        animation,
        filename,
        (0, None),
        fps=fps,
        dpi=dpi,
        savefig_kwargs=savefig_kwargs,
        progress_callback=progress_callback,
        num_workers=num_workers,
        extra_anim=extra_anim,
        **make_video_options,
    )


def save_some(
    animation: Animation,
    filename: OneOrMore,
    span: Span,
    *,
    fps: int | float | Fraction | None = None,
    dpi: float | str | None = None,
    savefig_kwargs: Mapping[str, Any] | None = None,
    progress_callback: ProgressCallback | None = None,
    num_workers: int = -1,
    extra_anim: Iterable[Animation] | None = None,
    **make_video_options: Any,
) -> RenderReport:
    """Render some frames of an animation of matplotlib, which look as they do in the whole of it.

    If frames depend on those before them, those before the first one are drawn, too.

    Parameters
    ----------
    animation, filename, **others
        As for :func:`save`.
    span : tuple of int
        The first frame, and the one after the last; None for all that there are.
    """
    exit_if_a_worker_starts()
    animations = checked_animations(animation, extra_anim)
    if progress_callback is not None:
        if not callable(progress_callback):
            raise ArgumentError(f"progress_callback must be callable, not {progress_callback!r}")
        takes("progress_callback", progress_callback, "with a frame and how many there are", 0, 1)
    figure = of.figure_of(animation)
    look = Look.checked(figure, dpi, savefig_kwargs)
    options = _checked_options(fps, animation, num_workers, make_video_options)
    existing = ExistingAnimations(animations, look)
    drawing = replace(options.drawing, showing=existing.showing)
    for each in animations:
        of.has_started(each)
    with existing.in_use():
        return Saving(existing, filename, replace(options, drawing=drawing), span).save(
            progress_callback, len(animations)
        )


def checked_animations(animation: Animation, extra: Iterable[Animation] | None) -> list[Animation]:
    """Return the animations, if they can be rendered together; else raise an ArgumentError."""
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
    return checked_options("save", INSTEAD, checked_fps(fps, animation), num_workers, others)


def checked_fps(fps: Any, animation: Animation) -> Any:
    """Return what was given, or else the frames a second that follow from the interval."""
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
    return fps
