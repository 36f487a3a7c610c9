"""Ways in for what exists already: animations of matplotlib, and functions.

Each of them makes something that can be rendered of what the user has, and calls the same render.
"""

from parallel_animate.adapters.animations import figure_of, has_started, save_count_of
from parallel_animate.adapters.function import render
from parallel_animate.adapters.glimpse import preview_animation, render_first
from parallel_animate.adapters.movie_writer import PyavMovieWriter
from parallel_animate.adapters.saving import save, save_some

__all__ = [
    "PyavMovieWriter",
    "figure_of",
    "has_started",
    "preview_animation",
    "render",
    "render_first",
    "save",
    "save_count_of",
    "save_some",
]
