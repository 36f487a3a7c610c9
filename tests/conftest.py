"""What all tests share: nothing may be left behind."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest
from hypothesis import settings

settings.register_profile("default", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("default")

WRITERS = [
    "pyav",
    pytest.param(
        "pvio",
        marks=[
            pytest.mark.pvio,
            pytest.mark.skipif(
                find_spec("pvio") is None,
                reason="parallel-video-io is not installed (pip install '.[pvio]')",
            ),
        ],
    ),
]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A name for a video."""
    return tmp_path / "out.mp4"


def _shared_memory() -> set[str]:
    folder = Path("/dev/shm")
    return {entry.name for entry in folder.glob("psm_*")} if folder.exists() else set()


@pytest.fixture(autouse=True)
def nothing_left_behind(tmp_path: Path) -> Iterator[None]:
    """No process, no shared memory and no temporary file outlives a test."""
    before = _shared_memory()
    yield
    workers = [
        child.name()
        for child in psutil.Process().children(recursive=True)
        if "parallel-animate" in " ".join(child.cmdline())
        and child.status() != psutil.STATUS_ZOMBIE
    ]
    assert not workers
    assert _shared_memory() <= before
    assert not list(tmp_path.rglob("*.part*"))
