"""Ways in for what exists already: animations of matplotlib, and functions.

Each of them makes something that can be rendered of what the user has, and calls the same render.
"""

from parallel_animate.adapters.function import render
from parallel_animate.adapters.movie_writer import PyavMovieWriter
from parallel_animate.adapters.saving import save

__all__ = ["PyavMovieWriter", "render", "save"]
