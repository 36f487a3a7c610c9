"""What goes to a machine with a piece, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cloudpickle

from parallel_animate.cluster import station
from parallel_animate.cluster.shipping import Shipped, Span
from parallel_animate.options import RenderOptions


@dataclass(frozen=True)
class Order:
    """A piece to be rendered.

    Parameters
    ----------
    params : Shipped
        Its params.
    options : RenderOptions
        How it is rendered.
    span : tuple of int
        Its first frame, and the one after the last.
    total : int
        Frames of the video, as far as is known.
    suffix : str
        The video's.
    shared : Path or None
        A folder that this machine and the driver share, for the segments.
    """

    params: Shipped
    options: RenderOptions
    span: Span
    total: int
    suffix: str
    shared: Path | None


@dataclass(frozen=True)
class Made:
    """A piece that was rendered.

    Parameters
    ----------
    form : dict
        What its segments have in common.
    segments : tuple
        A segment, as the manifest lists it, and its bytes or where its file is, for each.
    report : RenderReport
        What it took.
    machine : str
        Who has rendered it.
    begun, ended : float
        When, in seconds of that machine's clock.
    """

    form: dict[str, Any]
    segments: tuple[tuple[Any, bytes | Path], ...]
    report: Any
    machine: str
    begun: float
    ended: float


@dataclass(frozen=True)
class Failed:
    """A piece that was not: the error, and whether another try may help."""

    error: BaseException
    again: bool = False


def as_task() -> Callable[..., bytes | str]:
    """Return :func:`station.carry` as something that Dask sends by value."""
    code = _by_value(station.carry)

    def call(*given: Any) -> Any:
        import pickle

        return pickle.loads(code)(*given)

    return call


def as_run(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a coroutine function of :mod:`station`, by value, that workers of Dask can run.

    They give themselves to it as its last argument.
    """
    code = _by_value(function)

    async def call(*given: Any, dask_worker: Any) -> Any:
        import pickle

        return await pickle.loads(code)(*given, dask_worker)

    return call


def _by_value(function: Callable[..., Any]) -> bytes:
    """Pickle a function of :mod:`station` so that nobody has to import it.

    Dask sends by reference what can be imported here; the local functions above cannot.
    """
    cloudpickle.register_pickle_by_value(station)
    try:
        return cloudpickle.dumps(function)  # type: ignore[no-any-return]
    finally:
        cloudpickle.unregister_pickle_by_value(station)
