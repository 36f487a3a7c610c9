"""The memory that processes share, and the slots in it.

A block of shared memory is made by the main process and attached by the workers. Cut into slots
it is the ring, into which workers draw frames; as it is it carries the large arrays of params.
Here is also the account of which slot holds which frame, and the temporary file for frames that
come so long before their turn that the ring has no room for them. Nothing here knows what a
frame shows, or how it was sent: only bytes and numbers of frames.
"""

from parallel_animate.memory.blocks import SharedBlock
from parallel_animate.memory.frames import FrameMemory
from parallel_animate.memory.loans import MOST_KEPT, Loans
from parallel_animate.memory.order import FrameOrder
from parallel_animate.memory.ring import SLOTS_PER_WORKER, Slot, SlotRing, ring_slots

__all__ = [
    "MOST_KEPT",
    "SLOTS_PER_WORKER",
    "FrameMemory",
    "FrameOrder",
    "Loans",
    "SharedBlock",
    "Slot",
    "SlotRing",
    "ring_slots",
]
