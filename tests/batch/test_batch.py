"""`make_videos`: every job gets its video, once, whatever happens to the others."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from parallel_animate.batch import Outcome, running
from parallel_animate.batch.running import work
from tests.batch.videos import SCRIPT, jobs, made, run, script, shown
from tests.commands.running import SCRIPT as OTHER
from tests.conftest import alike
from tests.scripts import ROOT, run_script
from tests.stamp import StampAnimator, decoded, stamps

pytestmark = pytest.mark.timeout(90)


def test_each_job_gets_its_video(tmp_path: Path) -> None:
    report = run(jobs(tmp_path), tmp_path, num_workers=2)
    assert report.counts == {"done": 3}
    assert not report.failed
    for i, outcome in enumerate(report.outcomes):
        assert stamps(tmp_path / f"{i}.mp4") == shown(i)
        assert (outcome.name, outcome.frames, outcome.attempts) == (f"job {i}", 5, 1)
        assert outcome.log is not None
        assert "is complete: 5 frames" in outcome.log.read_text()
    assert str(report).splitlines()[0].startswith("done  job 0  5 frames in ")


def test_what_is_there_is_not_rendered_again(tmp_path: Path) -> None:
    words = jobs(tmp_path)
    run(words, tmp_path)
    assert made(tmp_path) == [0, 1, 2]
    assert run(words, tmp_path).counts == {"skipped": 3}
    assert made(tmp_path) == []
    assert run(words, tmp_path, force=True).counts == {"done": 3}
    assert made(tmp_path) == [0, 1, 2]


def test_what_another_batch_has_made_meanwhile_is_not_rendered_again(tmp_path: Path) -> None:
    words = jobs(tmp_path)

    def other(outcome: Outcome) -> None:
        if outcome.name == "job 0":
            assert run(words, tmp_path, only="job 2").counts == {"done": 1}

    report = run(words, tmp_path, num_workers=1, on_end=other)
    assert [each.status for each in report.outcomes] == ["done", "done", "skipped"]
    assert made(tmp_path) == [0, 1, 2]


def test_names_of_any_length_and_language_have_files(tmp_path: Path) -> None:
    words = jobs(tmp_path, 2)
    for i, job in enumerate(words):
        job["name"] = f"{i}/" + "波 é" * 100
    report = run(words, tmp_path)
    assert report.counts == {"done": 2}
    logs = {each.log for each in report.outcomes}
    assert all(log is not None and log.is_file() for log in logs)
    assert len(logs) == 2
    assert run(words, tmp_path).counts == {"skipped": 2}


def test_a_frame_that_takes_too_long_ends_in_a_short_job_too(tmp_path: Path) -> None:
    words = jobs(tmp_path, 1)
    words[0]["frame_timeout"] = 30
    assert run(words, tmp_path).counts == {"done": 1}
    assert stamps(tmp_path / "0.mp4") == shown(0)


@pytest.mark.parametrize("lost", ["the folder", "the mark"])
def test_either_of_two_places_tells_that_a_video_is_there(tmp_path: Path, lost: str) -> None:
    words = jobs(tmp_path, 1)
    if lost == "the mark":
        words[0]["metadata"] = {"comment": "mine"}
    run(words, tmp_path)
    state = tmp_path / ("other" if lost == "the folder" else "state")
    assert run(words, tmp_path, folder=state).counts == {"skipped": 1}


def test_what_is_made_of_something_else_is_rendered_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = jobs(tmp_path, 1)
    (tmp_path / "beside.py").touch()
    script(tmp_path, "import beside\n" + SCRIPT)
    data, other = tmp_path / "data.csv", tmp_path / "other.txt"
    data.write_text("n\n0\n1\n")
    other.touch()
    words[0] |= {"params": f"{data}:n", "set": {"where": str(other)}}
    run(words, tmp_path)

    def renders_anew() -> bool:
        return run(words, tmp_path).counts == {"done": 1}

    assert not renders_anew()
    script(tmp_path, "import beside\n" + SCRIPT.replace("int(params)", "1 + int(params)"))
    assert renders_anew()
    (tmp_path / "beside.py").write_text("new = 1\n")
    assert renders_anew()
    data.write_text("n\n0\n1\n2\n")
    assert renders_anew()
    words[0]["params"] = "2"
    assert renders_anew()
    other.write_text("new")
    assert renders_anew()
    words[0]["set"]["n"] = 7
    assert renders_anew()
    words[0]["quality"] = 30
    assert renders_anew()
    (tmp_path / "0.mp4").write_bytes(b"somebody else's")
    assert renders_anew()
    monkeypatch.setattr("parallel_animate.jobs.fingerprints._versions", lambda: {"av": "0"})
    assert renders_anew()
    assert not renders_anew()


def test_what_a_killed_process_has_left_beside_its_complete_video_goes(tmp_path: Path) -> None:
    words = jobs(tmp_path, 1)
    run(words, tmp_path)
    (tmp_path / "0.mp4.parts").mkdir()
    for name in ("manifest.part.json", "lock", "next.part.mp4"):
        (tmp_path / "0.mp4.parts" / name).touch()
    assert run(words, tmp_path).counts == {"skipped": 1}
    assert not (tmp_path / "0.mp4.parts").exists()


def test_what_changes_no_pixel_is_no_reason(tmp_path: Path) -> None:
    words = jobs(tmp_path, 1)
    run(words, tmp_path)
    os.utime(tmp_path / "anim.py")
    words[0] |= {"workers": 1, "segment_frames": 77}
    assert run(words, tmp_path).counts == {"skipped": 1}


def test_a_kind_of_file_without_metadata_is_known_again_too(tmp_path: Path) -> None:
    words = jobs(tmp_path, 3)
    words[0]["output"] = str(tmp_path / "a.gif")
    words[1]["output"] = str(tmp_path / "frames") + "/"
    words[2]["output"] = [str(tmp_path / "b.mp4"), str(tmp_path / "b.webm")]
    del words[0]["preset"], words[1]["preset"], words[2]["preset"]
    assert run(words, tmp_path).counts == {"done": 3}
    assert len(list(decoded(tmp_path / "a.gif"))) == 5
    assert len(list((tmp_path / "frames").glob("*.png"))) == 5
    assert run(words, tmp_path).counts == {"skipped": 3}
    (tmp_path / "frames" / "frame_00003.png").unlink()
    assert run(words, tmp_path).counts == {"done": 1, "skipped": 2}
    assert len(list((tmp_path / "frames").glob("*.png"))) == 5


def test_one_that_fails_costs_no_other(tmp_path: Path) -> None:
    report = run(jobs(tmp_path, 4, {1: "raise", 2: "crash"}), tmp_path, retries=1)
    assert [each.status for each in report.outcomes] == ["done", "failed", "crashed", "done"]
    failed, crashed = report.failed
    assert failed.error.startswith("update() failed for frame 2 with params 2: ArithmeticError")
    assert (failed.attempts, crashed.attempts) == (1, 2)
    why = "its process was killed by SIGKILL, as the system does where memory runs out"
    assert crashed.error == why
    assert crashed.log is not None
    assert crashed.log.read_text().endswith(f"{why}\n")
    assert failed.log is not None
    assert "no such frame" in failed.log.read_text()
    assert stamps(tmp_path / "3.mp4") == shown(3)
    words = jobs(tmp_path, 4)
    assert run(words, tmp_path).counts == {"done": 2, "skipped": 2}


def test_a_crash_is_begun_anew_if_that_is_asked_for(tmp_path: Path) -> None:
    report = run(jobs(tmp_path, 2, {0: "crash once"}), tmp_path, retries=1)
    assert report.counts == {"done": 2}
    assert report.outcomes[0].attempts == 2
    assert stamps(tmp_path / "0.mp4") == shown(0)


def test_finished_segments_are_gone_on_with(tmp_path: Path) -> None:
    words = jobs(tmp_path, 1, {0: "crash once"})
    words[0]["segment_frames"] = 1
    (outcome,) = run(words, tmp_path, retries=1).outcomes
    assert (outcome.status, outcome.resumed_frames) == ("done", 2)
    assert stamps(tmp_path / "0.mp4") == shown(0)


def test_segments_of_another_script_are_not(tmp_path: Path) -> None:
    words = jobs(tmp_path, 1, {0: "raise"})
    words[0]["segment_frames"] = 1
    assert run(words, tmp_path).counts == {"failed": 1}
    script(tmp_path, SCRIPT.replace('self.act == "raise"', "False"))
    (outcome,) = run(words, tmp_path).outcomes
    assert (outcome.status, outcome.resumed_frames) == ("done", 0)
    shutil.rmtree(tmp_path / "0.mp4.kept")


def test_the_first_failure_may_end_all(tmp_path: Path) -> None:
    words = jobs(tmp_path, 4, {1: "raise"})
    report = run(words, tmp_path, fail_fast=True, num_workers=1)
    assert [each.status for each in report.outcomes] == ["done", "failed", "waiting", "waiting"]
    report = run(
        jobs(tmp_path, 9, {1: "raise"}), tmp_path, fail_fast=True, num_workers=2, force=True
    )
    assert report.outcomes[1].status == "failed"
    assert "waiting" in report.counts
    assert run(jobs(tmp_path, 9), tmp_path).failed == ()


STUBBORN = SCRIPT.replace(
    "            signal.pause()\n",
    "            while True:\n"
    + " " * 16
    + "try:\n"
    + " " * 20
    + "signal.pause()\n"
    + " " * 16
    + "except BaseException:\n"
    + " " * 20
    + "pass\n",
)


@pytest.mark.soak
def test_a_job_that_takes_no_interrupt_is_killed(tmp_path: Path) -> None:
    words = jobs(tmp_path, 2, {1: "interrupt the batch"})
    script(tmp_path, STUBBORN)
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run(words, tmp_path)
    assert time.monotonic() - begun < 20  # GRACE, and a lot for a machine that is busy
    assert run(words, tmp_path).failed == ()


def test_jobs_may_hold_objects(tmp_path: Path) -> None:
    stamp = StampAnimator(64, 64)
    words = [
        {"animation": stamp, "params": range(n), "output": str(tmp_path / f"{n}.mp4")}
        for n in (3, 4)
    ]
    assert run(words, tmp_path).counts == {"done": 2}
    assert stamps(tmp_path / "4.mp4") == [0, 1, 2, 3]
    assert run(words, tmp_path).counts == {"skipped": 2}
    words[0]["params"] = [1, 1, 1]
    assert run(words, tmp_path).counts == {"done": 1, "skipped": 1}


OBJECTS = """
import sys
from pathlib import Path
from parallel_animate import make_videos
from tests.stamp import StampAnimator

class Mine(StampAnimator):
    def __init__(self, color):
        super().__init__(64, 64)
        self.color = color

folder = Path(sys.argv[1])
jobs = [
    {"animation": Mine(color), "params": [1.5, 2.5], "output": folder / f"{color}.mp4"}
    for color in ("red", "blue")
]
print(make_videos(jobs, folder=folder / "state", quiet=True).counts)
"""


def test_objects_are_known_again_by_another_process(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(OBJECTS)
    assert run_script(program, tmp_path).stdout == "{'done': 2}\n"
    assert run_script(program, tmp_path).stdout == "{'skipped': 2}\n"
    program.write_text(OBJECTS.replace("self.color = color", "self.color = color.upper()"))
    assert run_script(program, tmp_path).stdout == "{'done': 2}\n"


@pytest.mark.soak
def test_a_class_of_a_notebook_may_have_changed(tmp_path: Path) -> None:
    twice = "make_videos(jobs, folder=folder / 'state')\nprint("
    program = tmp_path / "program.py"
    program.write_text(OBJECTS.replace("print(", twice))
    assert run_script(program, tmp_path, stdin=True).stdout == "{'done': 2}\n"


def test_animations_of_matplotlib_are_jobs_too(tmp_path: Path) -> None:
    target = script(tmp_path, OTHER).replace(":Shows", ":animation")
    report = run([{"script": target, "output": str(tmp_path / "a.mp4")}], tmp_path)
    assert report.counts == {"done": 1}
    assert stamps(tmp_path / "a.mp4") == list(range(8))


def test_where_a_fork_is_not_safe_processes_are_started_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "fork_danger", lambda: "native threads run")
    assert run(jobs(tmp_path, 2), tmp_path, num_workers=2).counts == {"done": 2}
    assert stamps(tmp_path / "1.mp4") == shown(1)


def test_a_long_job_has_workers_of_its_own(tmp_path: Path) -> None:
    words = jobs(tmp_path, 1)
    words[0]["params"] = "300"
    report = run(words, tmp_path, num_workers=2)
    assert report.outcomes[0].workers == 2
    assert stamps(tmp_path / "0.mp4") == list(range(300))


def test_a_long_job_beside_short_ones_has_the_cores_that_they_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PATIENCE", 60)  # however slow this machine is now
    words = jobs(tmp_path, 3)
    words[0]["params"] = "300"
    report = run(words, tmp_path, num_workers=2)
    assert [each.workers for each in report.outcomes] == [2, 1, 1]
    assert stamps(tmp_path / "0.mp4") == list(range(300))


def slowly_ending(*arguments: Any) -> None:
    """Work, and then take a while to end."""
    work(*arguments)
    time.sleep(0.2)  # as where much memory has to be given back


def test_nobody_is_busy_with_waiting_for_a_process_that_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = []
    wait = running.wait

    def counted(*arguments: Any) -> Any:
        waits.append(arguments)
        return wait(*arguments)

    monkeypatch.setattr(running, "wait", counted)
    monkeypatch.setattr(running, "work", slowly_ending)
    assert run(jobs(tmp_path, 1), tmp_path).counts == {"done": 1}
    assert len(waits) < 20


def test_the_page_has_all_of_them(tmp_path: Path) -> None:
    report = run(jobs(tmp_path, 3, {1: "raise", 2: "warn"}), tmp_path)
    assert report.page is not None
    page = report.page.read_text()
    assert page.count('alt="the first frame"') == 2
    for said in ("job 2", "ArithmeticError: no such frame", 'href="../2.mp4"', "1 failed"):
        assert said in page
    assert 'href="../1.mp4"' not in page  # it failed: there is no such file
    assert report.outcomes[2].log is not None
    assert "a word of the script" in report.outcomes[2].log.read_text()


KILLED = """
import sys
from pathlib import Path
from tests.batch.videos import jobs, run
folder = Path(sys.argv[1])
report = run(jobs(folder, 6, {int(sys.argv[2]): sys.argv[3]}), folder, num_workers=2)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
@pytest.mark.parametrize("act", ["kill the batch", "interrupt the batch"])
@pytest.mark.parametrize("at", [3, *alike(0, 5)])
def test_a_batch_that_ends_early_goes_on_where_it_was(tmp_path: Path, act: str, at: int) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), str(at), act],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if act == "kill the batch":
        assert killed.returncode == -signal.SIGKILL
    else:
        assert killed.stderr.rstrip().splitlines()[-1].endswith("run the batch again to go on")
    there = {path: path.stat().st_mtime_ns for path in tmp_path.glob("?.mp4")}
    made(tmp_path)
    report = run(jobs(tmp_path, 6, {at: act}), tmp_path, num_workers=2)
    assert not report.failed
    for i in range(6):
        assert stamps(tmp_path / f"{i}.mp4") == shown(i)
    assert all(path.stat().st_mtime_ns == written for path, written in there.items())
    assert made(tmp_path) == [i for i in range(6) if tmp_path / f"{i}.mp4" not in there]


def test_a_process_that_ends_in_a_job_of_its_own_way_has_crashed(tmp_path: Path) -> None:
    text = SCRIPT.replace('raise ArithmeticError("no such frame")', "os._exit(5)")
    words = jobs(tmp_path, 1, {0: "raise"})
    script(tmp_path, text)
    (outcome,) = run(words, tmp_path).outcomes
    assert (outcome.status, outcome.error) == ("crashed", "its process has ended with status 5")
    shutil.rmtree(tmp_path / "0.mp4.parts")  # which the next run would do


BATCH = """
from pathlib import Path
import sys
from tests.batch.videos import jobs, run
folder = Path(sys.argv[1])
run(jobs(folder, 20), folder, num_workers=2, on_end=lambda outcome: print(outcome.name, flush=True))
"""


@pytest.mark.soak
@pytest.mark.parametrize("moment", range(20))
def test_a_batch_that_is_killed_at_any_moment_renders_nothing_twice(
    tmp_path: Path, moment: int
) -> None:
    command = [sys.executable, "-c", BATCH, str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as batch:
        assert batch.stdout is not None
        for _ in range(moment):
            batch.stdout.readline()
        time.sleep(moment * 0.037 % 0.15)  # any moment will do
        batch.kill()
    there = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.mp4") if path.is_file()}
    assert len(there) >= moment
    made(tmp_path)
    assert not run(jobs(tmp_path, 20), tmp_path, num_workers=2).failed
    for i in range(20):
        assert stamps(tmp_path / f"{i}.mp4") == shown(i)
    assert all(path.stat().st_mtime_ns == written for path, written in there.items())
    assert made(tmp_path) == [i for i in range(20) if tmp_path / f"{i}.mp4" not in there]
