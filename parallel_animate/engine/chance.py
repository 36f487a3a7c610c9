"""What all code in a process shares: chance, and matplotlib's settings.

Where the same code runs twice in turn, for two figures that shall look the same, it has to find the
same each time. What is the user's own, such as a variable of a module, nobody knows of here.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np


@dataclass(frozen=True)
class SharedState:
    """The random numbers that come next, and the rcParams.

    Parameters
    ----------
    python, numpy
        The states of the generators behind the functions of ``random`` and ``numpy.random``.
    rc_params : dict
        The rcParams.
    """

    python: Any
    numpy: Any
    rc_params: dict[str, Any]

    @classmethod
    def now(cls) -> SharedState:
        """Return what it is."""
        params: Any = matplotlib.rcParams
        rc_params = dict(dict.items(params))
        # It may not have been chosen yet, and to set it would choose one anew.
        rc_params.pop("backend", None)
        return cls(random.getstate(), np.random.get_state(legacy=False), rc_params)

    def restore(self) -> None:
        """Let it be so again."""
        params: Any = matplotlib.rcParams
        random.setstate(self.python)
        np.random.set_state(self.numpy)
        dict.update(params, self.rc_params)  # without checks, as rc_context() does
