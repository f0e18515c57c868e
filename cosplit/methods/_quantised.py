"""A feature sent through a uniform quantiser and a Huffman code, without a learned encoder.

image --device half--> feature --2^b levels, Huffman--> Bits --> feature --server half--> logits
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from cosplit.codecs.uniform_huffman import UniformHuffman
from cosplit.method import Trainer
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
    return _around(network, point, UniformHuffman(shape, config["bits"]))


def narrowest_quantiser(
    train: Trainer, network: "ResNet18", point: OperatingPoint, goal: float
) -> SplitModel:
    """`network` around the narrowest quantiser that keeps `goal` on validation."""
    feature = _features(train, network, point)

    def model(bits: int) -> SplitModel:
        codec = UniformHuffman(feature.shape[1:], bits)
        codec.calibrate(feature)
        return _around(network, point, codec)

    best, _ = cheapest([model(bits) for bits in WIDTHS], train.validation_accuracy, goal)
    return best


def _around(network: "ResNet18", point: OperatingPoint, codec: UniformHuffman) -> SplitModel:
    device, server = network.split(point.split_point)
    config = {"channels": network.channels, "bits": codec.bits}
    return SplitModel(device, codec, server, config).eval()


def _features(train: Trainer, network: "ResNet18", point: OperatingPoint) -> Tensor:
    device, _ = network.split(point.split_point)
    with torch.no_grad():
        feature: Tensor = device(train.training_images(N_CALIBRATION))
    return feature
