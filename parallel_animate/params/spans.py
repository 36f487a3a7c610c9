"""Where the large buffers of one frame's params lie in the memory that they are sent in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

Memory = npt.NDArray[np.uint8]
Span = tuple[int, int]

# Every buffer begins at a multiple of so many bytes: a cache line, which suits vector instructions.
ALIGNMENT = 64


def spans_of(buffers: Iterable[memoryview]) -> tuple[Span, ...]:
    """Return where each buffer begins and ends when they are laid one after the other."""
    spans, end = [], 0
    for buffer in buffers:
        start = -(-end // ALIGNMENT) * ALIGNMENT
        end = start + buffer.nbytes
        spans.append((start, end))
    return tuple(spans)


def windows_on(memory: Memory, spans: Sequence[Span]) -> Iterator[Memory]:
    """Yield a read-only array, a window, for each span of the memory.

    Unpickle from ``window.data``, a memoryview: then the unpickled array keeps its window alive,
    and when the window is gone, so is the array. An array that is unpickled from the window
    itself would only keep alive the memory that the window is a part of.
    """
    for start, stop in spans:
        window = memory[start:stop]
        window.flags.writeable = False
        yield window
