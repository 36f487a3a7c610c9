"""The state of an artist, kept to be compared with what it is later."""

from __future__ import annotations

from matplotlib.artist import Artist

from parallel_animate.canvas.artists.changeable import held_by_parts
from parallel_animate.canvas.artists.libraries import further_state
from parallel_animate.canvas.artists.state import (
    Attributes,
    compared_members,
    contents,
    fonts_of,
    mapping,
    mutable_values,
    path_effects,
    same_fonts,
    searched_members,
    tickers,
    unknown_tickers,
)


class Fingerprint:
    """The state of an artist, as far as it is known how to tell it.

    Parameters
    ----------
    artist : Artist
        The artist, as it is after it was drawn.
    members : list of Artist
        It, and the parts that it is made of.
    """

    def __init__(self, artist: Artist, members: list[Artist]) -> None:
        self._artist = artist
        self._members = compared_members(artist, members)
        compared = set(map(id, self._members))
        self._reporting = [part for part in members if id(part) not in compared]
        self._classes = list(map(type, self._members))
        self._attributes = Attributes(self._members)
        self._fonts = fonts_of(members)
        searched = searched_members(artist, members)
        own = set(map(id, searched))
        parts = [part for part in self._members if id(part) not in own]
        self._mutable = [
            *mutable_values(artist, searched),
            *path_effects(members),
            *held_by_parts(artist, parts),
        ]
        self._contents = list(map(contents, self._mutable))
        self._mapping = mapping(artist)
        self._unknown_tickers = unknown_tickers(artist)
        self._tickers = tickers(artist, self._unknown_tickers)
        self._further = further_state(artist)

    def holds(self) -> bool:
        """Return whether the artist is still in this state."""
        return (
            self._classes == list(map(type, self._members))
            and not any(part.get_animated() for part in self._reporting)  # it would report no more
            and self._attributes.hold()
            and same_fonts(self._fonts)
            and self._contents == list(map(contents, self._mutable))
            and self._mapping == mapping(self._artist)
            and self._tickers == tickers(self._artist, self._unknown_tickers)
            and self._further == further_state(self._artist)
        )
