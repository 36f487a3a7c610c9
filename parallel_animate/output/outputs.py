"""What a render writes: one output, or several at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Self

from parallel_animate.canvas import SlotFormat
from parallel_animate.errors import ArgumentError
from parallel_animate.output.choose import WriterChoice, choose_writer, load_writer
from parallel_animate.output.completion import commit, keep_partial, prepare
from parallel_animate.output.encoders import ENCODERS
from parallel_animate.output.file import OutputFile
from parallel_animate.output.fitting import fitted, fitted_together
from parallel_animate.output.handover import hand_over
from parallel_animate.output.journal import Journal
from parallel_animate.output.parts import Parts
from parallel_animate.output.pieces import Piece
from parallel_animate.output.recorder import Recorder
from parallel_animate.output.settings import VideoSettings
from parallel_animate.output.several import SeveralChoices, SeveralParts
from parallel_animate.system import Owner

OneOrMore = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
"""A path, or several."""


class Outputs(Owner):
    """All that a render writes. Entering it makes the folders of the segments.

    Parameters
    ----------
    output_file : path or sequence of paths
        What is written.
    settings : VideoSettings
        How.
    resume : bool or "restart"
        What to do with what an earlier render has left.
    piece : Piece, optional
        Which frames are rendered, if not all: then their segments are handed over.

    Raises
    ------
    ArgumentError
        If there is none, one comes twice, or one cannot be what the settings say.
    OutputError
        If one cannot be written.

    Attributes
    ----------
    files : list of OutputFile
        Their names.
    parts : Parts or SeveralParts
        Their finished segments.
    choice : WriterChoice or SeveralChoices
        Who encodes, once that is chosen.
    """

    choice: WriterChoice | SeveralChoices

    def __init__(
        self,
        output_file: OneOrMore,
        settings: VideoSettings,
        resume: bool | str = False,
        piece: Piece | None = None,
    ) -> None:
        given: Any = output_file if isinstance(output_file, list | tuple) else [output_file]
        self.files = [OutputFile(each) for each in given]
        paths = [file.path for file in self.files]
        if not paths:
            raise ArgumentError("output_file is an empty list: name at least one file")
        if len(set(paths)) < len(paths):
            twice = next(path for path in paths if paths.count(path) > 1)
            raise ArgumentError(f"output_file has {twice} twice")
        alone = len(paths) == 1
        self._settings = [fitted(settings, paths[0])] if alone else fitted_together(settings, paths)
        self._names = tuple(path.name for path in paths)
        self._piece = piece
        self._members = [Parts(path, resume, piece) for path in paths]
        self.parts = self._members[0] if alone else SeveralParts(self._members)
        load_writer(settings)

    def __enter__(self) -> Self:
        self.parts.__enter__()
        if self._members[0].kept.outputs != self._names:  # a frame for other ones lies differently
            self._members[0].forget_kept()
        return self

    def close(self) -> None:
        """Remove what is not finished."""
        self.parts.close()

    @property
    def folder(self) -> Path:
        """The folder that the first one is in."""
        return self.files[0].folder

    @property
    def frame_format(self) -> SlotFormat:
        """The format of the frames, or all formats."""
        return self.choice.frame_format

    @property
    def size(self) -> tuple[int, int]:
        """The first one's width and height in pixels."""
        form = self._choices[0].frame_format
        return form.padded_width, form.padded_height

    def choose(self, size: tuple[int, int], *, opaque: bool) -> None:
        """Choose the encoders for a figure of this size, as :func:`choose_writer` does.

        Raises
        ------
        ResumeError
            If what an earlier render has finished was made in another way.
        """
        self._choices = [choose_writer(each, size, opaque=opaque) for each in self._settings]
        for parts, choice in zip(self._members, self._choices, strict=True):
            parts.fit(choice.form)
        if isinstance(self.parts, SeveralParts):
            self.choice = SeveralChoices(tuple(self._choices), self.parts)
        else:
            self.choice = self._choices[0]

    def check(self, frames: int | None) -> None:
        """Raise an ArgumentError if `durations` or `hold` does not fit a number of frames.

        That is None as long as nobody knows it.
        """
        if self._piece is not None:  # what is wrong with the whole is told when it is made
            return
        for each in self._settings:
            if frames is not None:
                each.finish.check(frames)

    def total(self, frames: int | None) -> int | None:
        """Return how many frames are rendered of a video that has so many."""
        return frames if self._piece is None else self._piece.frames

    def recorder(
        self, most: int, total: int | None, *, resumable: bool = True, lane: int = 0
    ) -> Recorder:
        """Return what writes the frames into segments of `most`; `total` is None if not known.

        If it is `resumable`, what is drawn need not be drawn again after a failure. `lane` says
        which it is of several that work at once.
        """
        folder, nbytes = self._members[0].folder, self.frame_format.nbytes
        journal = Journal(folder, self._names, nbytes, most, total) if resumable else None
        return Recorder(self.parts, self.choice, most, total, journal, lane)

    @property
    def may_be_shared(self) -> bool:
        """Whether several encoders may work at once, each on a segment of its own.

        The encoder of a GPU takes few videos at a time, and of several outputs each has an encoder
        already.
        """
        alone = len(self._choices) == 1 and self._settings[0].writer == "pyav"
        joined = self._members[0].container.assembly == "packets"
        return alone and joined and ENCODERS[self._choices[0].encoder].several

    def complete(self, interruptible: AbstractContextManager[None]) -> None:
        """Make the outputs of the finished segments; then give all of them their names.

        Raises
        ------
        ArgumentError
            If `durations` or `hold` does not fit the number of frames that there are.
        """
        if self._piece is not None:
            for parts in self._members:
                hand_over(parts)
            return
        self.check(self.parts.frames)
        for parts, choice in zip(self._members, self._choices, strict=True):
            prepare(parts, choice, interruptible)
        for parts, choice, file in zip(self._members, self._choices, self.files, strict=True):
            commit(parts, choice, file)

    def keep_partial(self, error: BaseException) -> None:
        """Make videos of what is finished; the error says where that of the first one is."""
        for parts in reversed(self._members):
            keep_partial(parts, error)
