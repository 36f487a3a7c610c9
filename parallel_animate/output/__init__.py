"""From frame views to a video file: writers, their settings, segments, and the file itself."""

from parallel_animate.output.file import OutputFile
from parallel_animate.output.parts import Parts
from parallel_animate.output.recorder import Recorder, complete, keep_partial
from parallel_animate.output.settings import VideoSettings
from parallel_animate.output.writer import VideoWriter, WriterChoice, choose_writer, load_writer

__all__ = [
    "OutputFile",
    "Parts",
    "Recorder",
    "VideoSettings",
    "VideoWriter",
    "WriterChoice",
    "choose_writer",
    "complete",
    "keep_partial",
    "load_writer",
]
