"""The part of ``savefig``'s options that means something for a video frame."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any, NamedTuple

from matplotlib.colors import is_color_like
from matplotlib.figure import Figure

from parallel_animate.errors import ArgumentError
from parallel_animate.system import warn_user


class Showing(NamedTuple):
    """How an animation of matplotlib draws a frame besides, before it saves it.

    Attributes
    ----------
    dpi : float or None
        On a canvas without a window, showing a frame draws it at the figure's own resolution. None
        for a canvas on which it draws nothing.
    """

    dpi: float | None


@dataclass(frozen=True)
class FigureOptions:
    """Options that are applied to each figure before it is drawn.

    Parameters
    ----------
    dpi : float, optional
        Pixels per inch; None for the figure's own.
    facecolor : color, optional
        The figure's background; None for the figure's own.
    """

    dpi: float | None = None
    facecolor: Any = None

    @classmethod
    def from_savefig_params(cls, savefig_params: Mapping[str, Any] | None) -> FigureOptions:
        """Take over the options that apply, and warn of the others.

        Raises
        ------
        ArgumentError
            If ``dpi`` is not a positive number, or ``facecolor`` is no colour.

        Examples
        --------
        >>> FigureOptions.from_savefig_params({"dpi": 150})
        FigureOptions(dpi=150.0, facecolor=None)
        """
        if not isinstance(savefig_params, Mapping | None):
            raise ArgumentError(
                f"savefig_params must be a dict, such as {{'dpi': 200}}, not {savefig_params!r}"
            )
        params = dict(savefig_params or {})
        dpi = params.pop("dpi", None)
        facecolor = params.pop("facecolor", None)
        if params:
            warn_user(
                f"savefig_params {', '.join(map(repr, sorted(params)))}: ignored; frames are taken "
                "from the canvas, so only 'dpi' and 'facecolor' apply"
            )
        if dpi == "figure":
            dpi = None
        if dpi is not None and not (isinstance(dpi, Real) and 0 < float(dpi) < math.inf):
            raise ArgumentError(f"savefig_params['dpi'] must be a positive number, not {dpi!r}")
        if isinstance(facecolor, str) and facecolor == "auto":
            facecolor = None
        if facecolor is not None and not is_color_like(facecolor):
            raise ArgumentError(f"savefig_params['facecolor'] is no colour: {facecolor!r}")
        return cls(None if dpi is None else float(dpi), facecolor)

    def apply(self, figure: Figure) -> None:
        """Set the options on a figure."""
        if self.dpi is not None:
            figure.set_dpi(self.dpi)
        if self.facecolor is not None:
            figure.set_facecolor(self.facecolor)
