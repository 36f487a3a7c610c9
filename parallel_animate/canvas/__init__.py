"""A figure drawn into a slot: the Agg canvas, and the pixel formats of the slots.

Nothing here knows of processes or of video files.
"""

from parallel_animate.canvas.options import FigureOptions
from parallel_animate.canvas.pixels import FrameLayout, PixelStore
from parallel_animate.canvas.surface import Surface

__all__ = ["FigureOptions", "FrameLayout", "PixelStore", "Surface"]
