"""One half of a split model behind frames: what a container runs, free of pipes and processes.

LOAD  -> JSON {"max_bits": n}        device half: IMAGE -> BITS or SYMBOLS
                                     server half: BITS or SYMBOLS -> LOGITS
JSON {"kernels": seconds} -> JSON {"flops_per_s": ...}
"""

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cosplit.containers.frames import Kind, pack, pack_message, unpack_message
from cosplit.errors import InvalidMessage
from cosplit.measure.outcome import InvalidOutput
from cosplit.message import check_message

if TYPE_CHECKING:
    from cosplit.split import SplitModel

_LENGTH = struct.Struct(">I")


def pack_load(settings: Mapping[str, Any], packed: bytes) -> bytes:
    """The payload of a `LOAD` frame.

    Args:
        settings: `task` (its JSON), `method` (a name), `sources` ({path: text} of modules that
            the image does not hold), `half`, `level` (the channel's, or None), `threads`, `cuda`.
        packed: `ArtifactStore.pack(..., half)`: point, config and that half's tensors alone.
    """
    text = json.dumps(dict(settings)).encode()
    return _LENGTH.pack(len(text)) + text + packed


class LoadedHalf:
    """A half with its weights, ready for frames."""

    def __init__(self, payload: bytes, folder: Path) -> None:
        """Build it from a `LOAD` frame; `folder` takes the sources that came along."""
        import torch

        from cosplit import catalogue
        from cosplit.artifacts import unpack
        from cosplit.task import Task

        (length,) = _LENGTH.unpack_from(payload)
        settings = json.loads(payload[4 : 4 + length])
        for path, text in settings["sources"].items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        self.task = Task.model_validate(settings["task"])
        self.half: str = settings["half"]
        self.level: float | None = settings["level"]
        torch.set_num_threads(settings["threads"])
        self.before_import(folder)
        method = catalogue.method(settings["method"], folder if settings["sources"] else None)
        self.where = torch.device("cuda" if settings["cuda"] else "cpu")
        self.model: SplitModel = unpack(payload[4 + length :], self.task, method).to(self.where)

    def ready(self) -> dict[str, Any]:
        """What the codec declares: no message is larger."""
        return {"max_bits": self.model.codec.max_bits, "max_uses": self.model.codec.max_uses}

    def before_import(self, folder: Path) -> None:
        """Called with the sources in place, before any of them is imported."""

    def told(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a request of the harness; this half knows none and says what it is."""
        return self.ready()

    def answer(self, kind: Kind, size: int, payload: bytes) -> bytes:
        """The frame that answers an image or a message.

        Raises:
            CosplitError: what the half made is no valid message or no finite logits.
        """
        import torch

        with torch.inference_mode():
            if kind is Kind.IMAGE and self.half == "device":
                return self._encode(payload)
            if kind in (Kind.BITS, Kind.SYMBOLS) and self.half == "server":
                return self._decide(kind, size, payload)
        raise InvalidMessage(f"a {kind.name} frame for a {self.half} half")

    def _encode(self, payload: bytes) -> bytes:
        import torch

        pixels = np.frombuffer(payload, np.uint8).reshape(1, *self.task.data.shape)
        feature = self.model.device(torch.from_numpy(pixels.copy()).to(self.where))
        codec = self.model.codec
        sent = codec.encode(feature, self.level)
        if len(sent) != 1:
            raise InvalidOutput(f"{len(sent)} messages for one image; send one an image")
        return pack_message(check_message(sent[0], codec.max_bits, codec.max_uses))

    def _decide(self, kind: Kind, size: int, payload: bytes) -> bytes:
        import torch

        feature = self.model.codec.decode([unpack_message(kind, size, payload)], self.level)
        logits = self.model.server(feature.to(self.where)).float().cpu()
        if not torch.isfinite(logits).all():
            raise InvalidOutput("the logits are not all finite (NaN or infinite)")
        return pack(Kind.LOGITS, logits.numpy().astype("<f4").tobytes())
