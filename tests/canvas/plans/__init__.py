"""Random figures, and random changes of them, as plain data.

A plan says which axes a figure has, what is in them, and which changes are made before each frame.
So it can be carried out on two figures, of which one is redrawn, and the other drawn in full.
"""

from tests.canvas.plans.changes import CHANGES
from tests.canvas.plans.figures import build
from tests.canvas.plans.found import FOUND
from tests.canvas.plans.strategies import plans

__all__ = ["CHANGES", "FOUND", "build", "plans"]
