"""A warning points at the line of the user that has called the package."""

from __future__ import annotations

import contextvars
import inspect
import logging
import threading
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from parallel_animate.system import noted_warnings, warn_user


def of_the_package(source: str, **names: Any) -> Callable[..., Any]:
    """Return the function `call` of a source, as if it stood in a module of the package."""
    module: dict[str, Any] = {"__name__": "parallel_animate.made_up", **names}
    exec(source, module)
    call: Callable[..., Any] = module["call"]
    return call


def warned_at(call: Callable[[], Any]) -> tuple[str, int]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    [warning] = caught
    assert str(warning.message) == "watch out"
    return warning.filename, warning.lineno


def here() -> tuple[str, int]:
    """Return the place of the caller."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return __file__, frame.f_back.f_lineno


def test_a_warning_points_at_the_call_into_the_package() -> None:
    deep = of_the_package("def call(): warn()", warn=lambda: warn_user("watch out"))

    def user() -> None:
        lines.append(here()[1] + 1)
        deep()

    lines: list[int] = []
    assert warned_at(user) == (__file__, lines[0])


def test_libraries_that_the_package_passes_through_are_not_blamed() -> None:
    inner = of_the_package("def call(): warn('watch out')", warn=warn_user)
    outer = of_the_package("def call(library): library()")

    def library() -> None:
        inner()

    def user() -> None:
        lines.append(here()[1] + 1)
        outer(library)

    lines: list[int] = []
    assert warned_at(user) == (__file__, lines[0])


# While a render is noted


def in_the_context(call: Callable[[], Any]) -> Any:
    """Call something in a thread that works for the render of this one."""

    def run() -> None:
        try:
            came.append(call())
        except BaseException as error:
            came.append(error)

    came: list[Any] = []
    thread = threading.Thread(target=contextvars.copy_context().run, args=(run,))
    thread.start()
    thread.join()
    return came[0]


def elsewhere() -> Any:
    return in_the_context(lambda: warn_user("watch out"))


render = of_the_package(
    """
def call(run):
    with noted() as told:
        run()
    return told
""",
    noted=noted_warnings,
)


def test_a_thread_of_a_render_warns_at_the_line_that_has_called_the_render() -> None:
    def user() -> None:
        lines.append(here()[1] + 1)
        told.append(render(elsewhere))

    lines: list[int] = []
    told: list[list[str]] = []
    assert warned_at(user) == (__file__, lines[0])
    assert told == [["watch out"]]
    with pytest.warns(UserWarning, match="watch out") as caught:
        user()
    assert [(each.filename, each.lineno) for each in caught] == [(__file__, lines[0])]


def test_a_render_that_is_called_deep_in_the_package_warns_at_the_outermost_call() -> None:
    outer = of_the_package("def call(inner): inner()")

    def user() -> None:
        lines.append(here()[1] + 1)
        outer(lambda: render(elsewhere))

    lines: list[int] = []
    assert warned_at(user) == (__file__, lines[0])


@pytest.mark.parametrize("where", [elsewhere, lambda: warn_user("watch out")])
def test_a_warning_that_is_made_an_error_is_raised_where_it_comes_from(
    where: Callable[[], Any],
) -> None:
    def warns() -> None:
        try:
            came.append(where())
        except UserWarning as error:
            came.append(error)

    came: list[Any] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        told = render(warns)
    assert isinstance(came[0], UserWarning)
    assert told == ["watch out"]


def test_a_line_is_warned_at_once_wherever_the_warning_comes_from() -> None:
    """As Python does by default, and with the same notes of what was shown."""

    def run() -> None:
        for _ in range(2):
            warn_user("watch out")
            elsewhere()

    def calls(action: str) -> tuple[int, list[str]]:
        globals().pop("__warningregistry__", None)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter(action)  # type: ignore[arg-type]
            told = render(run)
        return len(caught), told

    assert calls("default") == (1, ["watch out"] * 4)
    [seen] = [key for key in globals()["__warningregistry__"] if key != "version"]
    assert seen[:2] == ("watch out", UserWarning)
    assert calls("always")[0] == 4
    assert calls("ignore") == (0, ["watch out"] * 4)


def test_renders_in_one_another_and_side_by_side_do_not_mix() -> None:
    def inner() -> None:
        warn_user("inner")

    def outer() -> None:
        warn_user("before")
        told["inner"] = render(inner)
        other.start()
        started.wait()
        warn_user("after")
        go_on.set()
        other.join()

    def side_by_side() -> None:
        started.set()
        go_on.wait()
        warn_user("at the side")

    told: dict[str, list[str]] = {}
    started, go_on = threading.Event(), threading.Event()
    other = threading.Thread(target=lambda: told.update(other=render(side_by_side)))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        told["outer"] = render(outer)
    assert told == {"inner": ["inner"], "outer": ["before", "after"], "other": ["at the side"]}
    assert len(caught) == 4


def test_what_the_library_logs_as_a_warning_is_noted_too_in_order() -> None:
    log = logging.getLogger("parallel_animate.animator")

    def run() -> None:
        log.warning("%d workers less", 2)
        elsewhere()
        log.info("nothing to worry about")
        in_the_context(lambda: log.error("worse"))
        threads = [threading.Thread(target=log.warning, args=("of another render",))]
        threads[0].start()
        threads[0].join()
        # If it had a handler, a program without any would not see what is logged.
        assert not log.handlers

    with pytest.warns(UserWarning, match="watch out"):
        assert render(run) == ["2 workers less", "watch out", "worse"]
    log.warning("too late")
