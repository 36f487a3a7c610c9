"""One video, rendered on the machines of a Dask cluster.

::

    driver: plan ─▶ pieces, with their params ─▶ Dask ─▶ task on a machine ─▶ engine, in a process
       ▲                                                                         │ segments
       └── checked, put into the parts, joined at the end ◀── Dask, or a folder ◀┘

Dask only carries what :mod:`parallel_animate.piecework` does anywhere: a piece, rendered by the
whole engine with the cores that the Dask worker owns. The driver holds the folder of the parts as a
render on one machine does, so whatever ends it, finished segments stay and can be resumed.
"""

from parallel_animate.cluster.connecting import Cluster, Reach, reached
from parallel_animate.cluster.driver import render_on_cluster

__all__ = ["Cluster", "Reach", "reached", "render_on_cluster"]
