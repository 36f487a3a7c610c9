"""When a GIF shows its frames: it counts time in hundredths of a second."""

from __future__ import annotations

from fractions import Fraction

TICKS = 100
"""Of a second: the format's unit of time."""
LEAST = 2
"""Ticks that a frame is shown at least: browsers show a shorter one for ten."""


def shown_times(frames: int, fps: Fraction) -> list[tuple[int, int]]:
    """Return which frames are shown, and for how many ticks each.

    All together they are shown for as long as they should be, to a tick. Frames that come so soon
    after one another that they would be shown for less than a browser can are left out.

    Examples
    --------
    >>> shown_times(4, Fraction(30))
    [(0, 3), (1, 4), (2, 3), (3, 3)]
    >>> shown_times(4, Fraction(100))
    [(0, 2), (2, 2)]
    """
    total = max(LEAST, round(frames * TICKS / fps))
    if LEAST * fps > TICKS:
        shown = total // LEAST
        places = [(round(number * LEAST * fps / TICKS), number * LEAST) for number in range(shown)]
    else:
        places = [(number, round(number * TICKS / fps)) for number in range(frames)]
    ends = [at for _, at in places[1:]] + [total]
    return [(number, end - at) for (number, at), end in zip(places, ends, strict=True)]


def inexact(fps: Fraction) -> str | None:
    """Return what a GIF of this frame rate cannot show exactly, in words; None if it can.

    Examples
    --------
    >>> inexact(Fraction(25))
    >>> inexact(Fraction(30))
    'frames are shown for 3 or 4 hundredths of a second each, 30 of them in a second; exact are \
33.33 and 25 fps'
    """
    ticks = TICKS / fps
    if ticks < LEAST:
        return f"a GIF shows at most {TICKS // LEAST} frames a second: the others are left out"
    if ticks.denominator == 1:
        return None
    shorter = int(ticks)
    exact = " and ".join(f"{TICKS / each:.4g}" for each in (shorter, shorter + 1))
    return (
        f"frames are shown for {shorter} or {shorter + 1} hundredths of a second each, "
        f"{float(fps):.4g} of them in a second; exact are {exact} fps"
    )
