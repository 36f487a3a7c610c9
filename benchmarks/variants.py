"""Renders a scene as ``scenes.py`` does, with another engine or other params.

::

    python benchmarks/variants.py nice wave 1920 1080 300 out.mp4
"""

from __future__ import annotations

import os
import sys
from typing import Any

import scenes

from parallel_animate.canvas import FrameFormat
from parallel_animate.engine import worker
from parallel_animate.output import choose


def nice() -> None:
    """Give the workers a lower priority than the encoder."""
    run = worker._run

    def run_nicely(*arguments: Any) -> None:
        os.nice(10)
        run(*arguments)

    worker._run = run_nicely


def rgba() -> None:
    """Let the workers store RGBA, and the main process convert it to what libx264 takes."""
    choose._format = lambda encoder, size, *others, **more: FrameFormat("rgba", *size)


def generator() -> None:
    """Take params from a generator, not from an array, whose items exist already."""
    params_of = scenes.params_of
    scenes.params_of = lambda scene, n: (item for item in params_of(scene, n))


VARIANTS = {"nice": nice, "rgba": rgba, "generator": generator}

if __name__ == "__main__":
    VARIANTS[sys.argv.pop(1)]()
    scenes.main()
