"""Checks of arguments that several parts of the package make."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable
from typing import Any

from parallel_animate.errors import ArgumentError


def one_of(argument: str, value: object, choices: tuple[object, ...], also: str = "") -> None:
    """Raise an :class:`ArgumentError` if a value is none of the choices.

    Parameters
    ----------
    argument : str
        The argument's name, for the message.
    value : object
        What was given.
    choices : tuple
        What may be given.
    also : str
        Words for what else may be given; in the message they stand before "one of".

    Examples
    --------
    >>> one_of("video_mode", "cpu", ("auto", "gpu", "cpu"))
    """
    if value not in choices:
        listed = ", ".join(map(repr, choices))
        raise ArgumentError(f"{argument} must be {also}one of {listed}, not {value!r}")


def whole_number(argument: str, value: object, least: int = 0) -> int:
    """Return a value as an integer.

    Raises
    ------
    ArgumentError
        If it is no integer, or below `least`.

    Examples
    --------
    >>> whole_number("preload_factor", 8)
    8
    """
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = least - 1
    if number < least:
        raise ArgumentError(f"{argument} must be an integer of at least {least}, not {value!r}")
    return number


def takes(argument: str, function: Callable[..., Any], call: str, *values: object) -> None:
    """Raise an :class:`ArgumentError` if a function cannot be called as it will be.

    Parameters
    ----------
    argument : str
        The argument's name, for the message.
    function : callable
        What was given.
    call : str
        How it will be called, in words.
    *values
        Such arguments as it will be given.

    Examples
    --------
    >>> takes("progress_callback", print, "with a number", 3)
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # one that is written in C may have none
        return
    try:
        signature.bind(*values)
    except TypeError as error:
        raise ArgumentError(
            f"{argument} cannot be called {call}: its arguments are {signature} ({error})"
        ) from None
