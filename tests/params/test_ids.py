"""The ids of frames: none twice, and none missing."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_animate import FrameIdError, IndexedFrameParams
from parallel_animate.params.ids import FrameIds


@given(st.lists(st.integers(0, 40), unique=True, min_size=1))
def test_the_missing_ids_are_those_below_the_largest(ids: list[int]) -> None:
    seen = FrameIds()
    for i in ids:
        seen.add(i)
    assert list(seen.missing()) == [i for i in range(max(ids)) if i not in ids]


@given(st.permutations(range(12)), st.data())
def test_a_second_item_for_a_frame_is_an_error_that_names_it(
    order: list[int], data: st.DataObject
) -> None:
    again = data.draw(st.sampled_from(order))
    seen = FrameIds()
    for i in order:
        seen.add(i)
    with pytest.raises(FrameIdError, match=rf"frame_id {again} was given twice") as caught:
        seen.add(again)
    assert isinstance(caught.value, ValueError)
    assert caught.value.frame_ids == (again,)


def test_indexed_params_can_be_pickled() -> None:
    item = IndexedFrameParams(3, [1, 2])
    assert pickle.loads(pickle.dumps(item)) == item
