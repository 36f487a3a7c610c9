"""Pieces are as long as their machine is fast, and the last ones are the shortest."""

from __future__ import annotations

import pytest

from parallel_animate.cluster.planning import FIRST_MOST, LONG, Planned
from parallel_animate.cluster.shipping import Supply

SEGMENT = 10


def played(frames: int, speeds: dict[str, float], overhead: float = 0.5) -> list[tuple[str, int]]:
    """Return who has rendered how many frames at a time, where machines have these speeds."""
    planned = Planned(Supply(range(frames), None), SEGMENT, ())
    free = dict.fromkeys(speeds, 0.0)
    given, at = [], 0
    while True:
        machine = min(free, key=lambda name: free[name])
        piece = planned.next(machine, speeds)
        if piece is None:
            assert at == frames, "all frames, each once, in order"
            assert max(free.values()) == pytest.approx(min(free.values()), abs=5 + overhead)
            return given
        (first, end), _ = piece
        assert first == at
        assert first % SEGMENT == 0
        assert end % SEGMENT == 0 or end == frames
        seconds = (end - first) / speeds[machine] + overhead
        planned.learn(machine, end - first, seconds)
        free[machine] += seconds
        given.append((machine, end - first))
        at = end


@pytest.mark.parametrize("frames", [5, 10, 1995, 20_000])
@pytest.mark.parametrize(
    "speeds", [{"a": 50.0}, {"a": 100.0, "b": 10.0}, dict.fromkeys("abcdefgh", 25.0)]
)
def test_no_machine_waits_long_for_another(frames: int, speeds: dict[str, float]) -> None:
    played(frames, speeds)


def test_a_fast_machine_gets_more_and_no_piece_takes_hours() -> None:
    given = played(200_000, {"fast": 100.0, "slow": 10.0})
    assert given[0][1] == FIRST_MOST * SEGMENT
    sums = {name: sum(frames for who, frames in given if who == name) for name in ("fast", "slow")}
    assert sums["fast"] == pytest.approx(10 * sums["slow"], rel=0.1)
    assert max(frames for _, frames in given) <= LONG * 100


def test_what_is_finished_is_left_out_and_an_iterator_is_read_by_segments() -> None:
    planned = Planned(Supply(range(45), None), SEGMENT, (10, 20))
    spans = [planned.next("a", "a"), planned.next("a", "a"), planned.next("a", "a")]
    assert [each and each[0] for each in spans] == [(0, 10), (30, 45), None]
    planned = Planned(Supply(iter(range(25)), None), SEGMENT, (10,))
    spans = [planned.next("a", "a"), planned.next("a", "a"), planned.next("a", "a")]
    assert [each and each[0] for each in spans] == [(0, 10), (20, 25), None]
