"""The state of an artist in a number: what it tells, and that another process tells the same."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from parallel_animate.canvas import in_brief

X = np.linspace(0, 6, 30)


def artists() -> dict[str, Any]:
    figure = Figure(figsize=(1.6, 1.2))
    ax = figure.subplots()
    (line,) = ax.plot(X, np.sin(X), label="a line")
    return {
        "figure": figure,
        "axes": ax,
        "line": line,
        "points": ax.scatter(X, X, c=X),
        "image": ax.imshow(np.zeros((4, 4)), vmin=0, vmax=1),
        "text": ax.text(1, 1, "text"),
        "legend": ax.legend(),
        "patch": ax.axvspan(1, 2),
    }


def all_in_brief() -> dict[str, int]:
    return {name: in_brief(artist) for name, artist in artists().items()}


def told(connection: Any) -> None:
    connection.send(all_in_brief())


def test_another_process_tells_the_same() -> None:
    context = multiprocessing.get_context("spawn")
    reader, writer = context.Pipe(duplex=False)
    process = context.Process(target=told, args=(writer,))
    process.start()
    assert reader.recv() == all_in_brief()
    process.join()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("axes", lambda ax: ax.set_xlim(1, 2)),
        ("axes", lambda ax: ax.plot([1, 2])),
        ("line", lambda line: line.set_ydata(np.cos(X))),
        ("line", lambda line: line.set_color("r")),
        ("line", lambda line: line.set_visible(False)),
        ("points", lambda points: points.set_offsets(np.column_stack([X, -X]))),
        ("points", lambda points: points.set_array(X[::-1])),
        ("image", lambda image: image.set_data(np.ones((4, 4)))),
        ("image", lambda image: image.set_clim(0, 2)),
        ("image", lambda image: image.set_data(np.ma.masked_equal(np.eye(4), 1))),
        ("text", lambda text: text.set_text("other")),
        ("legend", lambda legend: legend.get_texts()[0].set_text("other")),
        ("patch", lambda patch: patch.set_width(2)),
    ],
)
def test_a_change_is_told(name: str, change: Callable[[Any], Any]) -> None:
    artist = artists()[name]
    before = in_brief(artist)
    assert in_brief(artist) == before
    change(artist)
    assert in_brief(artist) != before


def test_what_is_drawn_or_fades_to_nothing_is_in_the_same_state() -> None:
    shown = artists()
    line, figure = shown["line"], shown["figure"]
    before = in_brief(line)
    figure.canvas.draw()
    assert in_brief(line) == before
    line.set_ydata(np.sin(X) * (1 + 1e-12))
    assert in_brief(line) == before
    line.set_ydata(np.sin(X) * (1 + 1e-5))
    assert in_brief(line) != before


def test_objects_of_who_knows_what_are_no_error() -> None:
    line = artists()["line"]
    line.own = np.array([object(), None])
    line.other = lambda: None
    before = in_brief(line)
    line.set_ydata(X)
    assert in_brief(line) != before
