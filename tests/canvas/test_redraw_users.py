"""Drawing code of the user is run whenever a full draw would run it."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle
from matplotlib.patheffects import AbstractPathEffect
from matplotlib.text import Text
from matplotlib.transforms import Transform

from tests.canvas.redraw import Case, Cases, X, check_frames, new_axes, new_figure

cases = Cases(labels=False)


@cases.add
def axes_of_the_user_draw_more():
    class Dotted(Axes):
        def draw(self, renderer):
            super().draw(renderer)
            dot = Circle((0.5, 0.5), 0.2, transform=self.transAxes, alpha=0.5)
            dot.set_figure(self.get_figure())
            dot.draw(renderer)

    figure = new_figure()
    ax = figure.add_axes(Dotted(figure, (0.1, 0.1, 0.8, 0.8)))
    (line,) = ax.plot(X, np.sin(X))
    return figure, lambda i: line.set_ydata(np.sin(X + i))


@cases.add
def axes_of_the_user_draw_other_things_each_time():
    state = {"angle": 0.0}

    class Turning(Axes):
        def draw(self, renderer):
            box = Rectangle((0.4, 0.4), 0.3, 0.3, angle=state["angle"], transform=self.transAxes)
            box.set_figure(self.get_figure())
            box.draw(renderer)
            super().draw(renderer)

    figure = new_figure()
    ax = figure.add_axes(Turning(figure, (0.1, 0.1, 0.8, 0.8), frameon=False))
    ax.plot(X, np.sin(X))

    def update(i):
        state["angle"] = 15.0 * i

    return figure, update


@cases.add
def axes_of_the_user_change_their_children():
    state = {"phase": 0.0}

    class Waving(Axes):
        def draw(self, renderer):
            for line in self.lines:
                line.set_ydata(np.sin(X + state["phase"]))
            super().draw(renderer)

    figure = new_figure()
    ax = figure.add_axes(Waving(figure, (0.1, 0.1, 0.8, 0.8)))
    ax.plot(X, np.sin(X))
    ax.legend(["line"], loc="upper right")

    def update(i):
        state["phase"] = i / 3

    return figure, update


@cases.add
def axes_of_the_user_draw_a_child_twice():
    class Twice(Axes):
        def draw(self, renderer):
            super().draw(renderer)
            for line in self.lines:
                line.set_color("r")
                line.draw(renderer)
                line.set_color("b")

    figure = new_figure()
    ax = figure.add_axes(Twice(figure, (0.1, 0.1, 0.8, 0.8)))
    (line,) = ax.plot(X, np.sin(X), alpha=0.5, lw=5)
    return figure, lambda i: line.set_ydata(np.sin(X + i))


@cases.add
def axes_drawn_by_a_function_of_the_instance():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    draw = ax.draw
    extra = Text(0.5, 0.5, "", figure=figure, transform=ax.transAxes)

    def drawn(renderer):
        draw(renderer)
        extra.draw(renderer)

    ax.draw = drawn

    def update(i):
        extra.set_text(f"text {i}")
        line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add(redrawn=False)
def figure_drawn_by_a_function_of_the_instance():
    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    draw = figure.draw
    figure.draw = lambda renderer: draw(renderer)
    return figure, lambda i: line.set_ydata(np.sin(X + i))


@cases.add
def figure_class_of_the_user():
    class Stamped(plt.Figure):
        stamp = 0

        def draw(self, renderer):
            super().draw(renderer)
            text = Text(0.1, 0.9, f"stamp {self.stamp}", transform=self.transFigure)
            text.set_figure(self)
            text.draw(renderer)

    figure = Stamped(figsize=(4, 3), dpi=60)
    (line,) = figure.add_subplot().plot(X, np.sin(X))

    def update(i):
        figure.stamp = i
        if i % 3 == 0:
            line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add
def line_of_the_user():
    state = {"phase": 0.0}

    class Wave(Line2D):
        def draw(self, renderer):
            self.set_ydata(np.sin(X + state["phase"]))
            super().draw(renderer)

    figure, ax = new_axes()
    ax.add_line(Wave(X, np.sin(X)))
    ax.set(xlim=(0, 7), ylim=(-1, 1))

    def update(i):
        state["phase"] = i / 3

    return figure, update


@cases.add
def line_drawn_by_a_function_of_the_instance():
    figure, ax = new_axes()
    lines = ax.plot(X, np.c_[np.sin(X), np.cos(X)])
    draw, hidden = lines[0].draw, [False]
    lines[0].draw = lambda renderer: None if hidden[0] else draw(renderer)

    def update(i):
        hidden[0] = i % 3 == 0
        lines[1].set_ydata(np.cos(X + i))

    return figure, update


@cases.add
def artist_of_the_user():
    class Cross(Artist):
        size = 10

        def draw(self, renderer):
            context = renderer.new_gc()
            context.set_foreground("r")
            context.set_linewidth(self.size / 5)
            path = plt.matplotlib.path.Path([[0, 0], [self.size, self.size]])
            renderer.draw_path(context, path, plt.matplotlib.transforms.Affine2D())
            renderer.draw_text(context, self.size, 50, "cross", plt.rcParams and _font(), 0)
            context.restore()

    figure, ax = new_axes()
    (line,) = ax.plot(X, np.sin(X))
    cross = ax.add_artist(Cross())

    def update(i):
        cross.size = 10 + 7 * i
        if i % 3 == 0:
            line.set_ydata(np.sin(X + i))

    return figure, update


@cases.add
def collection_of_the_user():
    class Rows(LineCollection):
        phase = 0

        def get_transform(self):
            shift = plt.matplotlib.transforms.Affine2D().translate(self.phase, 0)
            return shift + super().get_transform()

    figure, ax = new_axes()
    ax.set(xlim=(0, 7), ylim=(-1, 1))
    rows = ax.add_collection(Rows([np.c_[X, np.sin(X)]]))

    def update(i):
        rows.phase = i / 9

    return figure, update


@cases.add
def path_effect_of_the_user():
    class Shifted(AbstractPathEffect):
        shift = 0

        def draw_path(self, renderer, gc, tpath, affine, rgbFace=None):  # noqa: N803
            renderer.draw_path(gc, tpath, affine.translate(self.shift, 0), rgbFace)

    figure, ax = new_axes()
    effect = Shifted()
    ax.plot(X, np.sin(X), path_effects=[effect])

    def update(i):
        effect.shift = i

    return figure, update


def _font():
    return plt.matplotlib.font_manager.FontProperties(size=9)


@cases.add
def norm_of_the_user():
    class Power(Normalize):
        power = 1.0

        def __call__(self, value, clip=None):
            return super().__call__(value, clip) ** self.power

    figure, ax = new_axes()
    norm = Power(0, 1)
    data = np.random.default_rng(0).random((5, 6))
    ax.pcolormesh(data, norm=norm)
    ax.imshow(data, norm=norm, extent=(0, 3, 0, 3))

    def update(i):
        norm.power = 1 + i / 2

    return figure, update


@cases.add
def transform_that_bends_of_the_user():
    class Bent(Transform):
        input_dims = output_dims = 2
        bend = 0.0

        def transform_non_affine(self, values):
            x, y = np.asarray(values, float).T
            return np.c_[x, y + self.bend * np.sin(x)]

    figure, ax = new_axes()
    bent = Bent()
    ax.plot(X, 0 * X, transform=bent + ax.transData)
    ax.set(xlim=(0, 7), ylim=(-2, 2))

    def update(i):
        bent.bend = i / 4
        bent.invalidate()

    return figure, update


@cases.each
def test_drawing_code_of_the_user_is_run(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each frame equals its full draw, byte for byte."""
    check_frames(case, monkeypatch)
