"""How values and exceptions of the user, and numbers of frames, are shown in messages."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from typing import Any


def shortened(params: Any) -> str:
    """Return a short ``repr`` of params, for a message.

    See Also
    --------
    told : A longer one, for a page.

    Examples
    --------
    >>> shortened({"phase": 0.5})
    "{'phase': 0.5}"
    >>> len(shortened("x" * 10**6)) < 200
    True
    """
    return _repr_of(params, _short, _SHORTENED)


def told(params: Any) -> str:
    """Return a ``repr`` of params that leaves out what would fill more than a page.

    Examples
    --------
    >>> told({"days": list(range(8)), "station": "x" * 70}).count("...")
    0
    >>> len(told(list(range(10**6)))) < 3000
    True
    """
    return _repr_of(params, _long, _SAID)


def _repr_of(params: Any, kind: reprlib.Repr, most: int) -> str:
    try:
        shape = getattr(params, "shape", None)
        dtype = getattr(params, "dtype", None)
        if isinstance(shape, tuple) and shape and dtype is not None:
            return f"<{type(params).__name__} of shape {shape}, {dtype}>"
        text = kind.repr(params)
    except Exception:  # code of the user's has raised it
        text = f"<{type(params).__name__}>"
    return text if len(text) <= most else text[: most - 3] + "..."


_SHORTENED = 160  # characters: two lines of a terminal
_SAID = 2000  # characters: a screenful
_short, _long = reprlib.Repr(), reprlib.Repr()
_short.maxdict = _short.maxlist = _short.maxtuple = 6
_short.maxstring = _short.maxother = 60
_long.maxdict = _long.maxlist = _long.maxtuple = 40
_long.maxstring = _long.maxother = 400


def ranges(frames: Iterable[int]) -> str:
    """Return numbers of frames in their order, as ranges where they follow each other.

    Examples
    --------
    >>> ranges([44, 12, 13, 14, 50, 51])
    '12-14, 44, 50-51'
    """
    found: list[list[int]] = []
    for frame in sorted(frames):
        if found and frame == found[-1][1] + 1:
            found[-1][1] = frame
        else:
            found.append([frame, frame])
    return ", ".join(span(first, last) for first, last in found)


def span(first: int, last: int) -> str:
    """Return the numbers from `first` to `last`.

    Examples
    --------
    >>> span(12, 14), span(44, 44)
    ('12-14', '44')
    """
    return f"{first}-{last}" if first < last else f"{first}"


def said(error: BaseException) -> str:
    """Return an exception's type and message, shortened if it is very long.

    Examples
    --------
    >>> said(KeyError("missing"))
    "KeyError: 'missing'"
    >>> len(said(ValueError("x" * 10**6))) < 3000
    True
    """
    try:
        text = f"{type(error).__name__}: {error}"
        if len(text) <= _SAID:
            return text
        return f"{text[: _SAID // 2]} ... {text[-_SAID // 2 :]} ({len(text):,} characters)"
    except Exception:
        return f"{type(error).__name__} (whose message cannot be shown)"
