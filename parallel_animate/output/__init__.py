"""From frame views to a video file.

A writer (the seam) encodes the frames of one file; which writer that is, is chosen once for a
render. A recorder opens one for each segment of the video, and gives it the frames. The segments,
each a video of its own, lie with their manifest in a folder beside the output file, so that what is
finished is never lost. At the end they are joined to the video; a single one is only renamed.
Nothing here knows where the frames come from.
"""

from parallel_animate.output.checking import is_damage
from parallel_animate.output.choose import WriterChoice, choose_writer
from parallel_animate.output.completion import keep_partial
from parallel_animate.output.encoders import CodecName, Preset
from parallel_animate.output.file import OutputFile
from parallel_animate.output.finish import AS_IT_IS
from parallel_animate.output.handover import read_segments, receive
from parallel_animate.output.info import (
    FileInfo,
    Leftover,
    inspect_output,
    metadata_of,
    parts_of,
    tidy,
)
from parallel_animate.output.leftover import join_leftover
from parallel_animate.output.outputs import OneOrMore, Outputs
from parallel_animate.output.parts import Parts
from parallel_animate.output.pieces import Piece, check_span, piece_file
from parallel_animate.output.recorder import Recorder
from parallel_animate.output.settings import (
    ChosenFormat,
    VideoMode,
    VideoSettings,
    WriterName,
    marked,
)
from parallel_animate.output.several import SeveralParts
from parallel_animate.output.stills import files_of
from parallel_animate.output.writer import VideoWriter

__all__ = [
    "AS_IT_IS",
    "ChosenFormat",
    "CodecName",
    "FileInfo",
    "Leftover",
    "OneOrMore",
    "OutputFile",
    "Outputs",
    "Parts",
    "Piece",
    "Preset",
    "Recorder",
    "SeveralParts",
    "VideoMode",
    "VideoSettings",
    "VideoWriter",
    "WriterChoice",
    "WriterName",
    "check_span",
    "choose_writer",
    "files_of",
    "inspect_output",
    "is_damage",
    "join_leftover",
    "keep_partial",
    "marked",
    "metadata_of",
    "parts_of",
    "piece_file",
    "read_segments",
    "receive",
    "tidy",
]
