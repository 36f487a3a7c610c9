"""A figure drawn into a slot: the Agg canvas, and the pixel formats of the slots.

A :class:`Surface` draws a figure on an Agg canvas, mostly by drawing only what has changed since
the last frame. A :class:`PixelStore` brings the canvas's pixels into the format of a slot. What is
known of matplotlib's classes stands in `artists/`. Nothing here knows of processes or video files.
"""

from parallel_animate.canvas.artists.brief import in_brief
from parallel_animate.canvas.artists.capabilities import check_matplotlib, missing_capabilities
from parallel_animate.canvas.artists.open_figures import (
    OpenFigures,
    forget_figures,
    separate_figures,
)
from parallel_animate.canvas.conversion import planes_of
from parallel_animate.canvas.counts import DrawCounts
from parallel_animate.canvas.difference import Difference, difference
from parallel_animate.canvas.options import FigureOptions, Showing
from parallel_animate.canvas.pixels import (
    MAX_SIDE,
    FrameFormat,
    FrameFormats,
    PixelFormat,
    Pixels,
    SlotFormat,
)
from parallel_animate.canvas.saving import SavingCanvas, is_opaque, pixel_size
from parallel_animate.canvas.store import PixelStore, SeveralStores, store_for
from parallel_animate.canvas.surface import (
    RedrawMode,
    Surface,
    Way,
    checked_mode,
)
from parallel_animate.canvas.witness import Witness

__all__ = [
    "MAX_SIDE",
    "Difference",
    "DrawCounts",
    "FigureOptions",
    "FrameFormat",
    "FrameFormats",
    "OpenFigures",
    "PixelFormat",
    "PixelStore",
    "Pixels",
    "RedrawMode",
    "SavingCanvas",
    "SeveralStores",
    "Showing",
    "SlotFormat",
    "Surface",
    "Way",
    "Witness",
    "check_matplotlib",
    "checked_mode",
    "difference",
    "forget_figures",
    "in_brief",
    "is_opaque",
    "missing_capabilities",
    "pixel_size",
    "planes_of",
    "separate_figures",
    "store_for",
]
