"""A witness draws what savefig gives, as often as it is told, and knows of nothing else."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from parallel_animate.canvas import Surface, Witness, separate_figures
from parallel_animate.canvas import difference as difference_of
from tests.canvas.redraw import X, difference, new_axes, saved

pytestmark = pytest.mark.one_in(3)


def test_a_witness_draws_what_savefig_gives() -> None:
    """With animated artists, and in each size that the figure has."""
    pairs = [new_axes() for _ in range(2)]
    lines = [ax.plot(X, np.sin(X), animated=True)[0] for _, ax in pairs]
    witness = Witness(pairs[0][0])
    for frame in range(4):
        for (figure, _), line in zip(pairs, lines, strict=True):
            line.set_ydata(np.sin(X + frame))
            figure.set_dpi(60 + 10 * (frame // 2))
        witness.draw_until(frame + 1)
        assert difference(saved(pairs[1][0]), witness.pixels) == ""


def test_a_witness_draws_no_more_often_than_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    figure, _ = new_axes()
    witness = Witness(figure)
    drawn: list[object] = []
    draw = type(figure).draw
    monkeypatch.setattr(
        type(figure), "draw", lambda self, renderer: (drawn.append(self), draw(self, renderer))
    )
    assert witness.draw_until(3) > 0
    assert len(drawn) == 3
    assert witness.draw_until(3) == 0
    witness.draw_until(4)
    assert len(drawn) == 4


@pytest.mark.parametrize("layout", [None, "constrained", "tight"])
def test_a_witness_that_is_drawn_as_often_shows_what_a_settled_surface_shows(
    layout: str | None,
) -> None:
    """A layout engine moves things at each of its first draws."""
    pairs = [new_axes(layout=layout) for _ in range(2)]
    for _, ax in pairs:
        ax.set_ylabel("a label\nof two lines")
        ax.set_title("a title " * 4)
    surface = Surface(pairs[0][0])
    surface.settle()
    assert (surface.draws > 1) == (layout is not None)
    witness = Witness(pairs[1][0])
    for frame in range(3):
        for _, ax in pairs:
            ax.set_xlabel("label\n" * frame)
        surface.draw()
        # Nothing was drawn for the label of frame 0 before.
        witness.draw_until(surface.draws)
        assert surface.explain(witness.pixels) is None


def test_pictures_of_different_shapes_differ_in_size() -> None:
    found = difference_of(np.zeros((2, 3, 4), np.uint8), np.zeros((3, 3, 4), np.uint8))
    assert found == ((0, 0, 3, 2), "in size: 3x2 pixels, and 3x3")


def test_pyplot_keeps_figures_apart_while_it_is_told_to() -> None:
    """Each has its own current figure, and number 1; those that stay open are there again."""
    plt.close("all")
    mine = plt.figure(1)
    others: dict[object, object] = {}
    with separate_figures(others):
        assert plt.get_fignums() == []
        other = plt.figure(1)
        assert other is not mine
    assert plt.gcf() is mine
    with separate_figures(others):
        assert plt.gcf() is other
        plt.close(1)
    assert others == {}
    assert plt.get_fignums() == [1]
    plt.close("all")
