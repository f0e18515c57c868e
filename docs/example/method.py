"""Signs of principal components: a code without a learned encoder.

    feature --mean over 4x4 places--> (c*16) --minus mean, onto k components--> k signs = k bits
    k bits --sign * mean magnitude, back onto the feature's axes--> feature

Source: this is the worked example of docs/submitting.md. The components are those of the training
images' features (K. Pearson, Phil. Mag. 2, 1901); the network before the split stays as it is, the
network after it is distilled from the original for the task's budget.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from cosplit.backbones import build_backbone
from cosplit.channel import Channel
from cosplit.codec import Codec
from cosplit.codecs.fixed_length import pack, silence, unpack
from cosplit.message import Message
from cosplit.method import Method, Trainer
from cosplit.point import OperatingPoint
from cosplit.recipe import Recipe
from cosplit.split import SplitModel
from cosplit.task import Task
from cosplit.training.losses import distilled

PLACES = 4
N_FEATURES = 4000


class SignPca(Method):
    """Two split points; the number of bits is a setting."""

    title = "Signs of principal components"
    authors = "The cosplit authors"
    source = "docs/submitting.md"

    def points(self, task: Task) -> Sequence[OperatingPoint]:
        """One in the middle of the network, one behind it."""
        return [OperatingPoint("conv3_x", {"bits": 96}), OperatingPoint("conv4_x", {"bits": 48})]

    def fit(self, task: Task, point: OperatingPoint, train: Trainer) -> SplitModel:
        """Components in closed form, then the server half by distillation."""
        network = train.base().requires_grad_(False)
        device, server = network.split(point.split_point)
        codec = _codec(task, network, point)
        with torch.no_grad():
            parts = train.training_images(N_FEATURES).split(250)
            codec.calibrate(torch.cat([codec.encoder.places(device(part)) for part in parts]))
        model = SplitModel(device, codec, server.requires_grad_(True), {})
        budget = task.training
        recipe = Recipe(budget.method_epochs, budget.method_lr, budget.batch_size)
        loss = distilled(train.teacher(), recipe)
        return train.stage(f"sign_pca-{point.name}", model, recipe, loss)

    def build(self, task: Task, point: OperatingPoint, config: Mapping[str, Any]) -> SplitModel:
        """The original network around the code."""
        network = build_backbone(task)
        device, server = network.split(point.split_point)
        return SplitModel(device, _codec(task, network, point), server, config)


def _codec(task: Task, network: Any, point: OperatingPoint) -> "_SignCode":
    shape = network.feature_shape(point.split_point, task.data.shape)
    return _SignCode(shape, int(point.settings["bits"]))


class _Encoder(nn.Module):
    """Features (n, c, h, w) to components (n, k)."""

    def __init__(self, size: int, bits: int, side: int) -> None:
        super().__init__()
        self.side = side
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("axes", torch.zeros(size, bits))

    def places(self, feature: Tensor) -> Tensor:
        return functional.adaptive_avg_pool2d(feature, self.side).flatten(1)

    def forward(self, feature: Tensor) -> Tensor:
        return (self.places(feature) - self.mean) @ self.axes


class _Decoder(nn.Module):
    """Signs (n, k) of -1 and 1 to features (n, c, h, w)."""

    def __init__(self, shape: Sequence[int], bits: int, side: int) -> None:
        super().__init__()
        self.shape, self.side = tuple(shape), side
        self.register_buffer("mean", torch.zeros(shape[0] * side * side))
        self.register_buffer("scaled_axes", torch.zeros(bits, shape[0] * side * side))

    def forward(self, signs: Tensor) -> Tensor:
        flat = self.mean + signs @ self.scaled_axes
        small = flat.view(-1, self.shape[0], self.side, self.side)
        return functional.interpolate(small, size=self.shape[1:])


class _SignCode(Codec):
    """k bits for a feature of `shape` (c, h, w)."""

    def __init__(self, shape: Sequence[int], bits: int) -> None:
        super().__init__()
        side = min(PLACES, shape[1])
        self.shape, self.max_bits = tuple(shape), bits
        self.encoder = _Encoder(shape[0] * side * side, bits, side)
        self.decoder = _Decoder(shape, bits, side)

    def calibrate(self, places: Tensor) -> None:
        """Fix components and magnitudes from `places` (n, c*side*side) of training images."""
        mean = places.mean(0)
        _, axes = torch.linalg.eigh(torch.cov(places.T))
        axes = axes[:, -self.max_bits :]
        magnitude = ((places - mean) @ axes).abs().mean(0)
        self.encoder.mean.copy_(mean)
        self.encoder.axes.copy_(axes)
        self.decoder.mean.copy_(mean)
        self.decoder.scaled_axes.copy_((axes * magnitude).T)

    def forward(
        self, feature: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        """What the server sees; nothing before the signs is trained."""
        return self.decoder(2.0 * (self.encoder(feature) > 0) - 1)

    def encode(self, feature: Tensor, level: float | None = None) -> list[Message]:
        """k bits an image: is the component above its mean?"""
        return pack((self.encoder(feature) > 0).long(), 1)

    def decode(self, received: Sequence[Message], level: float | None = None) -> Tensor:
        """Features (n, c, h, w); zeros where no k bits came."""
        codes, heard = unpack(received, self.max_bits, 1)
        return silence(self.decoder(2.0 * codes - 1), heard)
