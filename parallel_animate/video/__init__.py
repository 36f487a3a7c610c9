"""From frame views to a video file: writers, their settings, and the file itself."""

from parallel_animate.video.output import OutputFile
from parallel_animate.video.settings import VideoSettings
from parallel_animate.video.writer import VideoWriter, load_writer, open_writer

__all__ = ["OutputFile", "VideoSettings", "VideoWriter", "load_writer", "open_writer"]
