"""The params of frames that are to be drawn, are being drawn, or may have to be drawn again."""

from __future__ import annotations

from parallel_animate.engine.commands import Draw
from parallel_animate.params import Payload, PayloadMemory


class HeldParams:
    """Params by frame. Whoever puts some into memory holds them for it.

    Parameters
    ----------
    memory : PayloadMemory
        Where they are.

    Attributes
    ----------
    opening : Payload or None
        Those of the first frame of all, with which every worker begins.
    """

    def __init__(self, memory: PayloadMemory) -> None:
        self.opening: Payload | None = None
        self._memory = memory
        self._payloads: dict[int, Payload] = {}
        self._nbytes = 0
        self._with_workers: dict[int, int] = {}  # bytes of those that are being drawn with

    @property
    def waiting_bytes(self) -> int:
        """Bytes of all but those that frames are being drawn with."""
        return self._nbytes - sum(self._with_workers.values())

    def keep(self, frame: int, params: Payload) -> None:
        """Take the params of a frame."""
        self._payloads[frame] = params
        self._nbytes += params.nbytes

    def forget(self, frame: int) -> None:
        """Let go of the params of a frame."""
        params = self._payloads.pop(frame)
        self._nbytes -= params.nbytes
        params.drop(self)

    def draw_with(self, draw: Draw) -> Payload:
        """Return the params for a drawing: copies for one that is made besides."""
        if draw.video:
            params = self._payloads[draw.frame]
            self._with_workers[draw.frame] = params.nbytes
            return params
        besides = self._payloads[draw.frame] if draw.digest else self.opening
        assert besides is not None
        return self._memory.copied(besides)

    def come_back(self, frame: int) -> None:
        """Note that nobody draws with the params of a frame any more, if anybody did."""
        self._with_workers.pop(frame, None)

    def may_be_spoilt(self, frame: int) -> bool:
        """Whether the worker that drew with them may have written into them.

        Its arrays were read-only, but some libraries take no notice of that.
        """
        return self._payloads[frame].block is not None
