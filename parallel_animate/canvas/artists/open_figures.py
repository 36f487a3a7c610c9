"""The figures that pyplot has open, which it tells nowhere in public."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

# By this a manager is kept informed of clicks in its figure, until pyplot closes that.
CLICKS = "_cidgcf"


def figure_managers() -> dict[Any, Any] | None:
    """Return pyplot's open figures; None if that cannot be told."""
    try:
        from matplotlib._pylab_helpers import Gcf

        return Gcf.figs
    except (ImportError, AttributeError):
        return None


def forget_figures(kept: Collection[int] = ()) -> dict[Any, Any]:
    """Let pyplot forget open figures without closing their windows, and return them.

    A forked process does so, for the windows belong to the process that opened them.

    Parameters
    ----------
    kept : collection of int
        Numbers of figures that it goes on knowing.
    """
    managers = figure_managers() if "matplotlib.pyplot" in sys.modules else None
    if managers is None:
        return {}
    return {number: managers.pop(number) for number in list(managers) if number not in kept}


class OpenFigures:
    """Figures that pyplot has open, for a process that has forgotten them.

    Parameters
    ----------
    managers : dict, optional
        Their managers, by number, the current one last.
    """

    def __init__(self, managers: dict[Any, Any] | None = None) -> None:
        self._managers = managers or {}

    @classmethod
    def now(cls) -> OpenFigures:
        """Return those that are open now."""
        known = figure_managers() if "matplotlib.pyplot" in sys.modules else None
        return cls(dict(known or {}))

    def reopen(self) -> None:
        """Let pyplot know them again, without their windows: these belong to another process."""
        managers = figure_managers()
        if managers is None:
            return
        for number, manager in self._managers.items():
            managers.pop(number, None)
            managers[number] = _without_window(number, manager)


def _without_window(number: Any, manager: Any) -> Any:
    from matplotlib.backend_bases import FigureManagerBase
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    if type(manager) is FigureManagerBase:
        return manager
    plain = FigureManagerBase(FigureCanvasAgg(manager.canvas.figure), number)
    if hasattr(manager, CLICKS):
        setattr(plain, CLICKS, getattr(manager, CLICKS))
    return plain


@contextmanager
def separate_figures(others: dict[Any, Any]) -> Iterator[None]:
    """Let pyplot have other open figures than its own while the block runs.

    So each of two programs in turn has its own current figure, and its own figure number 1. If
    pyplot's figures cannot be told, it has all of them all the time.

    Parameters
    ----------
    others : dict
        The figures that it has in the block: those that are open at the block's end, for the next
        one.
    """
    managers = figure_managers()
    if managers is None:
        yield
        return
    own = dict(managers)
    _replace(managers, others)
    try:
        yield
    finally:
        _replace(others, managers)
        _replace(managers, own)


def _replace(contents: dict[Any, Any], new: dict[Any, Any]) -> None:
    new = dict(new)
    contents.clear()
    contents.update(new)
