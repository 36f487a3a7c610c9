"""A figure drawn into a slot: the Agg canvas, and the pixel formats of the slots.

Nothing here knows of processes or of video files.
"""

from parallel_animate.canvas.conversion import planes_of
from parallel_animate.canvas.options import FigureOptions
from parallel_animate.canvas.pixels import FrameFormat, Pixels
from parallel_animate.canvas.store import PixelStore
from parallel_animate.canvas.surface import DrawCounts, RedrawMode, Surface, checked_mode

__all__ = [
    "DrawCounts",
    "FigureOptions",
    "FrameFormat",
    "PixelStore",
    "Pixels",
    "RedrawMode",
    "Surface",
    "checked_mode",
    "planes_of",
]
