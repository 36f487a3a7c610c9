"""How many cores and how much memory a process may use, and how many workers that gives."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from parallel_animate import ArgumentError
from parallel_animate.system import machine
from parallel_animate.system.machine import (
    _cgroup_cpu_quota,
    _cgroup_memory_left,
    available_memory,
    usable_cores,
    worker_count,
)
from tests.scripts import ROOT


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no CPU affinity here")
def test_only_the_cores_that_affinity_allows_are_used() -> None:
    program = (
        "import os\n"
        "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "from parallel_animate.system.machine import usable_cores, worker_count\n"
        "print(usable_cores(), worker_count(-1), worker_count(-2))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1", "1", "1"]


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="no CPU affinity here")
@pytest.mark.parametrize(
    ("quota", "cores"), [(None, 8), (0.1, 1), (1.0, 1), (2.5, 3), (8.0, 8), (64.0, 8)]
)
def test_the_smaller_of_affinity_and_quota_counts_rounded_up(
    quota: float | None, cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine.os, "sched_getaffinity", lambda _: set(range(8)))
    monkeypatch.setattr(machine, "_cgroup_cpu_quota", lambda: quota)
    assert usable_cores() == cores


class Groups:
    """A made-up ``/sys/fs/cgroup``, and a ``/proc`` that says where the process is in it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "cgroup"
        self.proc = folder / "proc"
        self.root.mkdir()

    def process_is_in(self, *lines: str) -> None:
        (self.proc / "self").mkdir(parents=True)
        (self.proc / "self" / "cgroup").write_text("".join(f"{line}\n" for line in lines))

    def v2(self, group: str, quota: str, period: str = "100000") -> None:
        folder = self.root / group
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "cpu.max").write_text(f"{quota} {period}\n")

    def v1(self, group: str, quota: str, period: str = "100000") -> None:
        folder = self.root / group
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "cpu.cfs_quota_us").write_text(f"{quota}\n")
        (folder / "cpu.cfs_period_us").write_text(f"{period}\n")

    def quota(self) -> float | None:
        return _cgroup_cpu_quota(root=self.root, proc=self.proc)

    def memory(self, group: str, **files: object) -> None:
        """Write ``memory.*`` files; a dict is one of lines with a key and a value."""
        folder = self.root / group
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            if isinstance(content, dict):
                content = "\n".join(f"{key} {value}" for key, value in content.items())
            (folder / f"memory.{name}").write_text(f"{content}\n")

    def memory_left(self) -> int | None:
        return _cgroup_memory_left(root=self.root, proc=self.proc)


@pytest.fixture
def groups(tmp_path: Path) -> Groups:
    return Groups(tmp_path)


def test_a_quota_of_version_2_is_found(groups: Groups) -> None:
    groups.process_is_in("0::/user.slice/job")
    groups.v2("user.slice/job", "250000")
    assert groups.quota() == 2.5


def test_the_period_of_a_quota_counts(groups: Groups) -> None:
    groups.process_is_in("0::/job")
    groups.v2("job", "150000", period="50000")
    assert groups.quota() == 3.0


def test_a_quota_at_the_mount_itself_is_found(groups: Groups) -> None:
    """A container sees its own group as the root of the hierarchy."""
    groups.process_is_in("0::/")
    groups.v2(".", "50000")
    assert groups.quota() == 0.5


@pytest.mark.parametrize(
    ("outer", "inner", "tightest"),
    [("100000", "400000", 1.0), ("400000", "100000", 1.0), ("300000", "max", 3.0)],
)
def test_the_tightest_quota_of_version_2_among_the_parents_counts(
    groups: Groups, outer: str, inner: str, tightest: float
) -> None:
    groups.process_is_in("0::/pod/container/step")
    groups.v2("pod", outer)
    groups.v2("pod/container", "max")
    groups.v2("pod/container/step", inner)
    assert groups.quota() == tightest


def test_no_limit_of_version_2_is_no_quota(groups: Groups) -> None:
    groups.process_is_in("0::/job")
    groups.v2("job", "max")
    assert groups.quota() is None


def test_the_quota_of_a_sibling_does_not_count(groups: Groups) -> None:
    groups.process_is_in("0::/pod/mine")
    groups.v2("pod/mine", "400000")
    groups.v2("pod/other", "100000")
    assert groups.quota() == 4.0


def test_a_quota_of_version_1_is_found(groups: Groups) -> None:
    groups.process_is_in("5:memory:/docker/abc", "4:cpu,cpuacct:/docker/abc")
    groups.v1("cpu,cpuacct/docker/abc", "150000")
    groups.v1("memory/docker/abc", "1")  # of another controller
    assert groups.quota() == 1.5


@pytest.mark.parametrize(
    ("outer", "inner", "tightest"),
    [("100000", "400000", 1.0), ("400000", "100000", 1.0), ("300000", "-1", 3.0)],
)
def test_the_tightest_quota_of_version_1_among_the_parents_counts(
    groups: Groups, outer: str, inner: str, tightest: float
) -> None:
    groups.process_is_in("2:cpu:/batch/job")
    groups.v1("cpu", "-1")
    groups.v1("cpu/batch", outer)
    groups.v1("cpu/batch/job", inner)
    assert groups.quota() == tightest


def test_a_container_of_version_1_finds_its_quota_at_the_mount(groups: Groups) -> None:
    """Docker mounts the container's group, while /proc shows its path on the host."""
    groups.process_is_in("4:cpu,cpuacct:/docker/abc")
    groups.v1("cpu,cpuacct", "200000")
    assert groups.quota() == 2.0


def test_the_mount_of_version_1_is_found_whatever_the_order_of_its_controllers(
    groups: Groups,
) -> None:
    """CentOS 7 lists ``cpuacct,cpu`` and mounts ``cpu,cpuacct`` (lxc/lxc issue 3703)."""
    groups.process_is_in("8:cpuacct,cpu:/job")
    groups.v1("cpu,cpuacct/job", "200000")
    (groups.root / "cpu").symlink_to("cpu,cpuacct")
    assert groups.quota() == 2.0


def test_version_1_is_found_beside_version_2(groups: Groups) -> None:
    groups.process_is_in("4:cpu,cpuacct:/job", "0::/user.slice")
    groups.v1("cpu,cpuacct/job", "300000")
    assert groups.quota() == 3.0


def test_no_control_groups_are_no_quota(groups: Groups) -> None:
    assert groups.quota() is None
    groups.process_is_in("0::/gone")
    assert groups.quota() is None


GB = 10**9


@pytest.mark.parametrize(
    ("most", "high", "left"),
    [
        (4 * GB, "max", 3 * GB),
        ("max", 4 * GB, 3 * GB),
        (4 * GB, 2 * GB, 1 * GB),
        (2 * GB, 4 * GB, 1 * GB),
        (GB // 2, "max", 0),
        ("max", "max", None),
        (2**63 - 4096, "max", None),
    ],
)
def test_what_a_limit_of_version_2_leaves(
    groups: Groups, most: int | str, high: int | str, left: int | None
) -> None:
    groups.process_is_in("0::/job")
    groups.memory("job", max=most, high=high, current=GB)
    assert groups.memory_left() == left


def test_page_cache_that_is_not_in_use_counts_as_free(groups: Groups) -> None:
    groups.process_is_in("0::/job")
    stat = {"anon": GB, "file": 2 * GB, "active_file": GB, "inactive_file": GB // 2}
    groups.memory("job", max=8 * GB, high="max", current=4 * GB, stat=stat)
    assert groups.memory_left() == 4.5 * GB
    groups.memory("job", stat={"inactive_file": 5 * GB})  # the two files are read one by one
    assert groups.memory_left() == 8 * GB


@pytest.mark.parametrize(("outer", "inner", "left"), [(9, 4, 3), (9, 8, 5), (9, "max", 5)])
def test_the_tightest_of_a_group_and_its_parents_counts_in_version_2(
    groups: Groups, outer: int, inner: int | str, left: int
) -> None:
    groups.process_is_in("0::/pod/container/step")
    groups.memory("pod", max=outer, high="max", current=4)
    groups.memory("pod/container", max="max", high="max", current=3)
    groups.memory("pod/container/step", max=inner, high="max", current=1)
    groups.memory("pod/other", max=2, high="max", current=1)
    assert groups.memory_left() == left


def test_a_memory_limit_at_the_mount_itself_is_found(groups: Groups) -> None:
    groups.process_is_in("0::/")
    groups.memory(".", max=512, high="max", current=500)
    assert groups.memory_left() == 12


@pytest.mark.parametrize("at", ["memory/docker/abc", "memory/docker", "memory"])
def test_what_a_limit_of_version_1_leaves(groups: Groups, at: str) -> None:
    """Docker mounts the container's group, while /proc shows its path on the host."""
    groups.process_is_in("5:memory:/docker/abc", "4:cpu,cpuacct:/docker/abc", "0::/")
    for folder in ("memory/docker/abc", "memory/docker", "memory"):
        limit = 2 * GB if folder == at else 9223372036854771712  # no limit
        stat = {"inactive_file": 7, "total_inactive_file": GB // 4}
        groups.memory(folder, limit_in_bytes=limit, usage_in_bytes=GB, stat=stat)
    groups.memory("cpu,cpuacct/docker/abc", limit_in_bytes=5, usage_in_bytes=1)
    assert groups.memory_left() == 1.25 * GB


def test_no_limit_of_version_1_leaves_everything(groups: Groups) -> None:
    groups.process_is_in("5:memory:/")
    groups.memory("memory", limit_in_bytes=9223372036854771712, usage_in_bytes=GB)
    assert groups.memory_left() is None


def test_a_limit_without_a_usage_and_files_that_say_nothing_are_no_limit(groups: Groups) -> None:
    assert groups.memory_left() is None
    groups.process_is_in("0::/job")
    assert groups.memory_left() is None
    groups.memory("job", max=GB)
    assert groups.memory_left() is None
    groups.memory("job", current="?", stat="?")
    assert groups.memory_left() is None
    groups.memory("job", current=1)
    assert groups.memory_left() == GB - 1


@pytest.mark.parametrize("left", [None, 0, 10, 10**18])
def test_the_smaller_of_the_machine_and_the_groups_is_available(
    left: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Memory:
        available = 1000

    monkeypatch.setattr(psutil, "virtual_memory", Memory)
    monkeypatch.setattr(machine, "_cgroup_memory_left", lambda: left)
    assert available_memory() == min(1000, 1000 if left is None else left)


@pytest.mark.parametrize(
    ("num_workers", "count"), [(-1, 8), (-2, 7), (-8, 1), (-9, 1), (-1000, 1), (1, 1), (5, 5)]
)
def test_negative_counts_leave_cores_free_and_positive_ones_are_taken(
    num_workers: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "usable_cores", lambda: 8)
    assert worker_count(num_workers) == count
    assert worker_count(np.int64(num_workers)) == count


@pytest.mark.parametrize(
    ("num_workers", "frames", "count"), [(-1, 3, 3), (-7, 3, 2), (5, 3, 3), (5, 1, 1), (5, 99, 5)]
)
def test_there_are_no_more_workers_than_frames(
    num_workers: int, frames: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "usable_cores", lambda: 8)
    assert worker_count(num_workers, frames) == count


def test_the_number_of_workers_may_exceed_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "usable_cores", lambda: 2)
    assert worker_count(32) == 32


@pytest.mark.parametrize("num_workers", [0, 1.0, "2", None, True])
def test_a_count_that_is_no_count_is_refused(num_workers: object) -> None:
    with pytest.raises(ArgumentError, match="num_workers must"):
        worker_count(num_workers)  # type: ignore[arg-type]
