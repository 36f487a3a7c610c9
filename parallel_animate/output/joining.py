"""Joins segments to one video, without encoding them again.

The packets are copied, and get new times. All segments have the same frame rate, so that frame i of
the video is due at i / fps. The packets keep their order, which is that in which a decoder needs
them. How long before its frame is due a packet has to be decoded differs between segments (one that
is very short has no B-frames): the joined video has the longest of these delays throughout.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import cast

import av
from av.bitstream import BitStreamFilterContext
from av.packet import Packet
from av.video.stream import VideoStream

from parallel_animate.errors import OutputError
from parallel_animate.output.audio import SoundTrack
from parallel_animate.output.checking import check
from parallel_animate.output.containers import MP4, Container
from parallel_animate.output.disk import (
    FULL,
    disk_errors,
    fresh,
    size,
    sync,
    unwritable,
)
from parallel_animate.output.finish import AS_IT_IS, Finish
from parallel_animate.output.manifest import Segment
from parallel_animate.output.reading import demuxed, opened_segment, packets
from parallel_animate.output.settings import CUES_FIRST, FASTSTART, SAME_BYTES, movie_timescale

# Metadata that the muxer writes into each file by itself.
MUXERS_OWN = frozenset(
    (
        *("major_brand", "minor_version", "compatible_brands", "encoder", "creation_time"),
        "DURATION",
    )
)
# Codecs whose packets are all frames in the order in which they are shown, whatever their times,
# which a WebM has in milliseconds only.
IN_ORDER = frozenset(("vp9", "prores", "png"))


def join(
    folder: Path,
    segments: Sequence[Segment],
    target: Path,
    fps: Fraction,
    muxer: Mapping[str, str] = FASTSTART,
    container: Container = MP4,
    finish: Finish = AS_IT_IS,
) -> None:
    """Join segments to one video.

    Parameters
    ----------
    folder : Path
        Where they are.
    segments : sequence of Segment
        In order; at least one.
    target : Path
        The file to write.
    fps : Fraction
        Frames a second of all of them.
    muxer : mapping
        Options of FFmpeg's MP4 muxer.
    container : Container
        What the video shall be.
    finish : Finish
        How long frames are shown, and the sound.

    Raises
    ------
    OutputError
        If the disk is full, a segment cannot be read, or the container cannot hold them.
    """
    needed = sum(size(folder / segment.file) for segment in segments)
    try:
        with disk_errors(target):
            fresh(target)
        _join(folder, segments, target, fps, muxer, container, finish)
    except av.FFmpegError as error:
        if error.errno in FULL:
            raise unwritable(target, error.errno, error.strerror, needed) from error
        raise OutputError(f"cannot join the segments in {folder}: {error}") from error
    with disk_errors(target, needed):
        sync(target)


def _join(
    folder: Path,
    segments: Sequence[Segment],
    target: Path,
    fps: Fraction,
    muxer: Mapping[str, str],
    container: Container,
    finish: Finish,
) -> None:
    paths = [folder / segment.file for segment in segments]
    starts = finish.starts(sum(segment.frames for segment in segments), fps)
    delay = max(_delay(path, fps) for path in paths)
    if delay and not container.reorders:
        raise OutputError(
            f"an AVI cannot hold the segments in {folder}, which have B-frames: take another "
            "suffix, such as .mp4 or .mkv"
        )
    # If they differ, some segments are of another encoder or of other settings. Then each key frame
    # brings the headers of its segment; in the first segment too, for a player may go back there.
    headers = [_headers(path) for path in paths]
    # Other codecs have them in each key frame anyway.
    in_stream = any(own != headers[0] for own in headers)
    with demuxed(paths[0]) as first:
        template = first.streams.video[0]
        time_base = template.time_base
        assert time_base is not None
        options = CUES_FIRST if container.muxer == "webm" else SAME_BYTES
        if container.has_mp4_options:
            options = {
                "video_track_timescale": str(time_base.denominator),
                "movie_timescale": movie_timescale(fps),
                **muxer,
            }
        with av.open(str(target), "w", container.muxer, container_options=options) as output:
            # PyAV looks for an encoder with the name of the decoder, which for AV1 there is none.
            decoder_only = template.codec.canonical_name == "av1"
            out = output.add_stream_from_template(template, opaque=decoder_only)
            out.codec_context.framerate = fps  # which Matroska writes down
            # AVI has a frame for each tick, so that there must be one only where a frame is due.
            out.time_base = time_base if container.has_mp4_options else 1 / fps
            if container.has_mp4_options:  # other formats have names of their own for the codec
                out.codec_context.codec_tag = template.codec_context.codec_tag
            output.metadata.update(_written_by_users(first.metadata))
            out.metadata.update(_written_by_users(template.metadata))
            in_stream &= template.codec_context.name == "h264"
            rewrite = _with_start_codes(template, out) if container.start_codes else _as_it_is
            track = None
            if finish.audio is not None and container.audio is not None:
                track = SoundTrack(output, container, finish.audio, starts[-1])
            number, left = 0, len(starts) - 1
            for path, segment, own in zip(paths, segments, headers, strict=True):
                check(folder, segment)  # just before it is copied, so that it is read once
                record, frames = own if in_stream else b"", segment.frames
                for packet in _timed(path, frames, number, delay, fps, record, starts):
                    left -= 1
                    if container.has_mp4_options and not left and packet.dts is not None:
                        # Their muxer takes the whole to be as long as it takes to decode it.
                        first_dts = round(-delay / fps / time_base)
                        packet.duration = round(starts[-1] / time_base) - packet.dts + first_dts
                    for ready in rewrite(packet):
                        ready.stream = out
                        if track is not None:
                            track.write(until=(packet.dts or 0) * packet.time_base)
                        output.mux_one(ready)
                number += frames
            if track is not None:
                track.write()


def _as_it_is(packet: Packet[VideoStream]) -> list[Packet[VideoStream]]:
    return [packet]


def _with_start_codes(
    template: VideoStream, out: VideoStream
) -> Callable[[Packet[VideoStream]], list[Packet[VideoStream]]]:
    """Return what gives packets start codes instead of lengths."""
    filtered = BitStreamFilterContext("h264_mp4toannexb", template, out)
    return lambda packet: cast("list[Packet[VideoStream]]", filtered.filter(packet))


def _written_by_users(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return what of a segment's metadata the muxer does not write by itself."""
    return {key: value for key, value in metadata.items() if key not in MUXERS_OWN}


def _timed(
    path: Path,
    frames: int,
    number: int,
    delay: int,
    fps: Fraction,
    record: bytes,
    starts: Sequence[Fraction],
) -> Iterator[Packet[VideoStream]]:
    """Yield the packets of a segment with the times that they have in the video.

    The segment has `frames` frames, the first of which is frame `number` of the video, and which
    begin at `starts`. If `record` is not empty, key frames get the headers in it (an avcC record).
    A packet is decoded `delay` frames ahead; those before the first frame have a tick each.
    """
    with opened_segment(path) as (container, stream):
        headers = _parameter_sets(record) if record else b""
        time_base = stream.time_base
        assert time_base is not None
        tick = 1 / fps / time_base
        i = -1
        for i, packet in enumerate(islice(packets(container, stream), frames)):
            assert packet.pts is not None
            shown = number + i
            if stream.codec_context.name not in IN_ORDER:
                shown = number + round((packet.pts - (stream.start_time or 0)) / tick)
            if headers and packet.is_keyframe:
                packet = _with(headers, packet)
            packet.time_base = time_base
            due = number + i - delay
            packet.pts = round(starts[shown] / time_base)
            packet.dts = round(starts[due] / time_base) if due >= 0 else round(due * tick)
            packet.duration = round(starts[shown + 1] / time_base) - packet.pts
            yield packet
        if i + 1 < frames:
            raise ValueError(f"it holds {i + 1} of {frames} frames")


def _headers(path: Path) -> bytes:
    """Return a segment's avcC record."""
    with opened_segment(path) as (_, stream):
        return stream.codec_context.extradata or b""


def _delay(path: Path, fps: Fraction) -> int:
    """Return how many frames ahead of its time a segment's first packet is decoded."""
    with opened_segment(path) as (container, stream):
        packet = next(container.demux(stream))
        if packet.dts is None or packet.pts is None or stream.time_base is None:
            return 0
        return round((packet.pts - packet.dts) * stream.time_base * fps)


def _with(headers: bytes, packet: Packet[VideoStream]) -> Packet[VideoStream]:
    """Return a key frame's packet with headers before its data."""
    new = cast("Packet[VideoStream]", Packet(headers + bytes(packet)))
    new.pts, new.dts = packet.pts, packet.dts
    new.is_keyframe = True
    return new


def _parameter_sets(record: bytes) -> bytes:
    """Return the parameter sets of an avcC record, as units of the stream.

    The record has its sequence parameter sets after five bytes and a count, and then its picture
    parameter sets after another count, each with a length of two bytes (ISO/IEC 14496-15,
    5.3.3.1.2). In the stream a unit has a length of four.
    """
    units, at = b"", 5
    for mask in (0x1F, 0xFF):
        count, at = record[at] & mask, at + 1
        for _ in range(count):
            (length,) = struct.unpack_from(">H", record, at)
            unit = record[at + 2 : at + 2 + length]
            units += struct.pack(">I", length) + unit
            at += 2 + length
    return units
