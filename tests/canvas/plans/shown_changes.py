"""Changes of whether, when and where things are drawn, whatever they are."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from tests.canvas.plans.changes import change
from tests.canvas.plans.choose import an_artist, an_axes, anything, one_of
from tests.canvas.plans.own_classes import state_of


@change
def visible_any(figure: Figure, pick: int, value: int) -> None:
    for artist in anything(figure, pick):
        artist.set_visible(not artist.get_visible())


@change
def animated_any(figure: Figure, pick: int, value: int) -> None:
    for artist in anything(figure, pick):
        artist.set_animated(not artist.get_animated())


@change
def animated_all(figure: Figure, pick: int, value: int) -> None:
    """Let all that is in an axes be drawn last, or not any more."""
    for ax in an_axes(figure, pick):
        for artist in ax.get_children():
            artist.set_animated(bool(value % 2))


@change
def animated_axes(figure: Figure, pick: int, value: int) -> None:
    for ax in an_axes(figure, pick):
        ax.set_animated(not ax.get_animated())


@change
def in_layout_any(figure: Figure, pick: int, value: int) -> None:
    for artist in anything(figure, pick):
        artist.set_in_layout(not artist.get_in_layout())


@change
def zorder_any(figure: Figure, pick: int, value: int) -> None:
    for artist in anything(figure, pick):
        artist.set_zorder(value / 2)


@change
def effects_any(figure: Figure, pick: int, value: int) -> None:
    for artist in anything(figure, pick):
        artist.set_path_effects([withStroke(linewidth=value, foreground="g")][: value % 2])


@change
def shown_all(figure: Figure, pick: int, value: int) -> None:
    """Show all that is in an axes, or hide its data."""
    for ax in an_axes(figure, pick):
        for artist in (*ax.lines, *ax.collections, *ax.patches, *ax.texts, *ax.images):
            artist.set_visible(bool(value % 2))


@change
def hidden_and_changed(figure: Figure, pick: int, value: int) -> None:
    """Change what is hidden meanwhile."""
    for artist in an_artist(figure, pick):
        artist.set(visible=value > 8, zorder=value / 3, alpha=0.2 + value / 20)


@change
def removed_for_a_while(figure: Figure, pick: int, value: int) -> None:
    """Remove an artist, or add one again that was removed."""
    known = state_of(figure)
    if known.removed and value % 2:
        ax, artist = known.removed.pop()
        ax.add_artist(artist)
        return
    for ax in an_axes(figure, pick):
        for artist in one_of([*ax.lines, *ax.collections, *ax.patches, *ax.texts], pick):
            artist.remove()
            known.removed.append((ax, artist))


@change
def table_cell(figure: Figure, pick: int, value: int) -> None:
    tables = [table for ax in an_axes(figure, pick) for table in ax.tables]
    for table in one_of(tables, pick):
        cell = table[0, value % 2]
        cell.set(facecolor="gold", linewidth=value / 3)
        cell.get_text().set_text("cell" * (value % 4))
        table.set_visible(value != 5)


@change
def hidden_axis_line(figure: Figure, pick: int, value: int) -> None:
    """Turn axes off, as ``ax.axis("off")`` does."""
    for ax in an_axes(figure, pick):
        ax.axis("off" if value % 2 else "on")
