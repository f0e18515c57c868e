"""Offloading the image through a lossy image codec, the server fine-tuned on decoded images.

Source: the reference that Shao and Zhang (arXiv:2006.02166) leave out; JPEG (ITU-T T.81) and
lossy WebP (RFC 9649). As much care as ours: same distillation and weight average.

    image --JPEG or WebP file--> Bits --reader--> decoded image --whole network--> logits

First the network up to conv4_x learns files of both formats and all qualities, once for both
points; conv5_x has three quarters of all weights and stays the base's. Then the network up to
conv3_x is fine-tuned for one quality, from the lowest that comes near the validation threshold
upwards, until one keeps it.
"""

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from cosplit.backbones import build_backbone
from cosplit.channel import Channel
from cosplit.channels.noiseless import Noiseless
from cosplit.codecs.lossy_image import LossyImage
from cosplit.method import Method, Trainer
from cosplit.methods._budget import distil, original_network, recipe
from cosplit.methods._choice import cheapest, goal
from cosplit.methods._points import INPUT, split_points
from cosplit.point import OperatingPoint
from cosplit.split import SplitModel
from cosplit.task import Task

if TYPE_CHECKING:
    from cosplit.backbones.resnet18 import ResNet18

FORMATS = ("jpeg", "webp")
QUALITIES = (5, 15, 30, 40, 50, 60, 70, 75, 80, 85, 90, 95, 98)
ADAPTING_SHARE = 0.25
TUNING_SHARE = 0.125
RATE = 0.5
REGAINED = 0.02
"""Accuracy that fine-tuning for one quality may give: it has given 1.5 points."""
ADAPTED_UP_TO, TUNED_UP_TO = "conv4_x", "conv3_x"
"""Later layers are most of the weights: what both formats share of them is stored once."""


class ImageCodec(Method):
    """One point a file format; the quality is found in fitting and kept in `config`."""

    title = "Lossy image codec, fine-tuned server"
    authors = "Joint Photographic Experts Group; Google"
    source = "ITU-T T.81; RFC 9649"

    def points(self, task: Task) -> Sequence[OperatingPoint]:
        """JPEG and WebP at the input."""
        formats = FORMATS if INPUT in split_points(task) else ()
        return [OperatingPoint(INPUT, {"format": name}) for name in formats]

    def fit(self, task: Task, point: OperatingPoint, train: Trainer) -> SplitModel:
        """Adapt to all files, then fine-tune for one quality after another; the most accurate
        where none keeps the goal."""
        network = self._adapted(task, train)
        network.split(TUNED_UP_TO)[0].requires_grad_(True)
        ladder = [_model(task, network, point, quality) for quality in QUALITIES]
        near, _ = cheapest(ladder, train.validation_accuracy, goal(train) - REGAINED)
        start, found = ladder.index(near), {}
        for model in ladder[start:]:
            key = f"image_codec-{point.name}-quality{model.config['quality']}"
            tuned = distil(train, key, copy.deepcopy(model), recipe(task, TUNING_SHARE, RATE))
            found[tuned] = train.validation_accuracy(tuned)
            if found[tuned] >= goal(train):
                break
        return max(found, key=lambda tuned: found[tuned])

    def _adapted(self, task: Task, train: Trainer) -> "ResNet18":
        network = original_network(train)
        network.split(ADAPTED_UP_TO)[0].requires_grad_(True)
        files = [_model(task, network, p, q) for p in self.points(task) for q in QUALITIES]
        # a channel is named because the generator that files are drawn with comes with it
        adapting = recipe(task, ADAPTING_SHARE, RATE)
        distil(train, "image_codec-adapt", _AllFiles(files), adapting, [Noiseless()])
        return network.requires_grad_(False)

    def build(self, task: Task, point: OperatingPoint, config: Mapping[str, Any]) -> SplitModel:
        """The base's architecture behind the quality that was found."""
        model = _model(task, build_backbone(task), point, config["quality"])
        model.config.update(config)
        return model


class _AllFiles(nn.Module):
    """Every batch through a format and quality drawn anew; the server half is one and the same."""

    def __init__(self, ladder: Sequence[SplitModel]) -> None:
        super().__init__()
        self.server = ladder[0].server
        self._codecs = [model.codec for model in ladder]

    def forward(
        self, images: Tensor, channel: Channel | None = None, noise: torch.Generator | None = None
    ) -> Tensor:
        drawn = int(torch.randint(len(self._codecs), (1,), generator=noise))
        logits: Tensor = self.server(self._codecs[drawn](images, channel, noise))
        return logits


def _model(task: Task, network: "ResNet18", point: OperatingPoint, quality: int) -> SplitModel:
    device, server = network.split(INPUT)
    codec = LossyImage(task.data.shape, str(point.settings["format"]), quality)
    return SplitModel(device, codec, server, {"quality": quality}).eval()
