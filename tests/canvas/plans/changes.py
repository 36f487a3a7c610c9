"""Changes of figures, by their names.

Each is given a figure, the number of its target among all that it fits, and a value from 0 to 11.
"""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

Change = Callable[[Figure, int, int], object]
CHANGES: dict[str, Change] = {}


def change(make: Change) -> Change:
    """Let the function below be a change, given a figure, the target's number and a value."""
    CHANGES[make.__name__] = make
    return make
