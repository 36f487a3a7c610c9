"""The ids of frames: none comes twice, and they say which place each frame gets."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_animate import FrameIdError, IndexedFrameParams
from parallel_animate.params.ids import FrameIds, Numbering


@given(st.lists(st.integers(0, 40), unique=True, min_size=1))
def test_frames_are_sorted_by_their_ids_and_the_gaps_are_what_is_missing(ids: list[int]) -> None:
    seen = FrameIds()
    for i in ids:
        seen.add(i)
    numbering = Numbering(seen.gaps())
    missing = [i for gap, end in numbering.gaps for i in range(gap, end)]
    assert missing == [i for i in range(max(ids)) if i not in ids]
    assert numbering.missing == len(missing)
    assert [numbering.frame(place) for place in range(len(ids))] == sorted(ids)
    assert [numbering.place(i) for i in sorted(ids)] == list(range(len(ids)))


@pytest.mark.parametrize(
    ("wrong", "said"), [(-1, "frame_id -1 is negative"), (1.5, "must be an integer, not 1.5")]
)
def test_an_id_that_no_frame_can_have_is_a_value_error_at_once(wrong: Any, said: str) -> None:
    with pytest.raises(FrameIdError, match=said) as caught:
        IndexedFrameParams(wrong, None)
    assert isinstance(caught.value, ValueError)


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
