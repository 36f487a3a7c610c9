"""Noticing that what an artist draws is out of date.

There are three ways, from the cheap to the sure:

1. Artists report their changes: each setter sets ``stale``, which calls the artist's
   ``stale_callback``. :class:`Watch` takes that callback over.
2. Some changes are reported by nothing: an array changed in place, a transform that was turned,
   a norm or a tick formatter with a state. A :class:`~fingerprint.Fingerprint` tells them, as far
   as `artists/state.py` looks into things.
3. Where what is drawn depends on other artists, or on code that is not matplotlib's, nothing can
   tell: such an artist is :func:`~volatile.volatile`, and is drawn anew for each frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from matplotlib.artist import Artist


class Listener(Protocol):
    """Something that was drawn, and may have to be drawn again."""

    def heard(self, artist: Artist) -> None:
        """Take note of a change that an artist has reported."""


class Watch:
    """Hears of every change of the artists that it watches.

    An artist's own callback, which would mark its parents, is kept, and put back by
    :meth:`release`.
    """

    def __init__(self) -> None:
        self._muted = False
        self._listeners: dict[int, Listener] = {}
        self._originals: dict[int, tuple[Artist, Any]] = {}
        self._callback: Callable[[Artist, bool], None] = self._heard

    def follow(self, artists: Iterable[Artist], listener: Listener) -> None:
        """Tell `listener` when one of `artists` changes."""
        for artist in artists:
            self._listeners[id(artist)] = listener
            if artist.stale_callback is not self._callback:
                self._originals[id(artist)] = (artist, artist.stale_callback)
                artist.stale_callback = self._callback

    def follows(self, artist: Artist) -> bool:
        """Return whether changes of an artist are heard; not if it was removed and added again."""
        return artist.stale_callback is self._callback

    def forget(self, artists: Iterable[Artist]) -> None:
        """Give back the callbacks of artists that are no longer drawn."""
        for artist in artists:
            self._listeners.pop(id(artist), None)
            _, original = self._originals.pop(id(artist), (None, None))
            if artist.stale_callback is self._callback:
                artist.stale_callback = original

    def release(self) -> None:
        """Give back all callbacks."""
        self.forget([artist for artist, _ in self._originals.values()])

    @contextmanager
    def mute(self) -> Iterator[None]:
        """Hear of nothing in the block, in which artists are only given the values they have."""
        self._muted = True
        try:
            yield
        finally:
            self._muted = False

    def _heard(self, artist: Artist, stale: bool) -> None:
        if self._muted or not stale:
            return
        listener = self._listeners.get(id(artist))
        if listener is not None:
            listener.heard(artist)
