"""What the user's loop and a figure that is drawn in the same process do not share.

Between two frames of a render in this process, a loop of the user's runs. It may plot what it has
got, or set rcParams, and so may ``setup()`` and ``update()``. Each of the two sides has rcParams of
its own, and figures of its own in pyplot: the loop never draws into the animation's figure, because
that happened to be the current one. (Workers are processes of their own, and share neither.)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib

from parallel_animate.canvas import separate_figures


class OwnSettings:
    """The rcParams and pyplot's open figures of one side, kept while the other side has its turn.

    It begins with the rcParams of the first turn, and with no figures.

    Examples
    --------
    >>> own = OwnSettings()
    >>> with own.turn():
    ...     matplotlib.rcParams["lines.linewidth"] = 9.0
    >>> matplotlib.rcParams["lines.linewidth"]
    1.5
    >>> with own.turn():
    ...     matplotlib.rcParams["lines.linewidth"]
    9.0
    """

    def __init__(self) -> None:
        self._rc_params: dict[str, Any] = {}
        self._figures: dict[Any, Any] = {}

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let its own settings hold during the block."""
        params: Any = matplotlib.rcParams
        others = _without_backend(params)
        # Without checks, as rc_context() does.
        dict.update(params, self._rc_params)
        try:
            with separate_figures(self._figures):
                yield
        finally:
            self._rc_params = _without_backend(params)
            dict.update(params, others)


def _without_backend(params: Any) -> dict[str, Any]:
    """Return the rcParams as they are, without the backend: a process has one."""
    found = dict(dict.items(params))
    found.pop("backend", None)
    return found
