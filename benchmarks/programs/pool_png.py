"""A scene as most people render it by hand: a Pool, a PNG file for each frame, then ffmpeg."""

from __future__ import annotations

import multiprocessing
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from command import EQUAL, FPS, arguments

_state: list[Any] = []


def set_up(animator: Any, folder: str) -> None:
    """Prepare a worker."""
    _state[:] = [animator, animator.setup(), folder]


def render(item: tuple[int, Any]) -> None:
    """Save one frame."""
    animator, figure, folder = _state
    animator.update(*item)
    figure.savefig(f"{folder}/{item[0]:06}.png")


def main() -> None:
    """Render what the command line says."""
    given = arguments()
    with tempfile.TemporaryDirectory() as folder:
        with multiprocessing.Pool(initializer=set_up, initargs=(given.animator, folder)) as pool:
            for _ in pool.imap(render, enumerate(given.params)):
                pass
        images = str(Path(folder) / "%06d.png")
        command = ["ffmpeg", "-loglevel", "error", "-framerate", str(FPS), "-i", images]
        command += [*(EQUAL if given.equal else ()), "-pix_fmt", "yuv420p", given.output]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
