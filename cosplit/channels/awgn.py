"""Additive white Gaussian noise on real symbols.

    x, mean power <= 1 ----(y = x + n, n ~ N(0, 10^(-snr_db / 10)))----> y

One channel use is one real symbol. The noise variance is that of a real dimension at mean symbol
power 1, so the capacity is 0.5 log2(1 + SNR) bits a use; the complex log2(1 + SNR) of
arXiv:2006.02166 is two such uses. The harness checks the power limit (`message.check_message`).
"""

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from cosplit.channel import Channel
from cosplit.errors import CosplitError
from cosplit.message import Message, Symbols


class Awgn(Channel):
    """Adds noise of variance 10^(-snr_db / 10) to every real symbol.

    Raises:
        CosplitError: `snr_db` is not a finite number.
    """

    kind: ClassVar[str] = "awgn"

    def __init__(self, snr_db: float) -> None:
        if not math.isfinite(snr_db):
            raise CosplitError(f"awgn SNR {snr_db!r}: must be a finite number of dB")
        self.snr_db = float(snr_db)

    @classmethod
    def examples(cls) -> Sequence[Channel]:
        """A poor and a good one."""
        return [cls(0.0), cls(10.0)]

    @property
    def name(self) -> str:
        """As in `awgn10`."""
        return f"awgn{self.snr_db:g}"

    @property
    def level(self) -> float:
        """The signal-to-noise ratio in dB."""
        return self.snr_db

    @property
    def deviation(self) -> float:
        """Standard deviation of the noise on one real symbol."""
        return float(10 ** (-self.snr_db / 20))

    def capacity(self) -> float:
        """0.5 log2(1 + SNR) bits a channel use."""
        return 0.5 * math.log2(1 + 10 ** (self.snr_db / 10))

    def send(self, message: Message, rng: np.random.Generator) -> Symbols:
        """The symbols with noise.

        Raises:
            CosplitError: `message` is not `Symbols`.
        """
        if not isinstance(message, Symbols):
            raise CosplitError(f"{self.name} carries Symbols, not {type(message).__name__}")
        noise = rng.normal(0.0, self.deviation, message.n_uses)
        return Symbols((message.values() + noise).astype("<f4").tobytes())

    def transmit(self, values: Tensor, noise: torch.Generator) -> Tensor:
        """Values of any shape with noise; the gradient passes unchanged."""
        draw = torch.randn(values.shape, generator=noise, device=noise.device)
        return values + self.deviation * draw.to(values)
