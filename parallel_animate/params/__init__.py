from parallel_animate.params.payload import (
    Block,
    Payload,
    PayloadMemory,
    PayloadReader,
    Pickled,
    Span,
    unpickled_params,
)
from parallel_animate.params.source import FrameSource, IndexedFrameParams, closed_on_error

__all__ = [
    "Block",
    "FrameSource",
    "IndexedFrameParams",
    "Payload",
    "PayloadMemory",
    "PayloadReader",
    "Pickled",
    "Span",
    "closed_on_error",
    "unpickled_params",
]
