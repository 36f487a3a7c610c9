"""Segments of a video, rendered by themselves: a step that any machine can do.

::

    plan ─▶ frames 0:500     ─▶ render_piece ─┐
         ─▶ frames 500:1000  ─▶ render_piece ─┼─▶ segments in one folder ─▶ joined, or resumed
         ─▶ frames 1000:1400 ─▶ render_piece ─┘

They are those that a render of all frames would have made, byte for byte, so whoever renders them
may do so anywhere, in any order, and again. Nothing passes between the steps but files.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from parallel_animate.engine import Animatable
from parallel_animate.errors import ArgumentError
from parallel_animate.options import RenderOptions
from parallel_animate.output import Piece, check_span, piece_file
from parallel_animate.params import IndexedFrameParams, length
from parallel_animate.rendering import render
from parallel_animate.report import RenderReport


def render_piece(
    animation: Animatable,
    output_file: Path,
    param_by_frame: Iterable[Any],
    options: RenderOptions,
    span: tuple[int, int | None],
    folder: Path | None = None,
) -> RenderReport:
    """Render some segments of a video, and hand them over to the folder of its segments.

    ``update()`` gets the frames' own numbers. Whatever the render begins with is that of the whole
    video: its first frame is drawn first.

    Parameters
    ----------
    animation : Animatable
        An object with ``setup()`` and ``update()``.
    output_file : Path
        The whole video. It is not made here.
    param_by_frame : iterable
        One item for each frame of the whole video. Of a sequence only those of the piece are asked
        for, and the first of all; what a generator gives before them is pulled and dropped.
    options : RenderOptions
        The same for all pieces.
    span : tuple of int
        The first frame, and the one after the last, where segments begin; or None for the end of
        the video.
    folder : Path, optional
        Where the segments come; by default ``<output_file>.parts``.

    Returns
    -------
    RenderReport
        What was rendered. Its `output_file` is the folder.

    Raises
    ------
    ArgumentError
        If the span begins or ends in the middle of a segment, or lies outside of the video.
    AnimateError
        As :func:`parallel_animate.rendering.render` does. What is finished of the piece is kept,
        and with ``resume=True`` it goes on after it.
    """
    total = length(param_by_frame)
    end = _end(span, total)
    check_span((span[0], end), options.checkpoints.segment_frames, total or end)
    name = piece_file(Path(output_file), (span[0], end), folder)
    name.parent.mkdir(parents=True, exist_ok=True)
    # Of a sequence all is given, and what is behind the piece left out, for it may be in any order.
    sequence = isinstance(param_by_frame, Sequence | np.ndarray)
    given = total if sequence or total is None else end
    checkpoints = replace(
        options.checkpoints,
        piece=Piece(span[0], end, given),
        resume=options.checkpoints.resume or "restart",  # what is set aside, nobody would find
    )
    params = param_by_frame if sequence else _in_order(param_by_frame)
    made = replace(options, checkpoints=checkpoints)
    report = render(animation, name, params, made, None if sequence else end)
    return replace(report, output_file=name.parent)


def _end(span: tuple[int, int | None], total: int | None) -> int:
    first, end = span
    if total is not None and first >= total:
        raise ArgumentError(f"frames begin with {first:,}, but there are {total:,} frames")
    if end is None and total is None:
        raise ArgumentError(
            "nobody knows how many frames there are, for the params have no length: say where the "
            f"segments end, as in {first}:{first + 250}"
        )
    return min(each for each in (end, total) if each is not None)


def _in_order(params: Iterable[Any]) -> Generator[Any]:
    """Yield items; what stands elsewhere than its number says could belong to another piece."""
    for position, item in enumerate(params):
        if isinstance(item, IndexedFrameParams) and item.frame_id != position:
            raise ArgumentError(
                f"item {position} of param_by_frame has the frame_id {item.frame_id}: to render "
                "some segments by themselves, give a list of all items, or all of them in order"
            )
        yield item
