"""A job whose script is imported and whose params are open: it can be rendered, or looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from matplotlib.animation import Animation
from matplotlib.figure import Figure

from parallel_animate import rendering
from parallel_animate.adapters import (
    figure_of,
    preview_animation,
    render_first,
    save_count_of,
    save_some,
)
from parallel_animate.engine import Animatable
from parallel_animate.errors import ArgumentError
from parallel_animate.jobs.description import FPS, Job
from parallel_animate.jobs.params import Span, of_span, open_params
from parallel_animate.jobs.script import imported, made
from parallel_animate.jobs.values import Values
from parallel_animate.options import RenderOptions, Resume
from parallel_animate.output import marked
from parallel_animate.params import IndexedFrameParams, length
from parallel_animate.piecework import render_piece
from parallel_animate.report import RenderReport
from parallel_animate.still import Still, preview
from parallel_animate.text import ranges, span


@dataclass(frozen=True)
class OpenJob:
    """A job, with the animation that it names, and its params.

    Parameters
    ----------
    job : Job
        The job.
    animation : Animatable or Animation
        What is rendered.
    params : iterable or None
        An item for each frame; None for an animation of matplotlib, which has frames of its own.
    """

    job: Job
    animation: Any
    params: Iterable[Any] | None

    @property
    def total(self) -> int | None:
        """How many frames there are, if that is known."""
        if self.params is None:
            first, end = self.job.span or (0, None)
            count = save_count_of(self.animation)
            if count is None:
                return None
            return max(0, min(count, count if end is None else end) - first)
        return length(self.params)

    def render(
        self,
        *,
        resume: Resume = False,
        disable_bar: bool | None = None,
        written: Callable[[int], None] | None = None,
        mark: str = "",
        cluster: Any = None,
        strict: bool = False,
    ) -> RenderReport:
        """Render all frames to the outputs.

        Parameters
        ----------
        resume : bool or "restart"
            As for ``make_video``.
        disable_bar : bool, optional
            Whether there is no progress bar; None for one only on a terminal.
        written : callable, optional
            Is told how many frames were written, each time that one was.
        mark : str
            What is noted in the file.
        cluster, strict : Client or str, bool
            A Dask cluster, and whether its machines have to be alike, as for ``make_video``.
        """
        if cluster is not None and self.params is None:
            raise ArgumentError(
                "an animation of matplotlib cannot be rendered on a cluster: its frames may depend "
                "on those before them"
            )
        more = {"resume": resume, "disable_progress_bar": disable_bar}
        with marked(mark) if mark else nullcontext():
            if self.params is not None:
                options = self._options(**more)
                options = replace(options, progress=replace(options.progress, written=written))
                if cluster is not None:
                    from parallel_animate.cluster import render_on_cluster

                    given = (self._adapted, self._outputs, self.params, options)
                    return render_on_cluster(cluster, *given, strict=strict)
                return rendering.render(self._adapted, self._outputs, self.params, options)
            told = None if written is None else lambda frame, total: written(frame + 1)
            return save_some(
                self._fitted,
                self._outputs,
                self.job.span or (0, None),
                dpi=self._dpi,
                progress_callback=told,
                **{**self.job.options, **more},
            )

    def render_piece(
        self,
        span: Span,
        folder: Path | None = None,
        *,
        resume: Resume = False,
        disable_bar: bool | None = None,
        mark: str = "",
    ) -> RenderReport:
        """Render some segments of the output, as :func:`parallel_animate.piecework.render_piece`.

        Raises
        ------
        ArgumentError
            If there are several outputs, or the animation is one of matplotlib.
        """
        if self.params is None:
            raise ArgumentError(
                "segments cannot be rendered by themselves of an animation of matplotlib: its "
                "frames may depend on those before them"
            )
        if len(self.job.output) > 1:
            raise ArgumentError("segments can be rendered by themselves of one output only")
        output = Path(self.job.output[0]).absolute()
        with marked(mark) if mark else nullcontext():
            options = self._options(resume=resume, disable_progress_bar=disable_bar)
            return render_piece(self._adapted, output, self.params, options, span, folder)

    def render_first(self, frames: int, outputs: list[Path]) -> RenderReport:
        """Render the first frames to other outputs, in this process, to see what they take."""
        one = {"num_workers": 1, "disable_progress_bar": True, "check_history": False}
        if self.params is None:
            given = {**self.job.options, **one}
            first = self.job.span[0] if self.job.span else 0
            return render_first(self._fitted, outputs, frames, dpi=self._dpi, first=first, **given)
        options = self._options(**one, frame_timeout=None, ring_slots=None)
        return rendering.render(self._adapted, outputs, islice(iter(self.params), frames), options)

    def still(self, frame: int) -> Still:
        """Return one frame, by its index.

        Raises
        ------
        ArgumentError
            If there is no such frame.
        """
        if self.params is None:
            return preview_animation(self._fitted, frame, self._dpi)
        items = islice(iter(self.params), frame + 1)
        first: Any = next(items, None)
        count, item = 1, first
        for count, item in enumerate(items, 2):  # noqa: B007
            pass
        if count <= frame:
            raise ArgumentError(f"there is no frame {frame:,}: there are {count:,}")
        number = item.frame_id if isinstance(item, IndexedFrameParams) else frame
        given = {"first": first} if frame else {}
        return preview(self._adapted, item, number, savefig_params=self._savefig, **given)

    @property
    def repeatable(self) -> bool:
        """Whether the params can be walked more than once."""
        return not isinstance(self.params, Iterator)

    @property
    def options(self) -> RenderOptions:
        """The checked options of the render."""
        if self.params is None:
            return RenderOptions.checked(**{"fps": FPS, **self.job.options})
        return self._options()

    @property
    def _outputs(self) -> Any:
        outputs = list(self.job.output)
        return outputs[0] if len(outputs) == 1 else outputs

    @property
    def _savefig(self) -> dict[str, Any] | None:
        given = self.job.options.get("savefig_params")
        if self.job.dpi is None or not (given is None or isinstance(given, dict)):
            return given
        return {**(given or {}), "dpi": self.job.dpi}

    @property
    def _dpi(self) -> float | None:
        if self.job.size is not None and self.job.dpi is None:
            return self.job.size[1] / float(figure_of(self.animation).get_figheight())
        return self.job.dpi

    def _options(self, **more: Any) -> RenderOptions:
        given = {"fps": FPS, **self.job.options, "savefig_params": self._savefig, **more}
        return RenderOptions.checked(**given)

    @property
    def _fitted(self) -> Animation:
        """The animation of matplotlib, its figure as large as it was asked for."""
        if self.job.size is not None:
            resized(figure_of(self.animation), self.job.size, self._dpi)
        return self.animation  # type: ignore[no-any-return]

    @property
    def _adapted(self) -> Animatable:
        """The animator; or one whose figure has another size, or that begins later."""
        first = self.job.span[0] if self.job.span else 0
        if self.job.size is None and not first:
            return self.animation  # type: ignore[no-any-return]
        return Adapted(self.animation, first, self.job.size, self.job.dpi)


class Adapted:
    """An animator whose figure gets another size in pixels, or that begins with a later frame.

    Parameters
    ----------
    animation : Animatable
        The animator.
    first : int
        The index of its frame that is the video's first.
    size : tuple of int or None
        Width and height in pixels.
    dpi : float or None
        Pixels an inch. None for what leaves the figure as high as it is in inches, so that texts
        and lines grow with the picture.
    """

    def __init__(
        self, animation: Animatable, first: int, size: tuple[int, int] | None, dpi: float | None
    ) -> None:
        self.animation, self.first, self.size, self.dpi = animation, first, size, dpi

    def setup(self) -> Any:
        """Build the figure, and give it its size."""
        figure = self.animation.setup()
        if self.size is not None and isinstance(figure, Figure):
            dpi = self.dpi or self.size[1] / float(figure.get_figheight())
            figure.set_dpi(dpi)
            resized(figure, self.size, dpi)
        return figure

    def update(self, frame_idx: int, params: Any) -> None:
        """Change the figure to show a frame."""
        self.animation.update(self.first + frame_idx, params)


def resized(figure: Figure, size: tuple[int, int], dpi: float | None) -> None:
    """Give a figure so many inches that it has a size in pixels."""
    dpi = dpi or float(figure.dpi)
    figure.set_size_inches(size[0] / dpi, size[1] / dpi)


def import_script(job: Job) -> None:
    """Import a job's script, so that processes that are forked from this one have it."""
    if job.script is not None:
        imported(job.script[0])


def open_job(job: Job) -> OpenJob:
    """Import a job's script, make its animation, and open its params.

    Raises
    ------
    ArgumentError
        If something is not there, or of the wrong kind.
    """
    values = Values(job.values, job.offered)
    module = None
    animation = job.animation
    if job.script is not None:
        path, name = job.script
        module = imported(path)
        animation = made(module, name, values)
    if isinstance(animation, Animation):
        for word, given in (("params", job.params), ("over", job.over)):
            if given is not None:
                raise ArgumentError(
                    f"{word} cannot be given: the frames come from the animation of matplotlib"
                )
        params = None
    else:
        params = open_params(job.params, module, values, job.over)
        if job.span is not None:
            params = of_span(params, job.span)
    values.check()
    return OpenJob(job, animation, params)


def doubts(report: RenderReport) -> list[str]:
    """Return why frames of a video may be wrong, in words; nothing if none is known to be."""
    found = []
    if frames := report.history_differing_frames:
        found.append(f"frames depend on those before them ({ranges(frames)})")
    if report.redraw_mismatches:
        found.append(f"redrawn frames differed from full draws ({report.redraw_mismatches:,})")
    if frames := report.unvouched_frames:
        found.append(f"frames may be wrong ({ranges(frames)})")
    if gaps := report.missing_frames:
        found.append("frames are missing ({})".format(", ".join(span(*gap) for gap in gaps)))
    return found
