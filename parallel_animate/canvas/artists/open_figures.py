"""The figures that pyplot has open, which it tells nowhere in public."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any


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
