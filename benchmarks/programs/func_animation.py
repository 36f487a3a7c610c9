"""A scene as matplotlib's own ``FuncAnimation.save`` renders it."""

from __future__ import annotations

from command import EQUAL, FPS, arguments
from matplotlib.animation import FFMpegWriter, FuncAnimation


def main() -> None:
    """Render what the command line says."""
    given = arguments()
    figure = given.animator.setup()
    animation = FuncAnimation(
        figure,
        lambda item: given.animator.update(*item),
        frames=enumerate(given.params),
        init_func=lambda: None,
        save_count=given.frames,
        cache_frame_data=False,
    )
    options = list(EQUAL) if given.equal else None
    animation.save(given.output, writer=FFMpegWriter(fps=FPS, extra_args=options))


if __name__ == "__main__":
    main()
