"""A batch on a cluster keeps what a batch on one machine promises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from parallel_animate import ArgumentError
from tests.batch.videos import jobs, run, shown
from tests.cluster import local_cluster
from tests.stamp import stamps

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")
pytestmark = [pytest.mark.timeout(180)]


def test_each_job_is_rendered_there_once_and_its_failure_is_its_own(tmp_path: Path) -> None:
    words: list[dict[str, Any]] = jobs(tmp_path, 2, {1: "raise"})
    with local_cluster(1) as client:
        report = run(words, tmp_path, cluster=client)
        again = run(words, tmp_path, cluster=client)
    assert report.counts == {"done": 1, "failed": 1}, [str(each) for each in report.outcomes]
    assert again.counts == {"skipped": 1, "failed": 1}
    assert stamps(tmp_path / "0.mp4") == shown(0)
    good, bad = report.outcomes
    assert good.log is not None
    assert "machines" in good.log.read_text()
    assert "no such frame" in bad.error
    assert not (tmp_path / "1.mp4").exists()


def test_a_cluster_that_is_not_there_is_told(tmp_path: Path) -> None:
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "300ms"}),
        pytest.raises(ArgumentError, match=r"no scheduler of Dask answers at tcp://127\.0\.0\.1:1"),
    ):
        run(jobs(tmp_path), tmp_path, cluster="tcp://127.0.0.1:1")
