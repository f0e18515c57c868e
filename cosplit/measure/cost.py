"""What one image costs on either side of the link: multiply-accumulates and parameters."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from cosplit.measure.macs import MacCounter
from cosplit.split import SplitModel

# Normalisation statistics fold into scale and shift, which are counted.
_FOLDED = ("running_mean", "running_var", "num_batches_tracked")


@dataclass(frozen=True)
class Cost:
    """Per image. `device_*` include the codec's encoder, `server_*` its decoder.

    `*_params` are parameters, and the codec's tables besides: what ships with each half.
    """

    device_macs: int
    encoder_macs: int
    decoder_macs: int
    server_macs: int
    device_params: int
    server_params: int

    @property
    def device_flops(self) -> int:
        """Floating-point operations: two a multiply-accumulate."""
        return 2 * self.device_macs


def count_macs(fn: Callable[..., object], *args: Any) -> int:
    """Multiply-accumulates of `fn(*args)`, without gradients.

    Raises:
        CosplitError: it runs an operation that has no formula.
    """
    return _counted(fn, *args)[0]


def model_cost(model: SplitModel, image: Tensor, level: float | None = None) -> Cost:
    """The cost of one `image` (1, 3, h, w), uint8 or 0..255, on its way to the logits.

    Puts the model in evaluation mode. `level` is the channel's parameter, for codecs that use it.

    Raises:
        CosplitError: the model runs an operation that has no formula.
    """
    model.eval()
    codec = model.codec
    device_macs, feature = _counted(model.device, image)
    encoder_macs, messages = _counted(codec.encode, feature, level)
    decoder_macs, received = _counted(codec.decode, messages, level)
    server_macs, _ = _counted(model.server, received)
    return Cost(
        device_macs + encoder_macs,
        encoder_macs,
        decoder_macs,
        server_macs + decoder_macs,
        _params(model.device, codec.encoder),
        _params(model.server, codec.decoder),
    )


def _counted(fn: Callable[..., Any], *args: Any) -> tuple[int, Any]:
    with torch.inference_mode(), MacCounter() as counter:
        out = fn(*args)
    return counter.macs, out


def _params(*modules: nn.Module) -> int:
    tensors = {
        id(tensor): tensor
        for module in modules
        for name, tensor in module.state_dict(keep_vars=True).items()
        if isinstance(tensor, Tensor) and not name.endswith(_FOLDED)
    }
    return sum(tensor.numel() for tensor in tensors.values())
