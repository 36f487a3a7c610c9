"""Finds an animation in a user's script, for the command line."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from parallel_animate.animator import Animator
from parallel_animate.errors import ArgumentError


def animation_of(target: str, params: str) -> tuple[Animator, Iterable[Any]]:
    """Return an animator and its params.

    Parameters
    ----------
    target : str
        ``script.py:Name``. The script is imported: what it guards with ``if __name__ ==
        "__main__":`` does not run. The name is that of an :class:`Animator`, of its class, or of
        a function that returns one; the last two are called without arguments.
    params : str
        The name of the params in the script, or of a function that returns them.

    Raises
    ------
    ArgumentError
        If there is no such script, or nothing of that kind in it.
    """
    path, _, name = target.rpartition(":")
    if not path or not name:
        raise ArgumentError(f"say which animator, as in script.py:Class, instead of {target!r}")
    module = _imported(Path(path))
    animator = _called(_found(module, path, name))
    if not isinstance(animator, Animator):
        raise ArgumentError(f"{name} in {path} is no Animator, but {type(animator).__name__}")
    found = _found(module, path, params, " (--params names another)")
    return animator, found() if callable(found) else found


def _imported(path: Path) -> ModuleType:
    """Import a script as a module; it can import the modules beside it."""
    if not path.is_file():
        raise ArgumentError(f"no such script: {path}")
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ArgumentError(f"{path} is no Python script: its name has to end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[path.stem]
        raise ArgumentError(
            f"{path} cannot be imported: {type(error).__name__}: {error}. What only a run of the "
            "script shall do belongs under if __name__ == '__main__':"
        ) from error
    return module


def _found(module: ModuleType, path: str, name: str, hint: str = "") -> Any:
    try:
        return getattr(module, name)
    except AttributeError:
        names = [each for each in vars(module) if not each.startswith("_")]
        raise ArgumentError(
            f"there is no {name} in {path}{hint}; there is: {', '.join(names)}"
        ) from None


def _called(found: Any) -> Any:
    """Return an animator, made where its class or a function was named."""
    if isinstance(found, Animator) or not callable(found):
        return found
    try:
        return found()
    except TypeError as error:
        raise ArgumentError(
            f"{found.__name__} cannot be called without arguments ({error}): name an Animator, or "
            "a function without arguments that returns one"
        ) from error
