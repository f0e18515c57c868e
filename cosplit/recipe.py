"""What a training stage is told: plain data, so that it can be digested, kept and printed."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Recipe:
    """SGD with Nesterov momentum under a one-cycle schedule.

    `epochs` are passes over the training images; `small_epochs` of them, the first ones, see
    images at three quarters of their size. `ema` is the decay a step of the averaged weights.
    `erase` is the side of the square that every image loses, in pixels.
    `views` fixed crops of every image are shown in turn; 0: every epoch draws crops of its own.
    `weight_decay` spares biases and normalisation.
    """

    epochs: float
    peak_lr: float
    batch_size: int = 256
    warm_up: float = 0.2
    momentum: float = 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.1
    ema: float = 0.995
    small_epochs: int = 0
    augment: bool = True
    erase: int = 0
    views: int = 0
    seed: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain data, for digests and provenance."""
        return asdict(self)
