"""Changes of axes: limits, ticks, labels, and where they are."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import AutoLocator, FuncFormatter, NullFormatter, ScalarFormatter

from tests.canvas.plans.changes import change
from tests.canvas.plans.choose import an_axes, an_axis, one_of, shown
from tests.canvas.plans.content import add_content, content_name
from tests.canvas.plans.values import colour, few_ticks


@change
def x_limits(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        ax.set_xlim(0.1 * value, 3 + value)


@change
def y_limits(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        ax.set_ylim(0.1 + 0.1 * value, 3 + value)


@change
def z_limits(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "3d"):
        ax.set_zlim(0, 3 + value)


@change
def limits_in_place(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "rectilinear"):
        ax.viewLim.intervalx = (0.1, 2 + value)


@change
def autoscale(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        if ax.name != "3d":
            ax.relim()
        ax.autoscale(True)
        ax.autoscale_view()


@change
def margins(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        ax.margins(0.05 * value)


@change
def inverted(figure: Figure, pick: int, value: int) -> None:
    for axis in an_axis(figure, pick):
        axis.set_inverted(not axis.get_inverted())


@change
def scale(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "rectilinear"):
        name = ["linear", "log", "symlog", "linear", "function"][value % 5]
        options = {"functions": (np.sqrt, np.square)} if name == "function" else {}
        (ax.set_yscale if value // 5 else ax.set_xscale)(name, **options)
        few_ticks(ax)


@change
def aspect(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "rectilinear"):
        if not any(len(ax._shared_axes[name].get_siblings(ax)) > 1 for name in "xy"):
            ax.set_aspect(["auto", "equal", 0.5][value % 3])


@change
def aspect_of_data(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "rectilinear"):
        ax.set_aspect(["equal", 2, "auto"][value % 3], adjustable="datalim")


@change
def aspect_of_the_box(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "rectilinear", "polar"):
        ax.set_box_aspect([None, 0.5, 1, 2][value % 4])


@change
def anchor(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        ax.set_anchor(["C", "SW", "NE", "W"][value % 4])


@change
def ticks(figure: Figure, pick: int, value: int) -> None:
    for axis in an_axis(figure, pick):
        axis.set_ticks([0.5, 1, 1 + value / 2])


@change
def tick_labels(figure: Figure, pick: int, value: int) -> None:
    for axis in an_axis(figure, pick):
        axis.set_ticks([1, 2], ["one", "two" * value])


@change
def no_ticks(figure: Figure, pick: int, value: int) -> None:
    for axis in an_axis(figure, pick):
        axis.set_ticks([])


@change
def usual_ticks(figure: Figure, pick: int, value: int) -> None:
    for axis in an_axis(figure, pick):
        axis.set_major_locator(AutoLocator())
        axis.set_major_formatter(NullFormatter() if value % 3 == 0 else ScalarFormatter())


@change
def formatter_of_the_user(figure: Figure, pick: int, value: int) -> None:
    for axis in an_axis(figure, pick):
        axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.1f}" + "!" * value))


@change
def minor_ticks(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "rectilinear"):
        (ax.minorticks_on if value % 2 else ax.minorticks_off)()


@change
def tick_look(figure: Figure, pick: int, value: int) -> None:
    for axis in an_axis(figure, pick):
        axis.set_tick_params(
            length=value,
            labelsize=5 + value,
            direction=["in", "out", "inout"][value % 3],
            pad=value,
        )


@change
def tick_side(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "rectilinear"):
        sides = ["top", "bottom", "both", "none", "default"]
        ax.xaxis.set_ticks_position(sides[value % 5])
        if value % 2:
            ax.yaxis.tick_right()


@change
def tick_label_look(figure: Figure, pick: int, value: int) -> None:
    for axis in an_axis(figure, pick):
        for label in axis.get_ticklabels():
            label.set(rotation=10 * value, color=colour(value))


@change
def grid_toggle(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        if ax.name == "3d":
            ax.grid(bool(value % 2))
        else:
            ax.grid(bool(value % 2), axis=["x", "y", "both"][value % 3])


@change
def axis_below(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "rectilinear"):
        ax.set_axisbelow([True, False, "line"][value % 3])


@change
def title(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        ax.set_title("growing " * value, loc=["left", "center", "right"][pick % 3])


@change
def label(figure: Figure, pick: int, value: int) -> None:
    for axis in an_axis(figure, pick):
        axis.set_label_text("label\n" * value)


@change
def label_place(figure: Figure, pick: int, value: int) -> None:
    for axis in an_axis(figure, pick):
        axis.labelpad = 2.0 * value


@change
def axis_off(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        (ax.set_axis_off if ax.axison else ax.set_axis_on)()


@change
def one_axis_hidden(figure: Figure, pick: int, value: int) -> None:
    for axis in an_axis(figure, pick):
        axis.set_visible(not axis.get_visible())


@change
def axes_look(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        ax.set_facecolor(colour(value))
        if ax.name != "3d":
            ax.set_frame_on(value < 8)


@change
def axes_visible(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        ax.set_visible(not ax.get_visible())


@change
def axes_zorder(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        ax.set_zorder(value / 2 - 2)


@change
def axes_place(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        ax.set_position((0.05 * value, 0.1, 0.4, 0.5))


@change
def axes_removed(figure: Figure, pick: int, value: int) -> None:
    if len(figure.axes) > 1 and value > 8:
        for ax in one_of([ax for ax in figure.axes if not hasattr(ax, "_colorbar")], pick):
            if not any(hasattr(artist, "colorbar") and artist.colorbar for artist in shown(figure)):
                ax.remove()


@change
def axes_added(figure: Figure, pick: int, value: int) -> None:
    if len(figure.axes) < 5:
        ax = figure.add_axes((0.05 * value, 0.2, 0.3, 0.3), zorder=value / 4)
        add_content(ax, [(content_name(pick), value)])


@change
def spine(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        for side in one_of(list(ax.spines.values()), pick):
            side.set(linewidth=value, edgecolor=colour(value), visible=value != 3)


@change
def spine_place(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "rectilinear"):
        for side in one_of([ax.spines[name] for name in ax.spines if name != "outline"], pick):
            side.set_position([("data", 1.0), ("axes", 0.5), "zero", ("outward", 5)][value % 4])


@change
def view(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "3d"):
        ax.view_init(10 + 3 * value, 20 * value, roll=value % 2)


@change
def box_aspect(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "3d"):
        ax.set_box_aspect((1, 1, 1 + value / 4), zoom=1 + 0.02 * value)


@change
def projection_type(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "3d"):
        ax.set_proj_type(["ortho", "persp"][value % 2])


@change
def polar_look(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "polar"):
        ax.set_theta_offset(value / 4)
        ax.set_rlabel_position(10 * value)
        ax.set_theta_direction(1 if value % 2 else -1)


@change
def polar_limits(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "polar"):
        ax.set(rmax=2 + value, rorigin=-value / 4, thetamax=90 + 20 * value)


@change
def slid(figure: Figure, pick: int, value: int) -> None:
    """Move a window along the data, as most animations do that move limits."""
    for ax in an_axes(figure, pick, "rectilinear"):
        low, high = ax.get_xlim()
        step = (high - low) * (value + 1) / 97
        ax.set_xlim(low + step, high + step)


@change
def zoomed(figure: Figure, pick: int, value: int) -> None:
    """Zoom into logarithmic axes, or others, about the lower end."""
    for ax in an_axes(figure, pick, "rectilinear"):
        low, high = ax.get_ylim()
        ax.set_ylim(low, low + (high - low) * (0.6 + value / 12))
        ax.set_yscale(["linear", "log", "symlog"][value % 3])
