"""The writer that matplotlib's animations know as ``"parallel_animate"``.

matplotlib draws, frame by frame, in this process; a thread of its own encodes what was drawn
meanwhile::

    animation.save("out.mp4", writer="parallel_animate")

      grab_frame() ─▶ RGBA of savefig ─▶ queue ─▶ the recorder's thread ─▶ segments
      finish()     ─▶ the end         ─▶                                └▶ out.mp4

The file appears when :meth:`PyavMovieWriter.finish` is called. If anything fails before, neither it
nor anything else is left.
"""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import matplotlib
import numpy as np
from matplotlib.animation import AbstractMovieWriter, writers
from matplotlib.figure import Figure

from parallel_animate.adapters.look import check_size, size_at
from parallel_animate.canvas import Pixels
from parallel_animate.errors import ArgumentError
from parallel_animate.options import RenderOptions
from parallel_animate.recording import record

# What matplotlib calls the codec that libx264 and NVENC encode.
CODECS = ("h264", "libx264")
CODEC_OPTIONS = ("-vcodec", "-c:v", "-codec:v", "-codec", "-c")
# Frames that wait for the encoder: it goes on while one is drawn, and memory is bounded.
WAITING = 2
# Words of savefig that would change what a frame is.
FIXED = ("dpi", "bbox_inches", "format")


class PyavMovieWriter(AbstractMovieWriter):
    """Writes the frames that an animation of matplotlib draws, with the encoder in this process.

    It is registered as ``matplotlib.animation.writers["parallel_animate"]``, and its video is what
    :meth:`parallel_animate.Animator.make_video` writes: H.264 in the container that the suffix
    says. A side with an odd number of pixels gets one more.

    Parameters
    ----------
    fps : float
        Frames a second.
    codec : str, optional
        "h264" or "libx264"; there is no other. By default the rcParam ``animation.codec``.
    bitrate : int, optional
        Kilobits a second; -1 for a quality that looks right for plots. By default the rcParam
        ``animation.bitrate``.
    extra_args : sequence of str, optional
        ffmpeg arguments, as `video_extra_ffmpeg_params` of ``make_video``.
    metadata : dict, optional
        Such as ``{"title": "A wave"}``.

    Raises
    ------
    ArgumentError
        If an argument cannot be used.

    Examples
    --------
    >>> import os, tempfile
    >>> from matplotlib.animation import FuncAnimation
    >>> figure = Figure(figsize=(3.2, 2.4))
    >>> (line,) = figure.subplots().plot([0, 1])
    >>> animation = FuncAnimation(figure, lambda i: line.set_ydata([i, 1]), frames=5)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     animation.save(os.path.join(folder, "line.mp4"), writer="parallel_animate")
    ...     os.listdir(folder)
    ['line.mp4']
    """

    def __init__(
        self,
        fps: float = 5,
        codec: str | None = None,
        bitrate: int | None = None,
        extra_args: Sequence[str] | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        given: Any = {"fps": fps, "metadata": metadata, "codec": codec, "bitrate": bitrate}
        super().__init__(**given)
        if self.codec not in CODECS:
            where = "codec" if codec is not None else "the rcParam animation.codec"
            raise ArgumentError(
                f"{where} must be one of {', '.join(map(repr, CODECS))}, not "
                f"{self.codec!r}: the writer 'parallel_animate' encodes H.264"
            )
        self._options = RenderOptions.checked(
            fps=fps, video_extra_ffmpeg_params=self._extra(extra_args)
        )
        self._recording: _Recording | None = None
        self._failed = False

    @classmethod
    def isAvailable(cls) -> bool:  # noqa: N802, as matplotlib calls it
        """Return whether there is an encoder."""
        return find_spec("av") is not None

    def setup(self, fig: Figure, outfile: Any, dpi: float | None = None) -> None:
        """Open the video.

        Parameters
        ----------
        fig : matplotlib.figure.Figure
            The figure that shows the frames.
        outfile : str or Path
            The video.
        dpi : float, optional
            Pixels per inch; by default the figure's.
        """
        super().setup(fig, outfile, dpi=dpi)
        self._failed = False
        self._inches = tuple(fig.get_size_inches())
        check_size(fig, self.dpi)
        self._size = size_at(fig, self.dpi)
        self._recording = _Recording(outfile, self._size, self._options)

    def grab_frame(self, **savefig_kwargs: Any) -> None:
        """Save the figure as it is now as the next frame.

        Parameters
        ----------
        **savefig_kwargs
            As for ``Figure.savefig``, but for what is the same for all frames: ``dpi``,
            ``format`` and ``bbox_inches``.
        """
        if matplotlib.rcParams["savefig.bbox"] == "tight":
            raise ValueError("the rcParam savefig.bbox must not be 'tight': frames are of one size")
        for name in FIXED:
            if name in savefig_kwargs:
                raise TypeError(f"grab_frame got an unexpected keyword argument {name!r}")
        if self._recording is None:
            raise RuntimeError("setup() has to be called before grab_frame()")
        if tuple(self.fig.get_size_inches()) != self._inches:
            self.fig.set_size_inches(self._inches)
        file = io.BytesIO()
        self.fig.savefig(file, format="rgba", dpi=self.dpi, **savefig_kwargs)
        width, height = self._size
        self._recording.give(np.frombuffer(file.getbuffer(), np.uint8).reshape(height, width, 4))

    def finish(self) -> None:
        """Complete the video."""
        recording, self._recording = self._recording, None
        if recording is not None:
            recording.end(complete=not self._failed)

    @contextmanager
    def saving(
        self, fig: Figure, outfile: Any, dpi: Any, *args: Any, **kwargs: Any
    ) -> Generator[Any]:
        """Open the video for a block, and complete it afterwards, unless the block fails."""
        with super().saving(fig, outfile, dpi, *args, **kwargs):
            try:
                yield self
            except BaseException:
                self._failed = True
                raise

    def _extra(self, extra_args: Sequence[str] | None) -> list[str]:
        if isinstance(extra_args, str) or not isinstance(extra_args, Sequence | None):
            raise ArgumentError(f"extra_args must be a list of strings, not {extra_args!r}")
        if not isinstance(self.metadata, Mapping):
            raise ArgumentError(f"metadata must be a dict, not {self.metadata!r}")
        extra = list(extra_args or ())
        for place in range(len(extra) - 2, -1, -1):  # what only says what happens anyway
            if extra[place] in CODEC_OPTIONS and extra[place + 1] in CODECS:
                del extra[place : place + 2]
        try:
            bitrate = int(self.bitrate)
        except (TypeError, ValueError):
            raise ArgumentError(f"bitrate must be a number, not {self.bitrate!r}") from None
        if bitrate > 0:
            extra += ["-b:v", f"{bitrate}k"]
        for key, value in self.metadata.items():
            extra += ["-metadata", f"{key}={value}"]
        return extra


class _AbandonedError(Exception):
    """The frames that were written are not wanted any more."""


class _Recording:
    """A thread that writes pictures to a video, as they are given to it.

    Parameters
    ----------
    outfile : str or Path
        The video.
    size : tuple of int
        Width and height of the pictures in pixels.
    options : RenderOptions
        How to encode.
    """

    def __init__(self, outfile: Any, size: tuple[int, int], options: RenderOptions) -> None:
        self._pictures: queue.Queue[Pixels | BaseException | None] = queue.Queue(WAITING)
        self._error: BaseException | None = None
        self._ready = threading.Event()
        self._over = threading.Event()
        arguments = (outfile, size, options)
        self._thread = threading.Thread(
            target=self._run, args=arguments, daemon=True, name="parallel-animate writer"
        )
        self._thread.start()
        self._ready.wait()  # so that what cannot be written is known before anything is drawn
        if self._over.is_set():
            self._raise()

    def give(self, picture: Pixels) -> None:
        """Have a picture written; raise what has ended the writing, if something has."""
        self._put(picture)
        if self._over.is_set():
            self._raise()

    def end(self, *, complete: bool) -> None:
        """Complete the video, or leave nothing of it; raise what has ended the writing."""
        self._put(None if complete else _AbandonedError())
        self._thread.join()
        if complete:
            self._raise()

    def _put(self, what: Pixels | BaseException | None) -> None:
        while not self._over.is_set():
            try:
                self._pictures.put(what, timeout=0.1)
            except queue.Full:
                continue
            return

    def _raise(self) -> None:
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self, outfile: Any, size: tuple[int, int], options: RenderOptions) -> None:
        try:
            record(self._given(), size, outfile, options)
        except BaseException as error:
            self._error = error
        finally:
            self._over.set()
            self._ready.set()

    def _given(self) -> Iterator[Pixels]:
        """Yield what is given, until the end."""
        self._ready.set()
        while (what := self._pictures.get()) is not None:
            if isinstance(what, BaseException):
                raise what
            yield what


writers.register("parallel_animate")(PyavMovieWriter)
