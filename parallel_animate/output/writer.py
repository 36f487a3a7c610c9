"""What a writer is: the seam between frames and files.

A writer is opened for one file and one frame size. The first one is opened before the first frame
of the video is drawn, so that whatever cannot work is an error then. A writer has one verb,
:meth:`VideoWriter.write`, which drains an iterator of frame views in frame order. A view is valid
until the next one is asked for.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parallel_animate.canvas import Pixels, SlotFormat
from parallel_animate.system import Owner


@dataclass(frozen=True)
class Rescued:
    """What is left when an encoder has failed in the middle of a file.

    Parameters
    ----------
    frames : int
        Frames in the file, which is complete up to there.
    after : sequence of ndarray
        Copies of all frames that came after them, if the writer has kept copies.
    """

    frames: int
    after: Sequence[Pixels]


class VideoWriter(Owner):
    """A video file under construction.

    Parameters
    ----------
    frame_format : FrameFormat or FrameFormats
        The format in which the writer takes frames.

    Attributes
    ----------
    rescued : Rescued or None
        After an EncoderError in :meth:`write`: what can be used all the same, if anything.
    """

    rescued: Rescued | None = None

    def __init__(self, frame_format: SlotFormat) -> None:
        self.frame_format = frame_format

    def put(self, pixels: Pixels, number: int, first: int = 0) -> None:
        """Encode the next frame, which has this number in the file, instead of :meth:`write`."""
        raise NotImplementedError

    def finish(self, frames: int, first: int = 0) -> None:
        """Complete the file, which has so many frames, after the last :meth:`put`."""
        raise NotImplementedError

    @abstractmethod
    def write(self, frames: Iterator[Pixels], first: int = 0) -> None:
        """Encode all frames, and complete the file.

        Parameters
        ----------
        frames : iterator of ndarray
            Views of frames in the format's shape, in frame order.
        first : int
            The index that the first of them has in the video, for errors.

        Raises
        ------
        EncoderError
            If the encoder or the muxer fails.
        OutputError
            If the file cannot be written: the disk is full, for one.
        """
