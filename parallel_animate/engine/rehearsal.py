"""Whether frames depend on those before them, found out before anything is rendered.

Forked children draw a few frames, each of them after several histories, and say what they look
like. They are copies of this process, so that nothing of the user's is changed here. A child is
forked again wherever an animation could go on in several ways::

    this process ─▶ 0 ─▶ 1 ─▶ 2 ... 8 ─▶ 9 ............ all in order ... last
                    │    │          │                    │                │
                    ▼    ▼          ▼                    ▼                ▼
                    each of the frames in TARGETS       those of them that come next
                    and again, after a late one

The histories are of odd and even lengths, so that what goes on and off is found, and of the first
frames, the last one and all of them, so that sums, maxima and what is kept for long are found. A
frame is redrawn, which costs little, after the first one was drawn in full.

Few updates set something for a while only, such as a text that one frame shows, and a later one
hides again. So it is also noted which artists an update has touched; where one leaves out what the
update before has touched, that frame is looked at, too.

At the end a child goes back through all frames, to find what other frames change for a while only
(``retracing.py``).

Where code of the user gives the items of the frames one after the other (a generator), two children
go through them: one updates the figure between any two of them, as a loop would, and one does not.
So it is found out whether what is updated has an influence on what comes.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from parallel_animate.engine.forks import Forks, Say, Told, told_by
from parallel_animate.engine.job import Job
from parallel_animate.engine.retracing import Steps, retrace
from parallel_animate.engine.stage import Clock, Place, Stage
from parallel_animate.text import said

# After these frames a child tries how others look now.
MOMENTS = (0, 1, 8)
# So many frames are looked at because they leave out what the frame before has touched.
LEFT_OUT = 8
# With more frames than this, another one is looked at.
MANY = 16
# So many of the first frames are drawn in the histories, because some things change when drawn.
DRAWN = 2
# Of an iterator so many items are looked at, and these of its frames are drawn.
LOOKED_AT = 12
TARGETS_OF_ITERATOR = (1, 4, 6, 11)

FIRST_ALONE = "frame 0 alone"
ALL_BEFORE = "all frames before it"


class Rehearsed(NamedTuple):
    """What has come of a rehearsal.

    Attributes
    ----------
    in_order : str or None
        Why each frame has to be drawn after those before it, in words; None if it need not.
    in_loop : str or None
        Why items can only be pulled between updates of the same figure; None if they need not.
    """

    in_order: str | None = None
    in_loop: str | None = None


def rehearse(job: Job, count: int) -> Rehearsed:
    """Find out whether frames depend on those before them, where a frame's number is its params.

    Parameters
    ----------
    job : Job
        What is to be rendered.
    count : int
        How many frames there are.
    """
    if count < 2:
        return Rehearsed()
    targets = sorted({count - 1, count // 2, *([count // 3] if count > MANY else [])} - {0})
    told = told_by(lambda say: _go_through(Stage(job), range(count), targets, say))
    return Rehearsed(in_order=_difference(told))


def rehearse_iterator(
    job: Job,
    in_loop: Callable[[], Iterator[Any]],
    beforehand: Callable[[], Iterator[Any]],
    pickled: Callable[[Any], bytes],
) -> Rehearsed:
    """Do the same where an iterator gives the params of the frames.

    Parameters
    ----------
    job : Job
        What is to be rendered.
    in_loop : callable
        Returns the params for a loop, which the animation has been set up for; called in a child.
    beforehand : callable
        Returns the params for others, whom the animation is prepared for by that.
    pickled : callable
        Pickles params, or raises where they cannot be sent to others.
    """
    loop = told_by(lambda say: _loop(job, in_loop, pickled, say))
    ahead = told_by(lambda say: _ahead(job, beforehand, pickled, say))
    return Rehearsed(_difference(ahead), _influence(loop, ahead))


# What runs in the children.


def _go_through(stage: Stage, params: Iterable[Any], targets: list[int], say: Say) -> None:
    """Go through all frames in order; at some of them, look how others would look now."""
    params = list(params)
    last = len(params) - 1
    forks = Forks()
    clock = Clock(last)
    standing_by: _StandingBy | None = None
    before, steps = set[Place](), Steps()
    for frame in range(last + 1):
        if frame in targets:
            forks.fork(_look, stage, params, ALL_BEFORE, [frame], say)
        if frame == last:
            break
        if clock.over and frame > max(MOMENTS):
            forks.fork(_look, stage, params, f"frames 0 to {frame - 1}", [last], say)
            break
        with clock.counts():
            stage.update(frame, params[frame])
            touched, state = stage.touched()
            steps.add(state)
        if frame < DRAWN:
            clock.draws(stage)
        if frame == 0:
            stage.expect(1, params[1])
        if frame in MOMENTS:
            history = f"frames 0 to {frame}" if frame else FIRST_ALONE
            forks.fork(_look, stage, params, history, targets, say)
        if frame == 0:
            forks.fork(_look_back, stage, params, targets, say)
            standing_by = _StandingBy(stage, params, say)
        elif before - touched and standing_by is not None and standing_by.looks_at(frame):
            forks.fork(_look_now, stage, frame, say)
        before = touched
    if standing_by is not None:
        standing_by.end(steps)
    forks.wait()


def _look(stage: Stage, params: list[Any], history: str, targets: list[int], say: Say) -> None:
    """Say what frames look like, each in a child of its own, which has drawn no other of them."""
    forks = Forks(most=1)
    for frame in targets:
        if frame == targets[-1]:
            say(Told(history, frame, stage.picture(frame, params[frame])))
        else:
            forks.fork(_look, stage, params, history, [frame], say)
    forks.wait()


def _look_now(stage: Stage, frame: int, say: Say) -> None:
    """Say what a frame looks like that was updated, and not drawn."""
    say(Told(ALL_BEFORE, frame, stage.drawn()))


class _StandingBy:
    """A child that has drawn frame 0 alone, and looks at others when it is told to.

    Parameters
    ----------
    stage : Stage
        The animation, after that frame.
    params : list
        The params of all frames.
    say : callable
        Says what they look like.
    """

    def __init__(self, stage: Stage, params: list[Any], say: Say) -> None:
        self._left = LEFT_OUT
        reader, writer = os.pipe()

        def look_at_all() -> None:
            os.close(writer)
            with os.fdopen(reader, "rb") as frames:
                while not isinstance(frame := pickle.load(frames), Steps):
                    one = Forks(most=1)
                    one.fork(_look, stage, params, FIRST_ALONE, [frame], say)
                    one.wait()
            retrace(stage, params, frame, ALL_BEFORE, say)

        self._child = Forks()
        self._child.fork(look_at_all)
        os.close(reader)
        self._told = os.fdopen(writer, "wb", buffering=0)

    def looks_at(self, frame: int) -> bool:
        """Have a frame looked at, unless there were enough of them; return whether it is."""
        if self._left:
            self._left -= 1
            self._told.write(pickle.dumps(frame))
            return True
        return False

    def end(self, steps: Steps) -> None:
        """Have it go back through all frames, and wait until it has."""
        with self._told:
            pickle.dump(steps, self._told)
        self._child.wait()


def _look_back(stage: Stage, params: list[Any], targets: list[int], say: Say) -> None:
    """Say what frames look like when later ones were drawn before."""
    for frame in reversed(targets):
        say(Told("later frames", frame, stage.picture(frame, params[frame])))


def _loop(
    job: Job, items: Callable[[], Iterator[Any]], pickled: Callable[[Any], bytes], say: Say
) -> None:
    """Go through the items of an iterator, as a loop does."""
    stage, forks, clock, frame = Stage(job), Forks(), Clock(LOOKED_AT), 0
    for frame, item in enumerate(clock.items(items())):
        say(Told("item", frame, _digest(item, pickled)))
        if frame in TARGETS_OF_ITERATOR:
            forks.fork(_look, stage, {frame: item}, ALL_BEFORE, [frame], say)
        if clock.over and frame >= LOOKED_AT:
            break
        with clock.counts():
            stage.update(frame, item)
        if frame < DRAWN:
            clock.draws(stage)
    else:
        say(Told("end", frame, ""))
    forks.wait()


def _ahead(
    job: Job, items: Callable[[], Iterator[Any]], pickled: Callable[[Any], bytes], say: Say
) -> None:
    """Pull items without an update between, and draw the frames of the first of them."""
    data, clock = list[bytes](), Clock(LOOKED_AT)
    iterator = enumerate(clock.items(items()))
    for frame, item in iterator:
        say(Told("item", frame, _digest(item, pickled)))
        try:
            data.append(pickled(item))
        except Exception:
            return
        if len(data) == LOOKED_AT:
            break
    forks = Forks()
    forks.fork(_pull, iterator, pickled, clock, say)
    params = [pickle.loads(each) for each in data]
    targets = [frame for frame in TARGETS_OF_ITERATOR if frame < len(params)]
    if targets:
        _go_through(Stage(job), params, targets, say)
    forks.wait()


def _pull(
    items: Iterator[tuple[int, Any]], pickled: Callable[[Any], bytes], clock: Clock, say: Say
) -> None:
    for frame, item in items:
        say(Told("item", frame, _digest(item, pickled)))
        if clock.over:
            break


def _digest(item: Any, pickled: Callable[[Any], bytes]) -> str:
    try:
        return hashlib.blake2b(pickled(item), digest_size=16).hexdigest()
    except Exception as error:
        return f"cannot be sent to another process: {said(error)}"


# What follows.


def _difference(told: list[Told]) -> str | None:
    """Return how a frame's picture depends on what was drawn before, in words."""
    pictures: dict[int, dict[str, str]] = defaultdict(dict)
    for each in told:
        if each.history not in ("item", "end"):
            pictures[each.frame][each.history] = each.picture
    for frame, by_history in sorted(pictures.items()):
        (first, picture), *others = by_history.items()
        for history, other in others:
            if other != picture:
                return f"frame {frame} looks different after {first} and after {history}"
    return None


def _influence(loop: list[Told], ahead: list[Told]) -> str | None:
    """Return how items depend on the updates between them, in words."""
    items = [
        {each.frame: each.picture for each in told if each.history == "item"}
        for told in (loop, ahead)
    ]
    for frame, item in items[0].items():
        if item.startswith("cannot be sent"):
            return f"the item of frame {frame} {item}"
        if items[1].get(frame, item) != item:
            return f"the item of frame {frame} depends on the updates before it"
    ends = [each.frame for each in loop if each.history == "end"]
    if ends and max(items[1], default=0) > ends[0]:
        return f"the updates end it after frame {ends[0]}"
    pictures = {each.frame: each.picture for each in ahead if each.history == ALL_BEFORE}
    for each in loop:
        if each.history == ALL_BEFORE and pictures.get(each.frame) not in (None, each.picture):
            return f"frame {each.frame} looks different when items are pulled beforehand"
    return None
