"""Full draws that are helped: matplotlib decides everything, and nothing is found out twice.

Between redrawing what has changed and matplotlib's own full draw, this is the third way. It is
taken where most of a figure changes, as when limits move or an axes is cleared and plotted anew.
"""

from parallel_animate.canvas.helped.help import Help

__all__ = ["Help"]
