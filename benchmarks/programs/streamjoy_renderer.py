"""What streamjoy calls for each frame, in a module that dask's workers can import."""

from __future__ import annotations

import threading
from typing import Any

from scenes import SCENES
from streamjoy import wrap_matplotlib

_prepared = threading.local()


@wrap_matplotlib()
def render(item: tuple[int, Any], scene: str, width: int, height: int) -> Any:
    """Return the figure of a frame; each thread has one of its own."""
    if not hasattr(_prepared, "figure"):
        _prepared.animator = SCENES[scene](width, height)
        _prepared.figure = _prepared.animator.setup()
    _prepared.animator.update(*item)
    return _prepared.figure
