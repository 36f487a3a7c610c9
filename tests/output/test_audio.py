"""A sound track lies beside the frames, and is as long as they are."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.output.small import Small, fail, names
from tests.refusals import NeverSetUp, refusal
from tests.stamp import stamps

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]

RATE = 44100


def tone(path: Path, seconds: float, channels: int = 2, rate: int = RATE) -> Path:
    """Write a tone of 441 Hz to a WAV."""
    samples = np.sin(2 * np.pi * 441 * np.arange(round(seconds * rate)) / rate)
    data = np.repeat((10000 * samples).astype("<i2")[:, None], channels, axis=1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(data.tobytes())
    return path


def heard(path: Path) -> tuple[Any, int, str]:
    """Return the first channel of a file's sound, its rate, and its codec."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        pieces = [frame.to_ndarray()[0] for frame in container.decode(stream)]
        return np.concatenate(pieces), stream.rate, stream.codec.canonical_name


def loudness(samples: Any) -> float:
    return float(np.sqrt(np.square(samples).mean()))


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm"])
@pytest.mark.parametrize(("segment_frames", "seconds"), [(7, 0.5), (100, 3)])
def test_sound_is_cut_or_followed_by_silence(
    tmp_path: Path, suffix: str, segment_frames: int, seconds: float
) -> None:
    out, silent = tmp_path / f"out{suffix}", tmp_path / f"silent{suffix}"
    fps, frames = Fraction(30000, 1001), 30
    arguments: dict[str, Any] = {"num_workers": 1, "segment_frames": segment_frames}
    track = tone(tmp_path / "track.wav", seconds)
    Small().make_video(out, range(frames), fps, audio=track, **arguments)
    assert stamps(out) == list(range(frames))
    samples, rate, codec = heard(out)
    assert codec == ("opus" if suffix == ".webm" else "aac")
    lasts = float(frames / fps)
    assert abs(len(samples) / rate - lasts) < 0.05
    with av.open(str(out)) as container:
        assert container.duration is not None
        assert abs(container.duration / 1e6 - lasts) < 0.03
    assert loudness(samples[: int(0.45 * rate)]) > 0.15
    end = samples[int(0.6 * rate) : int(0.95 * rate)]
    assert (loudness(end) > 0.15) == (seconds > 1)
    # The frames are those of a video without sound.
    Small().make_video(silent, range(frames), fps, **arguments)
    with av.open(str(out)) as one, av.open(str(silent)) as other:
        packets = [
            [(bytes(packet), packet.pts) for packet in container.demux(video=0) if packet.size]
            for container in (one, other)
        ]
    for (data, at), (wanted, time) in zip(*packets, strict=True):
        assert data == wanted
        assert abs(at - time) <= 1  # half a millisecond is rounded up or down
    assert names(out) == [out.name, silent.name, "track.wav"]


def test_sound_lies_beside_the_frames_that_it_belongs_to(tmp_path: Path) -> None:
    out, track = tmp_path / "out.mp4", tone(tmp_path / "track.wav", 4)
    Small().make_video(out, range(60), 15, num_workers=1, segment_frames=20, audio=track)
    with av.open(str(out)) as container:
        order = [
            (packet.stream.type, float((packet.pts or 0) * packet.time_base))
            for packet in container.demux()
            if packet.size
        ]
    latest = {"audio": 0.0, "video": 0.0}
    for kind, time in order:
        latest[kind] = time
        assert abs(latest["audio"] - latest["video"]) < 0.5


@pytest.mark.parametrize(("channels", "rate"), [(1, 8000), (6, 48000), (2, 96000)])
def test_sound_of_other_kinds_is_converted(tmp_path: Path, channels: int, rate: int) -> None:
    out, track = tmp_path / "out.mp4", tone(tmp_path / "track.wav", 1, channels, rate)
    Small().make_video(out, range(10), 10, num_workers=2, audio=str(track))
    samples, found, _ = heard(out)
    assert found == 48000
    spectrum = np.abs(np.fft.rfft(samples[:48000]))
    assert abs(int(spectrum.argmax()) - 441) <= 1


def test_sound_of_another_video_is_taken_too(tmp_path: Path) -> None:
    first, second = tmp_path / "first.mp4", tmp_path / "second.webm"
    track = tone(tmp_path / "track.wav", 1)
    Small().make_video(first, range(10), 10, num_workers=1, audio=track)
    Small().make_video([second, tmp_path / "c.gif"], range(10), 10, num_workers=1, audio=first)
    samples, rate, _ = heard(second)
    assert loudness(samples[: rate // 2]) > 0.15


def encoded(path: Path, seconds: float, encoder: str) -> Path:
    """Write a tone to a file, and return its name."""
    sound = tone(path.with_suffix(".wav"), seconds, rate=48000)
    with av.open(str(sound)) as source, av.open(str(path), "w") as target:
        stream: Any = target.add_stream(encoder, rate=48000, layout="stereo")
        for frame in source.decode(audio=0):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return path


def sound_of(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


@pytest.mark.parametrize("seconds", [0.5, 3])
@pytest.mark.parametrize(
    ("track", "encoder", "suffix", "copied"),
    [
        ("t.m4a", "aac", ".mp4", True),
        ("t.m4a", "aac", ".mov", True),
        ("t.mkv", "aac", ".mp4", True),
        ("t.m4a", "aac", ".mkv", False),  # where the frames would begin later than at 0
        ("t.aac", "aac", ".mp4", False),  # whose packets bring no headers for a file
        ("t.webm", "libopus", ".webm", True),
        ("t.ogg", "libopus", ".mkv", True),
        ("t.webm", "libopus", ".mp4", False),
        ("t.m4a", "aac", ".webm", False),
    ],
)
def test_sound_is_copied_where_the_file_can_hold_it_and_it_is_long_enough(
    tmp_path: Path, track: str, encoder: str, suffix: str, copied: bool, seconds: float
) -> None:
    out, source = tmp_path / f"out{suffix}", encoded(tmp_path / track, seconds, encoder)
    Small().make_video(out, range(12), 10, num_workers=1, audio=source, segment_frames=5)
    packets, own = sound_of(out), sound_of(source)
    assert (packets == own[: len(packets)]) == (copied and seconds > 1)
    samples, rate, _ = heard(out)
    assert abs(len(samples) / rate - 1.2) < 0.05
    assert loudness(samples[: int(0.45 * rate)]) > 0.15
    assert (loudness(samples[int(0.6 * rate) : int(1.1 * rate)]) > 0.15) == (seconds > 1)
    with av.open(str(out)) as container:
        assert container.duration is not None
        assert abs(container.duration / 1e6 - 1.2) < 0.03
        assert [frame.time for frame in container.decode(video=0)][:3] == [0.0, 0.1, 0.2]


def test_a_resumed_render_has_the_sound_from_the_beginning(tmp_path: Path) -> None:
    out, track = tmp_path / "out.mp4", tone(tmp_path / "track.wav", 2)
    fail(out, 7, fps=10, audio=track)
    report = Small().make_video(
        out, range(12), 10, num_workers=1, segment_frames=5, audio=track, resume=True
    )
    assert report.resumed_frames == 7
    samples, rate, _ = heard(out)
    assert abs(len(samples) / rate - 1.2) < 0.05
    assert loudness(samples[: rate // 2]) > 0.15


def test_what_is_no_sound_is_refused(tmp_path: Path) -> None:
    out, text = tmp_path / "out.mp4", tmp_path / "text.wav"
    text.write_text("no sound")
    Small().make_video(tmp_path / "silent.mp4", range(2), 10, num_workers=1)
    for audio, said in (
        (3, "audio must be the path of a file with sound, not 3"),
        (tmp_path / "missing.wav", "cannot be read: No such file"),
        (text, "cannot be read: Invalid data"),
        (tmp_path / "silent.mp4", "has no sound in it"),
    ):
        assert said in refusal(out, audio=audio)
    track = tone(tmp_path / "track.wav", 1)
    for name in ("out.gif", "out.avi", "out.png"):
        said = refusal(tmp_path / name, audio=track)
        assert f"audio cannot be written to {name}, but to .mp4, .m4v, .mov, .mkv, .webm" in said
    with pytest.raises(ValueError, match=r"suits none of a\.gif, b\.png"):
        NeverSetUp().make_video([tmp_path / "a.gif", tmp_path / "b.png"], range(2), 9, audio=track)
