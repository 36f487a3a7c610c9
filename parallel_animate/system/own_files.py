"""Files that are open, which a forked process shares with the one that it is a copy of.

Both read on from the same place: who reads moves it for the others, too. matplotlib reads a glyph
from its font's file whenever it draws one, and what it keeps of a formula has such fonts; animators
read their data from files that they have opened. Two workers that do so at the same time would now
and then get what stands elsewhere in the file. So each opens them for itself, at the same place.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":  # where nothing is forked
    import fcntl

# Linux lists a process's open files here, and opens the same ones anew by these names.
FILES = Path("/proc/self/fd")


def places_in_files() -> dict[int, int]:
    """Return at which byte each file will be read on that is open for reading only.

    Of what is no file (pipes, sockets, devices), nothing is returned.

    Examples
    --------
    >>> import sys
    >>> with open("/proc/self/stat", "rb") as file:
    ...     sys.platform != "linux" or places_in_files()[file.fileno()] == 0
    True
    """
    places = dict[int, int]()
    with suppress(OSError):
        for descriptor in map(int, os.listdir(FILES)):  # noqa: PTH208
            with suppress(OSError):
                mode = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE
                if mode == os.O_RDONLY and stat.S_ISREG(os.fstat(descriptor).st_mode):
                    places[descriptor] = os.lseek(descriptor, 0, os.SEEK_CUR)
    return places


def open_anew(places: dict[int, int]) -> None:
    """Open files anew under the same numbers, to be read on at these places.

    One that cannot be opened any more stays shared.
    """
    for descriptor, place in places.items():
        with suppress(OSError):
            own = os.open(FILES / str(descriptor), os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.lseek(own, place, os.SEEK_SET)
                os.dup2(own, descriptor, inheritable=os.get_inheritable(descriptor))
            finally:
                os.close(own)
