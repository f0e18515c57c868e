"""Offloading the image through a lossy image codec, the server fine-tuned on decoded images.

Source: the reference that Shao and Zhang (arXiv:2006.02166) leave out; JPEG (ITU-T T.81) and
lossy WebP (RFC 9649). As much care as ours: same distillation and weight average.

    image --JPEG or WebP file--> Bits --reader--> decoded image --whole network--> logits

First the network learns files of both formats and all qualities, once for both points; then the
lowest quality that keeps the validation threshold is chosen with it, and it is fine-tuned for that
one. What trains is the network up to conv4_x: conv5_x has three quarters of all weights and stays
shared.
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
TRAINED_UP_TO = "conv4_x"


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
        """Adapt to all files, choose the lowest quality that keeps the goal, fine-tune for it (kept
        where that helped on validation)."""
        network = original_network(train)
        network.split(TRAINED_UP_TO)[0].requires_grad_(True)
        files = [_model(task, network, p, q) for p in self.points(task) for q in QUALITIES]
        # a channel is named because the generator that files are drawn with comes with it
        adapting, tuning = (recipe(task, s, RATE) for s in (ADAPTING_SHARE, TUNING_SHARE))
        distil(train, "image_codec-adapt", _AllFiles(files), adapting, [Noiseless()])
        ladder = [_model(task, network, point, quality) for quality in QUALITIES]
        best, _ = cheapest(ladder, train.validation_accuracy, goal(train))
        key = f"image_codec-{point.name}-quality{best.config['quality']}"
        tuned = distil(train, key, copy.deepcopy(best), tuning)
        return max(tuned, best, key=train.validation_accuracy)

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
