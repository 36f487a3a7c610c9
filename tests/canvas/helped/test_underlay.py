"""What frames begin with is drawn once, and drawn again when it changes."""

from __future__ import annotations

from matplotlib.figure import Figure

from tests.canvas.helped.pairs import Pair


def two_axes(figure: Figure) -> None:
    figure.subplots(1, 2)


def begun_alike(pair: Pair) -> int:
    """Return how many primitives the last frame had in common with those before it."""
    return int(pair.surface._picture._renderer._underlay._length)


def test_backgrounds_are_kept_as_long_as_they_stay() -> None:
    pair = Pair(two_axes)
    for frame in range(4):
        pair.step(lambda figure, frame=frame: figure.axes[0].set_xlim(frame, frame + 1.5))
    assert begun_alike(pair) >= 2
    pair.step(lambda figure: figure.set_facecolor("y"))
    for frame in range(3):
        pair.step(lambda figure, frame=frame: figure.axes[0].set_xlim(frame, frame + 1.5))
    assert begun_alike(pair) >= 2


def test_a_figure_that_begins_otherwise_each_time() -> None:
    pair = Pair(two_axes)
    for frame in range(6):
        pair.step(lambda figure, frame=frame: figure.axes[0].set_facecolor("rgb"[frame % 3]))
        assert begun_alike(pair) <= 1


def test_a_figure_that_draws_less_than_before() -> None:
    pair = Pair(two_axes)
    for _ in range(4):
        pair.step(lambda figure: None)
    pair.step(lambda figure: figure.clear())
    pair.step(lambda figure: figure.patch.set_visible(False))
    pair.step(lambda figure: figure.patch.set_visible(True))


def test_a_background_with_a_hatch_or_a_clip_path() -> None:
    pair = Pair(two_axes)
    for frame in range(4):
        pair.step(lambda figure, frame=frame: figure.axes[0].patch.set(hatch="/" * frame))
    for _ in range(3):
        pair.step(lambda figure: figure.axes[0].patch.set_clip_path(figure.axes[1].patch))


def test_a_figure_that_keeps_changing_what_it_begins_with_is_kept_more_and_more_rarely() -> None:
    pair = Pair(two_axes)
    kept = 0
    for frame in range(24):
        before = pair.surface._picture._renderer._underlay._picture
        # Each second frame begins as the last one did.
        pair.step(lambda figure, frame=frame: figure.axes[0].set_facecolor("rgb"[frame // 2 % 3]))
        now = pair.surface._picture._renderer._underlay._picture
        kept += now is not None and now is not before
    assert kept <= 8
