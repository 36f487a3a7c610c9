"""Finished frames that must wait for their turn outside of the ring, in a temporary file."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import IO

import numpy as np

from parallel_animate.errors import OutputError
from parallel_animate.memory.ring import Slot

log = logging.getLogger("parallel_animate.animator")


class FrameSpill:
    """Finished frames in a temporary file that has no name, in records of equal size.

    Parameters
    ----------
    frame_bytes : int
        Bytes of a frame.
    folder : Path
        Where the file is made when the first frame comes. The folder of the output is a better
        place than the system's temporary folder, which is often in memory itself.
    """

    def __init__(self, frame_bytes: int, folder: Path) -> None:
        self.stored = 0
        self._frame_bytes = frame_bytes
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._records: dict[int, int] = {}  # frame: record
        self._free: list[int] = []
        self._loaded = np.empty(0, np.uint8)

    def __contains__(self, frame: int) -> bool:
        return frame in self._records

    def store(self, frame: int, pixels: Slot) -> None:
        """Write a frame to the file.

        Raises
        ------
        OutputError
            If the disk is full.
        """
        try:
            self._store(frame, pixels)
        except OSError as error:
            # The render ends here, and the room may be needed to save what it has finished so far.
            self.close()
            raise OutputError(
                f"frames come out of order, and {len(self._records) + 1} of them "
                f"({self._frame_bytes:,} bytes each) do not fit in a temporary file in "
                f"{self._folder}: {error.strerror}"
            ) from error

    def _store(self, frame: int, pixels: Slot) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(  # noqa: SIM115, closed by close()
                dir=self._folder, buffering=0
            )
            self._loaded = np.empty(self._frame_bytes, np.uint8)
            log.info("params are far out of order: finished frames go to a temporary file")
        record = self._free.pop() if self._free else len(self._records)
        self._file.seek(record * self._frame_bytes)
        rest = pixels.data
        while rest:
            rest = rest[self._file.write(rest) :]
        self._records[frame] = record
        self.stored += 1

    def load(self, frame: int) -> Slot:
        """Read a frame back, and free its record. The next load overwrites the array."""
        assert self._file is not None
        record = self._records.pop(frame)
        self._file.seek(record * self._frame_bytes)
        rest = self._loaded.data
        while rest:
            count = self._file.readinto(rest)  # type: ignore[attr-defined]
            if not count:
                raise OutputError(f"the temporary file lost frame {frame}")
            rest = rest[count:]
        self._free.append(record)
        return self._loaded

    def drop(self, frame: int) -> None:
        """Throw a frame away: its record is free."""
        self._free.append(self._records.pop(frame))

    def close(self) -> None:
        """Give the file back; its space is free at once, for it never had a name."""
        if self._file is not None:
            self._file.close()
