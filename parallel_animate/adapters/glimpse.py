"""The first frames of an animation of matplotlib: one to be looked at, or some to be tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any

from matplotlib.animation import Animation

from parallel_animate.adapters import animations as of
from parallel_animate.adapters.existing import ExistingAnimations
from parallel_animate.adapters.look import Look
from parallel_animate.adapters.saving import checked_animations, checked_fps
from parallel_animate.arguments import whole_number
from parallel_animate.delivery import frame_iterator
from parallel_animate.errors import ArgumentError
from parallel_animate.options import RenderOptions
from parallel_animate.output import OneOrMore
from parallel_animate.rendering import render
from parallel_animate.report import RenderReport
from parallel_animate.still import Still, one_process


def preview_animation(animation: Animation, frame_idx: int, dpi: float | None = None) -> Still:
    """Return one frame of an animation of matplotlib, as :func:`parallel_animate.preview` does.

    All frames before it are drawn too, in a process of its own, for it may depend on them.

    Parameters
    ----------
    animation : FuncAnimation or ArtistAnimation
        The animation.
    frame_idx : int
        The frame's index.
    dpi : float, optional
        Pixels an inch; by default the rcParam ``savefig.dpi``.

    Raises
    ------
    ArgumentError
        If there is no such frame.
    """
    frame_idx = whole_number("frame_idx", frame_idx)
    options = one_process()
    last, count = None, 0
    with _opened(animation, dpi) as (existing, items):
        options = replace(options, drawing=replace(options.drawing, showing=existing.showing))
        some = islice(items, frame_idx + 1)
        with frame_iterator(existing, some, options, copy=True, apart=True) as frames:
            for count, (_, array) in enumerate(frames, 1):  # noqa: B007
                last = array
    if last is None or count <= frame_idx:
        raise ArgumentError(f"there is no frame {frame_idx:,}: the animation has {count:,}")
    return last.view(Still)


def render_first(
    animation: Animation,
    output_file: OneOrMore,
    n_frames: int,
    fps: Any = None,
    dpi: float | None = None,
    first: int = 0,
    **make_video_options: Any,
) -> RenderReport:
    """Render some frames of an animation of matplotlib in this process, to try it.

    They are those from `first` on, as they look when those before them were not drawn. The other
    arguments are as for :func:`parallel_animate.save`; the animation's figure is changed.
    """
    make_video_options["num_workers"] = 1
    options = RenderOptions.checked(fps=checked_fps(fps, animation), **make_video_options)
    with _opened(animation, dpi) as (existing, items):
        options = replace(options, drawing=replace(options.drawing, showing=existing.showing))
        return render(existing, output_file, islice(items, first, first + n_frames), options)


@contextmanager
def _opened(
    animation: Animation, dpi: float | None
) -> Iterator[tuple[ExistingAnimations, Iterator[Any]]]:
    animations = checked_animations(animation, None)
    existing = ExistingAnimations(animations, Look.checked(of.figure_of(animation), dpi, None))
    of.has_started(animation)
    with existing.in_use():
        yield existing, existing.items_for_others()
