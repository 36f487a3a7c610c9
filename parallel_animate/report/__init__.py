from parallel_animate.report.bottleneck import Bottleneck
from parallel_animate.report.measure import Measure
from parallel_animate.report.progress import Progress
from parallel_animate.report.report import RenderReport, SlowFrame

__all__ = ["Bottleneck", "Measure", "Progress", "RenderReport", "SlowFrame"]
