"""Tuning renders a sample with several settings, and says which to take."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from parallel_animate import (
    ArgumentError,
    EmptyParamsError,
    FrameError,
    IndexedFrameParams,
    Trial,
    TuneReport,
    tune,
)
from parallel_animate.commands.main import app
from parallel_animate.options import RenderOptions
from parallel_animate.rendering import render
from parallel_animate.system.machine import usable_cores
from parallel_animate.tuning import bench as tuning
from tests.stamp import StampAnimator, stamps

pytestmark = pytest.mark.timeout(120)

NOTHING: dict[str, Any] = {"workers": [], "presets": [], "encoder_threads": [], "ring_slots": []}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeat samples less: how exactly their pace is measured does not matter here."""
    monkeypatch.setattr(tuning, "SECONDS", 0.1)


def trial(fps: float, kilobytes: float = 100, ssim: float = 0.99, **arguments: Any) -> Trial:
    """Return a trial with these figures; nothing is rendered."""
    return Trial(arguments, fps, fps, fps, 1.0, 10**8, int(1000 * kilobytes), ssim)


def test_each_setting_is_tried_and_the_table_tells_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = tune(
        StampAnimator(),
        range(1000),
        frames=5,
        rounds=2,
        workers=[1, 2],
        presets=["ultrafast"],
        encoder_threads=[1],
        ring_slots=[9],
        num_workers=2,
        video_mode="cpu",
    )
    settings: list[dict[str, Any]] = [
        {},
        {"num_workers": 1},
        {"video_preset": "ultrafast"},
        {"video_extra_ffmpeg_params": ["-threads", "1"]},
        {"ring_slots": 9},
    ]
    assert [each.arguments for each in report.trials[:5]] == settings
    assert len(report.trials) <= 6  # and what was fastest together
    assert report.frames == 5
    table = capsys.readouterr().out
    assert table == f"{report}\n"
    lines = table.splitlines()
    for line, each in zip(lines[1:], report.trials, strict=False):
        assert line.startswith(each.label)
        assert each.slowest <= each.frames_per_second <= each.fastest
        assert each.file_bytes > 0
        assert each.memory_bytes > 0
        assert 0.9 < each.ssim <= 1
    assert [each.label for each in report.trials[:5]] == [
        "the defaults",
        "workers 1",
        "preset ultrafast",
        "encoder threads 1",
        "slots 9",
    ]
    assert f"for speed: make_video(..., {report.for_speed.call})".replace(", )", ")") in table
    assert "for size, looking the same: make_video(..." in table


def test_without_a_choice_it_tries_all_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[list[Any]] = []

    def compare(bench: Any, settings: list[Any], rounds: int, *, quiet: bool) -> list[Trial]:
        tried.append(settings)
        return [trial(10, **each) for each in settings]

    monkeypatch.setattr(tuning._Bench, "compare", compare)
    tune(StampAnimator(), range(2), frames=2, video_mode="cpu", quiet=True)
    (settings,) = tried
    assert settings[0] == {}
    assert {name for each in settings for name in each} >= {
        "video_preset",
        "video_extra_ffmpeg_params",
        "ring_slots",
    }
    workers = [each["num_workers"] for each in settings if "num_workers" in each]
    assert all(each > 0 and each != usable_cores() for each in workers)
    assert len(settings) == len({str(each) for each in settings})


def test_a_lossless_video_looks_exactly_like_what_was_drawn() -> None:
    report = tune(
        StampAnimator(), range(4), frames=4, rounds=1, quiet=True, video_quality=0, **NOTHING
    )
    assert [each.ssim for each in report.trials] == [1.0]
    rough = tune(
        StampAnimator(), range(4), frames=4, rounds=1, quiet=True, video_quality=51, **NOTHING
    )
    assert rough.default.ssim < 1


def test_only_the_sample_is_taken_from_the_params() -> None:
    params = iter(range(100))
    tune(StampAnimator(), params, frames=3, rounds=1, quiet=True, num_workers=1, **NOTHING)
    assert next(params) == 3


def test_params_in_any_order_are_put_in_theirs() -> None:
    calls = set()

    class Seen(StampAnimator):
        def update(self, frame_idx: int, params: int) -> None:
            calls.add((frame_idx % 4, params))
            super().update(frame_idx, params)

    params = (IndexedFrameParams(number, 10 * number) for number in (7, 3, 9, 5, 0, 1))
    tune(Seen(), params, frames=4, rounds=1, quiet=True, num_workers=1, **NOTHING)
    assert calls == {(0, 30), (1, 50), (2, 70), (3, 90)}


def test_your_own_encoder_options_are_kept_beside_those_that_are_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = []

    def seen(animation: Any, path: Any, params: Any, options: RenderOptions, *more: Any) -> Any:
        calls.append([*options.encoding.extra])
        return render(animation, path, params, options, *more)

    monkeypatch.setattr(tuning, "render", seen)
    tune(
        StampAnimator(),
        range(2),
        frames=2,
        rounds=1,
        quiet=True,
        num_workers=1,
        video_extra_ffmpeg_params=["-g", "10"],
        **NOTHING | {"encoder_threads": [3]},
    )
    assert ["-g", "10", "-threads", "3"] in calls
    assert ["-g", "10"] in calls


def test_the_default_is_taken_unless_another_is_faster_by_more_than_chance() -> None:
    default, other = trial(100), trial(102, num_workers=1)
    assert TuneReport((default, other), 9).for_speed is default
    other = trial(110, num_workers=1)
    assert TuneReport((default, other), 9).for_speed is other
    uneven = replace(other, slowest=99.0)
    assert TuneReport((default, uneven), 9).for_speed is default


def test_for_size_only_what_looks_the_same_counts() -> None:
    default = trial(100, kilobytes=100)
    ugly = trial(90, kilobytes=50, ssim=0.98, video_preset="ugly")
    small = trial(50, kilobytes=80, video_preset="small")
    same = trial(60, kilobytes=80.1, video_preset="quick")
    assert TuneReport((default, ugly), 9).for_size is default
    assert TuneReport((default, ugly, small), 9).for_size is small
    assert TuneReport((default, ugly, small, same), 9).for_size is same


def test_what_was_fastest_is_tried_together() -> None:
    threads = {"video_extra_ffmpeg_params": ["-threads", "1"]}
    trials = [
        trial(100),
        *(trial(120, num_workers=1), trial(150, num_workers=3)),
        *(trial(101, video_preset="a"), trial(99, video_preset="b")),
        *(trial(130, **threads), trial(140, ring_slots=3)),
    ]
    # Preset a is no faster by more than chance, and three slots are too few for three workers.
    expected = {"num_workers": 3, **threads}
    assert tuning._fastest_together(trials, (2, 2, 1, 1)) == expected


@pytest.mark.parametrize("name", ["frames", "rounds"])
def test_a_sample_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(ArgumentError, match=f"{name} must be an integer of at least 1, not 0"):
        tune(StampAnimator(), range(3), **{name: 0})


class Counted(StampAnimator):
    def __init__(self, fails_at: int | None = None, error: BaseException | None = None) -> None:
        super().__init__()
        self.updates = 0
        self.fails_at, self.error = fails_at, error

    def update(self, frame_idx: int, params: Any) -> None:
        self.updates += 1
        if self.updates == self.fails_at and self.error is not None:
            raise self.error
        super().update(frame_idx, params)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"workers": [1, 0]}, "num_workers must not be 0"),
        ({"workers": ["two"]}, "num_workers must be an integer"),
        ({"presets": ["veryfast", "nopreset"]}, "video_preset 'nopreset' does not belong to"),
        ({"encoder_threads": [1, 0]}, "encoder_threads must be an integer of at least 1, not 0"),
        ({"ring_slots": [1]}, "ring_slots must be an integer of at least 3, not 1"),
    ],
    ids=str,
)
def test_values_that_cannot_be_tried_are_refused_before_anything_is_rendered(
    values: dict[str, Any], said: str
) -> None:
    animator, params = Counted(), iter(range(9))
    with pytest.raises(ArgumentError, match=said):
        tune(animator, params, frames=3, rounds=1, quiet=True, num_workers=2, **NOTHING | values)
    assert animator.updates == 0
    assert next(params) == 0


def test_a_preset_of_the_other_encoder_is_refused_after_the_render_that_tells_the_encoder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "parallel_animate.output.pyav.nvenc_problem", lambda *_: "none in this test"
    )
    animator = Counted()
    with pytest.raises(ArgumentError, match="video_preset 'p5' does not belong to libx264"):
        tune(
            animator, range(3), frames=3, quiet=True, num_workers=1, **NOTHING | {"presets": ["p5"]}
        )
    assert animator.updates == 3


@pytest.mark.parametrize("error", [ArithmeticError("odd"), KeyboardInterrupt()], ids=repr)
def test_an_error_names_no_file_that_is_gone(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises((FrameError, KeyboardInterrupt)) as caught:
        tune(Counted(3, error), range(4), frames=4, quiet=True, num_workers=1, **NOTHING)
    assert list(tmp_path.iterdir()) == []
    told = "\n".join([str(caught.value), *getattr(caught.value, "__notes__", ())])
    assert "kept" not in told
    assert str(tmp_path) not in told
    if isinstance(caught.value, FrameError):
        assert (caught.value.partial_file, caught.value.partial_frames) == (None, 0)
        assert "with this setting: the defaults" in told


def test_each_render_is_logged_when_it_is_done(caplog: pytest.LogCaptureFixture) -> None:
    tried = NOTHING | {"presets": ["ultrafast"]}
    with caplog.at_level("INFO", "parallel_animate"):
        tune(StampAnimator(), range(2), frames=2, rounds=2, quiet=True, num_workers=1, **tried)
    told = [each.partition(": ")[2] for each in caplog.messages if each.startswith("tune: ")]
    assert [each.rpartition(":")[0] for each in told[:4]] == [
        f"{label}, round {number} of 2"
        for number in (1, 2)
        for label in ("the defaults", "preset ultrafast")
    ]


def test_some_params_may_have_ids_and_others_none() -> None:
    calls = set()

    class Seen(StampAnimator):
        def update(self, frame_idx: int, params: int) -> None:
            calls.add((frame_idx % 3, params))
            super().update(frame_idx, params)

    params = [0, IndexedFrameParams(30, 300), 20]
    tune(Seen(), params, frames=3, rounds=1, quiet=True, num_workers=1, **NOTHING)
    assert calls == {(0, 0), (1, 20), (2, 300)}


def test_bad_arguments_are_those_of_make_video() -> None:
    with pytest.raises(EmptyParamsError):
        tune(StampAnimator(), [])
    with pytest.raises(ArgumentError, match="video_quality"):
        tune(StampAnimator(), [1], video_quality=99)
    with pytest.raises(TypeError, match="colour"):
        tune(StampAnimator(), [1], colour="red")


# The command

SCRIPT = """
from matplotlib.figure import Figure
from parallel_animate import Animator
import beside

class Bare(Animator):
    def setup(self):
        return Figure(figsize=(1, 1), dpi=50)

    def update(self, frame_idx, params):
        beside.check(params)

class Sized(Bare):
    def __init__(self, size):
        self.size = size

bare = Bare()
number = 5
params = range(20)

def more():
    print("more was asked for")
    return (i for i in range(30))

if __name__ == "__main__":
    raise SystemExit("this is not for tuning")
"""


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A script with another module beside it."""
    before = list(sys.path)
    (tmp_path / "beside.py").write_text("def check(params): assert params < 100")
    path = tmp_path / "animated.py"
    path.write_text(SCRIPT)
    yield path
    sys.path[:] = before
    sys.modules.pop("beside", None)
    sys.modules.pop("animated", None)


def run(*arguments: object) -> tuple[int, str]:
    """Run the command with the smallest sample."""
    options = ["--frames", "1", "--rounds", "1", "-w", "1", "-p", "ultrafast"]
    ended = CliRunner().invoke(app, ["tune", *map(str, arguments), *options])
    return ended.exit_code, " ".join(ended.output.split())


@pytest.mark.parametrize("name", ["Bare", "bare"])
def test_the_command_tunes_what_a_script_has(script: Path, name: str) -> None:
    code, output = run(f"{script}:{name}")
    assert code == 0, output
    assert "video_preset='ultrafast'" in output
    assert "for speed: " in output


def test_the_command_takes_what_make_video_and_tune_take(script: Path) -> None:
    found = script.with_name("found.json")
    sizes = "--dpi", 100, "--quality", 18.5, "--mode", "cpu", "--threads", 1, "--slots", 9
    code, output = run(f"{script}:Bare", *sizes, "--json", found)
    assert code == 0, output
    assert "encoder threads 1" in output
    told = json.loads(found.read_text())
    settings = [each["arguments"] for each in told["trials"]]
    assert settings[0] == {}
    assert {"video_extra_ffmpeg_params": ["-threads", "1"]} in settings
    assert {"ring_slots": 9} in settings
    assert told["for_speed"] in settings
    assert told["frames"] == 1


def test_json_can_be_printed_in_place_of_the_table(script: Path) -> None:
    code, output = run(f"{script}:Bare", "--json", "-")
    assert code == 0, output
    assert json.loads(output)["trials"][0]["frames_per_second"] > 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--preset", "nopreset"], "--preset 'nopreset' does not belong to libx264"),
        (["--quality", "52"], "--quality must be a number from 0 to 51"),
        (["--mode", "fast"], "--mode must be one of 'auto', 'gpu', 'cpu', not 'fast'"),
        (["--workers", "0"], "--workers must not be 0"),
        (["--slots", "0"], "--slots must be an integer of at least"),
        (["--threads", "0"], "--threads must be an integer of at least 1"),
        (["--json", "no/such/folder.json"], "--json no/such/folder.json cannot be written"),
    ],
    ids=str,
)
def test_what_the_command_refuses_it_names_as_it_was_typed(
    script: Path, options: list[str], said: str
) -> None:
    code, output = run(f"{script}:Bare", *options)
    assert code == 2
    assert said in output
    assert not re.search(r"video_|num_workers|ring_slots|encoder_threads", output)


def test_params_of_the_script_may_be_a_function(script: Path) -> None:
    code, output = run(f"{script}:Bare", "--params", "more")
    assert code == 0, output
    assert "more was asked for" in output


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("missing.py:Bare", "no such script: "),
        ("animated.py", "say which animator, as in script.py:Class, instead of "),
        ("animated.py:Bear", "there is no Bear in "),
        ("animated.py:number", "is int: neither an Animator, nor"),
        ("animated.py:Sized", "Sized cannot be called without a value for size"),
        ("beside.txt:Bare", "is no Python script: its name has to end in .py"),
        ("broken.py:Bare", "cannot be imported: ZeroDivisionError: division by zero"),
    ],
)
def test_the_command_says_what_it_cannot_find(script: Path, target: str, said: str) -> None:
    (script.parent / "beside.txt").write_text("")
    (script.parent / "broken.py").write_text("1 / 0")
    code, output = run(script.parent / target)
    assert code == 2
    assert said in output
    assert "Traceback" not in output


def test_params_that_are_not_there_can_be_named(script: Path) -> None:
    code, output = run(f"{script}:Bare", "--params", "parameters")
    assert code == 2
    assert "there are no params 'parameters' in" in output
    assert "(--params takes another name, or a file)" in output
    assert "did you mean params?" in output


# The slots of the ring


@pytest.mark.parametrize(("slots", "workers", "expected"), [(3, 2, 3), (20, 2, 20), (1, 1, 1)])
def test_the_ring_has_the_slots_that_were_asked_for(
    out: Path, slots: int, workers: int, expected: int
) -> None:
    report = StampAnimator().make_video(out, range(30), 30, num_workers=workers, ring_slots=slots)
    assert report.slots == expected
    assert report.workers == workers
    assert stamps(out) == list(range(30))


@pytest.mark.parametrize(("slots", "workers"), [(2, 2), (0, 1), ("many", 2), (1.5, 2)])
def test_slots_that_are_too_few_are_refused(out: Path, slots: Any, workers: int) -> None:
    with pytest.raises(ArgumentError, match="ring_slots must be an integer of at least"):
        StampAnimator().make_video(out, range(30), 30, num_workers=workers, ring_slots=slots)


def test_one_slot_is_refused_where_a_time_limit_needs_a_worker_for_the_only_frame(
    out: Path,
) -> None:
    arguments: dict[str, Any] = {"num_workers": 2, "frame_timeout": 60.0}
    with pytest.raises(ArgumentError, match="ring_slots must be an integer of at least 2"):
        StampAnimator().make_video(out, range(1), 30, ring_slots=1, **arguments)
    report = StampAnimator().make_video(out, range(1), 30, ring_slots=2, **arguments)
    assert (report.workers, report.slots) == (1, 2)
    assert stamps(out) == [0]
