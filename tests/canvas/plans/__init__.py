"""Random figures, and random changes of them, as plain data.

A plan says which axes a figure has, what is in them, and which changes are made before each frame.
So it can be carried out on two figures, of which one is redrawn, and the other drawn in full. Each
number stands for a plan: ``python -m tests.canvas.plans 0 999`` runs the first thousand.
"""

from tests.canvas.plans.check import check_plan
from tests.canvas.plans.found import FOUND
from tests.canvas.plans.strategies import plans, random_plan

__all__ = ["FOUND", "check_plan", "plans", "random_plan"]
