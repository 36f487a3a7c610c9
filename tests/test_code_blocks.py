"""The code in README and documentation runs, as it stands there."""

from __future__ import annotations

import itertools
import re
from importlib.util import find_spec
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.animation import FuncAnimation
from matplotlib.figure import Figure

import parallel_animate
from parallel_animate import Animator

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^(?:<!-- (not run: .*?) -->\n\n)?```python\n(.*?)^```", re.M | re.S)
ALWAYS = 4  # of so many blocks, one runs always
# Libraries that some blocks use, by what stands in these.
OTHERS = {
    **{"cv2.": "cv2", "imageio.": "imageio", "torch.": "torch", "xarray.": "xarray"},
    "cluster=": "distributed",
}

JOBS = """
[defaults]
fps = 30
script = "plot.py:Run"
[[jobs]]
output = "a.mp4"
"""
PLOT = """
from matplotlib.figure import Figure
from parallel_animate import Animator


class Run(Animator):
    def setup(self):
        return Figure(figsize=(1, 1))

    def update(self, frame_idx, params):
        pass


params = range(3)
"""


class Wave(Animator):
    """A short animation that the blocks can use, as `Wave`, `Run` or `animator`."""

    def __init__(self, *args: Any) -> None:
        self.x = np.linspace(0, 6, 20)

    def setup(self) -> Figure:
        figure = Figure(figsize=(1, 1), dpi=64)
        (self.line,) = figure.subplots().plot(self.x, np.sin(self.x))
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        self.line.set_ydata(np.sin(self.x + frame_idx))


def blocks() -> list[Any]:
    """Return each block of each page, with its page and line; only some of them run always."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in BLOCK.finditer(text):
            name = f"{page.relative_to(ROOT)}:{text.count(chr(10), 0, block.start()) + 1}"
            marks = () if len(found) % ALWAYS == 0 else (pytest.mark.alike,)
            if block[1]:
                marks += (pytest.mark.skip(reason=block[1]),)
            found.append(pytest.param(block[2], id=name, marks=marks))
    return found


def surroundings() -> dict[str, Any]:
    """Return the names that a page's reader would have by then."""
    figure, axes = plt.subplots(figsize=(1, 1), dpi=64)
    x = np.linspace(0, 6, 20)
    (line,) = axes.plot(x, x)
    animation = FuncAnimation(figure, lambda i: line.set_ydata(x + i), frames=3)
    animation._draw_was_started = True  # or it warns, if nobody draws it
    return {
        **{"__name__": "__main__", "itertools": itertools, "np": np, "plt": plt},
        **{"parallel_animate": parallel_animate, "Animator": Animator},
        **{"Wave": Wave, "Run": Wave, "animator": Wave()},
        **{"fig": figure, "ax": axes, "line": line, "x": x, "animation": animation},
        **{"params": np.linspace(0, 1, 43), "n": 5, "measure": float, "xs": [], "ys": []},
        **{"fields": np.zeros((100, 4, 4)), "colors": ["red", "blue"], "phases": [1, 2]},
        **{"initial": lambda: 0, "step": lambda state: state + 1},
        **{"pool": ThreadPool(1), "simulate": lambda number: (number, number), "jobs": range(4)},
    }


@pytest.mark.parametrize("code", blocks())
def test_it_runs(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder that has the files that it names."""
    for text, module in OTHERS.items():
        if text in code and find_spec(module) is None:
            pytest.skip(f"{module} is not installed")
    if "cluster=" in code:
        pytest.skip("it needs a cluster: tests/cluster has one")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    np.save("fields.npy", np.zeros((5, 4, 4), np.uint8))
    Path("jobs.toml").write_text(JOBS, encoding="utf-8")
    Path("plot.py").write_text(PLOT, encoding="utf-8")
    names = surroundings()
    try:
        exec(compile(code, "block.py", "exec"), names)
    finally:
        names["pool"].close()
        plt.close("all")
