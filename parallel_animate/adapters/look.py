"""What a saved frame looks like, where that is not what the user's code sees of the figure.

``Animation.save`` sets the resolution and the colours of the figure only while it saves a frame.
So it is done here: :meth:`Look.put_on` before a frame is drawn, and :meth:`Look.take_off` before
the user's code runs again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from numbers import Real
from typing import Any

import matplotlib
from matplotlib.colors import is_color_like, to_rgba
from matplotlib.figure import Figure

from parallel_animate.canvas import MAX_SIDE, pixel_size
from parallel_animate.errors import ArgumentError

Colors = dict[str, Any]

# Words of savefig that change nothing of a frame.
WITHOUT_EFFECT = ("transparent", "orientation", "pad_inches", "papertype", "bbox_extra_artists")
# Words that matplotlib's animations refuse, or leave out, and what to give instead.
REFUSED = {
    "dpi": "give dpi to save() itself",
    "format": "frames are pixels, and have no format",
    "bbox_inches": "all frames have the size of the figure",
}


@dataclass(frozen=True)
class Look:
    """How a frame is saved.

    Parameters
    ----------
    dpi : float
        Pixels per inch.
    size : tuple of float
        Width and height in inches; whatever an update sets, all frames are as large.
    colors : dict
        The ``facecolor`` and ``edgecolor`` of the figure, as far as they are not its own.
    """

    dpi: float
    size: tuple[float, float]
    colors: Colors

    @classmethod
    def checked(cls, figure: Figure, dpi: Any, savefig_kwargs: Any) -> Look:
        """Return the look that ``Animation.save`` gives the frames of a figure.

        Parameters
        ----------
        figure : matplotlib.figure.Figure
            The figure.
        dpi : float, "figure" or None
            None for the rcParam ``savefig.dpi``.
        savefig_kwargs : mapping or None
            ``facecolor`` and ``edgecolor``. What changes nothing of a frame is left out.

        Raises
        ------
        ArgumentError
            If something cannot be used.
        """
        if dpi is None:
            dpi = matplotlib.rcParams["savefig.dpi"]
        if isinstance(dpi, str) and dpi == "figure":
            dpi = figure.dpi
        if isinstance(dpi, bool) or not (isinstance(dpi, Real) and 0 < float(dpi) < math.inf):
            raise ArgumentError(f"dpi must be a positive number, 'figure' or None, not {dpi!r}")
        width, height = map(float, figure.get_size_inches())
        check_size(figure, float(dpi))
        return cls(float(dpi), (width, height), _colors(figure, savefig_kwargs))

    def put_on(self, figure: Figure) -> Colors:
        """Let a figure look so; return the colours that it had."""
        own = {name: getattr(figure, f"get_{name}")() for name in self.colors}
        with _unreported(figure):
            if tuple(figure.get_size_inches()) != self.size:
                figure.set_size_inches(self.size)
            _set_dpi(figure, self.dpi)
            figure.set(**self._others(figure))
        return own

    def take_off(self, figure: Figure, dpi: float, own: Colors) -> None:
        """Give a figure its own dpi and colours again."""
        with _unreported(figure):
            _set_dpi(figure, dpi)
            figure.set(**{name: color for name, color in own.items() if self._differs(name, color)})

    def _others(self, figure: Figure) -> Colors:
        return {
            name: color
            for name, color in self.colors.items()
            if self._differs(name, getattr(figure, f"get_{name}")())
        }

    def _differs(self, name: str, color: Any) -> bool:
        return to_rgba(self.colors[name]) != to_rgba(color)


def check_size(figure: Figure, dpi: float) -> None:
    """Raise an ArgumentError if a figure would have more pixels than a video can, or none."""
    inches = [float(side) for side in figure.get_size_inches()]
    pixels = [int(side * dpi) for side in inches]
    if not 1 <= min(pixels) <= max(pixels) <= MAX_SIDE:
        raise ArgumentError(
            f"dpi={dpi:g} makes {pixels[0]:,}x{pixels[1]:,} pixels of the figure's "
            f"{inches[0]:g}x{inches[1]:g} inches: a side has 1 to {MAX_SIDE:,}"
        )


def size_at(figure: Figure, dpi: float) -> tuple[int, int]:
    """Return the width and height in pixels with which a figure is saved at a resolution.

    Examples
    --------
    >>> size_at(Figure(figsize=(4, 3)), 150)
    (600, 450)
    """
    canvas, own = figure.canvas, figure.dpi
    with _unreported(figure):
        try:
            _set_dpi(figure, dpi)
            return pixel_size(figure)
        finally:
            figure.set_canvas(canvas)
            vars(canvas).pop("is_saving", None)  # which a canvas that took its place had set
            _set_dpi(figure, own)


@contextmanager
def _unreported(figure: Figure) -> Iterator[None]:
    """Let nobody hear of what the block changes in a figure: it is changed back.

    A frame for which the user's code has changed nothing of this finds it as it was.
    """
    artists: tuple[Any, ...] = (figure, figure.patch)
    heard = [(artist.stale_callback, artist.stale) for artist in artists]
    for artist in artists:
        artist.stale_callback = None
    try:
        yield
    finally:
        for artist, (callback, stale) in zip(artists, heard, strict=True):
            artist.stale = stale
            artist.stale_callback = callback


def _set_dpi(figure: Figure, dpi: float) -> None:
    if figure.dpi != dpi:
        figure.set_dpi(dpi)


def _colors(figure: Figure, savefig_kwargs: Any) -> Colors:
    if not isinstance(savefig_kwargs, Mapping | None):
        raise ArgumentError(
            f"savefig_kwargs must be a dict, such as {{'facecolor': 'w'}}, not {savefig_kwargs!r}"
        )
    given = dict(savefig_kwargs or {})
    for name in given.keys() & REFUSED.keys():
        raise ArgumentError(f"savefig_kwargs cannot have {name!r}: {REFUSED[name]}")
    unknown = given.keys() - {"facecolor", "edgecolor", *WITHOUT_EFFECT}
    if unknown:
        raise ArgumentError(
            f"savefig_kwargs cannot have {', '.join(map(repr, sorted(unknown)))}: of the words of "
            "savefig, 'facecolor' and 'edgecolor' mean something for the pixels of a frame"
        )
    face, edge = given.get("facecolor"), given.get("edgecolor")
    face = matplotlib.rcParams["savefig.facecolor"] if face is None else face
    edge = matplotlib.rcParams["savefig.edgecolor"] if edge is None else edge
    for name, color in (("facecolor", face), ("edgecolor", edge)):
        if not (_is_auto(color) or is_color_like(color)):
            raise ArgumentError(f"savefig_kwargs[{name!r}] is no colour: {color!r}")
    # A video has no transparency, so matplotlib lays the figure's colour upon white.
    own: Any = figure.get_facecolor()
    red, green, blue, alpha = to_rgba(own if _is_auto(face) else face)
    colors: Colors = {"facecolor": tuple(alpha * part + 1 - alpha for part in (red, green, blue))}
    if not _is_auto(edge):
        colors["edgecolor"] = edge
    return colors


def _is_auto(color: Any) -> bool:
    return isinstance(color, str) and color == "auto"
