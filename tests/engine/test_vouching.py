"""Which frames nothing vouches for, and what becomes of them after a difference."""

from __future__ import annotations

from parallel_animate.engine.vouching import Vouching


def redrawn(repeatable: bool) -> Vouching:
    """Return what is known after two workers have redrawn six frames in turn."""
    vouching = Vouching(repeatable=repeatable)
    for frame in range(6):
        vouching.redrawn(frame % 2, frame)
    return vouching


def test_the_first_doubtful_frame_is_the_earliest_of_all_workers_and_earlier_renders() -> None:
    vouching = redrawn(repeatable=True)
    assert vouching.first_doubtful == 0
    assert vouching.compared(0) == {0, 2, 4}
    assert vouching.compared(0) == set()
    assert vouching.first_doubtful == 1
    vouching.doubt([])
    assert vouching.first_doubtful == 1
    vouching.doubt(range(0, 3))
    assert vouching.first_doubtful == 0
    assert Vouching(repeatable=True).first_doubtful is None


def test_what_was_delivered_is_withdrawn_where_its_params_can_be_had_again() -> None:
    vouching = redrawn(repeatable=True)
    vouching.compared(0)
    assert vouching.differed((4).__gt__) == {5}
    assert (vouching.different, vouching.withdrawn) == (True, 1)
    assert vouching.unvouched == set()
    assert vouching.first_doubtful is None
    vouching.gone_back()
    assert vouching.withdrawn is None
    assert vouching.differed((4).__gt__) == set()
    assert vouching.withdrawn is None


def test_what_was_delivered_is_named_where_its_params_are_gone() -> None:
    """And what an earlier render has left in doubt, too."""
    vouching = redrawn(repeatable=False)
    vouching.compared(1)
    vouching.doubt([7])
    assert not vouching.different
    assert vouching.differed((2).__gt__) == {2, 4, 7}
    assert vouching.unvouched == {0}
    assert vouching.withdrawn is None
    vouching.redrawn(1, 2)
    assert vouching.differed((3).__gt__) == set()
    assert vouching.unvouched == {0, 2}
