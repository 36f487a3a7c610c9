"""Frames in the opposite order: whether the figure is in another state then, and looks different.

A frame can depend on another one long before it, for a while: a warning that is shown for some
frames, a blow that fades. To draw all frames after several histories would take as long as the
render. So one child goes through them in order, and writes down in what state the artists are
(:class:`Steps`); another one goes back through the same frames, and looks only at those where the
state is another. That is no proof, for there is much in a state that nobody sees. So these frames
are drawn by both, and their pictures decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from parallel_animate.engine.forks import Forks, Say, Told, told_by
from parallel_animate.engine.stage import Clock, Place, Stage, State

# So many frames are looked at in all. Of those where the same artists differ it is the first, the
# second, the fourth, the eighth and so on: it may be nothing that is seen, or not at first.
MOST = 16


class Steps:
    """In what state the artists were after each frame, to be gone back through.

    Attributes
    ----------
    frames : int
        How many frames there are.
    """

    def __init__(self) -> None:
        self.frames = 0
        self._state: State = {}
        self._undo: list[State] = []

    def add(self, state: State) -> None:
        """Note the state after one more frame."""
        self._undo.append(
            {place: self._state.get(place) for place in _differing(self._state, state)}
        )
        self._state = state
        self.frames += 1

    def differing(self, state: State) -> frozenset[Place]:
        """Return which artists are in another state here than after the last frame."""
        return _differing(self._state, state)

    def back(self) -> None:
        """Take away the last frame."""
        self._state = self._state | self._undo.pop()
        self.frames -= 1


def _differing(one: State, other: State) -> frozenset[Place]:
    if one == other:
        return frozenset()
    return frozenset(
        place for place in one.keys() | other.keys() if one.get(place) != other.get(place)
    )


def retrace(stage: Stage, params: Sequence[Any], steps: Steps, in_order: str, say: Say) -> None:
    """Say what frames look like after later ones, and after all before, if they might differ.

    Parameters
    ----------
    stage : Stage
        The animation after frame 0.
    params : sequence
        The params of all frames.
    steps : Steps
        The state after each of them, in order.
    in_order : str
        What the history is called in which frames come in order.
    say : callable
        Says what they look like.
    """
    told = told_by(lambda tell: _go_back(stage, params, steps, tell))
    suspects = {each.frame for each in told}
    for each in told:
        say(each)
    forks = Forks()
    for frame in range(1, max(suspects, default=0) + 1):
        stage.update(frame, params[frame])
        if frame in suspects:
            forks.fork(_look, stage, in_order, frame, say)
    forks.wait()


def _go_back(stage: Stage, params: Sequence[Any], steps: Steps, say: Say) -> None:
    forks, clock = Forks(), Clock(steps.frames)
    found, left = Counter[frozenset[Place]](), MOST
    while steps.frames > 1 and not clock.over and left:
        frame = steps.frames - 1
        with clock.counts():
            stage.update(frame, params[frame])
            differing = steps.differing(stage.touched().state)
        if differing:
            found[differing] += 1
            if found[differing].bit_count() == 1:
                forks.fork(_look, stage, "all later frames", frame, say)
                left -= 1
        steps.back()
    forks.wait()


def _look(stage: Stage, history: str, frame: int, say: Say) -> None:
    """Say what a frame looks like that was updated, and not drawn."""
    say(Told(history, frame, stage.drawn()))
