"""Pictures that somebody else has drawn, written to a video; and what is wrong with an output."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import nullcontext

import numpy as np

from parallel_animate.canvas import Pixels, SlotFormat, store_for
from parallel_animate.options import RenderOptions
from parallel_animate.output import OneOrMore, Outputs


def record(
    pictures: Iterable[Pixels],
    size: tuple[int, int],
    output_file: OneOrMore,
    options: RenderOptions,
) -> None:
    """Write pictures to a video that somebody else has drawn. If that fails, nothing is left.

    Parameters
    ----------
    pictures : iterable of ndarray, (height, width, 4) uint8
        RGBA with straight alpha, each valid until the next one is asked for. The first one is asked
        for when the video is open.
    size : tuple of int
        Their width and height in pixels.
    output_file : str or Path
        The video.
    options : RenderOptions
        How to encode it.
    """
    with Outputs(output_file, options.encoding) as outputs:
        outputs.choose(size, opaque=True)
        try:
            most = options.checkpoints.segment_frames
            with outputs.recorder(most, None, resumable=False) as recorder:
                recorder.record(enumerate(_stored(pictures, outputs.frame_format)))
            outputs.complete(nullcontext())
        except BaseException:
            outputs.parts.cut(0)
            raise


def check_outputs(output_file: OneOrMore, options: RenderOptions, frames: int | None) -> None:
    """Raise the error that a render would begin with because of its outputs.

    Parameters
    ----------
    output_file : str or Path, or a list of several
        What shall be written.
    options : RenderOptions
        How.
    frames : int or None
        How many frames there will be, if that is known.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the render itself warns
        Outputs(output_file, options.encoding, options.checkpoints.resume).check(frames)


def _stored(pictures: Iterable[Pixels], frame_format: SlotFormat) -> Iterator[Pixels]:
    """Yield pictures in the format of a writer, in the same memory."""
    store, slot = store_for(frame_format), np.empty(frame_format.nbytes, np.uint8)
    for picture in pictures:
        store.store(picture, slot, opaque=bool((picture[..., 3] == 255).all()))
        yield frame_format.view(slot)
