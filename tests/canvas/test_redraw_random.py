"""Any figure, changed in any way, is redrawn exactly.

A plan is plain data: which axes a figure has, what is in them, and which changes are made before
each frame. So it can be carried out on two figures, of which one is redrawn, and the other drawn
in full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.ticker import AutoLocator, FuncFormatter, NullFormatter, ScalarFormatter

from parallel_animate.canvas import Surface
from parallel_animate.canvas import surface as surface_module
from tests.canvas.redraw import difference, untold
from tests.conftest import soak

pytestmark = pytest.mark.filterwarnings("ignore")  # of layouts and logarithms

Axes = Any
Add = Callable[[Any, int], Any]
Change = Callable[[Figure, int, int], object]

X = np.linspace(0.1, 6, 12)
COLOURS = ["tab:blue", "tab:red", "none", "0.5", (0.2, 0.6, 0.3, 0.5), "gold"]
SETTLED_AT = 5  # so that the short animations here get there

CONTENT: dict[str, Add] = {}
CONTENT_3D: dict[str, Add] = {}
CHANGES: dict[str, Change] = {}


def content(add: Add) -> Add:
    """Let the function below be something that axes may show."""
    CONTENT[add.__name__] = add
    return add


def content_3d(add: Add) -> Add:
    """Let the function below be something that 3-D axes may show."""
    CONTENT_3D[add.__name__] = add
    return add


def change(make: Change) -> Change:
    """Let the function below be a change, given a figure, the target's number and a value."""
    CHANGES[make.__name__] = make
    return make


def wave(value: int) -> npt.NDArray[np.float64]:
    return (1 + value / 4) * (1.2 + np.sin(X + value))


def picture(value: int) -> npt.NDArray[np.float64]:
    return np.random.default_rng(value).random((4, 5)) * (1 + value)


def points(value: int) -> npt.NDArray[np.float64]:
    return np.column_stack([X, wave(value)])[::2]


def colour(value: int) -> Any:
    return COLOURS[value % len(COLOURS)]


# What axes show


@content
def line(ax: Axes, value: int) -> None:
    ax.plot(X, wave(value), lw=1 + value % 4, label=f"line {value}")


@content
def markers(ax: Axes, value: int) -> None:
    ax.plot(X, wave(value), "o--", ms=3 + value, mfc=colour(value), label="markers")


@content
def scatter(ax: Axes, value: int) -> None:
    ax.scatter(*points(value).T, s=20 + 10 * value, c=X[::2], label="scatter")


@content
def image(ax: Axes, value: int) -> None:
    ax.imshow(picture(value), extent=(0, 6, 0, 4), aspect="auto")


@content
def mesh(ax: Axes, value: int) -> None:
    ax.pcolormesh(np.arange(6), np.arange(5), picture(value), alpha=0.5 + 0.5 * (value % 2))


@content
def bars(ax: Axes, value: int) -> None:
    ax.bar([1, 2, 3], [1, 2 + value, 3], hatch="/" if value % 2 else None, label="bars")


@content
def text(ax: Axes, value: int) -> None:
    ax.text(1, 1, f"text {value}", rotation=20 * value, clip_on=bool(value % 2))


@content
def note(ax: Axes, value: int) -> None:
    ax.annotate("note", (1, 1), (3, 2), arrowprops={"arrowstyle": "->"}, bbox={"fc": "w"})


@content
def fill(ax: Axes, value: int) -> None:
    ax.fill_between(X, wave(value), alpha=0.4, label="fill")


@content
def quiver(ax: Axes, value: int) -> None:
    ax.quiver(X[::3], wave(value)[::3], wave(value + 1)[::3], wave(value)[::3])


@content
def segments(ax: Axes, value: int) -> None:
    ax.add_collection(LineCollection([points(value), points(value + 1)], lw=2))
    ax.autoscale_view()


@content
def contours(ax: Axes, value: int) -> None:
    ax.contour(np.arange(5), np.arange(4), picture(value))


@content
def errors(ax: Axes, value: int) -> None:
    ax.errorbar(X, wave(value), 0.3, capsize=2, label="errors")


@content
def lines_across(ax: Axes, value: int) -> None:
    ax.axhline(1 + value / 4, ls=":")
    ax.axvspan(1, 2, alpha=0.2)


@content
def patches(ax: Axes, value: int) -> None:
    ax.add_patch(Circle((2, 2), 1 + value / 4, fc=colour(value), ec="k"))
    ax.add_patch(Rectangle((1, 1), 2, 1, angle=10 * value, transform=ax.transData, ls="--"))


@content
def legend(ax: Axes, value: int) -> None:
    ax.plot(X, wave(value), label="in the legend")
    ax.legend(loc=["best", "upper right", "lower left", "center"][value % 4], fontsize=6)


@content
def grid(ax: Axes, value: int) -> None:
    ax.grid(True, ls="-" if value % 2 else ":")


@content
def labels(ax: Axes, value: int) -> None:
    ax.set_title("title", loc=["left", "center", "right"][value % 3])
    ax.set_xlabel("x label")
    ax.set_ylabel("y label")


@content_3d
def line_3d(ax: Axes, value: int) -> None:
    ax.plot(X, wave(value), wave(value + 1), label="line")


@content_3d
def scatter_3d(ax: Axes, value: int) -> None:
    ax.scatter(X, wave(value), wave(value + 1), s=10 + 10 * value, depthshade=bool(value % 2))


@content_3d
def surface_3d(ax: Axes, value: int) -> None:
    ax.plot_surface(*np.meshgrid(np.arange(5), np.arange(4)), picture(value))


@content_3d
def bars_3d(ax: Axes, value: int) -> None:
    ax.bar3d([0, 2], [0, 1], 0, 1, 1, [1, 1 + value])


@content_3d
def text_3d(ax: Axes, value: int) -> None:
    ax.text(1, 1, 1, f"text {value}", "x")


CONTENT_3D |= {add.__name__: add for add in (legend, labels)}
CONTENT_3D["legend"] = lambda ax, value: ax.plot(X, X, X, label="a") and ax.legend()


# Which axes there are


def add_axes(figure: Figure, kind: str, place: tuple[int, int, int], number: int) -> Axes:
    """Add axes of a kind to a figure."""
    others = [ax for ax in figure.axes if ax.name == "rectilinear"]
    if kind in ("polar", "3d"):
        return figure.add_subplot(*place, projection=kind)
    if not others or kind == "plain":
        return figure.add_subplot(*place)
    other = others[number % len(others)]
    if kind == "shared":
        return figure.add_subplot(*place, sharex=other)
    if kind == "twin":
        return other.twinx() if number % 2 else other.twiny()
    if kind == "inset":
        return other.inset_axes((0.5, 0.5, 0.4, 0.4))
    assert kind == "secondary"
    return other.secondary_xaxis("top", functions=(lambda x: 2 * x, lambda x: x / 2))


KINDS = ["plain", "shared", "twin", "polar", "3d", "inset", "secondary"]


def content_name(number: int) -> str:
    """Return the name of some content."""
    return list(CONTENT)[number % len(CONTENT)]


def add_content(ax: Axes, items: list[tuple[str, int]]) -> None:
    """Add content to axes, given its names and values; something else where it cannot be had."""
    if type(ax).__name__ == "SecondaryAxis":
        return
    known = CONTENT_3D if ax.name == "3d" else CONTENT
    for name, value in items:
        if name not in known:
            name = list(known)[len(name) % len(known)]
        if ax.name == "polar" and name in ("image", "note"):
            name = "line"
        known[name](ax, value)


def build(plan: dict[str, Any]) -> Figure:
    """Return the figure of a plan."""
    figure = Figure(figsize=(3.1, 2.5), dpi=60, layout=plan["layout"])
    rows = 1 + (len(plan["axes"]) > 2)
    columns = 1 + (len(plan["axes"]) > 1)
    for i, (kind, number, items) in enumerate(plan["axes"]):
        add_content(add_axes(figure, kind, (rows, columns, i + 1), number), items)
    for name in plan["extras"]:
        EXTRAS[name](figure)
    return figure


def colorbar(figure: Figure) -> None:
    for ax in figure.axes:
        for artist in (*ax.images, *ax.collections):
            if artist.get_array() is not None and ax.name != "3d":
                figure.colorbar(artist, ax=ax)
                return


EXTRAS: dict[str, Callable[[Figure], object]] = {
    "suptitle": lambda figure: figure.suptitle("suptitle"),
    "text": lambda figure: figure.text(0.5, 0.5, "figure text", rotation=30),
    "colorbar": colorbar,
    "legend": lambda figure: figure.legend(loc="lower right", fontsize=6),
    "supxlabel": lambda figure: figure.supxlabel("supxlabel"),
    "line": lambda figure: figure.add_artist(Line2D([0, 1], [0, 1], color="k")),
    "aligned": lambda figure: figure.align_labels(),
    "clear background": lambda figure: figure.set_facecolor("none"),
    "few ticks": lambda figure: [
        axis.get_major_locator().set_params(nbins=3)
        for ax in figure.axes
        for axis in (ax.xaxis, ax.yaxis)
        if type(axis.get_major_locator()) is AutoLocator
    ],
}


# What is changed


def all_axes(figure: Figure) -> list[Axes]:
    """Return all axes, insets and secondary axes too."""
    found = []
    for ax in figure.axes:
        found += [ax, *(child for child in ax.child_axes if child not in figure.axes)]
    return found


def shown(figure: Figure) -> list[Any]:
    """Return all that was added to the axes and the figure."""
    return [
        artist
        for ax in all_axes(figure)
        for artist in (*ax.lines, *ax.collections, *ax.patches, *ax.texts, *ax.images)
    ] + [*figure.texts, *figure.lines, *figure.patches]


def one_of(artists: list[Any], pick: int) -> list[Any]:
    """Return one of some artists, or none if there are none."""
    return [artists[pick % len(artists)]] if artists else []


def an_axes(figure: Figure, pick: int, *names: str) -> list[Axes]:
    """Return one axes of some projections."""
    fitting = [ax for ax in all_axes(figure) if not names or ax.name in names]
    return one_of([ax for ax in fitting if type(ax).__name__ != "SecondaryAxis"], pick)


def an_axis(figure: Figure, pick: int) -> list[Axis]:
    """Return one axis of all axes."""
    axes = an_axes(figure, pick // 3)
    return one_of([axis for ax in axes for axis in ax._axis_map.values()], pick)


def an_artist(figure: Figure, pick: int, kind: type | tuple[type, ...] = object) -> list[Any]:
    """Return one of the artists of a class."""
    return one_of([artist for artist in shown(figure) if isinstance(artist, kind)], pick)


def a_line(figure: Figure, pick: int) -> list[Any]:
    """Return one of the flat lines."""
    return one_of([artist for ax in all_axes(figure) for artist in ax.lines], pick)


def a_scatter(figure: Figure, pick: int) -> list[Any]:
    """Return one of the flat scatters."""
    return one_of(
        [
            artist
            for ax in all_axes(figure)
            for artist in ax.collections
            if type(artist) is PathCollection
        ],
        pick,
    )


def a_text(figure: Figure, pick: int) -> list[Any]:
    """Return one of the texts, titles and labels too."""
    own = [artist for artist in shown(figure) if isinstance(artist, Text)]
    axes = [ax for ax in all_axes(figure) if type(ax).__name__ != "SecondaryAxis"]
    return one_of(own + [text for ax in axes for text in (ax.title, ax.xaxis.label)], pick)


def a_mappable(figure: Figure, pick: int) -> list[Any]:
    """Return one of the artists with a colour map."""
    return one_of(
        [
            artist
            for artist in shown(figure)
            if hasattr(artist, "get_array") and artist.get_array() is not None
        ],
        pick,
    )


def a_legend(figure: Figure, pick: int) -> list[Any]:
    """Return one of the legends."""
    legends = [ax.get_legend() for ax in figure.axes] + figure.legends
    return one_of([legend for legend in legends if legend is not None], pick)


@change
def line_data(figure: Figure, pick: int, value: int) -> None:
    for line in a_line(figure, pick):
        line.set_ydata(np.resize(wave(value), len(line.get_xdata())))


@change
def line_longer(figure: Figure, pick: int, value: int) -> None:
    for line in a_line(figure, pick):
        if not hasattr(line, "get_data_3d"):
            line.set_data(X[: 2 + value], wave(value)[: 2 + value])


@change
def line_in_place(figure: Figure, pick: int, value: int) -> None:
    for line in a_line(figure, pick):
        line.get_xydata()[1:, 1] += value / 4


@change
def line_data_in_place(figure: Figure, pick: int, value: int) -> None:
    for line in a_line(figure, pick):
        data = line.get_ydata()
        if isinstance(data, np.ndarray) and data.flags.writeable and data.dtype == float:
            data += value / 4
            line.set_ydata(data)


@change
def line_data_3d(figure: Figure, pick: int, value: int) -> None:
    for line in a_line(figure, pick):
        if hasattr(line, "set_data_3d"):
            line.set_data_3d(X, wave(value), X)


@change
def line_style(figure: Figure, pick: int, value: int) -> None:
    for line in a_line(figure, pick):
        line.set(ls=["-", "--", ":", "None"][value % 4], marker=["", "o", "+", "$a$"][value // 4])


@change
def line_width(figure: Figure, pick: int, value: int) -> None:
    for line in a_line(figure, pick):
        line.set_linewidth(0.5 + 2 * value)


@change
def line_details(figure: Figure, pick: int, value: int) -> None:
    for line in a_line(figure, pick):
        line.set(markersize=2 + value, markevery=1 + value % 3, solid_joinstyle="miter")
        line.set_drawstyle(["default", "steps", "steps-mid"][value % 3])


@change
def line_axes_transform(figure: Figure, pick: int, value: int) -> None:
    for line in a_line(figure, pick):
        if line.axes is not None and not hasattr(line, "set_data_3d"):
            line.set_transform(line.axes.transAxes if value % 2 else line.axes.transData)


@change
def offsets(figure: Figure, pick: int, value: int) -> None:
    for scatter in a_scatter(figure, pick):
        scatter.set_offsets(points(value))


@change
def offsets_in_place(figure: Figure, pick: int, value: int) -> None:
    for scatter in a_scatter(figure, pick):
        scatter.get_offsets()[:2] += value / 4


@change
def sizes(figure: Figure, pick: int, value: int) -> None:
    for scatter in a_scatter(figure, pick):
        scatter.set_sizes([10 + 20 * value, 20])


@change
def sizes_in_place(figure: Figure, pick: int, value: int) -> None:
    for scatter in a_scatter(figure, pick):
        scatter.get_sizes()[0] += 3 * value


@change
def vectors(figure: Figure, pick: int, value: int) -> None:
    for arrows in an_artist(figure, pick):
        if hasattr(arrows, "set_UVC"):
            arrows.set_UVC(wave(value)[::3], wave(value + 2)[::3])


@change
def segments_change(figure: Figure, pick: int, value: int) -> None:
    for lines in an_artist(figure, pick, LineCollection):
        if not hasattr(lines, "_segments3d"):
            lines.set_segments([points(value)])


@change
def path_in_place(figure: Figure, pick: int, value: int) -> None:
    for artist in an_artist(figure, pick):
        paths = getattr(artist, "get_paths", list)()
        for path in paths[:1]:
            if path.vertices.flags.writeable:
                path.vertices[:1] += value / 4


@change
def mapped_array(figure: Figure, pick: int, value: int) -> None:
    for mapped in a_mappable(figure, pick):
        data = mapped.get_array()
        mapped.set_array(np.resize(picture(value), data.shape))


@change
def mapped_array_in_place(figure: Figure, pick: int, value: int) -> None:
    for mapped in a_mappable(figure, pick):
        data = mapped.get_array()
        if data.flags.writeable and data.dtype == float:
            data[:2] += value


@change
def colour_limits(figure: Figure, pick: int, value: int) -> None:
    for mapped in a_mappable(figure, pick):
        mapped.set_clim(0, 1 + value)


@change
def colour_map(figure: Figure, pick: int, value: int) -> None:
    for mapped in a_mappable(figure, pick):
        mapped.set_cmap(["viridis", "gray", "plasma"][value % 3])


@change
def image_extent(figure: Figure, pick: int, value: int) -> None:
    for image in one_of([image for ax in figure.axes for image in ax.images], pick):
        image.set_extent((0, 1 + value, 0, 4))


@change
def image_interpolation(figure: Figure, pick: int, value: int) -> None:
    for image in one_of([image for ax in figure.axes for image in ax.images], pick):
        image.set_interpolation(["nearest", "bilinear"][value % 2])


@change
def bar_height(figure: Figure, pick: int, value: int) -> None:
    for bar in an_artist(figure, pick, Rectangle):
        bar.set_height(1 + value / 2)


@change
def circle_radius(figure: Figure, pick: int, value: int) -> None:
    for circle in an_artist(figure, pick, Circle):
        circle.set_radius(1 + value / 3)


@change
def text_words(figure: Figure, pick: int, value: int) -> None:
    for text in a_text(figure, pick):
        text.set_text("words\n" * (value % 3) + "longer " * value)


@change
def text_place(figure: Figure, pick: int, value: int) -> None:
    for text in a_text(figure, pick):
        text.set_position((0.2 + value / 10, 0.3 + value / 5))


@change
def text_look(figure: Figure, pick: int, value: int) -> None:
    for text in a_text(figure, pick):
        text.set(rotation=15 * value, fontsize=6 + value, ha=["left", "right"][value % 2])


@change
def text_box(figure: Figure, pick: int, value: int) -> None:
    for text in a_text(figure, pick):
        text.set_bbox({"facecolor": colour(value), "pad": value} if value else None)


@change
def visible(figure: Figure, pick: int, value: int) -> None:
    for artist in an_artist(figure, pick):
        artist.set_visible(not artist.get_visible())


@change
def zorder(figure: Figure, pick: int, value: int) -> None:
    for artist in an_artist(figure, pick):
        artist.set_zorder(value / 2)


@change
def alpha(figure: Figure, pick: int, value: int) -> None:
    for artist in an_artist(figure, pick):
        artist.set_alpha(value / 11)


@change
def colours(figure: Figure, pick: int, value: int) -> None:
    for artist in an_artist(figure, pick):
        if hasattr(artist, "set_color"):
            artist.set_color(colour(value))


@change
def hatch(figure: Figure, pick: int, value: int) -> None:
    for artist in an_artist(figure, pick):
        if hasattr(artist, "set_hatch"):
            artist.set_hatch([None, "/", "o"][value % 3])


@change
def clipping(figure: Figure, pick: int, value: int) -> None:
    for artist in an_artist(figure, pick):
        artist.set_clip_on(not artist.get_clip_on())


@change
def stroke(figure: Figure, pick: int, value: int) -> None:
    for artist in an_artist(figure, pick):
        artist.set_path_effects([withStroke(linewidth=1 + value, foreground="r")][: value % 2])


@change
def sketch(figure: Figure, pick: int, value: int) -> None:
    for artist in an_artist(figure, pick):
        artist.set_sketch_params(value or None)


@change
def animated(figure: Figure, pick: int, value: int) -> None:
    for artist in an_artist(figure, pick):
        artist.set_animated(not artist.get_animated())


@change
def rasterized_and_in_layout(figure: Figure, pick: int, value: int) -> None:
    for artist in an_artist(figure, pick):
        artist.set_rasterized(bool(value % 2))
        artist.set_in_layout(bool(value // 2 % 2))


@change
def remove(figure: Figure, pick: int, value: int) -> None:
    for artist in an_artist(figure, pick):
        artist.remove()


@change
def remove_and_add_again(figure: Figure, pick: int, value: int) -> None:
    for line in one_of([line for ax in figure.axes for line in ax.lines], pick):
        ax = line.axes
        if ax.name == "rectilinear":
            line.remove()
            other = Line2D(X, wave(value))
            ax.add_line(other)


@change
def add_more(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        add_content(ax, [(content_name(pick), value)])


@change
def add_figure_text(figure: Figure, pick: int, value: int) -> None:
    figure.text(value / 12, pick / 60, "more", zorder=value / 3)


@change
def add_figure_patch(figure: Figure, pick: int, value: int) -> None:
    patch = Rectangle((value / 12, 0.1), 0.2, 0.3, transform=figure.transFigure, alpha=0.5)
    figure.add_artist(patch).set_zorder(value / 3)


@change
def clear(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        ax.clear()
        add_content(ax, [(content_name(value), value)])


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
        name = ["linear", "log", "symlog", "linear"][value % 4]
        (ax.set_yscale if value // 4 else ax.set_xscale)(name)


@change
def aspect(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick, "rectilinear"):
        if not any(len(ax._shared_axes[name].get_siblings(ax)) > 1 for name in "xy"):
            ax.set_aspect(["auto", "equal", 0.5][value % 3])


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
def suptitle(figure: Figure, pick: int, value: int) -> None:
    figure.suptitle("growing\n" * value)


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
def legend_words(figure: Figure, pick: int, value: int) -> None:
    for legend in a_legend(figure, pick):
        for text in legend.get_texts()[:1]:
            text.set_text("words " * (value % 5))


@change
def legend_place(figure: Figure, pick: int, value: int) -> None:
    for legend in a_legend(figure, pick):
        legend.set_loc(["upper right", "lower left", "center", (0.1, 0.2)][value % 4])


@change
def legend_look(figure: Figure, pick: int, value: int) -> None:
    for legend in a_legend(figure, pick):
        legend.set(frame_on=bool(value % 2), visible=value != 4, zorder=value)
        legend.set_title("title" if value % 3 else None)


@change
def legend_line(figure: Figure, pick: int, value: int) -> None:
    for legend in a_legend(figure, pick):
        for line in legend.get_lines():
            line.set(linewidth=value, color=colour(value))


@change
def legend_made(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        ax.legend(fontsize=6, loc=value % 11)


@change
def label_of_a_line(figure: Figure, pick: int, value: int) -> None:
    for line in a_line(figure, pick):
        line.set_label("label" * value)


@change
def figure_look(figure: Figure, pick: int, value: int) -> None:
    figure.set_facecolor(colour(value))
    figure.patch.set(edgecolor="r", linewidth=value)


@change
def figure_frame(figure: Figure, pick: int, value: int) -> None:
    figure.set_frameon(bool(value % 2))


@change
def figure_size(figure: Figure, pick: int, value: int) -> None:
    if value > 9:
        figure.set_size_inches(3, 2 + value / 20)


@change
def adjusted(figure: Figure, pick: int, value: int) -> None:
    if figure.get_layout_engine() is None:
        figure.subplots_adjust(left=0.1 + 0.02 * value, hspace=0.1 * value)


@change
def layout(figure: Figure, pick: int, value: int) -> None:
    if any(getattr(artist, "colorbar", None) for artist in shown(figure)):
        return  # which refuses
    figure.set_layout_engine(["none", "tight", "constrained", "compressed"][value % 4])


@change
def aligned(figure: Figure, pick: int, value: int) -> None:
    (figure.align_labels if value % 2 else figure.align_titles)()


@change
def drawn(figure: Figure, pick: int, value: int) -> None:
    figure.canvas.draw()


@change
def drawn_without_rendering(figure: Figure, pick: int, value: int) -> None:
    figure.draw_without_rendering()


@change
def extents_asked_for(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        ax.get_tightbbox()


# The plans

names = st.sampled_from(sorted({*CONTENT, *CONTENT_3D}))
items = st.lists(st.tuples(names, st.integers(0, 5)), min_size=1, max_size=4)
mutations = st.tuples(st.sampled_from(sorted(CHANGES)), st.integers(0, 59), st.integers(0, 11))
plans = st.fixed_dictionaries(
    {
        "layout": st.sampled_from([None, None, "tight", "constrained"]),
        "axes": st.lists(
            st.tuples(st.sampled_from(KINDS), st.integers(0, 3), items), min_size=1, max_size=4
        ),
        "extras": st.lists(st.sampled_from(sorted(EXTRAS)), unique=True, max_size=4),
        "frames": st.lists(st.lists(mutations, max_size=3), min_size=7, max_size=10),
    }
)


def check_plan(plan: dict[str, Any]) -> None:
    """Check that each frame of a plan equals its full draw, and is touched where it changed."""
    reference, figure = build(plan), build(plan)
    canvas = FigureCanvasAgg(reference)
    canvas.draw()
    surface = Surface(figure)
    before = surface.pixels.copy()
    surface.take_damage()
    for frame, changes in enumerate(plan["frames"]):
        try:
            for name, pick, value in changes:
                CHANGES[name](reference, pick, value)
            canvas.draw()
        except Exception:  # matplotlib cannot do this, whoever draws
            reject()
        for name, pick, value in changes:
            CHANGES[name](figure, pick, value)
        surface.draw()
        now = surface.pixels
        told = difference(np.asarray(canvas.buffer_rgba()), now)
        assert not told, f"frame {frame}: {told}"
        assert surface.mismatch is None, f"frame {frame}: {surface.mismatch}"
        changed = untold(before, now, surface)
        assert not changed, f"frame {frame}: {changed} pixels changed where it is not touched"
        before = now.copy()
    surface.close()


@pytest.fixture(scope="module", autouse=True)
def never_put_right() -> Iterator[None]:
    """Let surfaces neither compare frames nor rest, and let them settle early."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(surface_module, "check_due", lambda frame: False)
        patch.setattr(surface_module, "MAKE_STATIC_AT", SETTLED_AT)
        patch.setattr(surface_module.Policy, "rests", lambda self, frame: False)
        patch.setattr(surface_module.Policy, "took", lambda self, *times: None)
        yield


@pytest.mark.parametrize("examples", [7, *soak(60)])
def test_any_figure_is_redrawn_exactly_whatever_is_changed(examples: int) -> None:
    """To the pixel, and with no help of a comparison."""
    ignored = [HealthCheck.too_slow, HealthCheck.data_too_large]
    settings(max_examples=examples, suppress_health_check=ignored)(given(plans)(check_plan))()


# Plans that were found by trying thousands, and made small.
FOUND: dict[str, dict[str, Any]] = {
    "all of it hidden": {
        "axes": [("plain", 0, [])],
        "frames": [[("axes_visible", 0, 0)]],
    },
    "one thing hidden for good": {
        "axes": [("plain", 0, [("line", 0)])],
        "frames": [[("animated", 0, 0)], [], []],
    },
    "path of a scatter changed in place": {
        "axes": [("plain", 0, [("scatter", 0)])],
        "frames": [[("path_in_place", 0, 8)]],
    },
    "margins of axes with a twin": {
        "axes": [("plain", 0, []), ("twin", 1, []), ("twin", 2, [])],
        "frames": [[], [("margins", 0, 2)]],
    },
    "margins of axes that share": {
        "axes": [("plain", 0, []), ("shared", 0, [])],
        "frames": [[], [("margins", 0, 10)]],
    },
    "colours changed in place that a legend shows": {
        "axes": [("plain", 0, [("scatter", 2)])],
        "frames": [[("legend_made", 0, 10)], [("mapped_array_in_place", 0, 3)]],
    },
    "titles aligned late": {
        "axes": [("polar", 0, [("labels", 0)]), ("shared", 0, [])],
        "frames": [[], [], [("aligned", 0, 2)]],
    },
    "labels aligned late": {
        "axes": [("polar", 0, [("labels", 0)]), ("plain", 0, [])],
        "frames": [[], [], [("aligned", 0, 5)]],
    },
    "polar axes removed": {
        "axes": [("plain", 0, []), ("plain", 0, []), ("polar", 0, [])],
        "frames": [[("axes_removed", 2, 11)]],
    },
    "limits of twins, of which a layout asks the other first": {
        "axes": [("plain", 0, []), ("twin", 1, [])],
        "frames": [[("layout", 0, 3)], [("clear", 0, 8), ("margins", 0, 5)]],
    },
    "limits of twins, of which a layout asks the other alone": {
        "axes": [("plain", 0, []), ("twin", 1, [("segments", 5)])],
        "frames": [[("margins", 0, 4), ("axis_off", 0, 8)]],
        "layout": "tight",
    },
    "scale that is another one beyond the limits": {
        "axes": [("plain", 0, [("note", 4)]), ("plain", 0, [])],
        "frames": [[("scale", 0, 2)]],
    },
    "title above a secondary axis that finds its limits late": {
        "axes": [("plain", 0, []), ("secondary", 0, [])],
        "frames": [[], [("title", 2, 7)], [("scale", 0, 1)], []],
    },
    "line at the edge of a polar axes, after a mesh": {
        "axes": [
            ("plain", 0, []),
            ("polar", 0, [("mesh", 2), ("line", 2), ("markers", 3)]),
            ("polar", 0, []),
        ],
        "frames": [[("line_in_place", 0, 7)]],
    },
    "mesh of no colours in a polar axes": {
        "axes": [("polar", 0, [("mesh", 4)])],
        "frames": [[("colours", 0, 8)]],
    },
    "margins of axes that share, of which a secondary axis asks one": {
        "axes": [("3d", 0, []), ("plain", 0, []), ("shared", 0, []), ("secondary", 1, [])],
        "frames": [[("margins", 1, 2)]],
    },
    "mesh that looks as before in a polar axes": {
        "axes": [
            ("polar", 2, [("mesh", 2)]),
            ("plain", 0, []),
            ("plain", 0, [("note", 1)]),
            ("plain", 0, []),
        ],
        "frames": [[("axes_look", 0, 8)], []],
        "layout": "tight",
    },
    "limits of axes alone that share": {
        "axes": [("plain", 0, []), ("shared", 0, [])],
        "frames": [[("limits_in_place", 0, 2)]],
    },
    "label size of axes that share": {
        "axes": [("plain", 0, []), ("shared", 0, [("line", 0)])],
        "frames": [[("tick_look", 0, 2)], [("tick_look", 0, 11)]],
    },
    "box of a label below other axes": {
        "axes": [("plain", 0, [("labels", 0)])],
        "frames": [[("text_box", 1, 7)], [("x_limits", 0, 5)]],
    },
}


@pytest.mark.parametrize("name", FOUND)
def test_plan_that_was_found_to_be_hard_is_redrawn_exactly(name: str) -> None:
    """Each was wrong once."""
    check_plan({"layout": None, "extras": [], **FOUND[name]})
