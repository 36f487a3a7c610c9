"""Closing the user's generators, so that their ``finally`` blocks run when a render ends."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

log = logging.getLogger("parallel_animate.animator")


@contextmanager
def closed_on_error(param_by_frame: object) -> Iterator[None]:
    """Close `param_by_frame`, if it is a generator, when the block raises.

    For what can go wrong before there is a :class:`FrameSource`, which closes the generator from
    then on.
    """
    try:
        yield
    except BaseException:
        if isinstance(param_by_frame, Generator):
            close_generator(param_by_frame)
        raise


def close_generator(generator: Generator[Any, Any, Any]) -> None:
    """Let a generator clean up. If that raises, it is only logged: the video is as it is."""
    try:
        generator.close()
    except Exception as error:
        log.warning(
            "param_by_frame raised %s when it was closed: %s",
            type(error).__name__,
            error,
            exc_info=True,
        )
