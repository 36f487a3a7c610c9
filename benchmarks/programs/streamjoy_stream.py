"""A scene as streamjoy renders it: dask calls a function that returns the figure of each frame."""

from __future__ import annotations

from command import FPS, arguments
from streamjoy import stream
from streamjoy_renderer import render


def main() -> None:
    """Render what the command line says."""
    given = arguments()
    stream(
        list(enumerate(given.params)),
        uri=given.output,
        renderer=render,
        renderer_kwargs={"scene": given.scene, "width": given.width, "height": given.height},
        fps=FPS,
        max_frames=given.frames,
        show_progress=False,
        ending_pause=0,
    )


if __name__ == "__main__":
    main()
