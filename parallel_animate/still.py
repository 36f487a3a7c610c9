"""One frame of an animation, to be looked at: an array that a notebook shows as a picture."""

from __future__ import annotations

import io
import operator
from collections.abc import Mapping
from typing import Any

import numpy as np

from parallel_animate.arguments import whole_number
from parallel_animate.delivery import check_animation, frame_iterator
from parallel_animate.engine import Animatable, exit_if_a_worker_starts
from parallel_animate.options import FrameOptions, StartMethod
from parallel_animate.params import IndexedFrameParams

# Says that an argument was not given: params may be anything.
_MISSING: Any = object()


class Still(np.ndarray[Any, np.dtype[np.uint8]]):
    """An array of pixels that a notebook shows as a picture. :func:`preview` returns one."""

    def _repr_png_(self) -> bytes | None:
        """Return the picture as a PNG; None if this, made of one, is no picture any more."""
        if self.dtype != np.uint8 or self.ndim != 3 or self.shape[2] not in (3, 4) or not self.size:
            return None
        from PIL import Image  # which matplotlib needs, too

        file = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(self)).save(file, "png")
        return file.getvalue()


def one_process(
    savefig_params: Mapping[str, Any] | None = None, start_method: StartMethod | None = None
) -> FrameOptions:
    """Return the options for a few frames that are drawn in full, by one process."""
    return FrameOptions.of(
        num_workers=1,
        savefig_params=savefig_params,
        reuse_figure_object=True,
        preload_factor=0,
        redraw="full",
        start_method=start_method,
        frame_timeout=None,
        check_history=False,
        ring_slots=2,  # the fewest that there can be
    )


def preview(
    animation: Animatable,
    params: Any,
    frame_idx: int | None = None,
    *,
    first: Any = _MISSING,
    savefig_params: Mapping[str, Any] | None = None,
    start_method: StartMethod | None = None,
) -> Still:
    """Return one frame as an array, which a notebook shows as a picture.

    It is also a method of :class:`Animator`: ``animator.preview(params[42], 42)``.

    The frame is drawn in full, in a process of its own: the animator stays as it is, and so do
    pyplot's figures and the rcParams.

    Parameters
    ----------
    animation : Animator
        The animation, or any other object with such a ``setup()`` and ``update()``.
    params : object
        The frame's params: its item of ``param_by_frame``. The id of an
        :class:`IndexedFrameParams` is the frame's index.
    frame_idx : int, optional
        The frame's index. By default, `params` itself, if that is an integer from 0 on, because
        the params of ``range(n)`` are the indices; otherwise 0.
    first : object, optional
        The params of frame 0, with which every render begins. They matter where artists settle
        something at their first draw: a quiver takes its scale then.
    savefig_params : dict, optional
        ``dpi`` and ``facecolor``, as for :meth:`Animator.make_video`.
    start_method : {"fork", "forkserver", "spawn"}, optional
        How the process starts.

    Returns
    -------
    Still
        ``(height, width, 4) uint8`` RGBA with straight alpha, as ``savefig`` gives it: a NumPy
        array that may be written into.

    Raises
    ------
    ArgumentError
        If an argument cannot be used.
    AnimateError
        SetupError, FrameError and so on, as from :meth:`Animator.make_video`.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> class Number:
    ...     def setup(self):
    ...         figure = Figure(figsize=(3.2, 2.4))
    ...         self.text = figure.text(0.5, 0.5, "")
    ...         return figure
    ...
    ...     def update(self, frame_idx, params):
    ...         self.text.set_text(f"{frame_idx}: {params}")
    >>> params = [float(i) for i in range(100)]
    >>> preview(Number(), params[42], 42).shape
    (240, 320, 4)
    """
    exit_if_a_worker_starts()
    check_animation(animation)
    options = one_process(savefig_params, start_method)
    wanted = _numbered(params, frame_idx)
    items = [wanted]
    if first is not _MISSING and wanted.frame_id:
        items.insert(0, _numbered(first, 0))
    with frame_iterator(animation, items, options, copy=True, apart=True) as frames:
        *_, (_, array) = frames
    return array.view(Still)


def _numbered(params: Any, frame_idx: int | None) -> IndexedFrameParams:
    """Return a frame's params with its index."""
    if isinstance(params, IndexedFrameParams):
        if frame_idx is None:
            return params
        params = params.params
    if frame_idx is not None:
        frame_idx = whole_number("frame_idx", frame_idx)
    elif isinstance(params, int | np.integer) and not isinstance(params, bool) and params >= 0:
        frame_idx = operator.index(params)
    return IndexedFrameParams(frame_idx or 0, params)
