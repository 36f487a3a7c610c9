"""Bad input is refused before any work, by an error that says what is wrong and what would do."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from parallel_animate import (
    AnimateError,
    Animator,
    ArgumentError,
    EmptyParamsError,
    EncoderError,
    FrameError,
    FrameIdError,
    IndexedFrameParams,
    OutputError,
)
from parallel_animate.output.settings import PRESETS
from tests.stamp import HEIGHT, WIDTH, StampAnimator, rgb, stamps

ROOT = Path(__file__).parents[1]


class NeverSetUp(StampAnimator):
    """Gives another error than the expected one if it is used at all."""

    def setup(self) -> Figure:
        raise AssertionError("setup() was called")


class NeverUpdated(StampAnimator):
    """Gives another error than the expected one if a frame is begun."""

    def update(self, frame_idx: int, params: Any) -> None:
        raise AssertionError("update() was called")


class Blank(Animator):
    """An empty figure: all that shows is its background."""

    def setup(self) -> Figure:
        return Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)

    def update(self, frame_idx: int, params: Any) -> None:
        pass


def refusal(out: Path, kind: type[AnimateError] = ArgumentError, **arguments: Any) -> str:
    """Call ``make_video`` with a bad argument; return the message of its error.

    ``setup()`` is not reached, in any process, and nothing is written.
    """
    usual: dict[str, Any] = {"param_by_frame": range(3), "fps": 30, "num_workers": 1}
    with pytest.raises(kind) as caught:
        NeverSetUp().make_video(out, **(usual | arguments))
    assert isinstance(caught.value, OSError if kind is OutputError else ValueError)
    assert not out.is_file()
    assert not list(out.parent.glob("*.part*"))
    return str(caught.value)


def refusal_by_encoder(out: Path, kind: type[AnimateError] = ArgumentError, **options: Any) -> str:
    """Return the message of an error that only an encoder of the figure's size can give.

    ``setup()`` has run by then, but no frame was begun.
    """
    with pytest.raises(kind) as caught:
        NeverUpdated().make_video(out, range(3), 30, num_workers=1, **options)
    assert not out.exists()
    return str(caught.value)


# fps, quality, mode, writer, preset


@pytest.mark.parametrize(
    "fps",
    [0, 0.0, Fraction(0), -1, -0.5, math.nan, math.inf, -math.inf, "30", b"30", None, True, [30]],
)
def test_an_impossible_frame_rate_is_refused(out: Path, fps: Any) -> None:
    message = refusal(out, fps=fps)
    assert message.startswith("fps must be a positive number")
    assert repr(fps) in message


@pytest.mark.parametrize("fps", [1e-9, 1e9, Fraction(1, 10**6), 10**400])
def test_a_frame_rate_that_no_video_has_is_refused(out: Path, fps: Any) -> None:
    assert refusal(out, fps=fps).startswith("fps must")


@pytest.mark.parametrize("quality", [52, -1, 20.5, "20", math.nan])
def test_a_quality_outside_the_scale_is_refused(out: Path, quality: Any) -> None:
    message = refusal(out, video_quality=quality)
    assert "video_quality must be an integer from 0 to 51" in message
    assert repr(quality) in message


@pytest.mark.parametrize(
    ("argument", "choices"),
    [("video_mode", ["auto", "gpu", "cpu"]), ("video_writer", ["pyav", "pvio"])],
)
@pytest.mark.parametrize("value", ["nonsense", None, ["cpu"]])
def test_an_unknown_mode_or_writer_is_refused_and_the_known_ones_are_listed(
    out: Path, argument: str, choices: list[str], value: Any
) -> None:
    message = refusal(out, **{argument: value})
    assert message.startswith(f"{argument} must be one of")
    assert repr(value) in message
    assert all(repr(choice) in message for choice in choices)


@pytest.mark.parametrize(
    ("mode", "preset", "encoder"),
    [
        ("auto", "nonsense", "libx264"),
        ("cpu", "nonsense", "libx264"),
        ("cpu", "p5", "libx264"),
        ("gpu", "nonsense", "h264_nvenc"),
        ("gpu", "veryfast", "h264_nvenc"),
    ],
)
def test_a_preset_of_another_encoder_is_refused_and_the_right_ones_are_listed(
    out: Path, mode: str, preset: str, encoder: Any
) -> None:
    message = refusal(out, video_mode=mode, video_preset=preset)
    assert message.startswith(f"video_preset {preset!r}")
    assert encoder in message
    assert set(PRESETS[encoder]) <= set(re.findall(r"\w+", message))


def test_an_nvenc_preset_is_refused_where_auto_has_to_take_libx264(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "parallel_animate.output.pyav.nvenc_problem", lambda *_: "none in this test"
    )
    message = refusal_by_encoder(out, video_mode="auto", video_preset="p5")
    assert set(PRESETS["libx264"]) <= set(re.findall(r"\w+", message))


@pytest.mark.skipif(find_spec("pvio") is not None, reason="parallel-video-io is installed")
def test_the_pvio_writer_says_how_to_install_it(out: Path) -> None:
    message = refusal(out, video_writer="pvio")
    assert "parallel-video-io" in message
    assert "pip install '.[pvio]'" in message


# Counts and intervals


@pytest.mark.parametrize("n_frames", [0, -1, -(10**9)])
def test_fewer_than_one_frame_is_refused(out: Path, n_frames: int) -> None:
    message = refusal(out, n_frames=n_frames)
    assert message.startswith("n_frames must be at least 1")
    assert str(n_frames) in message


@pytest.mark.parametrize("n_frames", [2.5, 2.0, "2", math.nan])
def test_a_number_of_frames_that_is_no_integer_is_refused(out: Path, n_frames: Any) -> None:
    message = refusal(out, n_frames=n_frames)
    assert message.startswith("n_frames must be an integer")
    assert repr(n_frames) in message


def test_no_workers_at_all_is_refused_and_the_alternatives_are_named(out: Path) -> None:
    message = refusal(out, num_workers=0)
    assert message.startswith("num_workers must not be 0")
    assert "-1 for all cores" in message


@pytest.mark.parametrize("num_workers", [2.0, "2", None, True])
def test_a_number_of_workers_that_is_no_integer_is_refused(out: Path, num_workers: Any) -> None:
    message = refusal(out, num_workers=num_workers)
    assert message.startswith("num_workers must be an integer")
    assert repr(num_workers) in message


@pytest.mark.parametrize("preload_factor", [-1, 0.5, "8", None])
def test_an_impossible_preload_factor_is_refused(out: Path, preload_factor: Any) -> None:
    message = refusal(out, preload_factor=preload_factor)
    assert message.startswith("preload_factor must be an integer of at least 0")
    assert repr(preload_factor) in message


@pytest.mark.parametrize("argument", ["plotting_log_interval", "saving_log_interval"])
@pytest.mark.parametrize("interval", [0, -1, 2.5])
def test_an_impossible_log_interval_is_refused(out: Path, argument: str, interval: Any) -> None:
    message = refusal(out, **{argument: interval})
    assert message.startswith(f"{argument} must be an integer of at least 1")
    assert repr(interval) in message


@pytest.mark.parametrize("start_method", ["thread", "", 3])
def test_an_unknown_start_method_is_refused_and_the_known_ones_are_listed(
    out: Path, start_method: Any
) -> None:
    message = refusal(out, start_method=start_method)
    assert message.startswith("start_method must be None or one of")
    assert "'spawn'" in message
    assert repr(start_method) in message


# param_by_frame


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("n_frames", [None, 5])
@pytest.mark.parametrize("empty", [list, tuple, lambda: np.empty((0, 3)), lambda: iter(())])
def test_empty_params_are_a_runtime_error_and_a_value_error(
    out: Path, empty: Callable[[], Iterable[Any]], n_frames: int | None, workers: int
) -> None:
    with pytest.raises(EmptyParamsError, match="param_by_frame is empty") as caught:
        NeverUpdated().make_video(out, empty(), 30, n_frames=n_frames, num_workers=workers)
    assert isinstance(caught.value, RuntimeError)
    assert isinstance(caught.value, ValueError)
    assert list(out.parent.iterdir()) == []


@pytest.mark.parametrize("params", [5, None, 3.5, np.float64(3)])
def test_params_that_are_not_iterable_are_refused_and_their_type_is_named(
    out: Path, params: Any
) -> None:
    message = refusal(out, param_by_frame=params)
    assert message.startswith("param_by_frame must be iterable")
    assert type(params).__name__ in message


def items() -> Iterator[int]:
    yield 1


@pytest.mark.parametrize(
    ("params", "instead"),
    [
        (100, "int: use range(100)"),
        (np.int64(7), "int64: use range(7)"),
        (-1, "int"),
        (items, "function: call it"),
    ],
)
def test_params_that_funcanimation_would_take_are_told_what_to_be_instead(
    out: Path, params: Any, instead: str
) -> None:
    assert refusal(out, param_by_frame=params).endswith(f", not {instead}")


def indexed(*ids: Any) -> list[IndexedFrameParams]:
    return [IndexedFrameParams(frame_id, None) for frame_id in ids]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("container", [list, tuple])
@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ((0, 1, 2, 1), "frame_id 1 was given twice"),
        ((5, 5), "frame_id 5 was given twice"),
        ((0, -3), "frame_id -3 is negative"),
        ((0, 1.5), "frame_id must be an integer, not 1.5"),
        ((0, 2, 3), r"1 frame id\(s\) never came: 1$"),
        ((0, 1, 30), r"28 frame id\(s\) never came: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, \.\.\.(\n|$)"),
    ],
)
def test_wrong_frame_ids_of_a_list_are_found_before_anything_is_drawn(
    out: Path, ids: tuple[Any, ...], said: str, container: type, workers: int
) -> None:
    message = refusal(
        out, FrameIdError, param_by_frame=container(indexed(*ids)), num_workers=workers
    )
    assert re.search(said, message)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("preload", [0, 8])
@pytest.mark.parametrize(
    ("ids", "wrong", "said"),
    [
        ((0, 1, 2, 1, 3), (1,), "frame_id 1 was given twice"),
        ((7, 0, 7), (7,), "frame_id 7 was given twice"),
        ((0, -3), (-3,), "frame_id -3 is negative"),
        ((1, 2, 3), (0,), r"1 frame id\(s\) never came: 0$"),
        (
            (0, 1, 30),
            tuple(range(2, 30)),
            r"28 frame id\(s\) never came: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, \.\.\.(\n|$)",
        ),
    ],
)
def test_wrong_frame_ids_of_a_generator_are_an_error_that_names_them(
    out: Path, ids: tuple[int, ...], wrong: tuple[int, ...], said: str, preload: int, workers: int
) -> None:
    with pytest.raises(FrameIdError, match=said) as caught:
        StampAnimator().make_video(
            out, (item for item in indexed(*ids)), 30, num_workers=workers, preload_factor=preload
        )
    assert isinstance(caught.value, ValueError)
    assert tuple(caught.value.frame_ids) == wrong
    assert not out.exists()


TIMESTAMPS = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
from parallel_animate import FrameIdError, IndexedFrameParams
from parallel_animate.params import FrameSource
try:
    FrameSource([IndexedFrameParams(0, None), IndexedFrameParams(10**15, None)])
except FrameIdError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits the memory of a process")
def test_time_stamps_taken_for_frame_ids_do_not_fill_the_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TIMESTAMPS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )
    assert done.stdout.strip().endswith("never came: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ..."), (
        done.stderr[-500:]
    )
    assert str(10**15 - 1) in done.stdout.replace(",", "").replace("_", "")


# video_extra_ffmpeg_params


@pytest.mark.parametrize(
    "extra", [["-vf", "hflip"], ["-filter:v", "hflip"], ["-map", "0"], ["-tune", "film", "-r", "5"]]
)
def test_an_option_of_the_ffmpeg_program_is_refused_and_pvio_is_named(
    out: Path, extra: list[str]
) -> None:
    message = refusal_by_encoder(out, video_extra_ffmpeg_params=extra)
    assert message.startswith("video_extra_ffmpeg_params")
    assert extra[-2].split(":")[0] in message
    assert re.search("video_writer=['\"]pvio['\"]", message)


@pytest.mark.parametrize("extra", [["-an"], ["-tune", "film", "-shortest"]])
def test_an_option_without_a_value_is_refused(out: Path, extra: list[str]) -> None:
    message = refusal(out, video_extra_ffmpeg_params=extra)
    assert f"{extra[-1]} has no value" in message
    assert re.search("video_writer=['\"]pvio['\"]", message)


@pytest.mark.parametrize("extra", [["film"], ["tune", "film"], ["-tune", "film", "-", "x"]])
def test_a_value_without_an_option_is_refused(out: Path, extra: list[str]) -> None:
    message = refusal(out, video_extra_ffmpeg_params=extra)
    assert "'-option', 'value' pairs" in message
    assert repr(extra[0] if len(extra) < 4 else "-") in message


def test_a_string_instead_of_a_list_is_refused(out: Path) -> None:
    message = refusal(out, video_extra_ffmpeg_params="-tune film")
    assert "must be a list" in message
    assert "'-tune film'" in message


def test_an_unknown_option_is_refused_by_name(out: Path) -> None:
    message = refusal_by_encoder(out, video_extra_ffmpeg_params=["-nonsense", "1"])
    assert "-nonsense" in message
    assert re.search("video_writer=['\"]pvio['\"]", message)


def test_a_value_that_the_encoder_does_not_know_is_an_encoder_error(out: Path) -> None:
    message = refusal_by_encoder(out, EncoderError, video_extra_ffmpeg_params=["-tune", "nonsense"])
    assert message.startswith("libx264 cannot be opened")
    assert "nonsense" in message


def test_encoder_and_muxer_options_reach_the_file(out: Path) -> None:
    extra = ["-g", "2", "-movflags", "frag_keyframe+empty_moov"]
    StampAnimator().make_video(out, range(6), 30, num_workers=1, video_extra_ffmpeg_params=extra)
    assert stamps(out) == list(range(6))
    assert out.read_bytes().count(b"moof") == 3  # a fragment for each group of two frames


# output_file


def test_an_output_file_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, OutputError)
    assert str(tmp_path) in message
    assert "folder" in message


@pytest.mark.parametrize("below", ["out.mp4", "new/out.mp4", "new/newer/out.mp4"])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_folder_that_cannot_be_made_is_found_before_anything_is_drawn(
    tmp_path: Path, below: str, workers: int
) -> None:
    (tmp_path / "file").write_text("no folder")
    out = tmp_path / "file" / below
    message = refusal(out, OutputError, num_workers=workers)
    assert message.startswith(f"cannot write {out}: ")
    assert (tmp_path / "file").read_text() == "no folder"


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
@pytest.mark.parametrize("out", ["/proc/out.mp4", "/proc/new/out.mp4"])
def test_a_file_system_that_takes_no_files_is_found_before_anything_is_drawn(out: str) -> None:
    with pytest.raises(OutputError, match=f"cannot write {out}: "):
        NeverSetUp().make_video(out, range(3), 30, num_workers=1)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_write_protected_folder_or_file_is_found_before_anything_is_drawn(out: Path) -> None:
    out.write_bytes(b"older")
    for protected, mode in ((out, 0o444), (out.parent, 0o555)):
        usual = protected.stat().st_mode
        protected.chmod(mode)
        try:
            with pytest.raises(OutputError, match=f"cannot write {out}: "):
                NeverSetUp().make_video(out, range(3), 30, num_workers=1)
        finally:
            protected.chmod(usual)
    assert out.read_bytes() == b"older"


@pytest.mark.parametrize("path", [None, 3, object()])
def test_an_output_file_that_is_no_path_is_refused(path: Any) -> None:
    with pytest.raises(ArgumentError, match="output_file must be a path"):
        NeverSetUp().make_video(path, range(3), 30, num_workers=1)


@pytest.mark.parametrize("name", ["out.avi", "out", "out.gif"])
def test_a_suffix_that_is_not_an_mp4s_is_warned_of_at_the_users_line(
    tmp_path: Path, name: str
) -> None:
    with pytest.warns(UserWarning, match=f"'{name}' will hold an MP4 .*; name it .mp4") as caught:
        StampAnimator().make_video(tmp_path / name, range(2), 30, num_workers=1)
    assert [warning.filename for warning in caught] == [__file__]
    assert stamps(tmp_path / name) == [0, 1]


@pytest.mark.parametrize("as_string", [True, False])
def test_missing_parent_folders_are_made(tmp_path: Path, as_string: bool) -> None:
    out = tmp_path / "new" / "newer" / "out.mp4"
    StampAnimator().make_video(str(out) if as_string else out, range(3), 30, num_workers=1)
    assert stamps(out) == [0, 1, 2]
    assert list(out.parent.iterdir()) == [out]


class FailsLate(StampAnimator):
    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        if frame_idx == 7:
            raise ValueError("too late")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failed_render_leaves_the_older_file_alone(out: Path, workers: int) -> None:
    out.write_bytes(b"older")
    with pytest.raises(FrameError, match="frame 7"):
        FailsLate().make_video(out, range(10), 30, num_workers=workers)
    assert out.read_bytes() == b"older"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_render_replaces_the_older_file(out: Path, workers: int) -> None:
    out.write_bytes(b"older")
    StampAnimator().make_video(out, range(5), 30, num_workers=workers)
    assert stamps(out) == list(range(5))
    assert list(out.parent.iterdir()) == [out]


# savefig_params


@pytest.mark.parametrize("workers", [1, 2])
def test_dpi_and_facecolor_are_honoured(out: Path, workers: int) -> None:
    report = Blank().make_video(
        out,
        range(3),
        30,
        num_workers=workers,
        savefig_params={"dpi": 50, "facecolor": "tab:orange"},
        video_quality=1,
    )
    assert (report.width, report.height) == (WIDTH // 2, HEIGHT // 2)
    images = rgb(out)
    assert len(images) == 3
    for image in images:
        assert image.shape == (HEIGHT // 2, WIDTH // 2, 3)
        assert np.abs(image.astype(int) - (255, 127, 14)).max() <= 3


@pytest.mark.parametrize(
    ("facecolor", "seen"),
    [("none", (255, 255, 255)), ((1, 0, 0, 0.5), (255, 128, 128)), ("auto", (255, 255, 255))],
)
def test_a_transparent_figure_is_composited_on_white(
    out: Path, facecolor: Any, seen: tuple[int, int, int]
) -> None:
    options = {"facecolor": facecolor, "dpi": "figure"}
    Blank().make_video(out, range(2), 30, num_workers=1, savefig_params=options, video_quality=1)
    for image in rgb(out):
        assert image.shape == (HEIGHT, WIDTH, 3)
        assert np.abs(image.astype(int) - seen).max() <= 3


def test_an_option_of_savefig_that_does_not_apply_is_named_at_the_users_line(out: Path) -> None:
    options = {"dpi": 50, "bbox_inches": "tight", "transparent": True}
    with pytest.warns(UserWarning, match="'bbox_inches', 'transparent'") as caught:
        StampAnimator().make_video(out, range(2), 30, num_workers=1, savefig_params=options)
    assert [warning.filename for warning in caught] == [__file__]
    assert "'dpi', " not in str(caught[0].message)
    assert [image.shape for image in rgb(out)] == [(HEIGHT // 2, WIDTH // 2, 3)] * 2


@pytest.mark.parametrize("dpi", [0, -50, math.nan, math.inf, "big", [100]])
def test_an_impossible_dpi_is_refused(out: Path, dpi: Any) -> None:
    message = refusal(out, savefig_params={"dpi": dpi})
    assert "savefig_params['dpi'] must be a positive number" in message
    assert repr(dpi) in message


@pytest.mark.parametrize("facecolor", ["nonsense", (1, 2, 3), 7, ""])
def test_a_facecolor_that_is_no_colour_is_refused(out: Path, facecolor: Any) -> None:
    message = refusal(out, savefig_params={"facecolor": facecolor})
    assert "savefig_params['facecolor'] is no colour" in message
    assert repr(facecolor) in message
