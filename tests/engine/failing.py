"""Errors of the user's own, and the ways to run a render that meets them."""

from __future__ import annotations

from typing import Any

from matplotlib.artist import Artist

# Ways to run a render: the number of workers, and the method that starts them.
RUNS = [(1, None), (2, "fork")]


class OddError(Exception):
    """An error of the user's own."""


def first_line(error: BaseException) -> str:
    return str(error).splitlines()[0]


class BadArtist(Artist):
    """Cannot be drawn while it is broken."""

    broken = False

    def draw(self, renderer: Any) -> None:
        if self.broken:
            raise OddError("cannot be drawn")  # in draw()
