"""What the package needs of Python and of the machine; it knows nothing of frames and videos.

It tells how many cores and how much memory this process may use, notes the signals that ask a
render to stop, calls the main thread back out of the user's code, pickles what no other process can
import, and warns at the user's own line. It also has the base class of everything that owns memory,
a process or a file.
"""

# First, because the clock of the import starts with it.
from parallel_animate.system.imports import import_finished, import_seconds

# isort: split

from parallel_animate.system.child import Child
from parallel_animate.system.forking import (
    about_to_fork,
    fork_danger,
    just_forked,
    one_process,
)
from parallel_animate.system.interrupts import (
    RECALL_SIGNAL,
    Interrupts,
    RecalledError,
    TerminatedError,
    interrupts_held,
    is_ours,
    join_despite_interrupts,
    start_thread,
    terminable,
)
from parallel_animate.system.limits import file_limit, limit_hit, memory_limit
from parallel_animate.system.machine import (
    available_memory,
    grant_cores,
    library_threads,
    lower_limits,
    tree_memory,
    usable_cores,
    worker_count,
)
from parallel_animate.system.owner import Owner
from parallel_animate.system.pickling import independent_copy, pickled_by_value
from parallel_animate.system.warning import noted_warnings, warn_at_users_line, warn_user

__all__ = [
    "RECALL_SIGNAL",
    "Child",
    "Interrupts",
    "Owner",
    "RecalledError",
    "TerminatedError",
    "about_to_fork",
    "available_memory",
    "file_limit",
    "fork_danger",
    "grant_cores",
    "import_finished",
    "import_seconds",
    "independent_copy",
    "interrupts_held",
    "is_ours",
    "join_despite_interrupts",
    "just_forked",
    "library_threads",
    "limit_hit",
    "lower_limits",
    "memory_limit",
    "noted_warnings",
    "one_process",
    "pickled_by_value",
    "start_thread",
    "terminable",
    "tree_memory",
    "usable_cores",
    "warn_at_users_line",
    "warn_user",
    "worker_count",
]
