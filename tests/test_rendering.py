"""What can be animated is any object with ``setup()`` and ``update()``, by one function."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from parallel_animate import Animator, IndexedFrameParams, animator
from parallel_animate.options import RenderOptions
from parallel_animate.rendering import render
from tests.stamp import HEIGHT, WIDTH, StampAnimator, stamps


class NoAnimator:
    """Has the two methods, and no base class."""

    inches = (WIDTH / 100, HEIGHT / 100)
    setup = StampAnimator.setup
    update = StampAnimator.update


@pytest.mark.parametrize(("workers", "method"), [(1, None), (2, "fork"), (2, "spawn")])
def test_an_object_with_the_two_methods_can_be_animated(
    out: Path, workers: int, method: str | None
) -> None:
    options = RenderOptions.checked(fps=30, num_workers=workers, start_method=method)
    report = render(NoAnimator(), out, range(9), options, n_frames=7)
    assert report.frames == 7
    assert stamps(out) == list(range(7))


def test_options_have_the_names_and_defaults_of_make_video() -> None:
    given = inspect.signature(Animator.make_video).parameters
    options = inspect.signature(RenderOptions.checked).parameters
    others = {"self", "output_file", "param_by_frame", "n_frames"}
    others |= {"cluster", "segment_dir", "strict"}  # of a cluster, which has renders of its own
    assert given.keys() - options.keys() == others
    assert {name: each.default for name, each in options.items()} == {
        name: each.default for name, each in given.items() if name not in others
    }


def test_scripts_of_the_other_program_find_both_names_where_they_import_them() -> None:
    assert animator.Animator is Animator
    assert animator.IndexedFrameParams is IndexedFrameParams
