"""Large arrays stay out of the pickle, and small ones in it."""

from __future__ import annotations

import pickle

import numpy as np

from parallel_animate.params.pickled import LARGE, Pickled


def test_small_arrays_stay_in_the_pickle() -> None:
    """So update() may write into them, and they need no block of shared memory."""
    small, large = np.zeros(LARGE - 1, np.uint8), np.zeros(LARGE, np.uint8)
    assert not Pickled.of(0, small).buffers
    assert pickle.loads(Pickled.of(0, small).data).flags.writeable
    assert [buffer.nbytes for buffer in Pickled.of(0, [small, large]).buffers] == [LARGE]


def test_what_only_cloudpickle_takes_has_its_arrays_in_shared_memory_too() -> None:
    large = np.zeros(LARGE, np.uint8)
    pickled = Pickled.of(0, (lambda: 5, large))
    assert len(pickled.data) < LARGE
    assert len(pickled.buffers) == 1
