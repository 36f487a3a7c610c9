"""Params of a list or array that a forked worker has already: it is told only their position.

::

    main process                                  worker
    the sequence            ── fork ──▶           the same, copied where somebody writes to it
    Payload.at(position)    ── position ──▶       sequence[position], pickled and unpickled
                                                  large arrays are read-only windows on its memory

What ``update()`` gets is what it would get if the main process had sent it: params of its own,
made anew each time. So one that changes them changes nothing for another frame that has the same
object, and what cannot be pickled is the same error as with any other params.

A worker sees the objects as they were at the fork. If the animator refers to them too, and changes
them by that in a worker, the later params of this worker are changed with them, as they are in a
render without workers. The list itself is copied before the fork: to take items out of it does no
harm.

Large buffers are not copied. Nothing but NumPy's read-only flag keeps ``update()`` from writing
into the worker's copy of them, and where a library is loaded that takes no notice of that flag
(`reader.CARELESS`), they are. That costs the worker, not the main process, a copy of so many bytes:
8 MiB took 0.6 ms instead of 0.01 ms, where a checksum by which such writes could be found out took
1.6 ms (zlib.crc32).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from parallel_animate.params.ids import IndexedFrameParams
from parallel_animate.params.pickled import Pickled, unpickled_params

InPlace = list[Any] | tuple[Any, ...] | range | npt.NDArray[Any]
"""What can be inherited: no code of the user's runs when it is indexed."""

# What nobody can change need not be made anew. NumPy's structured scalars are views, and can be.
_IMMUTABLE = frozenset(
    {int, float, complex, bool, str, bytes, type(None), *np.sctypeDict.values()}
    - {np.void, np.object_}
)


class InheritedParams:
    """The params of all frames, in a worker that was forked from the process that has them.

    Parameters
    ----------
    sequence : list, tuple, range or ndarray
        The user's ``param_by_frame``.

    Attributes
    ----------
    lent : bool
        Whether the last params have buffers that are windows on the sequence's memory.
    """

    def __init__(self, sequence: InPlace) -> None:
        self._sequence = tuple(sequence) if isinstance(sequence, list) else sequence
        self.lent = False

    def params(self, frame_idx: int, position: int, *, fresh: bool) -> Any:
        """Return the params of a frame, made anew.

        Parameters
        ----------
        frame_idx : int
            The frame, for errors.
        position : int
            Where the params are in the sequence.
        fresh : bool
            Whether large buffers are copied too, and may be written to.

        Raises
        ------
        ParamsError
            If they cannot be pickled, or cannot be unpickled.
        """
        self.lent = False
        item = self._sequence[position]
        if isinstance(item, IndexedFrameParams):
            item = item.params
        if type(item) in _IMMUTABLE:
            return item
        pickled = Pickled.of(frame_idx, item)
        if fresh:
            buffers = [memoryview(bytearray(buffer)) for buffer in pickled.buffers]
        else:
            buffers = [buffer.toreadonly() for buffer in pickled.buffers]
            self.lent = bool(buffers)
        return unpickled_params(frame_idx, pickled.data, buffers)
