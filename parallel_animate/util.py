"""What scripts of parallel-matplotlib-animation import from a module of this name."""

from __future__ import annotations

import math
from fractions import Fraction
from numbers import Rational

import matplotlib
import numpy as np
import numpy.typing as npt

from parallel_animate.arguments import whole_number
from parallel_animate.errors import ArgumentError


def configure_matplotlib_style() -> None:
    """Write in sans-serif type, Arial where it is installed, and keep texts in PDFs as texts.

    Examples
    --------
    >>> with matplotlib.rc_context():
    ...     configure_matplotlib_style()
    ...     matplotlib.rcParams["font.sans-serif"][0], matplotlib.rcParams["pdf.fonttype"]
    ('Arial', 42)
    """
    others = [name for name in matplotlib.rcParams["font.sans-serif"] if name != "Arial"]
    matplotlib.rcParams["font.family"] = ["sans-serif"]
    matplotlib.rcParams["font.sans-serif"] = ["Arial", *others]
    matplotlib.rcParams["pdf.fonttype"] = 42  # TrueType


def get_rendered_frame_ids(
    data_fps: float | Fraction,
    play_speed: float | Fraction,
    rendered_fps: float | Fraction,
    n_data_frames: int,
) -> npt.NDArray[np.int64]:
    """Return which frames of recorded data a video shows that plays them at another speed.

    Each frame of the video shows the last one that had been recorded by then.

    Parameters
    ----------
    data_fps : int, float or Fraction
        Frames a second of the recording.
    play_speed : float
        How fast it is played: 0.1 shows a second in ten.
    rendered_fps : int, float or Fraction
        Frames a second of the video.
    n_data_frames : int
        Frames of the recording.

    Returns
    -------
    ndarray of int, shape (frames of the video,)
        The numbers of the data frames, from 0: at least one, if there are any. In slow motion they
        repeat.

    Raises
    ------
    ArgumentError
        If a rate or the speed is not positive, or the number of frames is negative.

    Examples
    --------
    330 frames a second, played ten times as slowly in a video of 30:

    >>> get_rendered_frame_ids(330, 0.1, 30, 13)
    array([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 11])
    """
    speed = _exact("play_speed", play_speed)
    stride = _exact("data_fps", data_fps) * speed / _exact("rendered_fps", rendered_fps)
    count = whole_number("n_data_frames", n_data_frames)
    shown = max(math.floor(count / stride), min(count, 1))
    return np.array([math.floor(i * stride) for i in range(shown)], np.int64)


def _exact(argument: str, value: float | Fraction) -> Fraction:
    """Return a number as the simple fraction that it stands for, as 0.1 for 1/10."""
    try:
        number = Fraction(value)
    except (TypeError, ValueError, OverflowError):
        number = Fraction(0)
    if number <= 0:
        raise ArgumentError(f"{argument} must be a positive number, not {value!r}")
    return number if isinstance(value, Rational) else number.limit_denominator(1_000_000)
