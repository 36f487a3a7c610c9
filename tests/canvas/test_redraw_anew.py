"""What is plotted anew for each frame leaves the axis as it is, until that changes too.

Who plots sets the limits, and so the axis reports a change. Its ticks and labels are drawn again
only if there is one: each setting here has to be noticed all the same.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.ticker import (
    FixedLocator,
    FormatStrFormatter,
    FuncFormatter,
    MultipleLocator,
    NullLocator,
    ScalarFormatter,
    StrMethodFormatter,
)
from mpl_toolkits.mplot3d.axis3d import Axis as Axis3D

from parallel_animate.canvas import Surface
from parallel_animate.canvas.artists.known import is_known
from tests.canvas.redraw import Case, Cases, check_frames, new_figure, take_spies_for_known

pytestmark = pytest.mark.one_in(3)

Setting = Callable[[Any, int], object]
"""Changes one thing of an axes; to another value for each number."""

V, U = np.mgrid[0:6:9j, 0:6:9j]

PLANE: dict[str, Setting] = {
    "nothing": lambda ax, i: None,
    "the same limits": lambda ax, i: ax.set(xlim=ax.get_xlim(), ylim=ax.get_ylim()),
    "limits": lambda ax, i: ax.set_xlim(0, 6 + i),
    "inverted": lambda ax, i: ax.invert_yaxis(),
    "margins": lambda ax, i: ax.margins(0.01 * i),
    "scale": lambda ax, i: ax.set_yscale("symlog" if i % 2 else "linear"),
    "grid": lambda ax, i: ax.grid(bool(i % 2)),
    "grid of one axis": lambda ax, i: ax.xaxis.grid(color=f"C{i}"),
    "axisbelow": lambda ax, i: ax.set(axisbelow=bool(i % 2)),
    "zorder of an axis": lambda ax, i: ax.xaxis.set_zorder(i),
    "visibility of an axis": lambda ax, i: ax.yaxis.set_visible(bool(i % 2)),
    "no axes": lambda ax, i: ax.set_axis_off() if i % 2 else ax.set_axis_on(),
    "length of ticks": lambda ax, i: ax.tick_params(axis="x", length=2 * i),
    "turned labels": lambda ax, i: ax.tick_params(axis="x", labelrotation=9 * i),
    "colour of labels": lambda ax, i: ax.tick_params(axis="y", labelcolor=f"C{i}"),
    "labels above": lambda ax, i: ax.tick_params(labeltop=bool(i % 2), top=True),
    "ticks above": lambda ax, i: ax.xaxis.tick_top() if i % 2 else ax.xaxis.tick_bottom(),
    "ticks on both sides": lambda ax, i: ax.yaxis.set_ticks_position(["left", "both"][i % 2]),
    "minor ticks": lambda ax, i: ax.minorticks_on() if i % 2 else ax.minorticks_off(),
    "ticks": lambda ax, i: ax.set_xticks(range(i % 5)),
    "ticks with labels": lambda ax, i: ax.set_yticks([1, 2], [f"a{i}", "b"]),
    "locator": lambda ax, i: ax.xaxis.set_major_locator(MultipleLocator(1 + i % 3)),
    "locator without a state": lambda ax, i: ax.xaxis.set_major_locator(
        NullLocator() if i % 2 else FixedLocator([1, 2])
    ),
    "locator in place": lambda ax, i: ax.xaxis.get_major_locator().set_params(nbins=1 + i % 4),
    "formatter": lambda ax, i: ax.yaxis.set_major_formatter(StrMethodFormatter(f"{i} {{x}}")),
    "formatter with the same state": lambda ax, i: ax.yaxis.set_major_formatter(
        [FormatStrFormatter, StrMethodFormatter][i % 2]("%.0f {x}")
    ),
    "function as formatter": lambda ax, i: ax.yaxis.set_major_formatter(
        FuncFormatter(lambda x, _: f"{x:.0f} {i}")
    ),
    "formatter in place": lambda ax, i: ax.yaxis.get_major_formatter().set_useOffset(3.0 * (i % 2)),
    "offset without axes": lambda ax, i: (
        ax.set_axis_off(),
        ax.set(ylim=(0, 10.0**i), title="title " * 9),
    ),
    "scientific": lambda ax, i: ax.ticklabel_format(
        style=["sci", "plain"][i % 2], scilimits=(0, 0)
    ),
    "label": lambda ax, i: ax.set_xlabel(f"x{i}"),
    "label's place": lambda ax, i: ax.yaxis.set_label_coords(-0.02 * i, 0.5),
    "label's side": lambda ax, i: ax.xaxis.set_label_position(["bottom", "top"][i % 2]),
    "padding of the label": lambda ax, i: setattr(ax.xaxis, "labelpad", 3 * i),
    "position of a spine": lambda ax, i: ax.spines["bottom"].set_position(("data", i / 4)),
    "colour of a spine": lambda ax, i: ax.spines["left"].set_color(f"C{i}"),
    "title": lambda ax, i: ax.set_title("T" * i),
    "title at the side": lambda ax, i: ax.set_title("gj\n" * (i % 3), loc="left"),
    "title over labels that turn": lambda ax, i: ax.tick_params(
        axis="x", labeltop=True, labelrotation=9 * i
    ),
    "title that comes after labels have turned": lambda ax, i: (
        ax.set_title("" if i == 5 else "title"),
        i > 5 or ax.tick_params(axis="x", labeltop=True, labelrotation=9 * i),
    ),
    "title over an offset": lambda ax, i: ax.set(
        ylim=(0, 10.0**i), title="title " * 9 if i % 2 else "t"
    ),
    "text among the data": lambda ax, i: ax.texts[0].set(text=f"gj\n{i}", y=i),
    "clip box of an axis": lambda ax, i: ax.xaxis.set_clip_box(ax.bbox if i % 2 else None),
    "transparent axis": lambda ax, i: [line.set_alpha(1 / i) for line in ax.get_xticklines()],
    "one tick label": lambda ax, i: ax.get_xticklabels()[1].set_color(f"C{i}"),
    "another unit": lambda ax, i: ax.xaxis.set_units(f"u{i}"),
    "place of the axes": lambda ax, i: ax.set_position([0.1, 0.2, 0.5 + i / 40, 0.6]),
}

SPACE: dict[str, Setting] = {
    name: PLANE[name]
    for name in (
        *("nothing", "the same limits", "limits", "inverted", "margins", "no axes", "label"),
        *("visibility of an axis", "colour of labels", "turned labels", "ticks", "locator"),
        *("ticks with labels", "locator without a state", "locator in place", "formatter"),
        *("function as formatter", "formatter in place", "padding of the label", "title"),
        *("title at the side", "text among the data", "one tick label", "place of the axes"),
    )
} | {
    "grid": lambda ax, i: ax.grid(bool(i % 2)),
    "view": lambda ax, i: ax.view_init(20 + i, 40, i),
    "vertical axis": lambda ax, i: ax.view_init(20, 40, vertical_axis="xyz"[i % 3]),
    "projection": lambda ax, i: ax.set_proj_type(["ortho", "persp"][i % 2]),
    "focal length": lambda ax, i: ax.set_proj_type("persp", focal_length=0.2 * i),
    "aspect": lambda ax, i: ax.set_box_aspect((1, 1, 0.2 * i)),
    "zoom": lambda ax, i: ax.set_box_aspect(None, zoom=0.1 * i),
    "equal aspect": lambda ax, i: ax.set_aspect(["auto", "equal"][i % 2]),
    "colour of a pane": lambda ax, i: ax.xaxis.set_pane_color((0.1 * i, 0.5, 0.5)),
    "a pane in place": lambda ax, i: ax.zaxis.pane.set_edgecolor(f"C{i}"),
    "no pane": lambda ax, i: ax.yaxis.pane.set_visible(bool(i % 2)),
    "colour of a line": lambda ax, i: ax.zaxis.line.set_color(f"C{i}"),
    "colour of the grid": lambda ax, i: ax.xaxis._axinfo["grid"].update(color=f"C{i}"),
    "side of the ticks": lambda ax, i: ax.zaxis.set_ticks_position(["lower", "upper"][i % 2]),
    "side of the label": lambda ax, i: ax.zaxis.set_label_position(["lower", "upper"][i % 2]),
    "label that does not turn": lambda ax, i: ax.zaxis.set_rotate_label(bool(i % 2)),
    "text on the plane": lambda ax, i: ax.texts[0].set_position((0.1 * i, 0.5)),
    "computed zorder": lambda ax, i: setattr(ax, "computed_zorder", bool(i % 2)),
    "limits of z": lambda ax, i: ax.set_zlim(-i, i),
}

# What is like another one, or is noticed in space as it is in the plane.
RARE_IN_PLANE = (
    *("the same limits", "inverted", "margins", "grid of one axis", "colour of labels"),
    *("turned labels", "ticks on both sides", "locator without a state", "scientific"),
    *("label's side", "colour of a spine", "title at the side", "ticks", "formatter"),
)
RARE_IN_SPACE = (
    *("the same limits", "inverted", "margins", "label", "visibility of an axis"),
    *("colour of labels", "turned labels", "ticks", "locator", "locator without a state"),
    *("formatter", "function as formatter", "padding of the label", "title at the side"),
    *("text among the data", "place of the axes", "zoom", "colour of a line"),
)

VALUES = {1: 2, 3: 5}  # of the setting, by the update that changes it; the second one is compared
FRAMES = 5  # with all of these, and a rest


def case_of(name: str, setting: Setting, *, space: bool) -> Case:
    """Return an animation that plots anew for each frame, and now and then changes a setting."""

    def make():
        figure = new_figure(figsize=(5, 4))
        ax = figure.add_subplot(projection="3d" if space else None)
        ax.set(xlabel="x", ylabel="y", title="title", **{"zlim": (-2, 2)} if space else {})
        ax.yaxis.set_major_formatter(ScalarFormatter())
        ax.text(1, 1, *([1] if space else []), "text")
        plotted = []

        def update(i):
            while plotted:
                plotted.pop().remove()
            field = np.sin(U + i / 3) * np.cos(V)
            if space:
                plotted.append(ax.plot_surface(U, V, field, color="C0"))
            else:
                plotted.append(ax.contourf(U, V, field, 5))
            if i in VALUES:
                setting(ax, VALUES[i])

        return figure, update

    rare = name in (RARE_IN_SPACE if space else RARE_IN_PLANE)
    return Case(f"{'space' if space else 'plane'}: {name}", make, rare=rare)


cases = Cases()
cases += [case_of(name, setting, space=False) for name, setting in PLANE.items()]
cases += [case_of(name, setting, space=True) for name, setting in SPACE.items()]


@cases.each
def test_settings_of_an_axis_that_reports_anyway_are_noticed(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each frame equals its full draw, byte for byte."""
    check_frames(case, monkeypatch, FRAMES)


@pytest.mark.parametrize("space", [False, True])
def test_an_axis_is_not_drawn_for_what_is_plotted_anew(
    space: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    figure, update = case_of("", PLANE["nothing"], space=space).make()
    # With another draw than its own, none of these classes would be taken for known.
    assert all(is_known(type(axis)) for axis in figure.findobj(Axis))
    take_spies_for_known(monkeypatch)
    for kind in (Axis3D,) if space else Axis3D.__mro__[1:2]:
        draw = kind.draw
        monkeypatch.setattr(
            kind,
            "draw",
            lambda axis, renderer, draw=draw: drawn.append(axis) or draw(axis, renderer),
        )
    FigureCanvasAgg(figure).draw()
    with contextlib.closing(Surface(figure)) as surface:
        for i in range(8):
            update(i)
            surface.draw("compare" if i == 4 else "redraw")
            if i == 4:  # the full draw draws it
                drawn.clear()
    assert not drawn
