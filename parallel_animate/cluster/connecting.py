"""A connection to a Dask cluster, and whether its machines are alike."""

from __future__ import annotations

import hashlib
import importlib.metadata
import pickle
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parallel_animate.errors import ArgumentError
from parallel_animate.system import usable_cores, warn_user

Cluster = Any
"""A ``dask.distributed.Client``, the address of a scheduler, "local", or True: the active one."""


@contextmanager
def connected(cluster: Cluster) -> Iterator[Any]:
    """Give a client of a cluster; one that was made here is closed at the end.

    Raises
    ------
    ArgumentError
        If Dask is not installed, there is no active client, or nobody answers at the address.
    """
    try:
        import distributed
    except ImportError as error:
        raise ArgumentError(
            "cluster needs Dask distributed: pip install 'parallel-animate[dask]'"
        ) from error
    if isinstance(cluster, distributed.Client):
        yield cluster
    elif cluster is True:
        try:
            client = distributed.default_client()
        except ValueError as error:
            raise ArgumentError(
                "cluster=True takes the active client, and there is none: make one with "
                "dask.distributed.Client(address), or give the address"
            ) from error
        yield client
    elif cluster == "local":
        one = {"n_workers": 1, "threads_per_worker": usable_cores(), "dashboard_address": None}
        with (
            distributed.LocalCluster(**one) as local,
            distributed.Client(local, set_as_default=False) as client,
        ):
            yield client
    elif isinstance(cluster, str):
        try:
            client = distributed.Client(cluster, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ArgumentError(f"no scheduler of Dask answers at {cluster}: {error}") from error
        with client:
            yield client
    else:
        raise ArgumentError(
            "cluster must be a dask.distributed.Client, an address such as 'tcp://host:8786', "
            f"'local', or True, not {cluster!r}"
        )


@dataclass(frozen=True)
class Reach:
    """How another process reaches a cluster.

    Parameters
    ----------
    address : str
        The scheduler's.
    machines : int
        How many there are at present.
    security : distributed.Security or None
        The TLS settings.
    """

    address: str
    machines: int
    security: Any = None

    def client(self) -> Any:
        """Return a client of it, which is a context manager."""
        import distributed

        return distributed.Client(self.address, security=self.security, set_as_default=False)


@contextmanager
def reached(cluster: Cluster) -> Iterator[Reach]:
    """Tell how other processes reach a cluster; one that is begun for it ends with the block.

    Raises
    ------
    ArgumentError
        As :func:`connected` does, or if the cluster has no machine.
    """
    with connected(cluster) as client:
        machines = len(client.nthreads())
        if not machines:
            raise ArgumentError(f"the cluster at {client.scheduler.address} has no worker yet")
        yield Reach(client.scheduler.address, machines, client.security)


def versions() -> dict[str, str]:
    """Return the versions of what pixels and bytes depend on, in this process."""
    from matplotlib import font_manager, ft2font

    fonts = sorted({Path(each.fname).name for each in font_manager.fontManager.ttflist})
    packages = ("parallel-animate", "matplotlib", "numpy", "av")
    return {
        **{name: _version(name) for name in packages},
        "FreeType": ft2font.__freetype_version__,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "fonts": hashlib.sha256("\n".join(fonts).encode()).hexdigest()[:8],
    }


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def check_versions(found: Mapping[str, Any], *, strict: bool) -> None:
    """Tell how machines differ from this one in what changes pixels.

    Parameters
    ----------
    found : mapping
        What a station on each of them has told: pickled :func:`versions`, or why there are none.
    strict : bool
        Whether it is an error.

    Raises
    ------
    ArgumentError
        If they do, and `strict` says so; or if a machine has no parallel-animate.
    """
    here = versions()
    differing = []
    for address, facts in found.items():
        if not isinstance(facts, bytes):
            raise ArgumentError(f"the Dask worker {address} cannot render: {facts}")
        there = pickle.loads(facts)
        differing += [
            f"{address} has {name} {there.get(name)}, and this machine {value}"
            for name, value in here.items()
            if there.get(name) != value
        ]
    if not differing:
        return
    more = f" (and {len(differing) - 3} more)" if len(differing) > 3 else ""
    said = f"the machines are not alike, and frames may differ: {'; '.join(differing[:3])}{more}"
    if strict:
        raise ArgumentError(said)
    warn_user(said)
