"""A browser plays a joined video to its end, and shows the right frame wherever it is asked to."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
import tempfile
import threading
from fractions import Fraction
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from parallel_animate.engine import widening
from parallel_animate.output.joining import join
from tests.conftest import alike
from tests.output.small import Small, fail
from tests.output.videos import check_video, encode
from tests.stamp import COLUMNS, ROWS

pytestmark = [pytest.mark.timeout(60), pytest.mark.one_in(3)]

CHROMIUM = next(
    filter(
        None,
        map(
            shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
        ),
    ),
    None,
)


# For each frame it seeks to the middle of the frame's time, and reads the number that is shown then
# from the middle of each block. The frames come in an order that no player would take. After that
# it plays the video to its end.
PAGE = """<!doctype html><video muted></video><canvas></canvas><script>
const COLUMNS = %(columns)d, ROWS = %(rows)d, FPS = %(fps)f, FRAMES = %(frames)s;
const video = document.querySelector("video"), canvas = document.querySelector("canvas");
const once = (name) => new Promise((done, failed) => {
  video.addEventListener(name, done, {once: true});
  video.addEventListener("error", () => failed(video.error.message), {once: true});
});
function stamp() {
  const brush = canvas.getContext("2d", {willReadFrequently: true});
  const width = canvas.width = video.videoWidth, height = canvas.height = video.videoHeight;
  brush.drawImage(video, 0, 0);
  let value = 0;
  for (let bit = 0; bit < COLUMNS * ROWS; bit++) {
    const x = (bit %% COLUMNS + 0.5) * width / COLUMNS;
    const y = (ROWS - 1 - Math.floor(bit / COLUMNS) + 0.5) * height / ROWS;
    const pixels = brush.getImageData(x - 4, y - 4, 8, 8).data;
    let sum = 0;
    for (let i = 0; i < pixels.length; i += 4) sum += pixels[i];
    if (sum / 64 > 127) value |= 1 << bit;
  }
  return value;
}
(async () => {
  const result = {};
  try {
    const loaded = once("loadeddata");
    video.src = URL.createObjectURL(await (await fetch("%(file)s")).blob());
    await loaded;
    Object.assign(result, {duration: video.duration, first: stamp(), shown: []});
    for (const frame of FRAMES) {
      const sought = once("seeked");
      const painted = new Promise((done) => video.requestVideoFrameCallback(done));
      video.currentTime = (frame + 0.5) / FPS;
      await Promise.all([sought, painted]);
      result.shown.push(stamp());
    }
    const ended = once("ended");
    video.currentTime = 0;
    video.playbackRate = 4;
    await video.play();
    await ended;
    result.ended = video.currentTime;
  } catch (error) {
    result.error = String(error);
  }
  await fetch("/result", {method: "POST", body: JSON.stringify(result)});
})();
</script>"""


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder, and takes what the page has found."""

    def __init__(self, *arguments: Any, results: list[Any], came: threading.Event, **more: Any):
        self.results, self.came = results, came
        super().__init__(*arguments, **more)

    def do_POST(self) -> None:
        self.results.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()
        self.came.set()

    def log_message(self, *arguments: Any) -> None:
        pass


def in_browser(video: Path, fps: float, frames: list[int], profile: Path) -> dict[str, Any]:
    """Let Chromium show frames of a video, and return what it has seen."""
    assert CHROMIUM is not None
    (video.parent / "page.html").write_text(
        PAGE % {"columns": COLUMNS, "rows": ROWS, "fps": fps, "frames": frames, "file": video.name},
        encoding="utf-8",
    )
    results: list[dict[str, Any]] = []
    came = threading.Event()
    handler = functools.partial(Handler, directory=str(video.parent), results=results, came=came)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.05,))
        serving.start()
        browser = subprocess.Popen(
            [
                CHROMIUM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--autoplay-policy=no-user-gesture-required",
                f"--user-data-dir={profile}",
                "--remote-debugging-port=0",  # keeps it open until it is ended
                f"http://127.0.0.1:{server.server_port}/page.html",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert came.wait(40), "Chromium has said nothing"
        finally:
            browser.terminate()
            browser.wait(10)
            server.shutdown()
            serving.join()
    return results[0]


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium (apt-get install chromium)")
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("out.webm", {}),
        *alike(
            ("out.webm", {"codec": "av1"}),
            ("out.webm", {"pixel_format": "yuv444p"}),
            ("out.mp4", {"codec": "av1"}),
            ("out.mp4", {"pixel_format": "yuv444p"}),
        ),
    ],
)
def test_a_browser_plays_videos_of_other_kinds(
    tmp_path: Path, name: str, arguments: dict[str, Any]
) -> None:
    out, fps, n = tmp_path / name, 25, 12
    Small().make_video(out, range(n), fps, num_workers=1, segment_frames=5, **arguments)
    frames = [11, *range(n), 5, 4]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        seen = in_browser(out, fps, frames, Path(profile))
    assert "error" not in seen, seen
    assert seen["shown"] == frames
    assert seen["ended"] == pytest.approx(n / fps, abs=1e-3)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium (apt-get install chromium)")
@pytest.mark.parametrize(
    "which", ["one encoder", "resumed with B-frames", "two encoders", "three at once"]
)
def test_a_browser_plays_a_joined_video(
    tmp_path: Path, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, fps = tmp_path / "out.mp4", 30
    if which == "two encoders":
        presets = ["ultrafast", "slow", "ultrafast"]
        n, joints = 30, [0, 10, 20]
        segments = [
            encode(tmp_path / f"{i}.mp4", range(10 * i, 10 * i + 10), preset)
            for i, preset in enumerate(presets)
        ]
        join(tmp_path, segments, out, Fraction(fps))
    elif which == "three at once":
        monkeypatch.setattr(widening, "FORCED", 3)
        n, joints = 40, [0, 11, 22, 33]
        report = Small().make_video(
            out, range(n), fps, num_workers=5, segment_frames=11, video_preset="slow"
        )
        assert report.encoders == 3
    elif which == "one encoder":
        n, joints = 23, [0, 11, 22]
        Small().make_video(out, range(n), fps, num_workers=1, segment_frames=11)
    else:
        n, joints = 30, [0, 11, 22]
        fail(out, 17, n=n, segment_frames=11, video_preset="slow")
        Small().make_video(
            out,
            range(n),
            fps,
            num_workers=1,
            segment_frames=11,
            video_preset="slow",
            resume=True,
        )
    check_video(out, n, Fraction(fps), joints)
    frames = [*reversed(joints), *joints[1:], *range(n), *(joint - 1 for joint in joints[1:])]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        seen = in_browser(out, fps, frames, Path(profile))
    assert "error" not in seen, seen
    assert seen["duration"] == pytest.approx(n / fps, abs=1e-3)
    assert seen["first"] == 0
    assert seen["shown"] == frames
    assert seen["ended"] == pytest.approx(n / fps, abs=1e-3)
