"""The partial result: a video of what an unfinished render has finished, beside the output.

Its name may be the user's, and the file there too. So only a file that is known to be one that a
render has made is ever replaced or removed: the manifest says how large it was, and when it was
written. If another file has the name, the partial result gets another name.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from parallel_animate.errors import OutputError
from parallel_animate.output.containers import CONTAINERS
from parallel_animate.output.disk import disk_errors

# Names that are tried. More would mean that somebody collects such files.
TRIES = 99


@dataclass(frozen=True)
class Partial:
    """A partial result, as the manifest knows it again.

    Its number on the disk (inode) would say more, but a copy of the whole folder has another one.

    Parameters
    ----------
    file : str
        Its name.
    size : int
        Bytes.
    mtime_ns : int
        When it was last written, in nanoseconds.
    """

    file: str
    size: int
    mtime_ns: int

    def check(self) -> None:
        """Raise a ValueError or TypeError if it says something that no render writes."""
        if type(self.size) is not int or type(self.mtime_ns) is not int:
            raise TypeError(f"partial is {self!r}")
        if not max(abs(self.size), abs(self.mtime_ns)) < 1 << 63:
            raise ValueError("partial has numbers that no file has")
        if type(self.file) is not str or Path(self.file).name != self.file or "\0" in self.file:
            raise ValueError(f"partial has the file {self.file!r}")

    def find(self, *folders: Path) -> Path | None:
        """Return where in these folders the file is, if it is still the one that was made."""
        return next((each / self.file for each in folders if self._is_at(each / self.file)), None)

    def _is_at(self, path: Path) -> bool:
        try:
            there = path.lstat()
        except OSError:
            return False
        same = (there.st_size, there.st_mtime_ns) == (self.size, self.mtime_ns)
        return same and stat.S_ISREG(there.st_mode)


def marked(video: Path, name: str) -> Partial:
    """Return how a video will be known again under a name. A rename changes nothing of that."""
    with disk_errors(video):
        there = video.stat()
    return Partial(name, there.st_size, there.st_mtime_ns)


def free_partial_names(output: Path) -> Iterator[Path]:
    """Yield names for a partial result of an output that nothing has at the moment.

    Outputs whose names differ, even if only in their suffixes, have different ones.

    Raises
    ------
    OutputError
        When all are taken.
    """
    for number in range(1, TRIES + 1):
        path = partial_name(output, number)
        if not os.path.lexists(path):
            yield path
    raise OutputError(
        f"no name is free for a video of the finished frames: {partial_name(output).name} to "
        f"{partial_name(output, TRIES).name} are taken in {output.parent}"
    )


def partial_name(output: Path, number: int = 1) -> Path:
    """Return where the finished frames of an unfinished video go.

    Examples
    --------
    >>> partial_name(Path("videos/out.mp4")).name, partial_name(Path("out.mov"), 2).name
    ('out.partial.mp4', 'out.partial-2.mov')
    >>> partial_name(Path("out")).name
    'out.partial.mp4'
    """
    stem, suffix = output.stem, output.suffix
    if suffix.lower() not in CONTAINERS:
        stem, suffix = output.name, ".mp4"
    counted = f"-{number}" if number > 1 else ""
    return output.with_name(f"{stem}.partial{counted}{suffix}")


def place(video: Path, path: Path) -> bool:
    """Give a video a name unless something has it; return whether it has got it."""
    with disk_errors(path):
        try:
            os.link(video, path)  # unlike a rename, it never replaces a file
        except FileExistsError:
            return False
        except OSError:  # a file system without links
            if os.path.lexists(path):
                return False
            video.rename(path)
            return True
        with contextlib.suppress(OSError):  # it has both names then, until the folder is cleared
            video.unlink()
    return True


class PartialResult:
    """The partial result of an output, if there is one.

    Parameters
    ----------
    output : Path
        The output.

    Attributes
    ----------
    described : Partial or None
        What the manifest says of it.
    """

    def __init__(self, output: Path) -> None:
        self.described: Partial | None = None
        self._output = output

    def commit(self, video: Path, write: Callable[[], None]) -> Path:
        """Give a video its name, which `write` writes into the manifest first; return it."""
        for path in free_partial_names(self._output):
            # If the process is killed here, the file that the manifest names is not there, or it
            # is somebody else's, which is not like the one that is described.
            self.described = marked(video, path.name)
            write()
            if place(video, path):
                break
        return path

    def remove(self, folder: Path) -> None:
        """Remove it, whether it has got its name or is still in the folder of the segments."""
        if self.described is not None and (
            path := self.described.find(self._output.parent, folder)
        ):
            path.unlink()
        self.described = None
