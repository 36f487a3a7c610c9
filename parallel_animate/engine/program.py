"""What a process that is started anew, and not forked, needs of the program: to import it.

Such a worker imports the program's main module (as ``__mp_main__``) before it can do anything. If
that module starts a render as soon as it is imported, no worker ever comes to work; that is why
such programs guard their work with ``if __name__ == "__main__":``.
"""

from __future__ import annotations

import ast
import multiprocessing
import sys
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from typing import Any


def exit_if_a_worker_starts() -> None:
    """End this process if it is a worker that has called a render before it could begin to work.

    It does so by importing a script that does not guard its work with ``if __name__ ==
    "__main__":``. The main process sees it end, and says what to do; a traceback from each worker
    would bury that.
    """
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise SystemExit(1)


def hint(start_method: str) -> str:
    """Return what to do if workers, or the fork server, end before they have begun to work."""
    if not _is_there():
        return (
            f"With start_method={start_method!r} each worker imports the program, but this one was "
            "read from standard input, and cannot be imported: save it as a file, and guard its "
            "work with: if __name__ == '__main__':"
        )
    return (
        f"With start_method={start_method!r} a script has to guard its work "
        "with: if __name__ == '__main__':"
    )


def obstacle() -> str | None:
    """Return what speaks against starting workers anew that the user has not asked for, in words.

    That is, whether the program would run a second time in each of them.

    Examples
    --------
    >>> obstacle()  # in an interpreter, or a notebook, there is no program to import
    """
    main = sys.modules["__main__"]
    file = getattr(main, "__file__", None)
    if file is None or _is_left_out(main):
        return None
    if not _is_there():
        return "the program was read from standard input, and cannot be imported"
    lines = _lines_at_work(vars(main))
    if lines and not all(_is_guarded(file, line) for line in lines):
        return "the program does not guard its work with: if __name__ == '__main__':"
    return None


def defines(kind: type) -> bool:
    """Return whether a process that imports the program gets a class of its main module by that.

    Not what is defined where a guard keeps it from being run.
    """
    main = sys.modules["__main__"]
    file = getattr(main, "__file__", None)
    if kind is not vars(main).get(kind.__name__) or file is None or _is_left_out(main):
        return False
    code = [member.__code__ for member in vars(kind).values() if isinstance(member, FunctionType)]
    lines = [each.co_firstlineno for each in code if each.co_filename == file]
    return bool(lines) and _is_there() and not _is_guarded(file, lines[0])


def _is_left_out(main: ModuleType) -> bool:
    """Return whether a new process does not import it: that of ``python -m package``, for one."""
    return getattr(main.__spec__, "name", "").endswith("__main__")


def _lines_at_work(names: dict[str, Any]) -> list[int]:
    """Return the lines of the main module that run now, outside of functions, in any thread."""
    lines = []
    for innermost in sys._current_frames().values():
        frame: FrameType | None = innermost
        while frame is not None:
            if frame.f_globals is names and frame.f_code.co_name == "<module>":
                lines.append(frame.f_lineno)
            frame = frame.f_back
    return lines


def _is_guarded(file: str, line: int) -> bool:
    """Return whether a line of a file lies in an ``if __name__ == "__main__":``."""
    try:
        tree = ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return False
    return any(
        ast.unparse(node.test) in ("__name__ == '__main__'", "'__main__' == __name__")
        and node.body[0].lineno <= line <= (node.body[-1].end_lineno or 0)
        for node in ast.walk(tree)
        if isinstance(node, ast.If)
    )


def _is_there() -> bool:
    """Return whether the main module, if it is a file, can be imported from there."""
    file = getattr(sys.modules["__main__"], "__file__", None)
    return file is None or Path(file).is_file()
