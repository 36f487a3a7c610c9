"""Renders a scene as ``scenes.py`` does, with an engine that was decided against.

::

    python benchmarks/variants.py nice wave 1920 1080 300 out.mp4
"""

from __future__ import annotations

import os
import sys
from typing import Any

import scenes

from parallel_animate import worker
from parallel_animate.canvas import FrameLayout
from parallel_animate.video import writer


def nice() -> None:
    """Give the workers a lower priority than the encoder."""
    run = worker._run

    def run_nicely(*arguments: Any) -> None:
        os.nice(10)
        run(*arguments)

    worker._run = run_nicely


def rgba() -> None:
    """Let the workers store RGBA, and the main process convert it to what libx264 takes."""
    writer._layout = lambda encoder, size: FrameLayout("rgba", *size)


VARIANTS = {"nice": nice, "rgba": rgba}

if __name__ == "__main__":
    VARIANTS[sys.argv.pop(1)]()
    scenes.main()
