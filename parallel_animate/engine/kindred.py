"""Errors of a frame that are also of the type that the user's code has raised.

So ``except MyError`` around a render goes on working. Inside of the library a failed frame is a
plain :class:`FrameError`; only as it leaves a render it becomes an error of both types. It must not
do so before: what handles an ``OSError`` there does not mean the user's.
"""

from __future__ import annotations

import contextlib
import pickle
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any

from parallel_animate.errors import AnimateError, FrameError

# Types that Python itself acts upon, so that an error of them would not arrive as an error: it ends
# an iteration, or is printed as the place in a source file that it is not.
_LEFT_OUT = (AnimateError, StopIteration, StopAsyncIteration, SyntaxError, BaseExceptionGroup)


def kindred(error: FrameError) -> FrameError:
    """Return an error that is also of the type of its cause; or the same, where there is none.

    There is none where Python cannot join the two types, and for those that mean something to it.

    Examples
    --------
    >>> error = FrameError("update() failed for frame 3", 3, "'x'")
    >>> error.__cause__ = KeyError("x")
    >>> joined = kindred(error)
    >>> isinstance(joined, FrameError), isinstance(joined, KeyError), joined.frame_idx
    (True, True, 3)
    """
    cause = error.__cause__
    if type(error) is not FrameError or not isinstance(cause, Exception):
        return error
    joined = _joined(type(cause), error.args, _state(cause) | vars(error))
    if joined is None:
        return error
    joined.__cause__ = cause
    joined.__context__ = error.__context__
    joined.__suppress_context__ = error.__suppress_context__
    return joined.with_traceback(error.__traceback__)


def _joined(
    kind: type[Exception], args: tuple[Any, ...], state: dict[str, Any]
) -> FrameError | None:
    """Return an error of both types, with these attributes; None if there can be none."""
    if issubclass(kind, _LEFT_OUT):
        return None
    try:
        joined: FrameError = made(_joint_type(kind), args, state)
        hidden = (joined.frame_idx, joined.params) != (state["frame_idx"], state["params"])
    except Exception:
        return None
    return None if hidden else joined


def made(kind: Any, args: tuple[Any, ...], state: dict[str, Any]) -> Any:
    """Return an exception without calling what the user's class makes one with.

    Its ``__new__`` and ``__init__`` may want anything, and do anything.
    """
    builtin = next(
        base
        for base in (*kind.__base__.__mro__, *kind.__mro__)
        if base.__module__ == "builtins" and base is not object
    )
    error = builtin.__new__(kind, *args)
    error.args = args
    for name, value in state.items():
        BaseException.__setattr__(error, name, value)
    return error


class Unmade:
    """Pickles an exception that cannot be made again from its arguments, as pickle would.

    Parameters
    ----------
    error : BaseException
        It is what ``pickle.loads`` returns.
    """

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __reduce__(self) -> tuple[Any, ...]:
        return made, (type(self._error), self._error.args, _state(self._error))


def _joint_type(kind: type[Exception]) -> Any:
    def reduced(self: FrameError) -> tuple[Any, ...]:
        state = _state(self)
        try:
            pickle.dumps((kind, state))
        except Exception:
            return restored, (Exception, self.args, _own(state))
        return restored, (kind, self.args, state)

    names = {
        "__module__": FrameError.__module__,
        "__qualname__": FrameError.__qualname__,
        "__doc__": FrameError.__doc__,
        "__reduce_ex__": lambda self, _protocol: reduced(self),
        # Those of a dataclass, say, would need all that the user's __init__() has not set.
        "__repr__": BaseException.__repr__,
        "__setattr__": BaseException.__setattr__,
        "__eq__": BaseException.__eq__,
        "__hash__": BaseException.__hash__,
    }
    return type(FrameError.__name__, (FrameError, kind), names)


def _state(error: BaseException) -> dict[str, Any]:
    """Return the attributes of an exception, also those that are not in its dictionary.

    Such are the number of an OSError, and what a class has slots for.
    """
    state = {}
    for base in type(error).__mro__:
        for name, descriptor in vars(base).items():
            is_slot = isinstance(descriptor, MemberDescriptorType | GetSetDescriptorType)
            if is_slot and not name.startswith("__") and name not in ("args", "obj"):
                with contextlib.suppress(Exception):
                    state[name] = getattr(error, name)
    return state | vars(error)


def restored(kind: type[Exception], args: tuple[Any, ...], state: dict[str, Any]) -> FrameError:
    """Return an unpickled error of both types."""
    joined = _joined(kind, args, state)
    if joined is None:
        joined = FrameError(*args)
        vars(joined).update(_own(state))
    return joined


def _own(state: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes that a FrameError has, and not those of the user's class."""
    own = ("frame_idx", "params", "partial_file", "partial_frames", "__notes__")
    return {name: state[name] for name in own if name in state}
