"""Changes of figures, by their names.

Each is given a figure, the number of its target among all that it fits, and a value from 0 to 11.
"""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

Change = Callable[[Figure, int, int], object]
CHANGES: dict[str, Change] = {}
# Those that put code of the user into what matplotlib's own artists are made of, and which plans
# have only if they are asked for.
FOREIGN: set[str] = set()


def change(make: Change) -> Change:
    """Let the function below be a change, given a figure, the target's number and a value."""
    CHANGES[make.__name__] = make
    return make


def foreign_change(make: Change) -> Change:
    """Let the function below be a change of the group ``FOREIGN``."""
    FOREIGN.add(make.__name__)
    return change(make)
