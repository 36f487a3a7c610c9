"""When a GIF shows its frames: it counts time in hundredths of a second."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

TICKS = 100
"""Of a second: the format's unit of time."""
LATEST = 1
"""Ticks after its time at which a frame may begin; it is left out rather than begin later."""
LEAST = 2
"""Ticks that a frame is shown at least: browsers show a shorter one for ten."""


def shown_times(starts: Sequence[Fraction]) -> list[tuple[int, int]]:
    """Return which frames are shown, and for how many ticks each.

    All together they are shown for as long as they should be, to a tick. Where frames come so soon
    after one another that they would be shown for less than a browser can, some are left out.

    Parameters
    ----------
    starts : sequence of Fraction
        When each frame begins, in seconds, and when the last one ends.

    Examples
    --------
    >>> shown_times([Fraction(number, 30) for number in range(5)])
    [(0, 3), (1, 4), (2, 3), (3, 3)]
    >>> shown_times([Fraction(number, 100) for number in range(5)])
    [(0, 2), (1, 2)]
    """
    kept: list[tuple[int, int]] = []
    for number, start in enumerate(starts[:-1]):
        at = round(TICKS * start)
        if kept:
            at = max(at, kept[-1][1] + LEAST)
        if at - TICKS * start <= LATEST:
            kept.append((number, at))
    end = max(LEAST, round(TICKS * starts[-1]))
    kept = [(number, at) for number, at in kept if end - at >= LEAST or not number]
    ends = [at for _, at in kept[1:]] + [end]
    return [(number, end - at) for (number, at), end in zip(kept, ends, strict=True)]


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
