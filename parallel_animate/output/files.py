"""A picture file for each frame: the segments hold them as they are, one after the other."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from parallel_animate.output.containers import numbered_file
from parallel_animate.output.disk import disk_errors, sync_entries
from parallel_animate.output.manifest import Segment
from parallel_animate.output.reading import all_packets

log = logging.getLogger("parallel_animate.animator")


def write_files(folder: Path, segments: Sequence[Segment], pattern: Path) -> None:
    """Write each frame of segments to a file of its own, which appears when it is complete.

    Files of these names are replaced. If there are some with the numbers that follow, they are
    another animation's, which a player would go on with: a warning says so.

    Raises
    ------
    OutputError
        If one cannot be written, or a segment cannot be read.
    """
    number = -1
    for number, data in enumerate(all_packets(folder, segments)):
        path = numbered_file(pattern, number)
        unfinished = folder / "joined.part.mp4"
        with disk_errors(path, len(data)):
            unfinished.write_bytes(data)
            unfinished.replace(path)
    sync_entries(pattern.parent)
    left = next(each for each in count(number + 1) if not numbered_file(pattern, each).exists())
    if left > number + 1:
        log.warning(
            "%s to %s are not of this animation, which has %d frames",
            numbered_file(pattern, number + 1),
            os.path.basename(numbered_file(pattern, left - 1)),  # noqa: PTH119
            number + 1,
        )
