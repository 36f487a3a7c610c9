"""The output file: under a temporary name until it is complete."""

from __future__ import annotations

import contextlib
import os
import secrets
import warnings
from pathlib import Path
from typing import Self

from parallel_animate.errors import ArgumentError, OutputError
from parallel_animate.owner import Owner

# What players take for an MP4. The container is MP4 under any other name as well.
MP4_SUFFIXES = (".mp4", ".m4v", ".mov")
MAX_NAME = 255  # bytes: NAME_MAX of the usual file systems


class OutputFile(Owner):
    """A file that appears under its final name only when it is complete.

    Entering makes missing parent folders and an empty temporary file beside the final one, so
    that a folder that cannot be written to is an error before any work. :meth:`commit` brings
    the data to the disk and renames it. Leaving without a commit removes the temporary file;
    an older file of the final name is untouched then.

    Parameters
    ----------
    path : str or Path
        The final name.

    Raises
    ------
    ArgumentError
        If `path` is no path.
    OutputError
        If it is a folder, or cannot be written, or not be given its name at the end.

    Attributes
    ----------
    path : Path
        The final name.
    temporary : Path
        The name until :meth:`commit`; in the same folder, so that a rename is enough.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with OutputFile(Path(folder) / "new" / "out.mp4") as output:
    ...         _ = output.temporary.write_bytes(b"data")
    ...         output.commit()
    ...     output.path.read_bytes()
    b'data'
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        try:
            if "\0" in str(path):
                raise ValueError("embedded null character")
            self.path = Path(path).expanduser()
            if self.path.is_symlink():
                self.path = self.path.resolve()  # the file is to be replaced, not the link to it
            is_folder = self.path.is_dir()
            is_other = self.path.exists() and not self.path.is_file()
        except TypeError:
            raise ArgumentError(f"output_file must be a path, not {path!r}") from None
        except (OSError, ValueError, RuntimeError) as error:
            raise OutputError(f"output_file {str(path)!r} cannot be used: {error}") from error
        if is_folder:
            raise OutputError(f"output_file is a folder: {self.path}; give a file name in it")
        if is_other:
            raise OutputError(f"output_file is not a regular file: {self.path}")
        if len(os.fsencode(self.path.name)) > MAX_NAME:
            raise OutputError(f"the name of output_file is too long: {self.path.name}")
        if self.path.suffix.lower() not in MP4_SUFFIXES:
            warnings.warn(
                f"output_file {self.path.name!r} will hold an MP4 whatever its name says",
                stacklevel=3,
            )
        # Part of the name, so that a stray one can be told; not all, for names have a limit.
        name = f".{self.path.stem[:40]}.{os.getpid()}-{secrets.token_hex(3)}.part.mp4"
        self.temporary = self.path.parent / name
        self._complete = False

    @property
    def folder(self) -> Path:
        """Where the file is, and has room."""
        return self.path.parent

    def __enter__(self) -> Self:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.temporary.touch()
        except OSError as error:
            raise OutputError(f"cannot write {self.path}: {error.strerror}") from error
        if self.path.exists() and not os.access(self.path, os.W_OK):
            self.temporary.unlink()
            raise OutputError(f"cannot write {self.path}: the file is write-protected")
        return self

    def commit(self) -> None:
        """Bring the data to the disk, and give it the final name."""
        try:
            _sync(self.temporary)
        except OSError as error:
            raise OutputError(f"cannot write {self.path}: {error.strerror}") from error
        self._complete = True
        try:
            self.temporary.replace(self.path)
        except OSError as error:
            raise OutputError(
                f"cannot write {self.path}: {error.strerror}; the complete video is in "
                f"{self.temporary}"
            ) from error
        with contextlib.suppress(OSError):  # some network file systems have no such thing
            _sync(self.folder)

    def close(self) -> None:
        """Remove the temporary file, unless it holds the complete video.

        A complete video is not thrown away, even where it could not get its name.
        """
        if not self._complete:
            self.temporary.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Make the system write a file, or a folder's entries, to the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folders
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
