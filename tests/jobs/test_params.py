"""Params from files: each kind gives the frames that it should, read as late as it can be."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parallel_animate import ArgumentError
from parallel_animate.jobs.params import open_params
from parallel_animate.jobs.values import Values
from tests.commands.running import run, script
from tests.stamp import stamps

NUMBERS = [3, 1, 4, 1, 5, 9]
XARRAY = [
    pytest.mark.ecosystem,
    pytest.mark.skipif(find_spec("xarray") is None, reason="xarray is not installed"),
]
PYARROW = [
    pytest.mark.ecosystem,
    pytest.mark.skipif(find_spec("pyarrow") is None, reason="pyarrow is not installed"),
]


def write(folder: Path, kind: str) -> Path:
    """Write a file in which the frames have these numbers."""
    path = folder / f"data{kind}"
    rows = [{"n": n, "name": "x"} for n in NUMBERS]
    if kind == ".json":
        path.write_text(json.dumps(rows))
    elif kind == ".jsonl":
        path.write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    elif kind == ".csv":
        path.write_text("n,name\n" + "".join(f'{n},"a, b"\n' for n in NUMBERS))
    elif kind == ".npy":
        np.save(path, np.array(NUMBERS))
    elif kind == ".npz":
        np.savez(path, n=np.array(NUMBERS), name=np.array(["x"] * len(NUMBERS)))
    elif kind == ".parquet":
        import pyarrow
        from pyarrow import parquet

        parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    else:
        import xarray

        data = xarray.Dataset({"n": ("step", NUMBERS), "m": ("step", NUMBERS)})
        data.to_zarr(path) if kind == ".zarr" else data.to_netcdf(path)
    return path


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (".json", ""),
        (".jsonl", ""),
        (".jsonl", ":n"),
        (".csv", ""),
        (".csv", ":n"),
        (".npy", ""),
        (".npz", ""),
        (".npz", ":n"),
        pytest.param(".parquet", "", marks=PYARROW),
        pytest.param(".parquet", ":n", marks=PYARROW),
        pytest.param(".nc", ":n", marks=XARRAY),
        pytest.param(".zarr", ":n", marks=XARRAY),
    ],
)
def test_a_file_gives_its_frames(tmp_path: Path, out: Path, kind: str, options: str) -> None:
    file = write(tmp_path, kind)
    more = ["--over", "step"] if kind in (".nc", ".zarr") else []
    words = ("render", f"{script(tmp_path)}:Shows", "-o", out, "-w", "1")
    ended = run(*words, "--params", f"{file}{options}", *more)
    assert ended.exit_code == 0, ended.output
    assert stamps(out) == NUMBERS
    ended = run(*words, "--params", f"{file}{options}", *more, "--frames", "2:4")
    assert stamps(out) == NUMBERS[2:4], ended.output


def opened(path: Path | str) -> Any:
    return open_params(str(path), None, Values({}))


def test_rows_are_read_when_they_are_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, ".jsonl")
    path.write_text(path.read_text() + "{ no JSON\n")
    rows = opened(path)
    assert len(rows) == len(NUMBERS) + 1
    items = iter(rows)
    assert [next(items)["n"] for _ in NUMBERS] == NUMBERS
    with pytest.raises(ValueError, match=r"data\.jsonl, line 8: "):
        next(items)


def test_an_array_is_mapped_and_not_read(tmp_path: Path) -> None:
    assert not opened(write(tmp_path, ".npy")).flags.owndata


def test_numbers_in_a_csv_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("a,b,c\n1,2.5,x\n")
    assert list(opened(path)) == [{"a": 1, "b": 2.5, "c": "x"}]


@pytest.mark.parametrize(
    ("name", "content", "part", "said"),
    [
        ("a.json", '{"x": [1]}', "", "must be a list with an item for each frame; its lists are "),
        ("a.json", '{"x": [1]}', ":y", "there is no 'y' in"),
        ("a.json", "{", "", "the params in .*a.json cannot be read: "),
        ("a.csv", "a,b\n", ":c", "there is no column 'c' in .*, which has a, b"),
        ("a.npz", {"x": np.zeros(3), "y": np.zeros(4)}, "", r"\(x \(3,\), y \(4,\)\): name one"),
        ("a.npz", {"x": np.zeros(3)}, ":z", "there is no 'z' in .*, which has x"),
        ("a.npz", {"x": np.zeros(())}, "", "is a single number"),
        ("a.npy", "no array", "", r"a.npy is no NPY file: numpy.save\(\) makes such ones"),
        ("a.npz", {}, "", "there are no arrays in .*a.npz"),
        ("a.json", '{"x": 1}', ":x", "'x' in .*a.json must be a list with an item for each frame"),
        ("a.json", '{"run": [1]}', ":ran", r"there is no 'ran' in .*; did you mean run\?"),
        ("a.csv", "a,b,a\n1,2,3\n", "", "has more than one column 'a': its first line"),
    ],
)
def test_a_file_that_has_no_frames_is_told(
    tmp_path: Path, name: str, content: Any, part: str, said: str
) -> None:
    path = tmp_path / name
    if isinstance(content, str):
        path.write_text(content)
    else:
        np.savez(path, **content)
    with pytest.raises(ArgumentError, match=said):
        opened(f"{path}{part}")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "a.csv",
            "a,b\n1,2\n\n3\n",
            "a.csv, line 4: 1 values, where the first line names 2 columns",
        ),
        ("a.csv", "a,b\n1,2\n3,4,5\n", "a.csv, line 3: 3 values, where the first line names 2"),
        ("a.jsonl:b", '{"b": 1}\n{"a": 1}\n', "a.jsonl, line 2: there is no 'b' in it"),
        ("a.jsonl:b", '{"b": 1}\n3\n', "a.jsonl, line 2: there is no 'b' in it"),
    ],
)
def test_a_row_that_is_not_like_the_others_is_told_with_its_line(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    (tmp_path / name.partition(":")[0]).write_text(content)
    items = iter(opened(tmp_path / name))
    next(items)
    with pytest.raises(ValueError, match=said):
        next(items)


@pytest.mark.parametrize("content", ["", "\n", "a,b\n"])
def test_a_table_without_rows_has_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.csv").write_text(content)
    rows = opened(tmp_path / "a.csv")
    assert (len(rows), list(rows)) == (0, [])


def test_a_number_is_so_many_frames() -> None:
    assert open_params(3, None, Values({})) == open_params("3", None, Values({})) == range(3)


@pytest.mark.ecosystem
@pytest.mark.skipif(find_spec("xarray") is None, reason="xarray is not installed")
def test_an_array_of_xarray_without_a_dimension_is_told(tmp_path: Path) -> None:
    import xarray

    path = tmp_path / "a.nc"
    xarray.Dataset({"n": ("step", NUMBERS), "one": ((), 1.0)}).to_netcdf(path)
    with pytest.raises(
        ArgumentError, match=r"one in .*a\.nc has no dimension, and no item for each"
    ):
        opened(f"{path}:one")
    path.write_text("nothing")
    with pytest.raises(ArgumentError, match=r"the params in .*a\.nc cannot be read: ") as caught:
        opened(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "module", "said"),
    [
        ("parquet", "pyarrow", "takes pyarrow to read: pip install pyarrow"),
        ("nc", "xarray", "takes xarray to read: pip install xarray netcdf4"),
        ("zarr", "xarray", "takes xarray to read: pip install xarray zarr"),
    ],
)
def test_what_a_file_takes_to_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, module: str, said: str
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, f"{module}.parquet", None)  # another test may have had it
    (tmp_path / f"a.{kind}").touch()
    with pytest.raises(ArgumentError, match=said):
        opened(tmp_path / f"a.{kind}")
