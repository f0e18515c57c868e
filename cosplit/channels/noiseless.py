"""The noiseless channel: what is sent is what is received.

    message ------------------------------> message

The rate-limited link of Figures 3 and 4 of arXiv:2006.02166, where a perfect channel code is
assumed and only bits are counted.
"""

import math
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from cosplit.channel import Channel
from cosplit.message import Message


class Noiseless(Channel):
    """Carries bits and symbols alike, unchanged."""

    kind: ClassVar[str] = "noiseless"
    name = "noiseless"
    level = None

    def capacity(self) -> float:
        """Infinite: bits are not charged in channel uses."""
        return math.inf

    def send(self, message: Message, rng: np.random.Generator) -> Message:
        """`message` itself."""
        return message

    def transmit(self, values: Tensor, noise: torch.Generator) -> Tensor:
        """`values` themselves, of any shape."""
        return values
