"""The params of frames, from the user's iterator to a worker's ``update()``.

A source walks the user's ``param_by_frame``, numbers and checks the items, and pulls some of them
ahead in a thread. The main process pickles the params of each frame and puts their large arrays
into shared memory; a worker unpickles them as windows on that memory. Nothing here decides which
worker draws which frame, or sends anything: that is the engine's part.
"""

from parallel_animate.params.generators import closed_on_error
from parallel_animate.params.ids import IndexedFrameParams
from parallel_animate.params.payload import Payload, PayloadBlock, PayloadMemory
from parallel_animate.params.pickled import Pickled, unpickled_params
from parallel_animate.params.reader import PayloadReader
from parallel_animate.params.source import FrameSource
from parallel_animate.params.spans import Span

__all__ = [
    "FrameSource",
    "IndexedFrameParams",
    "Payload",
    "PayloadBlock",
    "PayloadMemory",
    "PayloadReader",
    "Pickled",
    "Span",
    "closed_on_error",
    "unpickled_params",
]
