"""What an engine is given: what is to be rendered, and with how much of the machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from parallel_animate.canvas import FigureOptions, RedrawMode, Showing
from parallel_animate.engine.animatable import Animatable


@dataclass(frozen=True)
class Job:
    """What is to be rendered. Every worker gets it.

    Parameters
    ----------
    animation : Animatable
        The user's object.
    options : FigureOptions
        Applied to each figure that ``setup()`` returns.
    reuse_figure : bool
        False to call ``setup()`` anew before every frame.
    redraw : {"auto", "full", "verify"}
        How the figure is drawn: only what has changed, or in full; "verify" compares with a second
        figure: see :class:`parallel_animate.engine.second.SecondFigure`.
    threads : int
        Threads that a numeric library may use in a worker.
    starter_stays : bool
        Whether the thread that starts the workers outlives them. One in which a loop of the user's
        asks for its first frame may end before the next one is asked for elsewhere.
    showing : Showing or None
        How each frame is shown before it is saved, as by an animation of matplotlib; None if it is
        not.
    """

    animation: Animatable
    options: FigureOptions
    reuse_figure: bool
    redraw: RedrawMode
    threads: int
    starter_stays: bool = True
    showing: Showing | None = None


@dataclass(frozen=True)
class Plan:
    """How the engine shall work.

    Parameters
    ----------
    workers : int
        Processes that draw. One alone is this process itself, unless there is a `frame_timeout`.
    prefetch : int
        Params that wait at most, for each worker process; with 0, none is pulled before a worker
        needs one.
    start_method : str or None
        How worker processes are started; None for what is quick and safe (``starting.py``).
    spill_folder : Path
        Where a temporary file is made for frames that come too far out of order.
    log_interval : int or None
        Log each time that a worker has drawn so many more frames.
    frame_timeout : float or None
        Seconds after which a worker that has not finished its frame is killed.
    check_history : bool or "error"
        Whether to find out if frames depend on earlier ones, and whether that is an error.
    slots : int or None
        Slots of the ring; None for one that begins small, and grows as far as the memory allows.
    in_loop : bool
        Whether a loop of the user's takes the frames: code of the user runs in this process
        between them, and what the loop has had cannot be taken back.
    apart : bool
        Whether even a single worker is a process of its own.
    in_order : bool
        Whether one worker process draws all frames, each once, in their order, because each depends
        on those before it.
    at_first : int or None
        So many workers are started at the beginning, and further ones if they help; None for all.
    """

    workers: int
    prefetch: int
    start_method: str | None
    spill_folder: Path
    log_interval: int | None = None
    frame_timeout: float | None = None
    check_history: bool | str = False
    slots: int | None = None
    in_loop: bool = False
    apart: bool = False
    in_order: bool = False
    at_first: int | None = None
