"""The params of frames, from the user's iterator to a worker's ``update()``.

A source walks the user's ``param_by_frame``, numbers and checks the items. The main process pickles
the params of each frame at once and puts their large arrays into shared memory; a worker unpickles
them as windows on that memory. Of a list or an array that forked workers have already, they are
told only the position. Nothing here has a thread, decides which worker draws which frame, or sends
anything: that is the engine's part.
"""

from parallel_animate.params.ahead import PullAhead, memory_budget
from parallel_animate.params.generators import closed_on_error
from parallel_animate.params.ids import IN_ORDER, IndexedFrameParams, Numbering, numbered
from parallel_animate.params.inherited import InheritedParams, InPlace
from parallel_animate.params.payload import Payload, PayloadBlock, PayloadMemory
from parallel_animate.params.pickled import Pickled, unpickled_params
from parallel_animate.params.reader import PayloadReader
from parallel_animate.params.source import FrameSource, length
from parallel_animate.params.spans import Span

__all__ = [
    "IN_ORDER",
    "FrameSource",
    "InPlace",
    "IndexedFrameParams",
    "InheritedParams",
    "Numbering",
    "Payload",
    "PayloadBlock",
    "PayloadMemory",
    "PayloadReader",
    "Pickled",
    "PullAhead",
    "Span",
    "closed_on_error",
    "length",
    "memory_budget",
    "numbered",
    "unpickled_params",
]
