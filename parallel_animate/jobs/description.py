"""A job: one render, as words describe it; checked as far as that goes without its script."""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from parallel_animate.canvas import MAX_SIDE
from parallel_animate.errors import ArgumentError
from parallel_animate.jobs.params import Span, file_and_part, parsed_span
from parallel_animate.jobs.script import split
from parallel_animate.jobs.values import closest
from parallel_animate.options import RenderOptions

# How some arguments of ``make_video`` are called on the command line.
SHORT = {
    "quality": "video_quality",
    "preset": "video_preset",
    "mode": "video_mode",
    "workers": "num_workers",
}
OWN = ("name", "script", "animation", "output", "params", "over", "frames", "size", "dpi", "set")
NOT_OF_A_JOB = {
    "resume": "a batch goes on where it was by itself",
    "disable_progress_bar": "all jobs have one bar together",
    "plotting_log_interval": "each job has a log of its own",
    "saving_log_interval": "each job has a log of its own",
}
ARGUMENTS = frozenset(inspect.signature(RenderOptions.checked).parameters) - set(NOT_OF_A_JOB)
"""Arguments of ``make_video`` that a job may have."""
FPS = 30
"""Where nobody says how many frames there are a second."""


@dataclass(frozen=True)
class Job:
    """One render. :meth:`of` makes it of words.

    Parameters
    ----------
    name : str
        How it is called: as its output is, unless it has a name of its own.
    output : tuple of str
        What is written.
    script : tuple of Path and str or None
        The script, and the name in it; None where there is an object.
    animation : object
        An Animator, or an animation of matplotlib, where there is no script.
    params : object
        As :func:`parallel_animate.jobs.params.open_params` takes them.
    over : str or None
        A dimension of a file of params.
    span : tuple or None
        Which frames; None for all.
    size : tuple of int or None
        Width and height of the video in pixels.
    dpi : float or None
        Pixels an inch.
    values : dict
        What the class or the functions are given.
    offered : dict
        What they are given if they take it.
    options : dict
        Arguments of ``make_video``.
    """

    name: str
    output: tuple[str, ...]
    script: tuple[Path, str] | None = None
    animation: Any = None
    params: Any = None
    over: str | None = None
    span: Span | None = None
    size: tuple[int, int] | None = None
    dpi: float | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    offered: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        words: Mapping[str, Any],
        folder: Path | None = None,
        offered: Mapping[str, Any] | None = None,
    ) -> Job:
        """Return the job that words describe.

        Parameters
        ----------
        words : mapping
            ``output``, ``script`` (or ``animation``, an object), ``params``, ``over``, ``frames``,
            ``size``, ``dpi``, ``set``, ``name``, and arguments of ``make_video``.
        folder : Path, optional
            Where relative paths begin.
        offered : mapping, optional
            Values for those who take them.

        Raises
        ------
        ArgumentError
            If a word is not known, or cannot be used.

        Examples
        --------
        >>> words = {"script": "wave.py:Wave", "output": "a.mp4", "size": "64x48", "quality": 18}
        >>> job = Job.of(words)
        >>> job.name, job.size, job.options
        ('a.mp4', (64, 48), {'video_quality': 18})
        """
        given = {SHORT.get(word, word): value for word, value in words.items() if value is not None}
        _check_words(given)
        outputs = _outputs(given.get("output"))
        if ("script" in given) == ("animation" in given):
            raise ArgumentError(f"the job of {outputs[0]} needs a script, as in script.py:Class")
        place = folder or Path()
        script = None
        if "script" in given:
            path, name = split(given["script"])
            script = place / path, name
        options = {word: value for word, value in given.items() if word in ARGUMENTS}
        with warnings.catch_warnings(action="ignore"):  # the render will warn
            RenderOptions.checked(**{"fps": FPS, **options})
        return cls(
            name=given.get("name", outputs[0]),
            output=tuple(_beside(place, each) for each in outputs),
            script=script,
            animation=given.get("animation"),
            params=_params(given.get("params"), place),
            over=given.get("over"),
            span=parsed_span(given["frames"]) if "frames" in given else None,
            size=_size(given["size"]) if "size" in given else None,
            dpi=_dpi(given.get("dpi")),
            values=dict(given.get("set", {})),
            offered=dict(offered or {}),
            options=options,
        )

    @staticmethod
    def in_words(message: str) -> str:
        """Return a message of ``make_video`` with the words of a job in place of its arguments.

        Examples
        --------
        >>> Job.in_words("num_workers must not be 0")
        'workers must not be 0'
        """
        for word, argument in SHORT.items():
            message = re.sub(rf"\b{argument}\b", word, message)
        return message

    @staticmethod
    def has_word(word: str) -> bool:
        """Return whether a word of a job has this name."""
        return SHORT.get(word, word) in {*OWN, *ARGUMENTS}

    def with_options(self, **options: Any) -> Job:
        """Return the job with other arguments of ``make_video``."""
        return replace(self, options={**self.options, **options})


def _check_words(given: Mapping[str, Any]) -> None:
    """Raise an ArgumentError if a word is not known, or is not of the kind that it has to be."""
    for word in given.keys() - {*OWN, *ARGUMENTS}:
        hint = NOT_OF_A_JOB.get(word) or closest(word, {*OWN, *ARGUMENTS, *SHORT}, "words")
        raise ArgumentError(f"a job has no {word!r}; {hint}")
    for word in ("name", "script", "over", "frames", "size"):
        if word in given and not isinstance(given[word], str):
            example = {"script": "script.py:Class", "frames": "0:300", "size": "1920x1080"}
            like = f", as in '{example[word]}'" if word in example else ""
            raise ArgumentError(f"{word} must be a string{like}, not {given[word]!r}")
    if isinstance(given.get("params"), bool | float):
        raise ArgumentError(
            "params must be a file, a name in the script, or the number of frames, not "
            f"{given['params']!r}"
        )
    if not isinstance(given.get("set", {}), Mapping):
        raise ArgumentError(f"set must have values by name, not {given['set']!r}")
    if isinstance(given.get("animation"), str):
        raise ArgumentError(
            f"animation must be an object, not {given['animation']!r}: script names one, as in "
            "script.py:Class"
        )


def _outputs(output: Any) -> tuple[str, ...]:
    """Return what is written: a path, or a list of several."""
    outputs = output if isinstance(output, list | tuple) else [output]
    if output in (None, "") or not outputs:
        raise ArgumentError("a job needs an output, such as output = 'out.mp4'")
    for each in outputs:
        if not isinstance(each, str | Path) or not str(each):
            raise ArgumentError(f"output must be a path, or a list of several, not {output!r}")
    return tuple(map(str, outputs))


def _beside(folder: Path, output: str) -> str:
    """Return a path of a folder; a slash at its end has a meaning."""
    return str(folder / Path(output).expanduser()) + ("/" if output.endswith("/") else "")


def _params(params: Any, folder: Path) -> Any:
    found = file_and_part(params)
    if found is None:
        return params
    path, part = found
    return f"{folder / path}" + (f":{part}" if part else "")


def _size(size: str) -> tuple[int, int]:
    found = re.fullmatch(r"([1-9]\d{0,5})[xX]([1-9]\d{0,5})", size)
    if found is None:
        raise ArgumentError(
            f"size must be width and height in pixels, as in 1920x1080, not {size!r}"
        )
    width, height = int(found[1]), int(found[2])
    if max(width, height) > MAX_SIDE:
        raise ArgumentError(f"size must be at most {MAX_SIDE:,} pixels a side, not {size}")
    return width, height


def _dpi(dpi: Any) -> float | None:
    if dpi is not None and (
        isinstance(dpi, bool) or not isinstance(dpi, int | float) or not dpi > 0
    ):
        raise ArgumentError(f"dpi must be a positive number, not {dpi!r}")
    return dpi
