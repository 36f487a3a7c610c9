"""Where a render writes: the files in the folder of the parts that are not finished yet."""

from __future__ import annotations

from pathlib import Path

from parallel_animate.output.containers import container_of
from parallel_animate.output.disk import disk_errors, fresh
from parallel_animate.output.folder import parts_folder


class Places:
    """The places of what becomes an output.

    Parameters
    ----------
    output : Path
        The output.

    Attributes
    ----------
    folder : Path
        Where the segments are.
    container : Container
        What the output shall be.
    """

    def __init__(self, output: Path) -> None:
        self.folder = parts_folder(output)
        self.container = container_of(output)
        self._output = output

    @property
    def temporary(self) -> Path:
        """Where the segment under way is written."""
        return self.folder / "next.part.mp4"

    def begin(self, lane: int = 0) -> Path:
        """Return where the next segment of an encoder is to be written: an empty file."""
        path = self.folder / f"next-{lane}.part.mp4" if lane else self.temporary
        with disk_errors(path):
            fresh(path)
        return path

    @property
    def joined(self) -> Path:
        """Where the segments are joined."""
        return self.folder / "joined.part.mp4"

    @property
    def target(self) -> Path:
        """Where the output is made of the segments: in one file, or in its own folder."""
        return self.joined if self.container.is_one_file else self._output
