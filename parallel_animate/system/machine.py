"""What this process may use of the machine: cores, and memory.

A container or a batch system often grants less than the machine has, and says so in
the CPU affinity and in the control group of the process, not in the machine's count.
"""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_info

from parallel_animate.errors import ArgumentError

if TYPE_CHECKING:
    # It takes ten milliseconds to import, which who only imports the package need not wait for.
    import psutil

# Windows waits for at most 63 objects at once, and each worker is two (multiprocessing's
# connection.wait(), WaitForMultipleObjects).
MAX_WORKERS_WINDOWS = 30
# Version 1 of the control groups shows a missing memory limit as the largest number of whole pages,
# which is 2**63 less one page. No machine has half of that.
NO_MEMORY_LIMIT = 2**62


_granted: list[int] = []


def grant_cores(cores: int) -> None:
    """Let this process keep so many cores busy, and no more: others of the program have the rest.

    It counts for the numbers of workers, and of threads of encoders and numeric libraries.
    """
    _granted[:] = [cores]


def usable_cores() -> int:
    """Return how many cores this process may keep busy, at least 1.

    The smaller of the CPU affinity and the CPU quota of the control group, rounded up; or what
    :func:`grant_cores` has left of that.

    Examples
    --------
    >>> usable_cores() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    quota = _cgroup_cpu_quota()
    return max(
        1, min([cores, *_granted] if quota is None else [cores, math.ceil(quota), *_granted])
    )


def _cgroup_cpu_quota(
    root: Path = Path("/sys/fs/cgroup"), proc: Path = Path("/proc")
) -> float | None:
    """Return the tightest CPU quota, in cores, of this process's control groups.

    Version 2 has ``cpu.max`` ("quota period" or "max period") in each group, version 1
    ``cpu.cfs_quota_us`` and ``cpu.cfs_period_us``; a parent's quota holds for its children
    (Linux, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/cpu.rst).
    """
    quotas = []
    for folder in _cgroup_folders("cpu", root, proc):
        try:
            quota, period = (folder / "cpu.max").read_text().split()
        except (OSError, ValueError):
            try:
                quota = (folder / "cpu.cfs_quota_us").read_text().strip()
                period = (folder / "cpu.cfs_period_us").read_text().strip()
            except OSError:
                continue
        if quota not in ("max", "-1") and float(period) > 0:
            quotas.append(float(quota) / float(period))
    return min(quotas, default=None)


def _cgroup_folders(controller: str, root: Path, proc: Path) -> list[Path]:
    """Return the folders of this process's control group and of all its parents.

    Parameters
    ----------
    controller : str
        "cpu" or "memory". With version 1 each controller may have groups of its own.
    root, proc : Path
        Where the control groups and the process information are mounted.
    """
    try:
        lines = (proc / "self" / "cgroup").read_text().splitlines()
    except OSError:
        return []
    folders: list[Path] = []
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers and controller not in controllers.split(","):
            continue
        # Version 1 has a mount for each set of controllers, and links to it.
        for mount in (root / controllers, root / controller) if controllers else (root,):
            group = mount / path.lstrip("/")
            while group != mount and mount in group.parents:
                folders.append(group)
                group = group.parent
            folders.append(mount)
    return folders


def worker_count(num_workers: int, n_frames: int | None = None) -> int:
    """Turn the ``num_workers`` argument into a number of processes.

    Parameters
    ----------
    num_workers : int
        A count; or -1 for all usable cores, -2 for all but one, and so on.
    n_frames : int, optional
        Frames to render, where known: more workers than frames would have nothing to do.

    Returns
    -------
    int
        At least 1. With 1, this process draws, unless frames have a time limit.

    Raises
    ------
    ArgumentError
        If `num_workers` is 0 or not an integer.

    Examples
    --------
    >>> worker_count(4), worker_count(4, n_frames=2), worker_count(-1000)
    (4, 2, 1)
    """
    if isinstance(num_workers, bool) or not hasattr(num_workers, "__index__"):
        raise ArgumentError(f"num_workers must be an integer, not {num_workers!r}")
    if num_workers == 0:
        raise ArgumentError(
            "num_workers must not be 0: use -1 for all cores, -2 for all but one, "
            "or 1 to render in this process"
        )
    count = int(num_workers) if num_workers > 0 else max(1, usable_cores() + 1 + int(num_workers))
    if sys.platform == "win32":
        count = min(count, MAX_WORKERS_WINDOWS)
    return count if n_frames is None else max(1, min(count, n_frames))


def library_threads(workers: int) -> int:
    """Return how many threads a numeric library may use in each of so many workers.

    Examples
    --------
    >>> library_threads(10_000)
    1
    """
    return max(1, usable_cores() // workers)


def lower_limits(threads: int) -> dict[str, int]:
    """Return the limits for the numeric libraries that would use more threads, by their names.

    They are as ``threadpool_limits`` takes them. Libraries that use no more threads anyway, such as
    those that the user has limited, are left out.

    Examples
    --------
    >>> lower_limits(10_000)
    {}
    """
    return {
        library["prefix"]: threads
        for library in threadpool_info()
        if library["num_threads"] > threads
    }


def available_memory() -> int:
    """Return the bytes of memory that can still be used without swapping.

    The smaller of what the machine has and what the control groups of this process leave.

    Examples
    --------
    >>> available_memory() >= 0
    True
    """
    import psutil

    available = int(psutil.virtual_memory().available)
    left = _cgroup_memory_left()
    return available if left is None else min(available, left)


def _cgroup_memory_left(
    root: Path = Path("/sys/fs/cgroup"), proc: Path = Path("/proc")
) -> int | None:
    """Return the bytes that the tightest of this process's control groups leaves, if any does.

    Version 2 has the limits ``memory.max`` (the out-of-memory killer comes) and ``memory.high``
    (processes are slowed down), and ``memory.current``; version 1 has
    ``memory.limit_in_bytes`` and ``memory.usage_in_bytes``. Usage counts the page cache; the
    part of it that was not in use for long, ``inactive_file`` (in version 1, with the children's:
    ``total_inactive_file``) in ``memory.stat``, is given up as soon as memory is wanted, and so
    counts as free. A parent's limit holds for its children
    (Linux, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst).
    """
    left = []
    for folder in _cgroup_folders("memory", root, proc):
        for usage, cache, limits in (
            ("memory.current", "inactive_file", ("memory.max", "memory.high")),
            ("memory.usage_in_bytes", "total_inactive_file", ("memory.limit_in_bytes",)),
        ):
            tightest = min(_number(folder / name) for name in limits)
            used = _number(folder / usage)
            if tightest < NO_MEMORY_LIMIT and used < math.inf:
                used -= min(used, _statistic(folder / "memory.stat", cache))
                left.append(max(0, int(tightest - used)))
    return min(left, default=None)


def _number(file: Path) -> float:
    """Return the number in a file; infinity where it says "max", or there is none."""
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return math.inf


def _statistic(file: Path, key: str) -> int:
    """Return the value of a key in a file of "key value" lines, 0 where there is none."""
    try:
        values = dict(line.split(maxsplit=1) for line in file.read_text().splitlines())
        return int(values[key])
    except (OSError, ValueError, KeyError):
        return 0


def tree_memory(root: psutil.Process) -> int:
    """Return the memory of a process and of all its children, in bytes.

    Where the system tells it (Linux), this is the proportional set size: a page that n processes
    share, such as one of the ring or one that a fork inherited, counts 1/n for each of them, and so
    the sum is what the machine has given. Elsewhere the resident set sizes are added up.
    """
    import psutil

    total = 0
    for process in (root, *root.children(recursive=True)):
        try:
            info = process.memory_full_info()
        except psutil.Error:
            continue  # it ended, or is not ours to look at
        total += getattr(info, "pss", info.rss)
    return total
