"""The binary symmetric channel: every bit is flipped with probability p, on its own.

    bits ----(xor flips, each 1 with probability p)----> bits
    x = +-1 --(y = x * (1 - 2 * flip))-----------------> y = +-1      in training

Section "Joint source-channel coding" and Fig. 5 of arXiv:2006.02166; capacity 1 - H(p) bits a use.
"""

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from cosplit.channel import Channel
from cosplit.errors import CosplitError
from cosplit.message import Bits, Message


class Bsc(Channel):
    """Flips bits with probability `flip_rate` in [0, 0.5].

    Raises:
        CosplitError: `flip_rate` is outside that range.
    """

    kind: ClassVar[str] = "bsc"

    def __init__(self, flip_rate: float) -> None:
        if not 0 <= flip_rate <= 1 / 2:
            raise CosplitError(f"bsc flip rate {flip_rate!r}: must lie between 0 and 0.5")
        self.flip_rate = float(flip_rate)

    @classmethod
    def examples(cls) -> Sequence[Channel]:
        """A mild and a harsh one."""
        return [cls(0.05), cls(0.2)]

    @property
    def name(self) -> str:
        """As in `bsc0.05`."""
        return f"bsc{self.flip_rate:g}"

    @property
    def level(self) -> float:
        """The flip rate."""
        return self.flip_rate

    def capacity(self) -> float:
        """1 - H(p) bits a channel use, H the binary entropy."""
        p = self.flip_rate
        return 1 + sum(q * math.log2(q) for q in (p, 1 - p) if q > 0)

    def send(self, message: Message, rng: np.random.Generator) -> Bits:
        """The bits, some of them flipped.

        Raises:
            CosplitError: `message` is not `Bits`.
        """
        if not isinstance(message, Bits):
            raise CosplitError(f"{self.name} carries Bits, not {type(message).__name__}")
        flips = np.packbits(rng.random(message.n_bits) < self.flip_rate)
        return Bits((np.frombuffer(message.data, np.uint8) ^ flips).tobytes(), message.n_bits)

    def transmit(self, values: Tensor, noise: torch.Generator) -> Tensor:
        """Values +-1 of any shape, some with their sign changed; the gradient changes with it."""
        uniform = torch.rand(values.shape, generator=noise, device=noise.device)
        return values * (1 - 2 * (uniform < self.flip_rate).to(values))
