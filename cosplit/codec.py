"""The contract of a codec: features to messages and back, through a channel while training."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from cosplit.channel import Channel
from cosplit.errors import CosplitError
from cosplit.message import Message


class Codec(nn.Module, ABC):
    """What stands between the device half and the server half.

    Parameters of the device's side live in `self.encoder`, those of the server's side in
    `self.decoder`; each half of a deployment is given one of them alone. What is fixed when the
    model is built (code tables, shapes, scales) are their buffers and counts as model size.
    A table that both sides read is a buffer of each, and training keeps the two equal, so that
    `encode` works without the decoder (replaced by `nn.Identity()`), and `decode` without the
    encoder.

    `level` is the channel's parameter, known at both ends; codecs without a channel code of
    their own ignore it.
    """

    prefix_free: ClassVar[bool] = False
    """No message is the beginning of another; if not, messages of unequal length are charged
    the bits that name their length."""
    designed_for: str | None = None
    """The kind of channel this code protects against by itself; None: a perfect channel code."""
    max_bits: int | None = None
    """The declared size: no message has more bits (None where it sends symbols)."""
    max_uses: int | None = None
    """The declared size in channel symbols (None where it sends bits)."""

    shape: tuple[int, ...]
    """The shape of one image's feature."""
    auxiliary_loss: Tensor | float = 0.0
    """What the last `forward` in training adds to the loss (a commitment, for instance)."""

    encoder: nn.Module
    decoder: nn.Module

    @classmethod
    def examples(cls) -> "Sequence[tuple[Codec, Tensor]]":
        """Small instances, each with at least four features, that the contract suite runs its
        laws on. Every codec offers some; built twice, they have the same architecture."""
        raise CosplitError(f"{cls.__name__} has no examples; define {cls.__name__}.examples()")

    @abstractmethod
    def forward(
        self, feature: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        """Training: the feature as the server would see it, of the same shape, differentiable."""

    @abstractmethod
    def encode(self, feature: Tensor, level: float | None = None) -> list[Message]:
        """One message an image, for a batch of features (n, ...). Deterministic; an image's
        message does not depend on its batch mates."""

    @abstractmethod
    def decode(self, received: Sequence[Message], level: float | None = None) -> Tensor:
        """Features (n, ...) for any messages at all: finite, zeros at worst, in bounded time."""

    def headerless_bits(self, message: Message) -> int | None:
        """Payload without a file format's fixed header, where there is one."""
        return None
