"""The exceptions of parallel-animate.

Every error that a render can end in is an :class:`AnimateError`, and also the
built-in type that one would expect::

    AnimateError (RuntimeError)
    ├── ArgumentError (ValueError)      an argument of make_video cannot be used
    │   └── EmptyParamsError            param_by_frame has no item
    ├── FrameIdError (ValueError)       a frame id is negative, or was given twice
    ├── ParamsError                     param_by_frame failed, or an item cannot be pickled
    ├── SetupError                      setup() failed in a process
    │   └── FigureTypeError (TypeError) setup() returned no Figure
    ├── FrameError                      update() or the drawing of a frame failed
    ├── FrameSizeError (ValueError)     a frame, or a worker, has another size
    ├── RedrawError                     a redrawn frame differs from its full draw
    │   └── ChanceError                 two full draws of a frame differ
    ├── HistoryError                    a frame depends on those before it
    ├── WorkerDiedError                 a worker process ended on its own
    ├── SharedMemoryError               no room for the ring
    ├── OutputError (OSError)           the output file cannot be written
    ├── ResumeError (ValueError)        parts of an earlier render do not fit, or are in use
    └── EncoderError                    the encoder is not usable, or failed
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class AnimateError(RuntimeError):
    """Base of all errors raised by parallel-animate.

    Attributes
    ----------
    partial_file : Path or None
        A video of the frames that were finished when the render failed; None if there is none.
    partial_frames : int
        How many frames were finished.
    frames_aside : tuple of int and Path, or None
        How many frames of an earlier render are set aside, and where, if those are more.
    """

    partial_file: Path | None = None
    partial_frames: int = 0
    frames_aside: tuple[int, Path] | None = None

    def __str__(self) -> str:
        # Not super(): an error may also be of a type that shows itself in another way (KeyError).
        message = BaseException.__str__(self)
        if not self.partial_frames:
            return message
        return f"{message}\n{kept(self.partial_frames, self.partial_file, self.frames_aside)}"


def kept(frames: int, partial: Path | None, aside: tuple[int, Path] | None = None) -> str:
    """Return a sentence on what is left of a render that did not come to its end."""
    count = "first frame is" if frames == 1 else f"first {frames:,} frames are"
    where = "" if partial is None else f" in {partial}"
    join = "" if partial is not None else " `parallel-animate join` makes a video of them."
    if aside is not None:
        return (
            f"The {count} kept{where}. {RESUME} goes on after the {aside[0]:,} of an earlier "
            f"render that are set aside in {aside[1]}, for they are more.{join}"
        )
    return (
        f"The {count} kept{where}: {RESUME} goes on after them; without it, the next render "
        f"begins anew (after a change in update(), say) and sets them aside.{join}"
    )


# Arguments of ``make_video`` as advice names them, in a Python program.
RESUME = "resume=True"
RESTART = "resume='restart'"


class ArgumentError(AnimateError, ValueError):
    """An argument of ``make_video`` cannot be used; raised before the first frame is drawn."""


class EmptyParamsError(ArgumentError):
    """``param_by_frame`` has no item, so there is no frame to render."""


class FrameIdError(AnimateError, ValueError):
    """A ``frame_id`` was given twice, or some are missing.

    Parameters
    ----------
    message : str
        What is wrong.
    frame_ids : tuple of int
        The ids in question: the first thousand, where the message lists the first ten.
    """

    def __init__(self, message: str, frame_ids: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.frame_ids = frame_ids


class _AtFrameError(AnimateError):
    """An error that belongs to one frame.

    Parameters
    ----------
    message : str
        What happened.
    frame_idx : int or None
        The frame it happened to; None where no frame is to blame.
    params : str
        The frame's params, as a shortened ``repr``.
    """

    def __init__(self, message: str, frame_idx: int | None = None, params: str = "") -> None:
        super().__init__(message)
        self.frame_idx = frame_idx
        self.params = params


class ParamsError(_AtFrameError):
    """The params of a frame could not be obtained, or could not be sent to a worker."""


class SetupError(AnimateError):
    """``setup()`` failed; the original exception is ``__cause__``."""


class FigureTypeError(SetupError, TypeError):
    """``setup()`` returned something that is not a matplotlib ``Figure``."""


class FrameError(_AtFrameError):
    """``update()`` or drawing failed for a frame; the original exception is ``__cause__``.

    Where Python allows it, the error is also of that exception's type, so that ``except MyError``
    around a render works as it does around a loop.
    """


class FrameSizeError(_AtFrameError, ValueError):
    """A frame, or a worker's figure, is not as large as the video's frames."""


class RedrawError(_AtFrameError):
    """A frame of which only the changes were drawn differs from its full draw.

    Raised with ``redraw="verify"``, where the full draw is a second figure's. With ``"auto"`` it is
    a warning; but an error in a loop over ``frames()`` that has had frames which may be wrong.

    Parameters
    ----------
    message : str
        What happened.
    box : tuple of int
        Left, top, right and bottom of the differing pixels, right and bottom exclusive.
    artists : list of str
        The artists drawn nearest to it.
    frame_idx : int or None
        The frame.
    params : str
        The frame's params, as a shortened ``repr``.

    Attributes
    ----------
    frames : tuple of int
        Frames that a loop over ``frames()`` has had, and that may be wrong too.
    """

    def __init__(
        self,
        message: str,
        box: tuple[int, int, int, int] = (0, 0, 0, 0),
        artists: Sequence[str] = (),
        frame_idx: int | None = None,
        params: str = "",
    ) -> None:
        super().__init__(message, frame_idx, params)
        self.box = box
        self.artists = list(artists)
        self.frames: tuple[int, ...] = ()

    def at(self, frame_idx: int, params: str) -> RedrawError:
        """Return the error with the frame it happened to."""
        message = f"frame {frame_idx} with params {params}: {self}"
        return type(self)(message, self.box, self.artists, frame_idx, params)


class ChanceError(RedrawError):
    """``setup()`` and ``update()`` have made another picture from the same params.

    So a second figure is no measure of what redrawing does, which may be right. Raised with
    ``redraw="verify"`` only.
    """


class HistoryError(AnimateError):
    """A frame came out differently when other frames were drawn before.

    Raised with ``check_history="error"`` only; with True it is a warning.

    Parameters
    ----------
    message : str
        What happened.
    frames : tuple of int
        The frames that came out differently, as far as they were known.
    """

    def __init__(self, message: str, frames: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.frames = frames


class WorkerDiedError(_AtFrameError):
    """A worker process ended while it was needed."""


class SharedMemoryError(AnimateError):
    """There is no room for the smallest ring of frame slots."""


class OutputError(AnimateError, OSError):
    """The output file cannot be written."""


class ResumeError(AnimateError, ValueError):
    """Another render is writing the video, or the segments of an earlier one do not fit."""


class EncoderError(AnimateError):
    """The encoder cannot be used, or failed while encoding."""
