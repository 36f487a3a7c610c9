"""What a change in one axes, or artist, means for others."""

from __future__ import annotations

from typing import Any

from parallel_animate.canvas.artists.placing import (
    convert,
    converts_late,
    has_units,
    is_axis,
    is_bound,
    is_placed_by_axes,
)
from parallel_animate.canvas.container import Container


def find_categories(container: Container) -> None:
    """Let an axis know of new categories in the data of lines that are drawn before it.

    A line converts its data, of categories or dates, when it is drawn; what is new among these
    makes new ticks.
    """
    if not has_units(container.artist):
        return
    changed: list[Any] = []
    for item in container.items:
        if converts_late(item.artist) and item.stale:
            changed.append(item.artist)
        elif is_axis(item.artist) and changed:
            for artist in changed:
                convert(artist)
            item.stale = True


def mark_relatives(containers: list[Container]) -> None:
    """Let axes that are placed by other axes draw anew, as something has changed in any axes.

    Titles keep clear of the ticks of twins and insets, labels may be aligned, and axes that share
    their limits share the locator, which looks at the labels of one of them. What is drawn after
    them may move them only in the next frame, as the ticks of a secondary axis move a title.
    """
    bound = [container for container in containers if is_bound(container.artist)]
    ticks_changed = bool(bound) and any(
        container.signature != container.signature_now()
        or any(unit.stale and is_axis(unit.artist) for unit in container.units.values())
        for container in containers
    )
    for container in containers:
        if is_placed_by_axes(container.artist):
            container.stale = True
    for container in bound:
        container.stale = True
        if ticks_changed:
            container.mark_axes()
