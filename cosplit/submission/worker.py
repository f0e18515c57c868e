"""The process in the container of a submitted half: as for any half, but watched and counted."""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from cosplit.containers.frames import Kind, pack
from cosplit.containers.half import LoadedHalf
from cosplit.containers.worker import frame_streams, serve
from cosplit.submission.watch import watch

_USED_LATER = (
    "cosplit.artifacts",
    "cosplit.catalogue",
    "cosplit.measure.macs",
    "torch",
    "torch.nn.functional",
)


class WatchedHalf(LoadedHalf):
    """A half of a stranger's. Told `{"count": true}` it counts the MACs of what it answers."""

    def __init__(
        self, payload: bytes, folder: Path, denounce: Callable[[str, str], object]
    ) -> None:
        self._denounce = denounce
        self.counts, self.macs, self.counted = False, 0, 0
        super().__init__(payload, folder)

    def before_import(self, folder: Path) -> None:
        """Watch from here on; what the harness itself needs later is imported first."""
        for module in _USED_LATER:
            import_module(module)
        sys.dont_write_bytecode = True  # writing files is a forbidden act
        tempfile.tempdir = str(folder)  # else whoever asks for it tries out folders by writing
        watch(self._denounce, folder)

    def ready(self) -> dict[str, Any]:
        """What the codec declares, and the MACs of the answers counted so far."""
        mine = {"macs": self.macs, "counted": self.counted}
        return {**super().ready(), "designed_for": self.model.codec.designed_for, **mine}

    def told(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Start or stop counting."""
        self.counts = bool(request.get("count"))
        return self.ready()

    def answer(self, kind: Kind, size: int, payload: bytes) -> bytes:
        """The frame that answers an image or a message."""
        if not self.counts:
            return super().answer(kind, size, payload)
        from cosplit.measure.macs import MacCounter

        with MacCounter() as counter:
            frame = super().answer(kind, size, payload)
        self.macs += counter.macs
        self.counted += 1
        return frame


def denounce(frames_out: int, verdict: str, what: str) -> None:
    """Say what was done, as the answer to the frame under way, and end."""
    frame = pack(Kind.FAULT, json.dumps([f"cheat:{verdict}", what]).encode())
    _WRITE(frames_out, frame)
    _END(0)


_WRITE, _END = os.write, os._exit  # as they are before any method's code runs


def main() -> None:
    """Serve until the harness closes the stream."""
    frames_in, frames_out = frame_streams()
    last_word = partial(denounce, frames_out.fileno())
    serve(frames_in, frames_out, partial(WatchedHalf, denounce=last_word))


if __name__ == "__main__":
    main()
