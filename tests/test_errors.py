"""The errors themselves: public, and whole after pickling."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest

import parallel_animate.errors
from parallel_animate import AnimateError


def subclasses(kind: type[AnimateError]) -> Iterator[type[AnimateError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from subclasses(each)


@pytest.mark.parametrize(
    "kind", [kind for kind in subclasses(AnimateError) if not kind.__name__.startswith("_")]
)
def test_an_error_survives_pickling_with_all_it_says(kind: type[AnimateError]) -> None:
    error = kind("what happened")
    for name, value in (("frame_idx", 4), ("params", "'p'"), ("frame_ids", (1, 2))):
        if hasattr(error, name):
            setattr(error, name, value)
    error.add_note("a note")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert str(copy) == "what happened"
    assert vars(copy) == vars(error)
    assert copy.__notes__ == ["a note"]


def test_every_error_is_public_and_a_runtime_error() -> None:
    kinds = {kind for kind in subclasses(AnimateError) if not kind.__name__.startswith("_")}
    assert all(issubclass(kind, RuntimeError) for kind in kinds)
    assert {kind.__name__ for kind in kinds} <= set(parallel_animate.__all__)
