"""Arguments that those of the package's functions have in common which are no method."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from matplotlib.artist import Artist

from parallel_animate.engine import asked_method
from parallel_animate.errors import ArgumentError
from parallel_animate.options import RenderOptions
from parallel_animate.system import pickled_by_value
from parallel_animate.text import said


def checked_options(
    function: str, instead: Mapping[str, str], fps: Any, num_workers: Any, others: dict[str, Any]
) -> RenderOptions:
    """Return the options of a render, given those of ``make_video`` by name.

    Parameters
    ----------
    function : str
        Whose arguments they are.
    instead : mapping
        Names that it does not have, and what is to be done instead.
    fps, num_workers
        Arguments of its own.
    others : dict
        All others that it was given.

    Raises
    ------
    ArgumentError
        If one cannot be used. It says which, and what can.
    """
    known = inspect.signature(RenderOptions.checked).parameters.keys()
    for name in others:
        if name in instead:
            raise ArgumentError(f"{function}() has no {name!r}: {instead[name]}")
        if name not in known:
            raise ArgumentError(
                f"{function}() has no argument {name!r}; those of make_video that it has are "
                f"{', '.join(sorted(known - instead.keys() - {'fps', 'num_workers'}))}"
            )
    return RenderOptions.checked(fps=fps, num_workers=num_workers, **others)


def checked_to_be_sent(
    animation: object, options: RenderOptions, figure: object, *functions: Callable[..., Any]
) -> None:
    """Find out whether an animation can be sent to its workers, if they are not forked.

    Parameters
    ----------
    animation : Animatable
        What is sent.
    options : RenderOptions
        Say how workers are started.
    figure : object
        Its figure, if it is sent with it.
    *functions
        The user's functions, which change it.

    Raises
    ------
    ArgumentError
        If it cannot; or if a function would find another figure there than the one that is sent.
    """
    method = asked_method(options.workers.start_method)
    if method in (None, "fork") or options.workers.num_workers == 1:
        return
    advice = (
        "Where there is start_method='fork', nothing has to be sent; num_workers=1 draws in this "
        "process"
    )
    for function in functions:
        for name in _globals_of(function, figure):
            raise ArgumentError(
                f"{_named(function)}() changes {name}, which is a global variable of its module: "
                f"worker processes that are started by {method!r} import that module anew, and "
                f"would change something else than the figure. Let a function make the figure, or "
                f"the function be in the script itself. {advice}"
            )
    try:
        pickled_by_value(animation)
    except Exception as error:
        raise ArgumentError(
            f"this cannot be sent to worker processes that are started by {method!r} "
            f"({said(error)}): the figure, the functions and what they refer to have to be "
            f"pickled. {advice}"
        ) from error


def _globals_of(function: Any, figure: object) -> Iterator[str]:
    """Yield which global variables a function has that are artists of a figure.

    A function of the script itself is sent with what it refers to, and so with the same figure.
    """
    while isinstance(function, partial):
        function = function.func
    function = getattr(function, "__func__", function)
    if getattr(function, "__module__", "__main__") == "__main__":
        return
    if "<locals>" in getattr(function, "__qualname__", ""):
        return
    names = getattr(getattr(function, "__code__", None), "co_names", ())
    known = getattr(function, "__globals__", {})
    for name in names:
        value = known.get(name)
        for each in value if isinstance(value, list | tuple) else (value,):
            if isinstance(each, Artist) and each.get_figure(root=True) is figure:
                yield name


def _named(function: Any) -> str:
    return str(getattr(function, "__name__", type(function).__name__))
