"""What an output holds, and what an unfinished render of it has left: read from the files."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from parallel_animate.errors import AnimateError, OutputError, ResumeError
from parallel_animate.output.aside import Left, left_in, sets_aside
from parallel_animate.output.containers import FILES, container_of, numbered_file
from parallel_animate.output.file import FRAMES
from parallel_animate.output.folder import SUFFIX, parts_folder
from parallel_animate.output.parts import Parts
from parallel_animate.output.stills import Stills, read_files, read_webp


@dataclass(frozen=True)
class Leftover:
    """What an unfinished render has left.

    Parameters
    ----------
    folder : Path
        Where it is.
    frames, segments : int
        What is finished.
    leading : int
        Frames of these up to the first one that is missing.
    form : dict
        How the segments were made.
    """

    folder: Path
    frames: int
    segments: int
    form: dict[str, object]
    leading: int


@dataclass(frozen=True)
class FileInfo:
    """What a file holds.

    Parameters
    ----------
    path : Path
        The file.
    exists : bool
        Whether it is there.
    complete : bool
        Whether all frames can be read that it says it has.
    problem : str
        Why not.
    frames, width, height : int
        Frames, and their size in pixels.
    fps : Fraction or None
        Frames a second.
    seconds : float
        How long it is.
    codec, pixel_format : str
        By FFmpeg's names.
    bytes : int
        Its size.
    metadata : dict
        What is written into it.
    left : list of Leftover
        What unfinished renders have left beside it.
    """

    path: Path
    exists: bool = False
    complete: bool = False
    problem: str = ""
    frames: int = 0
    width: int = 0
    height: int = 0
    fps: Fraction | None = None
    seconds: float = 0.0
    codec: str = ""
    pixel_format: str = ""
    bytes: int = 0
    metadata: dict[str, str] = field(default_factory=dict)
    left: tuple[Leftover, ...] = ()


def inspect_output(path: str | Path) -> FileInfo:
    """Return what a video holds, and what unfinished renders of it have left.

    Parameters
    ----------
    path : str or Path
        The video; a folder of pictures, or a pattern such as ``frame_%05d.png``; or the folder of
        an unfinished render's parts.

    Raises
    ------
    OutputError
        If there is neither.
    """
    output = Path(path).expanduser().absolute()
    if output.is_dir() and output.suffix == SUFFIX:
        output = output.with_suffix("")
    elif output.is_dir():
        output = output / FRAMES
    left = _leftovers(output)
    if _is_of_files(output):
        found = read_files(output)
        if found is not None:
            return _of_stills(output, found, "png", left)
    elif output.is_file():
        if output.suffix.lower() == ".webp":
            return _of_stills(output, read_webp(output), "webp", left)
        return _read(output, left)
    if not left:
        inside = f", with no {numbered_file(output, 0).name} in it" if Path(path).is_dir() else ""
        what = f"a folder {path}{inside}" if inside else f"no video {path}"
        raise OutputError(f"there is {what}, nor anything left of a render of it")
    return FileInfo(output, problem="there is no such file yet", left=left)


def _is_of_files(output: Path) -> bool:
    """Return whether an output is a file of each frame; its name may be any."""
    try:
        return container_of(output) is FILES
    except AnimateError:
        return False


def _of_stills(path: Path, found: Stills, codec: str, left: tuple[Leftover, ...]) -> FileInfo:
    return FileInfo(
        path,
        exists=True,
        complete=bool(found.frames) and not found.problem,
        problem=found.problem or ("" if found.frames else "it has no frames"),
        frames=found.frames,
        width=found.width,
        height=found.height,
        fps=_rate(found),
        seconds=found.seconds,
        codec=codec,
        pixel_format=found.pixel_format,
        bytes=found.bytes,
        left=left,
    )


def _rate(found: Stills) -> Fraction | None:
    """Return frames a second on average, if it is known how long they are shown."""
    if not found.seconds:
        return None
    return Fraction(found.frames / found.seconds).limit_denominator(1000)


def metadata_of(path: Path) -> dict[str, str]:
    """Return what is written into a video; nothing if it cannot be read."""
    import av

    try:
        with av.open(str(path)) as container:
            return dict(container.metadata)
    except (av.FFmpegError, OSError):
        return {}


def parts_of(output: Path) -> int:
    """Return how many frames an unfinished render of an output has finished."""
    folder = parts_folder(output)
    try:
        return left_in(folder).frames if folder.is_dir() else 0
    except ResumeError:
        return 0


def tidy(output: Path) -> None:
    """Remove what a render has left that was killed when its output had just got its name."""
    if parts_folder(output).is_dir() and not parts_of(output):
        # Entered and left, the folder loses all that is not finished, and goes if it is empty.
        with suppress(AnimateError), Parts(output, resume=True):
            pass


def _leftovers(output: Path) -> tuple[Leftover, ...]:
    found: list[Left] = []
    if parts_folder(output).is_dir():
        found.append(left_in(parts_folder(output)))
    found += sets_aside(output)
    return tuple(
        Leftover(
            each.folder,
            each.frames,
            len(each.manifest.segments),
            each.manifest.form,
            each.leading,
        )
        for each in found
    )


def _read(path: Path, left: tuple[Leftover, ...]) -> FileInfo:
    import av

    from parallel_animate.output.joining import MUXERS_OWN

    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            told, rate, context = stream.frames, stream.average_rate, stream.codec_context
            frames, problem = 0, ""
            try:
                for packet in container.demux(stream):
                    frames += bool(packet.size)
                    if packet.is_corrupt:
                        problem = f"frame {frames - 1} is damaged"
            except av.FFmpegError as error:
                problem = str(error.strerror)
            if told and frames != told and not problem:
                problem = f"{told - frames:,} of {told:,} frames are missing"
            return FileInfo(
                path,
                exists=True,
                complete=bool(frames) and not problem,
                problem=problem,
                frames=frames,
                width=context.width,
                height=context.height,
                fps=None if rate is None else Fraction(rate),
                seconds=(
                    container.duration / av.time_base
                    if container.duration
                    else float(frames / rate)  # of an APNG nothing else is told
                    if rate
                    else 0.0
                ),
                codec=stream.codec.canonical_name,
                pixel_format=context.pix_fmt or "",
                bytes=path.stat().st_size,
                metadata={
                    key: text for key, text in container.metadata.items() if key not in MUXERS_OWN
                },
                left=left,
            )
    except (av.FFmpegError, IndexError, OSError) as error:
        reason = getattr(error, "strerror", None) or "there is no video in it"
        size = path.stat().st_size
        return FileInfo(path, exists=True, problem=str(reason), bytes=size, left=left)
