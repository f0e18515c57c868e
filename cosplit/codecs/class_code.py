"""The answer itself: a network that runs on the device as a whole sends the class it found.

    logits (classes,) --argmax--> class, ceil(log2 classes) bits ----> one-hot logits (classes,)

The corner of Fig. 3 of arXiv:2006.02166 with the most computing and the least communication. The
answer is consumed at the server, so it crosses the link like everything else.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from cosplit.channel import Channel
from cosplit.codec import Codec
from cosplit.codecs.fixed_length import pack, silence, unpack
from cosplit.message import Message


class ClassCode(Codec):
    """Sends the index of the largest of `classes` logits. Nothing is learned."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.shape = (classes,)
        self.max_bits = max(1, (classes - 1).bit_length())
        self.encoder = nn.Identity()
        self.decoder = nn.Identity()

    @classmethod
    def examples(cls) -> Sequence[tuple[Codec, Tensor]]:
        """Ten classes."""
        return [(cls(10), torch.randn(8, 10, generator=torch.Generator().manual_seed(0)))]

    def forward(
        self, feature: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        """In training the logits as they are, so that a loss can train them; else what arrives."""
        return feature if self.training else self.decode(self.encode(feature))

    def encode(self, feature: Tensor, level: float | None = None) -> list[Message]:
        """The class of each row of logits (n, classes)."""
        assert self.max_bits
        return pack(feature.argmax(1, keepdim=True), self.max_bits)

    def decode(self, received: Sequence[Message], level: float | None = None) -> Tensor:
        """One-hot logits (n, classes); zeros where there is no such class."""
        assert self.max_bits
        codes, heard = unpack(received, 1, self.max_bits)
        classes = self.shape[0]
        known = heard & (codes[:, 0] < classes)
        return silence(one_hot(codes[:, 0].clamp(max=classes - 1), classes).float(), known)
