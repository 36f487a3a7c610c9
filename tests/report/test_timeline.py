"""The timeline has all the time that was measured."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_animate.report.timeline import Clock


@given(
    spans=st.lists(st.tuples(st.floats(0, 30), st.floats(0, 30)), min_size=1, max_size=30),
)
def test_a_timeline_loses_no_time(spans: list[tuple[float, float]]) -> None:
    """However long the render gets while it is measured."""
    clock, now, busy = Clock(), 0.0, 0.0
    for pause, length in spans:
        clock.occupied(3, now, now + pause)
        now += pause
        clock.busy("encoder", now, now + length)
        now, busy = now + length, busy + length
    timeline = clock.timeline(now)
    assert sum(timeline.busy["encoder"]) * timeline.bin_seconds == pytest.approx(busy, abs=1e-6)
    idle = now - busy
    assert sum(timeline.slots) * timeline.bin_seconds == pytest.approx(3 * idle, abs=1e-6)
    assert len(timeline.slots) == len(timeline.busy["encoder"]) <= 240
    assert (len(timeline.slots) - 1) * timeline.bin_seconds <= now
