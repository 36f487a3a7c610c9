"""Params as pickle makes them: bytes, and large buffers that are not among these bytes.

With protocol 5 pickle hands out the memory of arrays as buffers, which are not copied
(https://peps.python.org/pep-0574/).
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from parallel_animate.errors import ParamsError
from parallel_animate.system import pickled_by_value
from parallel_animate.text import said, shortened

Buffers = Sequence[memoryview]

# A buffer of at least so many bytes does not go through the pipe: benchmarks/test_components.py.
LARGE = 16 * 1024


@dataclass(frozen=True)
class Pickled:
    """Pickled params, and their large buffers, which are still the user's memory."""

    data: bytes
    buffers: Buffers

    @classmethod
    def of(cls, frame_idx: int, params: Any) -> Pickled:
        """Pickle the params of a frame, with cloudpickle where pickle cannot.

        Raises
        ------
        ParamsError
            If neither can.
        """
        buffers: list[memoryview] = []

        def keep_in_band(buffer: pickle.PickleBuffer) -> bool:
            raw = buffer.raw()
            if raw.nbytes >= LARGE:
                buffers.append(raw)
            return raw.nbytes < LARGE

        try:
            return cls(pickle.dumps(params, protocol=5, buffer_callback=keep_in_band), buffers)
        except Exception:
            buffers.clear()
            try:
                data = pickled_by_value(params, buffer_callback=keep_in_band)
            except Exception as error:
                raise ParamsError(
                    f"the params of frame {frame_idx} cannot be pickled: {type(params).__name__} "
                    f"{shortened(params)}: {said(error)}",
                    frame_idx,
                    shortened(params),
                ) from error
            return cls(data, buffers)

    @property
    def nbytes(self) -> int:
        """Bytes of all of it."""
        return len(self.data) + sum(buffer.nbytes for buffer in self.buffers)


def unpickled_params(frame_idx: int, data: bytes, buffers: Buffers) -> Any:
    """Unpickle the params of a frame; their arrays lie in the buffers, and are not copied.

    Raises
    ------
    ParamsError
        If that fails.
    """
    try:
        return pickle.loads(data, buffers=buffers)
    except Exception as error:
        raise ParamsError(
            f"the params of frame {frame_idx} cannot be unpickled in a worker: {said(error)}",
            frame_idx,
        ) from error
