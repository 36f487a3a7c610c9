"""Finds an animation in a user's script, for whoever names it by words."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

from matplotlib.animation import Animation

from parallel_animate.adapters import has_started
from parallel_animate.animator import Animator
from parallel_animate.engine import place_in_user_code
from parallel_animate.errors import ArgumentError
from parallel_animate.jobs.values import Values, closest
from parallel_animate.text import said

_imported: dict[Path, tuple[tuple[int, int], ModuleType]] = {}
_beside: dict[Path, dict[str, ModuleType]] = {}  # the modules of each script's folder, by name


def split(target: str) -> tuple[Path, str]:
    """Return the script and the name that ``script.py:Name`` stands for.

    Raises
    ------
    ArgumentError
        If it is not of that form.
    """
    path, _, name = target.rpartition(":")
    if not path or not name.isidentifier():
        raise ArgumentError(f"say which animator, as in script.py:Class, instead of {target!r}")
    return Path(path), name


def animation_of(target: str, params: str) -> tuple[Animator, Iterable[Any]]:
    """Return an animator and its params, both from a script.

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
    path, name = split(target)
    module = imported(path)
    animator = made(module, name, Values({}))
    if isinstance(animator, Animation):
        raise ArgumentError(f"{name} in {path} is no Animator, but {type(animator).__name__}")
    found = named(module, params)
    return animator, found() if callable(found) else found


def imported(path: Path) -> ModuleType:
    """Import a script as a module, once until it is changed; it can import the modules beside it.

    Raises
    ------
    ArgumentError
        If there is none, or it raises; its exception is ``__cause__``.
    """
    if not path.is_file():
        raise ArgumentError(f"no such script: {path}")
    path = path.resolve()
    stamp = path.stat().st_mtime_ns, path.stat().st_size
    _turn_to(path.parent)
    if path in _imported and _imported[path][0] == stamp:
        return _imported[path][1]
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ArgumentError(f"{path} is no Python script: its name has to end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[path.stem]
        # The message of a SyntaxError has the line.
        place = "" if isinstance(error, SyntaxError) else place_in_user_code(error)
        raise ArgumentError(
            f"{path} cannot be imported: {said(error)}{place}{_advice(error)}"
        ) from error
    finally:
        _beside[path.parent] = _modules_in(path.parent)
    _imported[path] = stamp, module
    return module


def _advice(error: BaseException) -> str:
    """Return what to change in a script that cannot be imported, as the end of a message."""
    if isinstance(error, SyntaxError):
        return ""
    if isinstance(error, ImportError):
        if "relative import" not in str(error):
            return ""
        return (
            "\nA script is imported by itself, from its own folder: write `import other` for "
            "`from . import other`"
        )
    return "\nWhat only a run of the script shall do belongs under if __name__ == '__main__':"


def _turn_to(folder: Path) -> None:
    """Let the modules in a folder be found, and none of the same name beside another script."""
    if sys.path[:1] != [str(folder)]:
        sys.path.insert(0, str(folder))
    for name, module in [each for others in _beside.values() for each in others.items()]:
        top = name.partition(".")[0]
        if sys.modules.get(name) is module and any(map(Path.exists, _files(folder, top))):
            del sys.modules[name]
    sys.modules.update(_beside.get(folder, {}))


def _modules_in(folder: Path) -> dict[str, ModuleType]:
    """Return the modules that were imported from a folder, and from packages in it."""
    tops = {
        name
        for name, module in sys.modules.items()
        if (file := getattr(module, "__file__", None)) and Path(file) in _files(folder, name)
    }
    return {name: sys.modules[name] for name in sys.modules if name.partition(".")[0] in tops}


def _files(folder: Path, name: str) -> tuple[Path, Path]:
    """Return the files of which one is that of a module in a folder."""
    return folder / f"{name}.py", folder / name / "__init__.py"


def made(module: ModuleType, name: str, values: Values) -> Any:
    """Return the animator, or the animation of matplotlib, that a name in a script stands for.

    A class, or a function, is called with the values that it takes.

    Raises
    ------
    ArgumentError
        If there is no such name, or it stands for something else.
    """
    where = module.__file__
    if not hasattr(module, name):
        hint = closest(name, _animators(module), "animators")
        raise ArgumentError(f"there is no {name} in {where}: {hint}")
    found = getattr(module, name)
    if not _is_animation(found) and callable(found):
        try:
            found = values.call(found, name)
        except ArgumentError:
            raise
        except Exception as error:
            raise ArgumentError(
                f"{name} in {where} cannot be made: {said(error)}{place_in_user_code(error)}"
            ) from error
    if not _is_animation(found):
        hint = closest(name, set(_animators(module)) - {name}, "animators")
        raise ArgumentError(
            f"{name} in {where} is {type(found).__name__}: neither an Animator, nor an animation "
            f"of matplotlib, nor a function that returns one; {hint}"
        )
    if isinstance(found, Animation):
        has_started(found)  # else matplotlib warns if something else is wrong with the job
    return found


def named(module: ModuleType, params: str) -> Any:
    """Return what the script has under the name of the params.

    Raises
    ------
    ArgumentError
        If it has none.
    """
    try:
        return getattr(module, params)
    except AttributeError:
        names = [
            name
            for name, value in vars(module).items()
            if not name.startswith("_") and not isinstance(value, type | ModuleType)
        ]
        hint = closest(params, names, "names")
        raise ArgumentError(
            f"there are no params {params!r} in {module.__file__} (--params takes another name, or "
            f"a file); {hint}"
        ) from None


def _is_animation(found: Any) -> bool:
    if isinstance(found, type):
        return False
    return isinstance(found, Animation) or (
        callable(getattr(found, "setup", None)) and callable(getattr(found, "update", None))
    )


def _animators(module: ModuleType) -> list[str]:
    """Return the names in a script that stand for something that can be rendered."""
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and _may_animate(value, module)
    ]


def _may_animate(value: Any, module: ModuleType) -> bool:
    if isinstance(value, type):
        return issubclass(value, Animator) and value.__module__ == module.__name__
    if _is_animation(value):
        return True
    try:
        returned = get_type_hints(value).get("return")
    except Exception:  # no function, or hints of something that is not imported
        return False
    return isinstance(returned, type) and issubclass(returned, Animator | Animation)
