"""Files of jobs: which jobs they stand for, and what is said where they cannot be understood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from parallel_animate import ArgumentError
from parallel_animate.batch.allotment import Allotment
from parallel_animate.batch.config import load_jobs
from parallel_animate.batch.making import _chosen
from tests.batch.videos import toml

FULL = """
[defaults]
script = "plot.py:Run"
fps = 25
set = {a = 1}

[[jobs]]
output = "one.mp4"
set = {b = 2}
quality = 18

[matrix]
files = "data/*.npz"
color = ["red", "blue"]
preset = ["ultrafast"]
"""

# A job that is right, and the beginning of another one.
JOB = "[defaults]\nscript = 'a.py:B'\n[[jobs]]\noutput = 'a.mp4'\n[[jobs]]\n"


def test_a_file_has_jobs_and_a_matrix(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for name in ("x", "y"):
        (tmp_path / "data" / f"{name}.npz").touch()
    path = toml(
        tmp_path,
        FULL.replace("fps = 25", 'fps = 25\noutput = "v/{stem}-{color}.mp4"\nparams = "{file}:u"'),
    )
    one, *others = load_jobs(path)
    assert (one.name, one.values) == ("one.mp4", {"a": 1, "b": 2})
    assert one.options == {"fps": 25, "video_quality": 18}
    assert one.script == (tmp_path / "plot.py", "Run")
    assert sorted(job.name for job in others) == [
        *("v/x-blue.mp4", "v/x-red.mp4", "v/y-blue.mp4", "v/y-red.mp4"),
    ]
    job = next(each for each in others if each.name == "v/y-blue.mp4")
    assert job.params == f"{tmp_path}/data/y.npz:u"
    assert job.output == (f"{tmp_path}/v/y-blue.mp4",)
    assert job.offered["color"] == "blue"
    assert job.offered["file"] == f"{tmp_path}/data/y.npz"
    assert job.options["video_preset"] == "ultrafast"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("jobs = 3", r"write \[defaults\] once, and \[\[jobs\]\] for each job"),
        ("[job]", r"there is no table 'job'; did you mean jobs\?"),
        ("x", "is no TOML: "),
        ("[defaults]\nfps = 3", "there are no jobs"),
        ("[[jobs]]\noutput = 'a.mp4'", "the job of a.mp4 needs a script, as in script.py:Class"),
        ("[[jobs]]\nscript = 'a.py:B'", "a job needs an output, such as output = 'out.mp4'"),
        ("[[jobs]]\nscript = 'a.py:B'\noutputs = 'a.mp4'", r"no 'outputs'; did you mean output\?"),
        ("[[jobs]]\nscript = 'a.py'\noutput = 'a.mp4'", "say which animator"),
        ("[matrix]\nn = 3", "matrix.n must be a list of values, not 3"),
        ("[matrix]\nfiles = 'no/*.npz'", r"matrix.files: no file is like no/\*.npz in "),
        (
            "[defaults]\nscript = 'a.py:B'\noutput = 'a.mp4'\n[matrix]\nn = [1, 2]",
            "two jobs have the output .*a.mp4: give each its own",
        ),
        (
            "[defaults]\nscript = 'a.py:B'\noutput = '{m}.mp4'\n[matrix]\nn = [1, 2]",
            "'{m}.mp4': there is no value 'm'; values there: n",
        ),
        (
            "[defaults]\nscript = 'a.py:B'\noutput = 'a.mp4'\n[matrix]\nset.a = '{2}'\nn = [1]",
            "matrix.set must be a list of values",
        ),
        ("matrix = 5", r"matrix must have lists of values by name: write \[matrix\]"),
        ("[matrix]\nfile = '*.npz'", r"not '\*.npz' \(files = says a pattern of files\)"),
        ("[matrix]\nfiles = ''", "matrix.files must be a pattern such as 'data/"),
        ("[matrix]\nfiles = 3", "matrix.files must be a pattern such as 'data/"),
        ("[matrix]\nfiles = []", "matrix.files must be a pattern such as 'data/"),
        (
            "[defaults]\nscript = 'a.py:B'\noutput = '{n}.mp4'\nset.t = '$x^{2}$'\n"
            "[matrix]\nn = [1]",
            "cannot be filled in: .*, as in TeX, is written twice: {{ and }}",
        ),
        (
            f"{JOB}output = '{{n}}.mp4'",
            r"job 2 of \[\[jobs\]\]: the output '{n}.mp4' names n, but ",
        ),
        (f"{JOB}output = './a.mp4'", "two jobs have the output .*a.mp4: give each its own"),
        (f"{JOB}output = 5", r"job 2 of \[\[jobs\]\]: output must be a path, or a list of several"),
        (f"{JOB}output = ['b.mp4', true]", "output must be a path, or a list of several"),
        (f"{JOB}output = []", "a job needs an output, such as output = 'out.mp4'"),
        (f"{JOB}frames = 300", "frames must be a string, as in '0:300', not 300"),
        (f"{JOB}script = 5", "script must be a string, as in 'script.py:Class', not 5"),
        (f"{JOB}size = [64, 64]", r"size must be a string, as in '1920x1080', not \[64, 64\]"),
        (
            f"{JOB}output = 'b.mp4'\nsize = '64x99999'",
            "size must be at most 16,384 pixels a side, not 64x99999",
        ),
        (f"{JOB}over = 3", "over must be a string, not 3"),
        (f"{JOB}name = 3", "name must be a string, not 3"),
        (f"{JOB}set = 'k=3'", "set must have values by name, not 'k=3'"),
        (f"{JOB}params = true", "params must be a file, a name in the script, or the number of "),
        (f"{JOB}params = 1.5", "params must be a file, a name in the script, or the number of "),
        (f"{JOB}animation = 'a.py:B'", "animation must be an object, not 'a.py:B': script names"),
        (
            f"{JOB}output = 'b.mp4'\nfps = '30'",
            "fps must be a positive number of frames a second, not '30'",
        ),
        (f"{JOB}output = 'b.mp4'\nworkers = 'two'", ": workers must be an integer, not 'two'"),
        (f"{JOB}output = 'b.mp4'\nquality = 99", ": quality must be a number from 0 to 51"),
        (f"{JOB}resume = true", "a job has no 'resume'; a batch goes on where it was by itself"),
        (f"{JOB}disable_progress_bar = true", "all jobs have one bar together"),
    ],
)
def test_what_cannot_be_understood_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ArgumentError, match=said) as caught:
        load_jobs(toml(tmp_path, text))
    assert str(tmp_path / "jobs.toml") in str(caught.value)


def test_words_of_other_types_are_what_they_say(tmp_path: Path) -> None:
    job = load_jobs(toml(tmp_path, "[[jobs]]\nscript = 'a.py:B'\noutput = 'a.mp4'\nparams = 5"))[0]
    assert job.params == 5
    text = "[[jobs]]\nscript = 'a.py:B'\noutput = 'f/a{.mp4'\nsize = '64X48'"
    assert load_jobs(toml(tmp_path, text))[0].size == (64, 48)


def test_shards_have_each_job_exactly_once(tmp_path: Path) -> None:
    listed = ", ".join(map(str, range(50)))
    text = f"[defaults]\nscript = 'a.py:B'\noutput = '{{n}}.mp4'\n[matrix]\nn = [{listed}]"
    jobs = load_jobs(toml(tmp_path, text))
    shards = [_chosen(jobs, None, f"{part}/16") for part in range(1, 17)]
    names = [job.name for shard in shards for _, job in shard]
    assert sorted(names) == sorted(job.name for job in jobs)
    assert {len(shard) for shard in shards} == {3, 4}
    only = [_chosen(jobs, "4?.mp4", f"{part}/16") for part in range(1, 17)]
    found = sorted(job.name for shard in only for _, job in shard)
    assert found == [f"{n}.mp4" for n in range(40, 50)]


@pytest.mark.parametrize("shard", ["0/3", "4/3", "3", "a/b"])
def test_a_shard_is_a_part_of_all(shard: Any) -> None:
    with pytest.raises(ArgumentError, match=r"shard must be a part of all, from 1/16 to 16/16"):
        _chosen([], None, shard)


@pytest.mark.parametrize(("cores", "beside"), [(1, 1), (2, 3), (16, 17)])
def test_one_job_more_than_cores_runs_while_others_wait_for_the_disk(
    cores: int, beside: int
) -> None:
    allotment = Allotment(cores, memory=10**12)
    assert next(n for n in range(100) if not allotment.may_begin(n, n)) == beside


def test_memory_limits_how_many_run_beside_each_other() -> None:
    allotment = Allotment(cores=8, memory=1_000_000_000)
    allotment.used(300_000_000, 1)
    beside = 0
    while allotment.may_begin(beside, beside):
        beside += 1
    assert beside == 3
    assert allotment.workers(5000, 1, 0) == 3
    assert allotment.workers(5000, 1, 3) == 1
