"""A warning points at the line of the user that has called the package."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Any

from parallel_animate.system import warn_user


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
