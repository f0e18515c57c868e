"""A feature sent through a uniform quantiser and a Huffman code, without a learned encoder.

image --device half--> feature --2^b levels, Huffman--> Bits --> feature --server half--> logits
"""

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from cosplit.codecs.uniform_huffman import UniformHuffman
from cosplit.method import Trainer
from cosplit.methods._budget import distil, next_stage
from cosplit.methods._choice import cheapest
from cosplit.point import OperatingPoint
from cosplit.split import SplitModel
from cosplit.task import Task

if TYPE_CHECKING:
    from cosplit.backbones.resnet18 import ResNet18

WIDTHS = range(1, 9)
N_CALIBRATION = 256
"""Training images whose features set the quantiser's range and the code table."""


def quantised(
    task: Task, network: "ResNet18", point: OperatingPoint, config: Mapping[str, Any]
) -> SplitModel:
    """`network` split around a quantiser of `config["bits"]` bits, not calibrated."""
    shape = network.feature_shape(point.split_point, task.data.shape)
    codec = UniformHuffman(shape, config["bits"])
    return _around(network, point, codec, config["tuned"])


def fit_quantiser(
    train: Trainer,
    key: str,
    network: "ResNet18",
    point: OperatingPoint,
    *,
    share: float,
    goal: float,
) -> SplitModel:
    """The narrowest quantiser that keeps `goal` on validation.

    Found untrained first. Then `share` of the budget goes where it can buy something: the
    server's next stage is fine-tuned one bit below, or at the same width where that is one bit
    or misses the goal. The tuned one is taken if it keeps the goal, or is the better of two
    that miss it.
    """
    network.requires_grad_(False)
    feature = _features(train, network, point)

    def model(network: "ResNet18", bits: int, tuned: bool = False) -> SplitModel:
        codec = UniformHuffman(feature.shape[1:], bits)
        codec.calibrate(feature)
        return _around(network, point, codec, tuned)

    bits, accuracy = cheapest(WIDTHS, lambda b: train.validation_accuracy(model(network, b)), goal)
    lower = max(1, bits - 1) if accuracy >= goal else bits
    tuned = model(copy.deepcopy(network), lower, tuned=True)
    next_stage(tuned.server).requires_grad_(True)
    distil(train, key, tuned, share)
    reached = train.validation_accuracy(tuned)
    return tuned if reached >= min(goal, accuracy) else model(network, bits)


def _around(
    network: "ResNet18", point: OperatingPoint, codec: UniformHuffman, tuned: bool
) -> SplitModel:
    device, server = network.split(point.split_point)
    config = {"channels": network.channels, "bits": codec.bits, "tuned": tuned}
    return SplitModel(device, codec, server, config).eval()


def _features(train: Trainer, network: "ResNet18", point: OperatingPoint) -> Tensor:
    device, _ = network.split(point.split_point)
    with torch.no_grad():
        feature: Tensor = device(train.training_images(N_CALIBRATION))
    return feature
