"""A scheduler and workers of Dask that are programs of their own: killed, added, with TLS."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from parallel_animate.errors import AnimateError
from tests.output.small import Small, parts_of
from tests.scripts import ROOT

distributed = pytest.importorskip("distributed")
pytestmark = [pytest.mark.timeout(180), pytest.mark.soak]

FRAMES = 60
SEGMENT = 5
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "MPLBACKEND": "agg"}


class Programs:
    """A scheduler, and workers, each a program."""

    def __init__(self, folder: Path, stack: ExitStack, tls: Any = None) -> None:
        self.folder, self.stack, self.security = folder, stack, None
        self.tls: tuple[str, ...] = ()
        if tls is not None:
            names = ("--tls-ca-file", "--tls-cert", "--tls-key")
            self.tls = tuple(word for pair in zip(names, tls, strict=True) for word in pair)
            ca, cert, key = tls
            self.security = distributed.Security(
                tls_ca_file=ca, tls_client_cert=cert, tls_client_key=key, require_encryption=True
            )
        self.file = folder / "scheduler.json"
        words = (
            "--scheduler-file",
            self.file,
            "--port",
            "0",
            "--host",
            "127.0.0.1",
            "--no-dashboard",
        )
        protocol = ("--protocol", "tls") if self.tls else ()
        self.scheduler = self.begin("scheduler", *words, *protocol, *self.tls)

    def begin(self, *words: object) -> subprocess.Popen[bytes]:
        with (self.folder / f"said-{words[0]}").open("ab") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *map(str, words)],
                env=ENVIRONMENT,
                cwd=self.folder,
                stdout=said,
                stderr=said,
            )
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        """Begin a worker with one core."""
        words = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        return self.begin("worker", "--scheduler-file", self.file, *words, *self.tls)

    def with_a_worker(self) -> Any:
        """Begin a worker, and return a client when it is there."""
        self.worker()
        client = self.client()
        client.wait_for_workers(1)
        return client

    def client(self) -> Any:
        while not self.file.exists():
            time.sleep(0.05)
        how: dict[str, Any] = {"set_as_default": False, "timeout": 20, "security": self.security}
        client = distributed.Client(scheduler_file=str(self.file), **how)
        self.stack.callback(client.close, timeout=1)
        return client


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Programs]:
    folder = tmp_path / "dask"
    folder.mkdir()
    with ExitStack() as stack:
        yield Programs(folder, stack)


@pytest.fixture(autouse=True)
def nothing_left_behind() -> None:
    """The programs are ended by their own fixture."""


class AtFrame(Small):
    """Calls back, in the driver's folder, at a frame."""

    def __init__(self, frame: int, marker: Path) -> None:
        super().__init__()
        self.frame, self.marker = frame, marker

    def update(self, frame_idx: int, params: Any) -> None:
        if frame_idx == self.frame and not self.marker.exists():
            self.marker.touch()
            while not self.marker.with_suffix(".on").exists():
                time.sleep(0.02)
        super().update(frame_idx, params)


def render(out: Path, animator: Any = None, **options: Any) -> Any:
    options = {"segment_frames": SEGMENT, "check_history": False, "num_workers": 1} | options
    return (animator or Small()).make_video(out, range(FRAMES), 30, **options)


def digest(out: Path) -> str:
    return hashlib.sha256(out.read_bytes()).hexdigest()


def when(marker: Path, act: Callable[[], object]) -> Any:
    """Act in a thread when a frame is under way, and let that go on."""
    import threading

    def wait() -> None:
        while not marker.exists():
            time.sleep(0.02)
        act()
        marker.with_suffix(".on").touch()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_a_worker_that_is_added_renders_too(tmp_path: Path, programs: Programs) -> None:
    client = programs.with_a_worker()
    marker = tmp_path / "marker"

    def add() -> None:
        programs.worker()
        client.wait_for_workers(2)

    thread = when(marker, add)
    report = render(tmp_path / "out.mp4", AtFrame(7, marker), cluster=client)
    thread.join()
    assert len(report.machines) == 2
    render(tmp_path / "one.mp4")
    assert digest(tmp_path / "out.mp4") == digest(tmp_path / "one.mp4")


def test_a_scheduler_that_is_killed_leaves_what_is_finished(
    tmp_path: Path, programs: Programs
) -> None:
    client = programs.with_a_worker()
    marker, out = tmp_path / "marker", tmp_path / "out.mp4"
    thread = when(marker, programs.scheduler.kill)
    with pytest.raises(AnimateError, match="the cluster is lost"):
        render(out, AtFrame(22, marker), cluster=client)
    thread.join()
    report = render(out, resume=True)
    assert report.resumed_frames >= 15
    render(tmp_path / "one.mp4")
    assert digest(out) == digest(tmp_path / "one.mp4")


DRIVER = """
import sys
from pathlib import Path
import distributed
from tests.cluster.test_programs import AtFrame, render

client = distributed.Client(scheduler_file=sys.argv[2], set_as_default=False)
client.wait_for_workers(1)
render(Path(sys.argv[1]), AtFrame(22, Path(sys.argv[3])), cluster=client)
"""


def test_a_driver_that_is_killed_leaves_what_is_finished(
    tmp_path: Path, programs: Programs
) -> None:
    client = programs.with_a_worker()
    marker, out = tmp_path / "marker", tmp_path / "out.mp4"
    words = [sys.executable, "-c", DRIVER, str(out), str(programs.file), str(marker)]
    driver = subprocess.Popen(words, env=ENVIRONMENT)
    thread = when(marker, driver.kill)
    assert driver.wait() == -signal.SIGKILL
    thread.join()
    assert any(parts_of(out).glob("0*.mp4"))
    report = render(out, cluster=client, resume=True)
    assert report.resumed_frames >= 15
    render(tmp_path / "one.mp4")
    assert digest(out) == digest(tmp_path / "one.mp4")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_it_renders_over_tls(tmp_path: Path) -> None:
    cert, key = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    words = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    made = ["openssl", "req", *words, "-keyout", key, "-out", cert]
    subprocess.run(made, check=True, capture_output=True)
    with ExitStack() as stack:
        programs = Programs(tmp_path, stack, (cert, cert, key))
        client = programs.with_a_worker()
        assert client.scheduler.address.startswith("tls://")
        render(tmp_path / "out.mp4", cluster=client)
    render(tmp_path / "one.mp4")
    assert digest(tmp_path / "out.mp4") == digest(tmp_path / "one.mp4")
