"""Changes of legends, of what is added, and of the figure as a whole."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from tests.canvas.plans.changes import change
from tests.canvas.plans.choose import a_legend, a_line, an_axes, shown
from tests.canvas.plans.content import add_content, content_name
from tests.canvas.plans.values import colour, few_ticks


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
        few_ticks(ax)
        add_content(ax, [(content_name(value), value)])


@change
def suptitle(figure: Figure, pick: int, value: int) -> None:
    figure.suptitle("growing\n" * value)


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
