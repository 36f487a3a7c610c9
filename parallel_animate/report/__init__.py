"""What a render tells its user: while it runs, and when it is over.

While a render runs, it is measured, and its progress is shown. When it is over, the facts of the
render are what the report is made of: the bottleneck and what to do about it, a table, a plot, a
page of HTML, JSON. Nothing here changes what is rendered.
"""

from parallel_animate.report.bottleneck import Bottleneck
from parallel_animate.report.facts import Machine, SlowFrame
from parallel_animate.report.measure import Measure
from parallel_animate.report.pictures import save_first_frame
from parallel_animate.report.progress import Progress
from parallel_animate.report.report import RenderReport
from parallel_animate.report.timeline import Timeline

__all__ = [
    "Bottleneck",
    "Machine",
    "Measure",
    "Progress",
    "RenderReport",
    "SlowFrame",
    "Timeline",
    "save_first_frame",
]
