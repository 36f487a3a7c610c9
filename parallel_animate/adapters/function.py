"""``render``: a figure and a function, in place of a class."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from fractions import Fraction
from typing import Any

from matplotlib.figure import Figure

from parallel_animate import rendering
from parallel_animate.adapters.options import checked_options, checked_to_be_sent
from parallel_animate.arguments import takes
from parallel_animate.canvas import OpenFigures
from parallel_animate.engine import Words, exit_if_a_worker_starts
from parallel_animate.errors import ArgumentError
from parallel_animate.output import OneOrMore
from parallel_animate.params import closed_on_error
from parallel_animate.report import RenderReport

# Arguments of make_video by which further figures are made.
MORE_FIGURES = {"reuse_figure_object": False, "redraw": "verify"}


def render(
    figure_or_setup: Figure | Callable[[], Any],
    update: Callable[..., Any],
    param_by_frame: Iterable[Any],
    output_file: OneOrMore,
    fps: int | float | Fraction,
    n_frames: int | None = None,
    num_workers: int = -1,
    **make_video_options: Any,
) -> RenderReport:
    """Render a figure that a function changes from frame to frame, and write it to a video.

    It is what :meth:`parallel_animate.Animator.make_video` does, without a class. In the worker
    processes `update` changes a copy of the figure, or one of their own, and draws only some of
    the frames, in any order: it has to set everything that differs from its arguments.

    Parameters
    ----------
    figure_or_setup : Figure or callable
        A figure that exists already, or a function without arguments that makes one, which each
        process calls for itself. If that returns a tuple, such as that of ``plt.subplots()``, its
        first item is the figure, and `update` is given the others as further arguments.
    update : callable
        ``update(frame_idx, params)`` changes the figure to show a frame, given its index, from 0,
        and its item of `param_by_frame`; ``update(frame_idx, params, *others)``, if
        `figure_or_setup` returns more than the figure.
    param_by_frame : iterable
        One item per frame, as for ``make_video``.
    output_file : str or Path, or a list of several
        The video.
    fps : int, float or Fraction
        Frames a second.
    n_frames : int, optional
        Frames to render; by default all that there are.
    num_workers : int
        Worker processes; -1 for all cores. 1 draws in this process, and so changes the figure that
        was given.
    **make_video_options
        All other arguments of :meth:`parallel_animate.Animator.make_video`.

    Returns
    -------
    RenderReport
        What was rendered, and what it took. A notebook shows the video.

    Raises
    ------
    ArgumentError
        If an argument cannot be used, or what was given cannot be sent to workers that are not
        forked.
    AnimateError
        One of the others that ``make_video`` raises.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> x = np.linspace(0, 6, 50)
    >>> figure = Figure(figsize=(3.2, 2.4))
    >>> (line,) = figure.subplots().plot(x, np.sin(x))
    >>> def update(frame_idx, phase):
    ...     line.set_ydata(np.sin(x + phase))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     out = os.path.join(folder, "wave.mp4")
    ...     report = render(figure, update, np.linspace(0, 6, 12), out, fps=25, num_workers=1)
    >>> report.frames
    12

    With a function that makes the figure, and what else `update` needs:

    >>> def setup():
    ...     figure = Figure(figsize=(3.2, 2.4))
    ...     return figure, *figure.subplots().plot(x, np.sin(x))
    >>> def update(frame_idx, phase, line):
    ...     line.set_ydata(np.sin(x + phase))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     out = os.path.join(folder, "wave.mp4")
    ...     report = render(setup, update, np.linspace(0, 6, 12), out, fps=25, num_workers=1)
    """
    exit_if_a_worker_starts()
    with closed_on_error(param_by_frame):
        if not callable(update):
            raise ArgumentError(f"update must be a function, not {update!r}")
        options = checked_options("render", {}, fps, num_workers, make_video_options)
        if isinstance(figure_or_setup, Figure):
            takes("update", update, "as update(frame_idx, params)", 0, None)
            for name, value in MORE_FIGURES.items():
                if make_video_options.get(name) == value:
                    raise ArgumentError(
                        f"{name}={value!r} makes further figures, which takes a function that "
                        "makes them in place of one that exists"
                    )
        elif not callable(figure_or_setup):
            raise ArgumentError(
                "figure_or_setup must be a Figure, or a function that makes one, not "
                f"{figure_or_setup!r}"
            )
        else:
            takes("figure_or_setup", figure_or_setup, "without arguments")
        animation = FunctionAnimation(figure_or_setup, update)
        checked_to_be_sent(animation, options, figure_or_setup, update)
    with animation.in_use():
        return rendering.render(animation, output_file, param_by_frame, options, n_frames)


class FunctionAnimation:
    """A figure, or a function that makes one, and the function that changes it.

    Parameters
    ----------
    figure_or_setup : Figure or callable
        The figure, or the function that makes it.
    update : callable
        Changes it.
    """

    words = Words("figure_or_setup()")
    """How errors speak of it."""

    def __init__(
        self, figure_or_setup: Figure | Callable[[], Any], update: Callable[..., Any]
    ) -> None:
        self._figure = figure_or_setup if isinstance(figure_or_setup, Figure) else None
        self._make = None if isinstance(figure_or_setup, Figure) else figure_or_setup
        self._update = update
        self._others: tuple[Any, ...] = ()
        self._home = os.getpid()
        self._open_figures = OpenFigures.now()

    def setup(self) -> Any:
        """Return the figure, and keep what else there is."""
        if self._make is None:
            if os.getpid() != self._home:
                self._open_figures.reopen()
            return self._figure
        made = self._make()
        if isinstance(made, tuple) and made:
            made, *others = made
            self._others = tuple(others)
        return made

    def update(self, frame_idx: int, params: Any) -> None:
        """Call the function for a frame."""
        self._update(frame_idx, params, *self._others)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Draw in the block; give a figure that was there before its canvas and look again."""
        figure = self._figure
        with nullcontext() if figure is None else _restored(figure):
            yield

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs."""
        return vars(self) | {"_home": None, "_open_figures": OpenFigures()}


@contextmanager
def _restored(figure: Figure) -> Iterator[None]:
    canvas, dpi, color = figure.canvas, figure.dpi, figure.get_facecolor()
    try:
        yield
    finally:
        figure.set_canvas(canvas)
        vars(canvas).pop("is_saving", None)  # which a canvas that took its place had set
        if figure.dpi != dpi:
            figure.set_dpi(dpi)
        figure.set_facecolor(color)
