"""The paper's three steps: split, prune what stays on the device, encode for the task.

Source: J. Shao and J. Zhang, arXiv:2006.02166: incremental pruning (Section III-B), dimension
reduction with learned source coding or joint source-channel coding (Section III-C).

    image --pruned half--> feature --reduce--> numbers --+-- transform: entropy code     --> Bits
                                                         +-- vq:        nearest codewords --> Bits
                                                         +-- jscc:      symbols through the noise
    Bits, noisy symbols --expand--> feature --other half--> logits

One pruned network serves every split point; device half, code and server train on together, at
conv2_x and conv3_x from a network that has been trained with the code of conv3_x. Behind conv1 the
encoder is computed, not trained, and at conv5_x the device half knows the class already: both stay
as they are. JSCC and shorter codes take over the halves that the longest source code of
their split point trained.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import nn

from cosplit.backbones import build_backbone
from cosplit.channel import Channel
from cosplit.channels.awgn import Awgn
from cosplit.channels.bsc import Bsc
from cosplit.channels.noiseless import Noiseless
from cosplit.codec import Codec
from cosplit.codecs.jscc import Jscc
from cosplit.codecs.picture_transform import PictureTransform
from cosplit.codecs.product_vq import ProductVq
from cosplit.codecs.weighted_transform import WeightedTransform
from cosplit.method import Method, Trainer
from cosplit.methods._budget import distil, recipe
from cosplit.methods._codes import CODES, Shape, Vector
from cosplit.methods._points import by_stage, inner_points, stage_of
from cosplit.methods._pruned import EXIT, KEEP, Pruned, pruned_network
from cosplit.methods._sensitivity import sensitivity
from cosplit.point import OperatingPoint
from cosplit.seeds import seeded
from cosplit.split import SplitModel
from cosplit.task import Task

if TYPE_CHECKING:
    from cosplit.backbones.resnet18 import ResNet18

JSCC_USES = {"jscc_awgn": (9, 5), "jscc_bsc": (24, 16)}
FIXED_DEVICE = ("conv1", "conv5")
N_CALIBRATION = 1024
"""Training images that the code of a picture is fitted to."""
N_WEIGHTED = 4096
"""Training images that the code of a feature is fitted to."""
TRAINING: Mapping[str, tuple[float, float]] = {
    "conv1": (1, 0.5),
    "conv2": (0.375, 0.2),
    "conv3": (1.25, 0.4),
    "again": (0.875, 0.2),
    "conv4": (0.5, 1),
    "conv5": (0.25, 1),
    "onto": (0.5, 1),
}
"""By stage, once more at `CODED_AT`, or onto another code's halves: the share of the task's passes,
and of its peak learning rate. At conv2 more training was learning by heart."""
CODED_AT, CODED_FIRST = "conv3_x", ("conv2", "conv3")
"""Where these stages' codes begin: the network is trained with a code there first."""
SHARE_LARGEST = ("conv2", "again")
"""What is trained after that leaves the largest stage as it is then."""


class ThreeStep(Method):
    """Source coding at every split point, JSCC for both kinds of noise at conv4_x."""

    title = "Three-step framework"
    authors = "J. Shao, J. Zhang"
    source = "arXiv:2006.02166"
    share_rule = "compressed"

    def points(self, task: Task) -> Sequence[OperatingPoint]:
        """A source code at every split point behind a layer; JSCC where the paper has it."""
        names = inner_points(task)
        jscc = [_point(EXIT, code, uses=n) for code, uses in JSCC_USES.items() for n in uses]
        codes = [point for name in names for point in _source_codes(task, name)]
        return codes + (jscc if EXIT in names else [])

    def fit(self, task: Task, point: OperatingPoint, train: Trainer) -> SplitModel:
        """A code trained into the pruned network, through the channel where it is JSCC."""
        longest = _source_codes(task, point.split_point)[0]
        if point != longest:
            return self._fit_onto(self.fit(task, longest, train), task, point, train)
        pruned = pruned_network(train, **{k: float(point.settings[k]) for k in KEEP})
        if stage_of(point.split_point) in CODED_FIRST and CODED_AT in inner_points(task):
            first = self._fit_code(task, _source_codes(task, CODED_AT)[0], train, pruned)
            if point.split_point == CODED_AT:
                return self._train(task, first, train, f"{point.name}-again", "again")
        return self._fit_code(task, point, train, pruned)

    def _fit_code(
        self, task: Task, point: OperatingPoint, train: Trainer, pruned: Pruned
    ) -> SplitModel:
        """A code trained into `pruned`, which is trained in place."""
        stage = stage_of(point.split_point)
        with seeded(train.seed, self.name, point.name):
            model = _model(task, point, pruned.network)
        model.requires_grad_(True)
        model.device.requires_grad_(stage not in FIXED_DEVICE)
        *others, head = model.server.children()
        head.requires_grad_(not others)  # where it is not all that the server has, it is shared
        _start(model, pruned, train, point)
        return self._train(task, model, train, point.name, stage)

    def _train(
        self, task: Task, model: SplitModel, train: Trainer, key: str, stage: str
    ) -> SplitModel:
        training = recipe(task, *TRAINING[stage])
        if stage in SHARE_LARGEST:
            _freeze_largest(model)
        model = distil(train, f"{self.name}-{key}", model, training, [Noiseless()])
        if isinstance(model.codec, WeightedTransform):
            with torch.no_grad():
                model.codec.settle(model.device(train.training_images(N_WEIGHTED)))
        return model

    def _fit_onto(
        self, longest: SplitModel, task: Task, point: OperatingPoint, train: Trainer
    ) -> SplitModel:
        with seeded(train.seed, self.name, point.name):
            codec = cast(Jscc | ProductVq, _codec(cast(Shape, longest.codec.shape), point))
        codec.take_over(cast(ProductVq, longest.codec))
        model = SplitModel(longest.device, codec, longest.server, longest.config)
        model.requires_grad_(False)
        codec.requires_grad_(True)
        channels = _grid(task, point) if _jscc_kind(point) else [Noiseless()]
        training = recipe(task, *TRAINING["onto"])
        return distil(train, f"{self.name}-{point.name}", model, training, channels)

    def build(self, task: Task, point: OperatingPoint, config: Mapping[str, Any]) -> SplitModel:
        """The network at the widths that pruning left, with the point's code."""
        return _model(task, point, build_backbone(task, config["channels"]))

    def declines(
        self, task: Task, channel: Channel, point: OperatingPoint | None = None
    ) -> str | None:
        """A JSCC point runs over its own kind of channel only; a source code is charged
        capacity over any."""
        kind = _jscc_kind(point) if point else None
        if kind is None or kind == channel.kind:
            return None
        return f"trained for {kind}, not for {channel.name}"


def _freeze_largest(model: SplitModel) -> None:
    """Keep the stage with three quarters of all weights as it is: it is stored once."""
    for name, unit in model.server.named_children():
        if stage_of(name) == "conv5":
            unit.requires_grad_(False)


def _point(split_point: str, code: str, **size: int) -> OperatingPoint:
    return OperatingPoint(split_point, {**KEEP, "code": code, **size})


def _source_codes(task: Task, split_point: str) -> list[OperatingPoint]:
    """From the longest to the shortest."""
    shape = build_backbone(task).feature_shape(split_point, task.data.shape)
    code = by_stage(CODES, split_point)
    return [_point(split_point, code.name, bits=bits) for bits in code.bits(shape)]


def _jscc_kind(point: OperatingPoint) -> str | None:
    prefix, _, kind = str(point.settings["code"]).partition("_")
    return kind if prefix == "jscc" else None


def _grid(task: Task, point: OperatingPoint) -> list[Channel]:
    """Every level of the task's grid of the point's kind of noise."""
    if _jscc_kind(point) == "awgn":
        return [Awgn(snr_db) for snr_db in task.channels.awgn_snr_db]
    return [Bsc(flip) for flip in task.channels.bsc_flip]


def _model(task: Task, point: OperatingPoint, network: "ResNet18") -> SplitModel:
    device, server = network.split(point.split_point)
    shape = network.feature_shape(point.split_point, task.data.shape)
    return SplitModel(device, _codec(shape, point), server, {"channels": network.channels}).eval()


def _start(model: SplitModel, pruned: Pruned, train: Trainer, point: OperatingPoint) -> None:
    """Set what a code knows before it is trained."""
    codec = model.codec
    if isinstance(codec, PictureTransform):
        _start_on_picture(codec, model.device, pruned.network, train)
    if isinstance(codec, WeightedTransform):
        images = train.training_images(N_WEIGHTED)
        codec.calibrate(*sensitivity(model.device, model.server, images, train.seed))
    if point.split_point == EXIT:
        cast(ProductVq, codec).encoder.reduce[0].load_state_dict(pruned.exit[0].state_dict())


def _start_on_picture(
    codec: PictureTransform, device: nn.Module, network: "ResNet18", train: Trainer
) -> None:
    normalise, first = network.units[:2]
    images = train.training_images(N_CALIBRATION)
    with torch.no_grad():
        codec.calibrate(device(images), normalise(images))
    codec.decoder.take_over(*first.children())
    # symbols go up to a hundred: no learning rate would suit the layer that they enter
    for closed_form in (codec.encoder, codec.decoder.picture):
        closed_form.requires_grad_(False)


def _codec(shape: Shape, point: OperatingPoint) -> Codec:
    code, kind = by_stage(CODES, point.split_point), _jscc_kind(point)
    if not kind:
        return code.codec(shape, int(point.settings["bits"]))
    assert isinstance(code, Vector)
    return Jscc(shape, code.channels, int(point.settings["uses"]), kind, code.hidden)
