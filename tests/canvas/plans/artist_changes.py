"""Changes of what axes show: its data, its look, and whether it is there."""

from __future__ import annotations

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle
from matplotlib.patheffects import withStroke

from tests.canvas.plans.changes import change
from tests.canvas.plans.choose import a_line, a_mappable, a_scatter, a_text, an_artist, one_of
from tests.canvas.plans.values import X, colour, picture, points, wave


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
