"""What a render tells its user: while it runs, and when it is over.

While a render runs, it is measured, and its progress is shown. When it is over, the facts of the
render are what the report is made of: the bottleneck and what to do about it, a table, a plot, a
page of HTML, JSON. Nothing here changes what is rendered.
"""

from parallel_animate.report.bottleneck import Bottleneck
from parallel_animate.report.facts import SlowFrame
from parallel_animate.report.measure import Measure
from parallel_animate.report.progress import Progress
from parallel_animate.report.report import RenderReport

__all__ = ["Bottleneck", "Measure", "Progress", "RenderReport", "SlowFrame"]
