"""What each part of the three-step method is worth at conv3_x: `python benchmarks/ablation.py`.

Each variant trains for one short pass at three quarters of the images' size, from the same pruned
network, and is judged on validation images of that size. Such a pass tells variants apart, and says
nothing of what they reach in the end. About two minutes a variant on one core; finished ones are
kept in the cache. What needs no training (the split and pruning alone) is judged at full size.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from torch import Tensor

from cosplit import catalogue
from cosplit.channels.noiseless import Noiseless
from cosplit.codec import Codec
from cosplit.codecs.spatial_rounding import SpatialRounding
from cosplit.codecs.spatial_vq import SpatialVq
from cosplit.method import Trainer
from cosplit.methods._budget import original_network, recipe
from cosplit.methods._choice import goal
from cosplit.methods._codes import CODES, Spatial
from cosplit.methods._pruned import KEEP, pruned_network
from cosplit.methods._quantised import narrowest_quantiser
from cosplit.point import OperatingPoint
from cosplit.seeds import seeded
from cosplit.split import SplitModel
from cosplit.trained import TrainedModels
from cosplit.training.batches import shrunk
from cosplit.training.losses import cross_entropy, distilled

SPLIT = "conv3_x"
PASSES = 1
LETTERS = 8
"""Bits of a codeword, which stands for four times the numbers that rounding sends in so many."""
N_MEASURED = 500


class Unrounded(SpatialRounding):
    """Dimension reduction alone."""

    def forward(self, feature: Tensor, channel: Any = None, noise: Any = None) -> Tensor:
        decoded: Tensor = self.decoder(2 * self.encoder(feature) - 1)
        return decoded


def variants(shape: tuple[int, int, int]) -> dict[str, tuple[Callable[[], Codec], bool, int]]:
    """By name, (what builds its codec, whether it is distilled, bits an image)."""
    code = CODES["conv3"]
    assert isinstance(code, Spatial)
    settings = (shape, code.stride, code.channels)
    (bits,) = code.bits(shape)
    groups = code.size * code.width // LETTERS
    words = 4 * LETTERS // code.width
    return {
        "+ dimension reduction": (
            lambda: Unrounded(*settings, code.size, code.width), True, 32 * bits // code.width),
        "+ rounding": (lambda: SpatialRounding(*settings, code.size, code.width), True, bits),
        "codewords in place of rounding": (
            lambda: SpatialVq(*settings, groups, words, LETTERS), True, bits),
        "rounding without distillation": (
            lambda: SpatialRounding(*settings, code.size, code.width), False, bits),
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
        messages = model.codec.encode(model.device(train.training_images(N_MEASURED)))
        bits = sum(message.n_bits for message in messages) / N_MEASURED
        yield _line(name, bits, train.validation_accuracy(model))


def trained(train: Trainer) -> Iterator[str]:
    """Every variant after its pass."""
    shape = pruned_network(train, **KEEP).network.feature_shape(SPLIT, train.task.data.shape)
    stage = recipe(train.task, PASSES / train.task.training.method_epochs)
    stage = replace(stage, small_epochs=PASSES)
    for name, (build, taught, bits) in variants(shape).items():
        device, server = pruned_network(train, **KEEP).network.split(SPLIT)
        with seeded(train.seed, name):
            model = SplitModel(device, build(), server, {})
        model.requires_grad_(True)
        channels = [Noiseless()]
        loss = (
            distilled(train.teacher(), stage, channels)
            if taught
            else cross_entropy(stage, channels)
        )
        model = train.stage(f"ablation-{name}", model, stage, loss)
        yield _line(name, bits, train.validation_accuracy(lambda x, m=model: m(shrunk(x.float()))))


def _line(name: str, bits: float, accuracy: float) -> str:
    return f"| {name} | {bits:,.0f} | {100 * accuracy:.2f} % |"


if __name__ == "__main__":
    trainer = TrainedModels(catalogue.task("cifar10")).trainer
    print("| at conv3_x | bits | validation accuracy |\n| --- | --- | --- |")
    for lines in (untrained(trainer), trained(trainer)):
        for line in lines:
            print(line, flush=True)
