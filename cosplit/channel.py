"""The contract of a channel: a message goes in, what the server receives comes out."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    import numpy as np
    import torch

    from cosplit.message import Message


class Channel(ABC):
    """A memoryless channel with one parameter. It does not know what a message means."""

    kind: ClassVar[str]

    @classmethod
    def examples(cls) -> "Sequence[Channel]":
        """Instances that the contract suite runs its laws on; override where arguments are due."""
        return [cls()]

    @property
    @abstractmethod
    def name(self) -> str:
        """Kind and parameter in one word, as in `awgn10` or `bsc0.05`."""

    @property
    @abstractmethod
    def level(self) -> float | None:
        """The parameter (SNR in dB, flip rate), known at both ends; None where there is none."""

    @abstractmethod
    def capacity(self) -> float:
        """Bits a channel use that can be sent without error; infinite for a noiseless channel."""

    @abstractmethod
    def send(self, message: "Message", rng: "np.random.Generator") -> "Message":
        """The message as received.

        Raises:
            CosplitError: this channel does not carry that kind of message.
        """

    @abstractmethod
    def transmit(self, values: "torch.Tensor", noise: "torch.Generator") -> "torch.Tensor":
        """The same law on a tensor of symbols (BSC: of +-1), differentiable, for training."""
