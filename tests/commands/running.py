"""Runs the command in this process, on scripts whose frames show numbers."""

from __future__ import annotations

import inspect
import textwrap
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from parallel_animate.commands.main import app

# Shows the frame's params, or what they have under the name "n", as black and white blocks.
SCRIPT = """
from matplotlib.animation import FuncAnimation
from parallel_animate import IndexedFrameParams
from tests.stamp import StampAnimator

class Shows(StampAnimator):
    def __init__(self, plus: int = 0):
        super().__init__(64, 64)
        self.plus = plus

    def update(self, frame_idx, params):
        if isinstance(params, dict):
            params = params["n"]
        super().update(int(params) + self.plus, params)

class Index(Shows):
    def update(self, frame_idx, params):
        super().update(frame_idx, frame_idx)

class Fails(Shows):
    def update(self, frame_idx, params):
        if frame_idx == 7:
            raise ArithmeticError("no such frame")
        super().update(frame_idx, params)

def shows(times: int):
    made = Shows()
    made.plus = 10 * times
    return made

def animation(frames: int = 8) -> FuncAnimation:
    made = Shows()
    figure = made.setup()
    return FuncAnimation(figure, lambda i: made.update(i, i), frames=frames, interval=40)

def counted(n=5):
    return (i for i in range(n))

params = [3, 1, 4, 1, 5]
endless = iter(range(6))
gappy = [IndexedFrameParams(0, 0), IndexedFrameParams(3, 3)]
nothing = 3
"""


def script(folder: Path, text: str = SCRIPT, name: str = "anim.py") -> str:
    path = folder / name
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return str(path)


def runner() -> CliRunner:
    """Return a runner that keeps the two outputs apart, as the newer ones do anyway."""
    if "mix_stderr" in inspect.signature(CliRunner.__init__).parameters:
        return CliRunner(mix_stderr=False)
    return CliRunner()


def run(*words: object) -> Any:
    return runner().invoke(app, [str(word) for word in words])
