"""What a process that is started anew, and not forked, needs of the program: to import it.

Such a worker imports the program's main module (as ``__mp_main__``) before it can do anything. If
that module starts a render as soon as it is imported, no worker ever comes to work; that is why
such programs guard their work with ``if __name__ == "__main__":``.
"""

from __future__ import annotations

import multiprocessing
import sys
from pathlib import Path


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
    if _main_file() is not None and not _is_there():
        return (
            f"With start_method={start_method!r} each worker imports the program, but this one was "
            "read from standard input, and cannot be imported: save it as a file, and guard its "
            "work with: if __name__ == '__main__':"
        )
    return (
        f"With start_method={start_method!r} a script has to guard its work "
        "with: if __name__ == '__main__':"
    )


def _main_file() -> str | None:
    """Return the file that multiprocessing has a new process import; None if it is no file."""
    main = sys.modules["__main__"]
    return None if getattr(main, "__spec__", None) else getattr(main, "__file__", None)


def _is_there() -> bool:
    file = _main_file()
    return file is not None and Path(file).is_file()
