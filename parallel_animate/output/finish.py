"""What is done when the file is made of the frames: how long each is shown, and the sound."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

from parallel_animate.errors import ArgumentError
from parallel_animate.text import shortened

LONGEST = 86_400
"""Seconds that a frame may be shown: more would be a mistake."""


@dataclass(frozen=True)
class Finish:
    """What is done when the file is made of the frames.

    Parameters
    ----------
    audio : Path or None
        A file with the sound of the video.
    hold : tuple of tuple
        Numbers of frames, and the seconds that these are shown. Negative ones count from the end.
    all_frames : bool
        Whether these are all the frames that there shall be.

    Examples
    --------
    >>> Finish(hold=((-1, Fraction(2)),)).starts(3, Fraction(4))
    [Fraction(0, 1), Fraction(1, 4), Fraction(1, 2), Fraction(5, 2)]
    """

    audio: Path | None = None
    hold: tuple[tuple[int, Fraction], ...] = ()
    all_frames: bool = False

    @property
    def is_needed(self) -> bool:
        """Whether anything is done at all."""
        return self.audio is not None or bool(self.hold)

    def starts(self, frames: int, fps: Fraction) -> list[Fraction]:
        """Return when each frame begins, in seconds, and when the last one ends."""
        lengths = [1 / fps] * frames
        for number, seconds in self.hold:
            if -frames <= number < frames:
                lengths[number] = seconds
        return [Fraction(0), *accumulate(lengths)]

    def check(self, frames: int) -> None:
        """Raise an ArgumentError if there are not as many frames as it speaks of."""
        if self.all_frames and len(self.hold) != frames:
            raise ArgumentError(
                f"durations must have a number of seconds for each of the {frames:,} frames, "
                f"but has {len(self.hold):,}"
            )
        if wrong := [number for number, _ in self.hold if not -frames <= number < frames]:
            raise ArgumentError(f"hold has frame {wrong[0]}, but there are {frames:,} frames")
        named: dict[int, int] = {}
        for number, _ in self.hold:
            if (other := named.setdefault(number % frames, number)) != number:
                raise ArgumentError(
                    f"hold has frame {number % frames} twice, of {frames:,} frames: as {other} and "
                    f"as {number}"
                )


AS_IT_IS = Finish()


def checked_hold(durations: object, hold: object) -> tuple[tuple[int, Fraction], ...]:
    """Return the numbers of frames, and the seconds that they are shown.

    Raises
    ------
    ArgumentError
        If both are given, or one is not what it should be.
    """
    if durations is not None and hold is not None:
        raise ArgumentError("durations and hold say the same: give one of them")
    if durations is not None:
        if isinstance(durations, str | bytes | Mapping) or not hasattr(durations, "__len__"):
            raise ArgumentError(
                "durations must be a list of seconds, one for each frame, "
                f"not {shortened(durations)}"
            )
        assert isinstance(durations, Sequence) or hasattr(durations, "__iter__")
        return tuple(
            (number, _seconds(f"durations[{number}]", value))
            for number, value in enumerate(durations)
        )
    if hold is None:
        return ()
    if not isinstance(hold, Mapping):
        raise ArgumentError(
            f"hold must be a dict of frames and seconds, such as {{-1: 2.0}}, not {shortened(hold)}"
        )
    return tuple(
        (_frame(number), _seconds(f"hold[{number}]", value)) for number, value in hold.items()
    )


def _frame(number: object) -> int:
    try:
        if not isinstance(number, bool):
            return operator.index(number)  # type: ignore[arg-type]
    except TypeError:
        pass
    raise ArgumentError(f"hold must have numbers of frames, not {shortened(number)}")


def _seconds(name: str, value: object) -> Fraction:
    try:
        seconds = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if isinstance(value, str | bytes | bool) or not 0 < seconds <= LONGEST:
        raise ArgumentError(
            f"{name} must be a number of seconds up to {LONGEST:,}, not {shortened(value)}"
        )
    if isinstance(value, Fraction | int):
        return Fraction(value)
    return Fraction(seconds).limit_denominator(1_000_000)
