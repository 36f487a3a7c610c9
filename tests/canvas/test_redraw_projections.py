"""Polar, geographic and 3-D axes are redrawn as a full draw draws them."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.ticker import ScalarFormatter

from tests.canvas.redraw import Case, Cases, X, check_frames, new_figure

pytestmark = pytest.mark.one_in(3)

cases = Cases(labels=False)


@cases.add
def polar_data():
    figure, ax = _projected("polar")
    (line,) = ax.plot(X, 1 + np.sin(X))
    bars = ax.bar([0, 1, 2], [1, 2, 1], alpha=0.5)

    def update(i):
        line.set_ydata(1 + np.sin(X + i))
        bars[1].set_height(1 + i / 24)

    return figure, update


@cases.add
def polar_line_that_looks_for_its_place_late():
    """Other limits leave it where it is, until a scale that is set has it look again."""
    figure, ax = _projected("polar")
    ax.plot(X, 1 + np.sin(X))

    def update(i):
        if i % 4 == 1:
            ax.set_rmin(-i / 9)
        elif i % 4 == 3:
            ax.set_xscale("linear")

    return figure, update


@cases.add
def polar_turned_and_scaled():
    figure, ax = _projected("polar")
    ax.plot(X, 1 + np.sin(X))
    ax.fill_between(X, 0.5, 1)

    def update(i):
        ax.set_theta_offset(i / 7)
        if i % 2:
            ax.set_rmax(2 + i / 9)
        if i % 3 == 0:
            ax.set_rlabel_position(20 * i)
            ax.set_theta_direction([1, -1][i % 2])

    return figure, update


@cases.add
def polar_labels_moved():
    figure, ax = _projected("polar")
    return figure, lambda i: ax.set_rlabel_position(20 * i)


@cases.add
def polar_direction_changed():
    figure, ax = _projected("polar")
    ax.plot(X, 1 + np.sin(X))
    return figure, lambda i: ax.set_theta_direction([1, -1][i % 2])


@cases.add
def polar_only_turned():
    figure, ax = _projected("polar")
    ax.plot(X, 1 + np.sin(X))
    return figure, lambda i: ax.set_theta_offset(i / 7)


@cases.add
def polar_sector():
    figure, ax = _projected("polar")
    ax.plot(X, 1 + np.sin(X))

    def update(i):
        ax.set_thetamax(90 + 8 * i)
        ax.set_rorigin(-i / 9)
        if i % 3 == 0:
            ax.set_thetagrids(range(0, 90, 10 + i))

    return figure, update


@cases.add
def polar_autoscaled():
    figure, ax = _projected("polar")
    (line,) = ax.plot(X, 1 + np.sin(X))

    def update(i):
        line.set_ydata((1 + i) * (1 + np.sin(X)))
        ax.relim()
        ax.autoscale_view()

    return figure, update


@cases.add
def geographic():
    figure, ax = _projected("hammer")
    ax.grid(True)
    (line,) = ax.plot(X - 3, np.sin(X))
    mesh = ax.pcolormesh(*np.meshgrid([-2, -1, 0, 1], [-1, 0, 1]), np.eye(3)[:2])

    def update(i):
        line.set_ydata(np.sin(X + i))
        if i % 3 == 0:
            mesh.set_array(np.roll(np.eye(3)[:2], i))
        if i % 4 == 0:
            ax.set_longitude_grid(30 + i)

    return figure, update


@cases.add
def view_turned():
    figure, ax = _projected("3d")
    ax.plot(np.cos(X), np.sin(X), X)
    return figure, lambda i: ax.view_init(elev=20 + i, azim=5 * i, roll=i if i > 2 else 0)


@cases.add
def view_only_turned_with_all_kinds():
    figure, ax = _projected("3d")
    ax.scatter(np.cos(X[::5]), np.sin(X[::5]), X[::5], c=X[::5])
    ax.bar3d([0], [0], [0], 0.5, 0.5, 3)
    ax.text(0, 0, 5, "text")
    ax.plot_surface(*np.meshgrid([-1, 0, 1], [-1, 0, 1]), np.eye(3), alpha=0.5)
    return figure, lambda i: ax.view_init(azim=7 * i)


@cases.add
def line_in_space():
    figure, ax = _projected("3d")
    (line,) = ax.plot(np.cos(X), np.sin(X), X)

    def update(i):
        line.set_data_3d(np.cos(X + i), np.sin(X), X)
        if i % 4 == 0:
            ax.set_title(f"frame {i}")

    return figure, update


@cases.add
def surface_made_anew():
    figure, ax = _projected("3d")
    x, y = np.meshgrid(np.linspace(-1, 1, 6), np.linspace(-1, 1, 6))
    made = [ax.plot_surface(x, y, x * y)]
    ax.set_zlim(-1, 1)

    def update(i):
        made.pop().remove()
        made.append(ax.plot_surface(x, y, np.sin(x + i) * y, cmap="viridis"))

    return figure, update


@cases.add
def scatter_and_bars_in_space():
    figure, ax = _projected("3d")
    random = np.random.default_rng(0)
    scatter = ax.scatter(*random.random((3, 20)), c=random.random(20), s=50)
    bars = ax.bar([0, 0.5], [0.3, 0.8], zs=0.5, zdir="y", width=0.2, alpha=0.6)

    def update(i):
        scatter._offsets3d = tuple(random.random((3, 20)))
        if i % 3 == 0:
            bars[0].set_facecolor(f"C{i}")
            ax.set_zlim(0, 1 + i / 9)

    return figure, update


@cases.add
def scatter_in_space_moved():
    figure, ax = _projected("3d")
    random = np.random.default_rng(0)
    scatter = ax.scatter(*random.random((3, 20)))

    def update(i):
        scatter._offsets3d = tuple(random.random((3, 20)))

    return figure, update


@cases.add(rare=True)
def line_in_space_moved_by_two_setters():
    figure, ax = _projected("3d")
    (line,) = ax.plot(np.cos(X), np.sin(X), X)

    def update(i):
        line.set_data(np.cos(X + i), np.sin(X))
        line.set_3d_properties(X - i)

    return figure, update


@cases.add
def polygons_in_space_moved():
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection

    figure, ax = _projected("3d")
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 1]])
    faces = ax.add_collection3d(Poly3DCollection([corners]))
    text = ax.text(0, 0, 0, "text")

    def update(i):
        faces.set_verts([corners * (1 - i / 12)])
        if i % 3 == 0:
            text.set_position_3d((i / 12, 0.5, 0.5))

    return figure, update


@cases.add(rare=True)
def scatter_in_space_recoloured():
    figure, ax = _projected("3d")
    random = np.random.default_rng(0)
    scatter = ax.scatter(*random.random((3, 20)), c=random.random(20), s=50)

    def update(i):
        scatter.set_array(np.roll(scatter.get_array(), i))
        if i % 4 == 0:
            scatter.set_sizes([20 + i])

    return figure, update


@cases.add
def wireframe_and_quiver_in_space():
    figure, ax = _projected("3d")
    x, y = np.meshgrid([-1, 0, 1], [-1, 0, 1])
    wires = ax.plot_wireframe(x, y, x * y)
    arrows = ax.quiver(0, 0, 0, 1, [0.5, 1], 1)

    def update(i):
        wires.set_linewidth(1 + i % 4)
        if i % 3 == 0:
            arrows.set_color(f"C{i}")
        if i % 4 == 0:
            ax.set_proj_type(["persp", "ortho"][i // 4 % 2])

    return figure, update


@cases.add
def space_still_beside_a_moving_plane():
    figure = new_figure()
    still = figure.add_subplot(1, 2, 1, projection="3d")
    still.plot_surface(*np.meshgrid([-1, 0, 1], [-1, 0, 1]), np.eye(3))
    (line,) = figure.add_subplot(1, 2, 2).plot(X, np.sin(X))
    return figure, lambda i: line.set_ydata(np.sin(X + i))


@cases.add
def space_axes_settings():
    figure, ax = _projected("3d")
    ax.plot(np.cos(X), np.sin(X), X)
    ax.set(xlabel="x", zlabel="z")

    def update(i):
        ax.xaxis.pane.set_facecolor(f"C{i}")
        ax.set_zlabel("z" * (i % 5))
        if i % 3 == 0:
            ax.grid(i % 2 == 0)
            ax.set_box_aspect((1, 1, 1 + i / 24))
        if i % 5 == 0:
            ax.set_axis_off() if i % 2 else ax.set_axis_on()

    return figure, update


@cases.add
def space_ticks_while_the_view_turns():
    figure, ax = _projected("3d")
    ax.plot(np.cos(X), np.sin(X), X)
    ax.set(xlabel="x", ylabel="y", zlabel="z", title="title")

    def update(i):
        ax.view_init(elev=[30, 0, 90, -20][i % 4], azim=[5 * i, 0, -90, 45][i % 4])
        ax.xaxis.set_ticks_position(["default", "both", "upper"][i % 3])
        ax.yaxis.set_label_position(["default", "both", "lower"][i // 2 % 3])
        ax.zaxis.set_major_formatter(f"{{x:.{i % 3}f}}")
        ax.tick_params(labelbottom=True, labelleft=True, labelcolor=f"C{i}")
        if i % 3 == 0:
            ax.set_zticks(np.arange(i + 1), minor=i % 2 == 0)
        if i % 4 == 0:
            ax.invert_xaxis()
            ax.set_ylim(-1 - i / 9, 1)

    return figure, update


@cases.add
def space_with_an_axis_of_its_own():
    """What an axis's own methods answer is not remembered."""
    figure, ax = _projected("3d")
    ax.plot(np.cos(X), np.sin(X), X)
    real, asked = ax.xaxis._update_ticks, []

    def update_ticks():
        asked.append(None)
        return real()[: 1 + len(asked) % 2]

    def update(i):
        asked.clear()
        ax.view_init(azim=7 * i)

    ax.xaxis._update_ticks = update_ticks
    return figure, update


@cases.add
def space_with_a_formatter_for_two_axes():
    """It tells the offset of the axis that was asked last."""
    figure, ax = _projected("3d")
    ax.set(xlim=(0, 1), zlim=(1e6, 1e6 + 1))
    shared = ScalarFormatter(useOffset=True)
    ax.xaxis.set_major_formatter(shared)
    ax.zaxis.set_major_formatter(shared)
    return figure, lambda i: ax.view_init(azim=7 * i)


@cases.add
def space_pane_only():
    figure, ax = _projected("3d")
    return figure, lambda i: ax.yaxis.pane.set_facecolor(f"C{i}")


def _projected(name):
    figure = new_figure()
    return figure, figure.add_subplot(projection=name)


@cases.each
def test_projections_are_redrawn_exactly(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each frame equals its full draw, byte for byte."""
    check_frames(case, monkeypatch)
