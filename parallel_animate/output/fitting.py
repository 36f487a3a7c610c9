"""Settings with which a file can be what its name says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from parallel_animate.errors import ArgumentError
from parallel_animate.output.containers import CONTAINERS, container_of
from parallel_animate.output.encoders import BY_CODEC, ENCODERS, PRESETS
from parallel_animate.output.finish import Finish
from parallel_animate.output.settings import VideoSettings
from parallel_animate.output.times import inexact
from parallel_animate.system import warn_user


def fitted(settings: VideoSettings, output: Path) -> VideoSettings:
    """Return settings with which the video can be what its name says.

    Raises
    ------
    ArgumentError
        If they ask for what a file of this name cannot hold.
    """
    container = container_of(output)
    settings = replace(settings, container=container)
    finish = settings.finish
    if finish.hold and not container.is_timed:
        raise ArgumentError(
            f"{'durations' if finish.all_frames else 'hold'} cannot be used for {output.name}, "
            "which has no times of its frames"
        )
    if finish.audio is not None and container.audio is None:
        able = ", ".join(suffix for suffix, kind in CONTAINERS.items() if kind.audio)
        raise ArgumentError(f"audio cannot be written to {output.name}, but to {able}")
    if "png" in container.codecs:
        return _pictures(settings, output)
    codec = settings.codec or container.codecs[0]
    if codec not in container.codecs:
        others = [suffix for suffix, kind in CONTAINERS.items() if codec in kind.codecs]
        raise ArgumentError(
            f"codec={codec!r} cannot be written to {output.name}, which holds "
            f"{' or '.join(container.codecs)}; {codec} goes into {', '.join(others)}"
        )
    encoder = BY_CODEC[codec]
    wanted = settings.pixel_format
    if wanted not in (None, *ENCODERS[encoder].pixel_formats):
        raise ArgumentError(
            f"pixel_format={wanted!r} cannot be had with {codec}: {encoder} takes "
            f"{' or '.join(ENCODERS[encoder].pixel_formats)}"
        )
    if settings.writer == "pvio" and (codec, wanted or "yuv420p") != ("h264", "yuv420p"):
        raise ArgumentError(
            f"video_writer='pvio' writes H.264 in yuv420p only, not {codec}"
            f"{f' in {wanted}' if wanted else ''}: leave video_writer out"
        )
    if settings.mode == "gpu" and not suits_nvenc(settings, codec):
        raise ArgumentError(
            f"video_mode='gpu' encodes H.264 in yuv420p only, not {codec}"
            f"{f' in {wanted}' if wanted else ''}: leave video_mode out"
        )
    if not suits_nvenc(settings, codec) or settings.preset not in PRESETS["h264_nvenc"]:
        settings.check_preset(encoder)
    return settings if container.reorders else _without_b_frames(settings, output)


def _pictures(settings: VideoSettings, output: Path) -> VideoSettings:
    """Return settings for an output of pictures, which are what was drawn in any case."""
    asked = {
        "codec": settings.codec,
        "pixel_format": settings.pixel_format,
        "video_quality": settings.quality,
        "video_preset": settings.preset,
        "video_extra_ffmpeg_params": list(settings.extra) or None,
        "video_writer": None if settings.writer == "pyav" else settings.writer,
        "video_mode": "gpu" if settings.mode == "gpu" else None,
    }
    if settings.metadata:
        raise ArgumentError(f"metadata cannot be written to {output.name}: only videos have any")
    for argument, value in asked.items():
        if value is not None:
            raise ArgumentError(
                f"{argument}={value!r} cannot be used for {output.name}: it has pictures without "
                "loss, and there is nothing to choose"
            )
    if settings.container.assembly == "gif" and (said := inexact(settings.fps)):
        warn_user(f"{output.name}: {said}")
    return settings


def suits_nvenc(settings: VideoSettings, codec: str) -> bool:
    """Return whether NVENC may be taken for what is wanted."""
    return codec == "h264" and settings.mode != "cpu" and settings.pixel_format in (None, "yuv420p")


def _without_b_frames(settings: VideoSettings, output: Path) -> VideoSettings:
    """Return settings for an AVI.

    It has no times of its own: frames that are decoded in another order than they are shown
    would be shown in that order, or at wrong times. So it has no B-frames.
    """
    asked = dict(zip(settings.extra, settings.extra[1:], strict=False))
    for option, value in asked.items():
        name = option.lstrip("-").partition(":")[0]
        if (name == "bf" and value != "0") or (name.startswith("x264") and "bframes" in value):
            raise ArgumentError(
                f"video_extra_ffmpeg_params: {option} {value} asks for B-frames, which an AVI "
                f"cannot hold: leave it out, or give {output.name} another suffix (.mp4, .mkv)"
            )
    return replace(settings, extra=(*settings.extra, "-bf", "0"))


# Arguments that may suit some of several outputs, by the fields of the settings.
ARGUMENTS = {
    "codec": "codec",
    "pixel_format": "pixel_format",
    "quality": "video_quality",
    "preset": "video_preset",
    "extra": "video_extra_ffmpeg_params",
    "metadata": "metadata",
    "finish": "audio, durations or hold",
}


def fitted_together(settings: VideoSettings, outputs: Sequence[Path]) -> list[VideoSettings]:
    """Return the settings of each of several outputs: each takes what suits it.

    Raises
    ------
    ArgumentError
        If something suits none of them, or cannot be had for several outputs.
    """
    if settings.writer == "pvio":
        raise ArgumentError("video_writer='pvio' writes one output only: leave video_writer out")
    if settings.mode == "auto":
        # If NVENC failed in the middle, libx264 could not go on: all formats have to be known.
        settings = replace(settings, mode="cpu")
    taken = [_suited(settings, output) for output in outputs]
    for field, argument in ARGUMENTS.items():
        given = getattr(settings, field)
        if given not in (None, (), Finish()) and not any(
            getattr(each, field) == given for each in taken
        ):
            shown = argument if field == "finish" else f"{argument}={given!r}"
            raise ArgumentError(f"{shown} suits none of {', '.join(path.name for path in outputs)}")
    return [fitted(each, output) for each, output in zip(taken, outputs, strict=True)]


def _suited(settings: VideoSettings, output: Path) -> VideoSettings:
    """Return settings without those that an output has no use for."""
    container = container_of(output)
    if container.audio is None:
        settings = replace(settings, finish=replace(settings.finish, audio=None))
    if not container.is_timed:
        settings = replace(settings, finish=Finish(settings.finish.audio))
    if "png" in container.codecs:
        return replace(
            settings,
            mode="cpu",
            codec=None,
            pixel_format=None,
            quality=None,
            preset=None,
            extra=(),
            metadata=(),
        )
    if settings.codec not in container.codecs:
        settings = replace(settings, codec=None)
    codec = settings.codec or container.codecs[0]
    encoder = ENCODERS[BY_CODEC[codec]]
    if settings.mode == "gpu" and codec == "h264":
        encoder = replace(encoder, presets=PRESETS["h264_nvenc"])
    elif settings.mode == "gpu":
        settings = replace(settings, mode="cpu")
    if settings.pixel_format not in encoder.pixel_formats:
        settings = replace(settings, pixel_format=None)
    if settings.preset not in encoder.presets:
        settings = replace(settings, preset=None)
    return settings
