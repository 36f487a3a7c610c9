"""``video_extra_ffmpeg_params``, as they are understood without the ffmpeg program.

Most of them are options of the encoder or of the muxer, which know best what is right. The rest is
for the program. What says only what happens anyway is taken, and metadata and the tag are written.
What would change the frames is refused, with the argument that does the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from parallel_animate.errors import ArgumentError

# Arguments of the program without a value that change nothing here: the file is replaced anyway,
# nobody is asked, FFmpeg says nothing but errors, and there is one stream, of video.
PLAIN = frozenset(("y", "hide_banner", "nostdin", "stats", "nostats", "an", "sn", "dn", "shortest"))
# The same with a value, whatever it is.
PLAIN_WITH_VALUE = frozenset(("loglevel", "v"))
# The same with this value.
PLAIN_VALUES = {"pix_fmt": "yuv420p", "f": "mp4"}
# Options of FFmpeg's MP4 muxer (`ffmpeg -h muxer=mp4`); all others are for the encoder.
MUXER_OPTIONS = frozenset(
    (
        *("brand", "cenc_skip_iv", "empty_hdlr_name", "encryption_key", "encryption_kid"),
        *("encryption_scheme", "frag_duration", "frag_interleave", "frag_size", "fragment_index"),
        *("iods_audio_profile", "iods_video_profile", "ism_lookahead", "max_interleave_delta"),
        *("min_frag_duration", "mov_gamma", "movflags", "movie_timescale", "moov_size"),
        *("prefer_icc", "skip_iods", "use_editlist", "use_stream_ids_as_track_ids"),
        *("video_track_timescale", "write_btrt", "write_prft", "write_tmcd"),
    )
)
TAGS = frozenset(("tag:v", "vtag"))
# What cannot be set, because it would contradict what the frames are, and what to use instead.
SIZE = "the size is the figure's: set its figsize, or savefig_params={'dpi': ...}"
RATE = "the frame rate is the argument fps"
LENGTH = "the length is the argument n_frames, or that of param_by_frame"
CODEC = "the encoder is the argument video_mode: 'cpu' takes libx264, 'gpu' NVENC"
COLOURS = "the pixel format and the colours are those of the frames"
INSTEAD = {
    **dict.fromkeys(("s", "video_size", "aspect"), SIZE),
    **dict.fromkeys(("r", "framerate", "time_base", "fpsmax", "vsync", "fps_mode"), RATE),
    **dict.fromkeys(("t", "to", "ss", "frames", "vframes"), LENGTH),
    **dict.fromkeys(("c", "codec", "vcodec"), CODEC),
    **dict.fromkeys(("pix_fmt", "pixel_format", "color_range", "colorspace"), COLOURS),
    **dict.fromkeys(("color_primaries", "color_trc"), COLOURS),
}
FILTERS = frozenset(("vf", "filter", "filter_complex", "lavfi"))


@dataclass(frozen=True)
class ExtraParams:
    """Extra params, understood.

    Parameters
    ----------
    options : dict
        Options of the encoder and the muxer, without their stream specifiers.
    metadata, stream_metadata : dict
        What is written of the file, and of its stream.
    tag : str or None
        The four characters that name the codec in the file.
    """

    options: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    stream_metadata: dict[str, str] = field(default_factory=dict)
    tag: str | None = None

    @property
    def muxer_options(self) -> dict[str, str]:
        """Those of the options that are for the MP4 muxer."""
        return {name: self.options[name] for name in self.options.keys() & MUXER_OPTIONS}

    @property
    def encoder_options(self) -> dict[str, str]:
        """All others."""
        return {name: value for name, value in self.options.items() if name not in MUXER_OPTIONS}


def understood(arguments: Sequence[str]) -> ExtraParams:
    """Return what ffmpeg arguments say.

    Raises
    ------
    ArgumentError
        If one is no option, has no value, or cannot be had without the ffmpeg program.

    Examples
    --------
    >>> said = understood(["-y", "-tune", "film", "-b:v", "1M", "-metadata", "title=Waves"])
    >>> said.options, said.metadata
    ({'tune': 'film', 'b': '1M'}, {'title': 'Waves'})
    """
    options: dict[str, str] = {}
    metadata: dict[str, dict[str, str]] = {"metadata": {}, "stream_metadata": {}}
    tag = None
    for name, value in _pairs(arguments):
        option, _, specifier = name[1:].partition(":")
        if option == "metadata":
            key, equals, text = value.partition("=")
            if not equals or not key:
                raise ArgumentError(
                    f"video_extra_ffmpeg_params: {name} takes 'key=value', not {value!r}"
                )
            metadata[_described(name, specifier)][key] = text
        elif name[1:] in TAGS:
            tag = _checked_tag(name, value)
        elif specifier.split(":")[0] not in ("", "v"):
            raise unusable([name])
        elif option in FILTERS or option in INSTEAD:
            _check_it_is_plain(name, option, value)
        elif option not in PLAIN_WITH_VALUE and PLAIN_VALUES.get(option) != value:
            options[option] = value
    return ExtraParams(options, tag=tag, **metadata)


def _pairs(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the options that have a value, and their values."""
    rest = iter(arguments)
    for name in rest:
        if not name.startswith("-") or len(name) < 2:
            raise ArgumentError(
                f"video_extra_ffmpeg_params must be '-option', 'value' pairs; {name!r} stands "
                "where an option should"
            )
        if name[1:] in PLAIN:
            continue
        value = next(rest, None)
        if value is None:
            raise ArgumentError(
                f"video_extra_ffmpeg_params: {name} has no value, and only '-option', 'value' "
                "pairs can go to the encoder; with video_writer='pvio' all arguments go to ffmpeg"
            )
        yield name, value


def _described(name: str, specifier: str) -> str:
    """Return what a ``-metadata`` option describes, by the fields of :class:`ExtraParams`."""
    if specifier in ("", "g"):
        return "metadata"
    if specifier in ("s", "s:v", "s:v:0", "s:0"):
        return "stream_metadata"
    raise unusable([name])


def _checked_tag(name: str, value: str) -> str:
    if len(value) != 4 or not value.isascii():
        raise ArgumentError(
            f"video_extra_ffmpeg_params: {name} takes four characters, such as 'avc1', "
            f"not {value!r}"
        )
    return value


def _check_it_is_plain(name: str, option: str, value: str) -> None:
    """Raise an ArgumentError for an option that contradicts the frames, unless it agrees."""
    if PLAIN_VALUES.get(option) == value:
        return
    instead = INSTEAD.get(option, "frames are encoded as they are drawn")
    raise ArgumentError(
        f"video_extra_ffmpeg_params: {name} cannot be set: {instead}; for all that the ffmpeg "
        "program can do, its filters for example, use video_writer='pvio'"
    )


def unusable(names: Iterable[str]) -> ArgumentError:
    """Return the error for options that neither encoder nor muxer knows."""
    return ArgumentError(
        "video_extra_ffmpeg_params: neither the encoder nor the MP4 muxer knows "
        f"{', '.join(sorted(names))}; options of the ffmpeg program (filters, sizes, formats) need "
        "video_writer='pvio'"
    )
