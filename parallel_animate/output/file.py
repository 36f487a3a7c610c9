"""The output file: what name it may have, and how it gets it."""

from __future__ import annotations

import os
from pathlib import Path

from parallel_animate.errors import ArgumentError, OutputError
from parallel_animate.output.containers import CONTAINERS, container_of
from parallel_animate.output.disk import disk_errors, sync_entries
from parallel_animate.system import warn_user

SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))
FRAMES = "frame_%05d.png"  # what is written to a folder
MAX_NAME = 255 - len(".parts")  # bytes: NAME_MAX of the usual file systems


class OutputFile:
    """The name of the video, which appears only when it is complete.

    Parameters
    ----------
    path : str or Path
        The final name. A folder, which is there or ends in a slash, gets a file of each frame.

    Raises
    ------
    ArgumentError
        If `path` is no path, or nothing can be written with its suffix.
    OutputError
        If it cannot be used.

    Attributes
    ----------
    path : Path
        The final name, absolute.
    given : Path
        The name as the user gave it, for the report.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     output = OutputFile(Path(folder) / "out.mp4")
    ...     complete = Path(folder) / "complete"
    ...     _ = complete.write_bytes(b"data")
    ...     output.commit(complete)
    ...     output.path.read_bytes()
    b'data'
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        try:
            if "\0" in str(path):
                raise ValueError("embedded null character")
            if not str(path):
                raise ValueError("it is empty, and names no file")
            # Absolute, so that the user's code may change the working directory, and FFmpeg takes
            # no part of a name that has a colon in it for a protocol.
            self.given = Path(path).expanduser()
            self.path = self.given.absolute()
            named = os.fspath(path).endswith(SEPARATORS)
            is_folder = self.path.is_dir() and not named and self.path.suffix in CONTAINERS
            if named or (self.path.is_dir() and not is_folder):
                self.path = self.path / FRAMES
            if self.path.is_symlink():
                self.path = self.path.resolve()  # the file is to be replaced, not the link to it
            is_other = self.path.exists() and not self.path.is_file()
        except TypeError:
            raise ArgumentError(f"output_file must be a path, not {path!r}") from None
        except (OSError, ValueError, RuntimeError) as error:
            raise OutputError(f"output_file {str(path)!r} cannot be used: {error}") from error
        if is_folder:
            raise OutputError(
                f"output_file is a folder: {self.path}. With a slash at its end, it gets a file of "
                "each frame"
            )
        if is_other:
            raise OutputError(f"output_file is not a regular file: {self.path}")
        if len(os.fsencode(self.path.name)) > MAX_NAME:
            raise OutputError(f"the name of output_file is too long: {self.path.name}")
        container_of(self.path)
        if not self.path.suffix:
            warn_user(
                f"output_file {self.path.name!r} has no suffix, and will hold an MP4; name it "
                f"{', '.join(CONTAINERS)}"
            )
        if self.path.exists() and not os.access(self.path, os.W_OK):
            raise OutputError(f"cannot write {self.path}: the file is write-protected")

    @property
    def folder(self) -> Path:
        """The folder that the file is in."""
        return self.path.parent

    def commit(self, complete: Path) -> None:
        """Give the name to a complete video, which is on the disk, in the same file system.

        Raises
        ------
        OutputError
            If that cannot be done.
        """
        with disk_errors(self.path):
            complete.replace(self.path)
        sync_entries(self.folder)
