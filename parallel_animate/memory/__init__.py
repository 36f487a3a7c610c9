from parallel_animate.memory.ring import FrameOrder, Slot, SlotRing, ring_slots

__all__ = ["FrameOrder", "Slot", "SlotRing", "ring_slots"]
