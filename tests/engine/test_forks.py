"""Processes that the user's code forks during a render."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stamp import StampAnimator, stamps

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
]


class ComesBackTwice(StampAnimator):
    def update(self, frame_idx: int, params: Any) -> None:
        super().update(frame_idx, params)
        if frame_idx == 3:
            child = os.fork()
            if child:
                assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


@pytest.mark.parametrize("workers", [1, 2])
def test_the_copy_of_an_update_that_forks_is_ended(
    out: Path, capfd: pytest.CaptureFixture[str], workers: int
) -> None:
    ComesBackTwice().make_video(out, range(12), 30, num_workers=workers)
    assert stamps(out) == list(range(12))
    assert "update() has come back in a process that it forked: ended" in capfd.readouterr().err


@pytest.mark.parametrize("workers", [1, 2])
def test_the_copy_of_an_iterator_that_forks_is_ended(
    out: Path, capfd: pytest.CaptureFixture[str], workers: int
) -> None:
    def params() -> Iterator[int]:
        for i in range(12):
            if i == 3 and (child := os.fork()):
                assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
            yield i

    StampAnimator().make_video(out, params(), 30, num_workers=workers)
    assert stamps(out) == list(range(12))
    said = "the iterator of param_by_frame has come back in a process that it forked: ended"
    assert said in capfd.readouterr().err


def test_a_process_forked_during_a_render_renders_the_same_video_later(out: Path) -> None:
    context = multiprocessing.get_context("fork")
    goes, says = context.Pipe()

    def later() -> None:
        goes.recv()
        goes.send(StampAnimator().make_video(out, range(6), 30, num_workers=1).frames)

    process = context.Process(target=later)

    def params() -> Iterator[int]:
        process.start()
        yield from range(6)

    StampAnimator().make_video(out, params(), 30, num_workers=1)
    says.send("go")
    assert says.recv() == 6
    process.join()
