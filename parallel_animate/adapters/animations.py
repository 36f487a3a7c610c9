"""What is asked of an animation of matplotlib: every private name of it that is used.

``Animation.save`` is built on these names. matplotlib has had them for more than ten years, and
classes derived from its animations rely on them. Where one is missing, nothing is guessed:
:func:`check_names` says which, and that the writer ``"parallel_animate"`` does without.
"""

from __future__ import annotations

import copy
import itertools
import operator
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import matplotlib
import numpy as np
from matplotlib.animation import Animation, ArtistAnimation, FuncAnimation
from matplotlib.backend_bases import FigureCanvasBase, TimerBase
from matplotlib.figure import Figure

from parallel_animate.errors import ArgumentError

# What every animation has, and what a FuncAnimation has besides.
NAMES = ("_fig", "_init_draw", "_draw_next_frame", "_draw_was_started")
FUNC_NAMES = ("_func", "_init_func", "_iter_gen", "_save_count", "_save_seq")
FUNCTIONS = ("_func", "_init_func")
# Methods by which a FuncAnimation gets its frames. Who has others of them gets them in another way.
SEQUENCE_METHODS = ("new_frame_seq", "new_saved_frame_seq", "_init_draw")
# Of what an animation holds, that which it needs only to be shown, and which cannot be sent.
ONLY_TO_SHOW = ("event_source", "frame_seq")
# And where a FuncAnimation has its frames.
FRAMES_OF = ("_iter_gen", "_tee_from")


def check_names(animation: Animation) -> None:
    """Raise an :class:`ArgumentError` if an animation lacks a name that is needed."""
    names = NAMES + (FUNC_NAMES if isinstance(animation, FuncAnimation) else ())
    missing = [name for name in names if not hasattr(animation, name)]
    if missing:
        raise ArgumentError(
            f"{type(animation).__name__} has no {', '.join(missing)}: its constructor was not "
            f"called, or matplotlib {matplotlib.__version__} is not built as expected. "
            "animation.save(..., writer='parallel_animate') does without"
        )


def figure_of(animation: Animation) -> Figure:
    """Return the figure that an animation changes."""
    figure: Figure = animation._fig  # type: ignore[attr-defined]
    return figure


def showing_draws(figure: Figure) -> bool:
    """Return whether to show a frame draws the figure at once, as on a canvas without a window."""
    kind = type(figure.canvas)
    at_once = kind.draw_idle is FigureCanvasBase.draw_idle
    return at_once and kind.draw is not FigureCanvasBase.draw


def interval_of(animation: Animation) -> float | None:
    """Return the milliseconds between two frames; None if the animation has none."""
    return getattr(animation, "_interval", None)


def save_count_of(animation: Animation) -> int | None:
    """Return how many frames are saved at most; None if that is not known."""
    return getattr(animation, "_save_count", None)


def functions_of(animation: Animation) -> list[Any]:
    """Return the functions of the user's that an animation calls."""
    return [each for name in FUNCTIONS if (each := getattr(animation, name, None)) is not None]


def has_started(animation: Animation) -> None:
    """Note that an animation is drawn, so that it does not warn when it is deleted."""
    animation._draw_was_started = True  # type: ignore[attr-defined]


def draw_next_frame(animation: Animation, data: Any) -> None:
    """Change the figure to show a frame, given its item of ``frames``, as ``save`` does."""
    animation._draw_next_frame(data, blit=False)  # type: ignore[attr-defined]


def begin(animation: Animation, first: Sequence[Any] | None = None) -> None:
    """Make the initial drawing.

    Parameters
    ----------
    animation : Animation
        The animation.
    first : sequence, optional
        What the drawing is made of, in place of the first item of ``frames``: one item, or none.
    """
    if first is None:
        animation._init_draw()  # type: ignore[attr-defined]
        return
    vars(animation)["new_frame_seq"] = lambda: iter(first)
    try:
        animation._init_draw()  # type: ignore[attr-defined]
    finally:
        del vars(animation)["new_frame_seq"]


def first_item(animation: Animation) -> list[Any] | None:
    """Pull what the initial drawing is made of; None if :func:`begin` has to do so itself.

    An iterator of frames begins anew after it, and a shared one goes on.
    """
    if not isinstance(animation, FuncAnimation) or _has_own_sequence(animation):
        return None
    if animation._init_func is not None:  # type: ignore[attr-defined]
        return []
    return list(itertools.islice(animation.new_frame_seq(), 1))


def saved_sequence(animation: Animation) -> Iterator[Any]:
    """Return the items of all frames to be saved; the initial drawing was made."""
    if isinstance(animation, FuncAnimation):
        # The initial drawing forgets what was cached when the animation was shown or saved before.
        animation._save_seq.clear()  # type: ignore[attr-defined]
    return iter(animation.new_saved_frame_seq())


def is_endless(animation: Animation) -> bool:
    """Return whether frames are counted, and nobody has said how far."""
    return (
        isinstance(animation, FuncAnimation)
        and animation._iter_gen is itertools.count  # type: ignore[attr-defined]
        and save_count_of(animation) is None
    )


def at_hand(animation: Animation) -> bool:
    """Return whether no code of the user runs when frames are asked for, and each is its own.

    So it is with lists, tuples, ranges, arrays and numbers. A generator, or an object of the
    user's, may give the same array again and again, each time with other contents.
    """
    if isinstance(animation, ArtistAnimation):
        frames = getattr(animation, "_framedata", None)
        return type(animation) is ArtistAnimation and isinstance(frames, list | tuple)
    if not isinstance(animation, FuncAnimation) or _has_own_sequence(animation):
        return False
    make = animation._iter_gen  # type: ignore[attr-defined]
    if make is itertools.count:
        return True
    if getattr(make, "__module__", None) != Animation.__module__:
        return False
    # matplotlib keeps what it was given in a function of its own.
    held = [*(make.__defaults__ or ()), *(cell.cell_contents for cell in make.__closure__ or ())]
    return any(_is_at_hand(each) for each in held if each is not animation)


def _is_at_hand(frames: object) -> bool:
    with suppress(TypeError):
        operator.index(frames)  # type: ignore[arg-type]
        return True
    return type(frames) in (list, tuple, range, np.ndarray)


def _has_own_sequence(animation: FuncAnimation) -> bool:
    return any(
        getattr(type(animation), name, None) is not getattr(FuncAnimation, name, None)
        for name in SEQUENCE_METHODS
    )


def without_window(animation: Animation) -> None:
    """Give an animation a timer that does nothing, in a process that has no window."""
    source = getattr(animation, "event_source", None)
    if source is not None and type(source) is not TimerBase:
        animation.event_source = TimerBase()


def only_what_draws(animation: Animation) -> Animation:
    """Return a copy of an animation that is given its frames, so that it can be sent.

    It has neither what it needs only to be shown, nor what gives it its frames.
    """
    copied = copy.copy(animation)
    held = vars(copied)
    has_started(copied)
    left_out = list(ONLY_TO_SHOW)
    if isinstance(animation, FuncAnimation) and not _has_own_sequence(animation):
        left_out += FRAMES_OF
        held["_save_seq"] = type(held["_save_seq"])()
    for name in left_out:
        if name in held:
            held[name] = None
    return copied
