"""What product and spatial vector quantisation have alike: codewords between two layers."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from cosplit.channel import Channel
from cosplit.codec import Codec
from cosplit.codecs.codebook import follow, lookup, nearest, restart
from cosplit.codecs.fixed_length import pack, silence, unpack
from cosplit.message import Message

COMMITMENT = 0.25


class VqEncoder(nn.Module):
    """`reduce` (features to numbers), their normalisation `norm`, and the codewords."""

    codebook: Tensor
    usage: Tensor

    def __init__(self, reduce: nn.Sequential, norm: nn.Module, codebook: Tensor) -> None:
        super().__init__()
        self.reduce = reduce
        self.norm = norm
        self.register_buffer("codebook", codebook.clone())
        self.register_buffer("usage", torch.zeros(codebook.shape[:2]))

    def forward(self, feature: Tensor) -> Tensor:
        """Numbers of unit variance, float32, in the layout of `reduce`."""
        numbers: Tensor = self.norm(self.reduce(feature).float())
        return numbers


class VqDecoder(nn.Module):
    """The same codewords, and `expand` (numbers to features)."""

    codebook: Tensor

    def __init__(self, expand: nn.Module, codebook: Tensor) -> None:
        super().__init__()
        self.expand = expand
        self.register_buffer("codebook", codebook.clone())

    def forward(self, numbers: Tensor) -> Tensor:
        """Features (n, c, h, w)."""
        decoded: Tensor = self.expand(numbers)
        return decoded


class VqCodec(Codec):
    """`places` x m codes of `bits` bits an image, the codebook shared by an image's places.

    The codebook (m, 2^bits, s), float32, is a buffer of the encoder and an equal one of the
    decoder. After a `forward` in training `auxiliary_loss` is the commitment loss, to be added to
    the task's; the gradient goes straight through (arXiv:1711.00937, section 3.2).
    """

    encoder: VqEncoder
    decoder: VqDecoder
    groups: int
    bits: int
    places: int
    numbers_shape: tuple[int, ...]
    """What the encoder makes of one image."""

    @abstractmethod
    def vectors(self, numbers: Tensor) -> Tensor:
        """The encoder's numbers of n images as vectors (n * places, m, s)."""

    @abstractmethod
    def numbers(self, vectors: Tensor, shape: Sequence[int]) -> Tensor:
        """The way back, to numbers of `shape`."""

    @property
    def count(self) -> int:
        """Codes an image."""
        return self.places * self.groups

    def train(self, mode: bool = True) -> Self:
        """As in `nn.Module`; forgets the last batch's loss."""
        self.auxiliary_loss = 0.0
        return super().train(mode)

    def forward(
        self, feature: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        """The feature after quantisation, straight-through; in training the codebook follows."""
        here, there = self.encoder, self.decoder
        numbers = here(feature)
        vectors = self.vectors(numbers)
        still = vectors.detach()
        if self.training:
            restart(here.codebook, here.usage, still)
        codes = nearest(here.codebook, still)
        chosen = lookup(here.codebook, codes)
        if self.training:
            self.auxiliary_loss = COMMITMENT * mse_loss(vectors, chosen)
            follow(here.codebook, here.usage, still, codes)
            there.codebook.copy_(here.codebook)
        decoded: Tensor = there(self.numbers(vectors + (chosen - still), numbers.shape))
        return decoded

    @torch.no_grad()
    def encode(self, feature: Tensor, level: float | None = None) -> list[Message]:
        """count * bits bits for each feature (n, c, h, w)."""
        codes = nearest(self.encoder.codebook, self.vectors(self.encoder(feature)))
        return pack(codes.view(len(feature), -1), self.bits)

    @torch.no_grad()
    def decode(self, received: Sequence[Message], level: float | None = None) -> Tensor:
        """Features (n, c, h, w); zeros for a message of another length."""
        codes, heard = unpack(received, self.count, self.bits)
        vectors = lookup(self.decoder.codebook, codes.view(-1, self.groups))
        numbers = self.numbers(vectors, (len(received), *self.numbers_shape))
        return silence(self.decoder(numbers), heard)
