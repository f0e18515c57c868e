"""A split model: the device half, the codec between, and the server half."""

from collections.abc import Mapping
from typing import Any, final

import torch
from torch import Tensor, nn

from cosplit.channel import Channel
from cosplit.codec import Codec


@final
class SplitModel(nn.Module):
    """Images (n, 3, h, w), uint8 or 0..255, to logits (n, classes).

    Tensors are named `device.* codec.encoder.* codec.decoder.* server.*`. `config` is what
    fitting found (channel widths, quantiser width): with the point it fixes the architecture.
    """

    def __init__(
        self, device: nn.Module, codec: Codec, server: nn.Module, config: Mapping[str, Any]
    ) -> None:
        super().__init__()
        self.device = device
        self.codec = codec
        self.server = server
        self.config = dict(config)

    def forward(
        self, images: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        """The whole path as one differentiable function, for training."""
        logits: Tensor = self.server(self.codec(self.device(images), channel, noise))
        return logits
