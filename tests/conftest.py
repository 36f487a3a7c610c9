"""What all tests share: nothing may be left behind."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from importlib.util import find_spec
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import pytest
from hypothesis import settings

from parallel_animate import ring

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


@pytest.fixture(autouse=True)
def nothing_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No process, no shared memory and no temporary file outlives a test."""
    blocks = []
    create = ring._reserve

    def recorded(size: int) -> SharedMemory | None:
        memory = create(size)
        blocks.append(memory)
        return memory

    monkeypatch.setattr(ring, "_reserve", recorded)
    yield
    assert not multiprocessing.active_children()
    for block in blocks:
        assert block is None or not (ring.SHM_FOLDER / block.name).exists()
    assert not list(tmp_path.rglob("*.part.*"))
