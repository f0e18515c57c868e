"""What each part of the three-step method is worth at conv3_x: `python benchmarks/ablation.py`.

Each variant trains for one pass, from the same pruned network and at the method's rate, and is
judged on validation images. One pass tells variants apart, and says nothing of what they reach in
the end. About four minutes a variant on one core; finished ones are kept in the cache.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

import torch
from torch import Tensor

from cosplit import catalogue
from cosplit.channels.noiseless import Noiseless
from cosplit.codec import Codec
from cosplit.codecs.spatial_rounding import SpatialRounding
from cosplit.codecs.spatial_vq import SpatialVq
from cosplit.codecs.weighted_transform import WeightedTransform
from cosplit.measure.payload import charged_bits
from cosplit.message import Bits
from cosplit.method import Trainer
from cosplit.methods._budget import original_network, recipe
from cosplit.methods._choice import goal
from cosplit.methods._codes import CODES, Feature
from cosplit.methods._pruned import KEEP, pruned_network
from cosplit.methods._quantised import narrowest_quantiser
from cosplit.methods._sensitivity import sensitivity
from cosplit.methods.three_step import N_WEIGHTED, TRAINING
from cosplit.point import OperatingPoint
from cosplit.seeds import seeded
from cosplit.split import SplitModel
from cosplit.trained import TrainedModels
from cosplit.training.losses import cross_entropy, distilled

SPLIT = "conv3_x"
PASSES = 1
FIXED = {"stride": 4, "channels": 64}
"""Of the codes of fixed length: 512 bits for 4 x 4 patches, as 16 numbers of two bits each or as
four codewords of eight bits."""
N_MEASURED = 500

Fit = Callable[[Tensor, Tensor], Codec]
"""(features, gradients) -> codec, calibrated where it can be."""


class Unrounded(WeightedTransform):
    """Dimension reduction alone."""

    def forward(self, feature: Tensor, channel: Any = None, noise: Any = None) -> Tensor:
        decoded: Tensor = self.decoder(self.encoder(feature))
        return decoded


def transform(
    build: Callable[[], WeightedTransform], feature: Tensor, gradient: Tensor, alike: bool = False
) -> Codec:
    """The method's own code; `alike`: all errors weigh the same, as in a plain transform."""
    return build().calibrate(feature, torch.randn_like(gradient) if alike else gradient)


def variants(shape: tuple[int, int, int]) -> dict[str, tuple[Fit, bool, int]]:
    """By name, (what makes its codec, whether it is distilled, passes)."""
    code = CODES["conv3"]
    assert isinstance(code, Feature)
    block = shape[1] // code.side
    settings = (shape, code.side, code.inner, block, code.numbers, code.bits(shape)[0])
    ours = partial(transform, lambda: WeightedTransform(*settings))
    return {
        "+ dimension reduction": (
            partial(transform, lambda: Unrounded(*settings)), True, PASSES),
        "+ entropy code: the method": (ours, True, PASSES),
        "the method, before training": (ours, True, 0),
        "all errors weigh the same": (partial(ours, alike=True), True, PASSES),
        "without distillation": (ours, False, PASSES),
        "rounding, fixed length": (
            lambda *_: SpatialRounding(shape, size=16, bits=2, **FIXED), True, PASSES),
        "codewords, fixed length": (
            lambda *_: SpatialVq(shape, **FIXED, groups=4, size=16, bits=8), True, PASSES),
    }  # fmt: skip


def untrained(train: Trainer) -> Iterator[str]:
    """The split alone, and with the pruned network: the narrowest quantiser that keeps the goal."""
    networks = {
        "split": original_network(train),
        "+ pruning": pruned_network(train, **KEEP).network,
    }
    for name, network in networks.items():
        point = OperatingPoint(SPLIT, {})
        model = narrowest_quantiser(train, network.requires_grad_(False), point, goal(train))
        yield _line(name, model, train)


def trained(train: Trainer) -> Iterator[str]:
    """Every variant after its pass."""
    network = pruned_network(train, **KEEP).network
    images = train.training_images(N_WEIGHTED)
    seen = sensitivity(*network.split(SPLIT), images, seed=0)
    for name, variant in variants(network.feature_shape(SPLIT, train.task.data.shape)).items():
        yield _line(name, _fitted(name, *variant, images, seen, train), train)


def _fitted(
    name: str,
    fit: Fit,
    taught: bool,
    passes: int,
    images: Tensor,
    seen: tuple[Tensor, Tensor],
    train: Trainer,
) -> SplitModel:
    device, server = pruned_network(train, **KEEP).network.split(SPLIT)
    with seeded(train.seed, name):
        codec = fit(*seen)
    model = SplitModel(device, codec, server, {}).requires_grad_(True).eval()
    if not passes:
        return model
    stage = recipe(train.task, passes / train.task.training.method_epochs, TRAINING["conv3"][1])
    channels = [Noiseless()]
    loss = distilled(train.teacher(), stage, channels)
    if not taught:
        loss = cross_entropy(stage, channels)
    model = train.stage(f"ablation-{name}", model, stage, loss)
    if isinstance(codec, WeightedTransform):
        with torch.no_grad():
            codec.settle(model.device(images))
    return model


@torch.no_grad()
def _line(name: str, model: SplitModel, train: Trainer) -> str:
    if isinstance(model.codec, Unrounded):
        bits = 32.0 * torch.Size(model.codec.numbers_shape).numel()
    else:
        codec = model.codec
        messages = codec.encode(model.device(train.training_images(N_MEASURED)))
        sent = cast(list[Bits], messages)
        bits = float(charged_bits(sent, codec.max_bits or 0, codec.prefix_free).mean())
    return f"| {name} | {bits:,.0f} | {100 * train.validation_accuracy(model):.2f} % |"


if __name__ == "__main__":
    trainer = TrainedModels(catalogue.task("cifar10")).trainer
    print("| at conv3_x | bits | validation accuracy |\n| --- | --- | --- |")
    for lines in (untrained(trainer), trained(trainer)):
        for line in lines:
            print(line, flush=True)
