"""The command line that all programs have in common."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from scenes import SCENES, params_of

FPS = 30
# The encoder's settings that all programs get in the comparison with equal ones.
EQUAL = ("-preset", "veryfast", "-crf", "20")


def arguments() -> argparse.Namespace:
    """Return what the command line says, and its animator and params."""
    parser = argparse.ArgumentParser()
    parser.add_argument("scene", choices=SCENES)
    parser.add_argument("width", type=int)
    parser.add_argument("height", type=int)
    parser.add_argument("frames", type=int)
    parser.add_argument("output")
    parser.add_argument("--equal", action="store_true", help="the encoder's settings for all")
    given = parser.parse_args()
    given.animator = SCENES[given.scene](given.width, given.height)
    given.params = params_of(given.scene, given.frames)
    return given
