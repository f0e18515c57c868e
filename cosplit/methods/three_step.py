"""The paper's three steps: split, prune what stays on the device, encode for the task.

Source: J. Shao and J. Zhang, arXiv:2006.02166: incremental pruning (Section III-B), dimension
reduction with learned source coding or joint source-channel coding (Section III-C).

    image --pruned half--> feature --reduce--> numbers --+-- vq:   nearest codewords --> Bits
                                                         +-- jscc: symbols through the noise
    Bits, noisy symbols --expand--> feature --other half--> logits

One pruned network serves every split point; device half, code and the server's stages up to conv4_x
train on together. Behind conv1 the server is the original network, since hardly anything has been
computed before it. At conv5_x the device half knows the class already, and stays as it is. A JSCC
point takes over both halves that the source code of its split point trained.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from torch import nn

from cosplit.backbones import build_backbone
from cosplit.channel import Channel
from cosplit.channels.awgn import Awgn
from cosplit.channels.bsc import Bsc
from cosplit.channels.noiseless import Noiseless
from cosplit.codec import Codec
from cosplit.codecs.jscc import Jscc
from cosplit.codecs.product_vq import ProductVq
from cosplit.method import Method, Trainer
from cosplit.methods._budget import distil, next_stage, original_network, recipe
from cosplit.methods._codes import CODES, Spatial, Vector
from cosplit.methods._points import by_stage, inner_points, stage_of
from cosplit.methods._pruned import EXIT, KEEP, pruned_network
from cosplit.point import OperatingPoint
from cosplit.seeds import seeded
from cosplit.split import SplitModel
from cosplit.task import Task

if TYPE_CHECKING:
    from cosplit.backbones.resnet18 import ResNet18

JSCC_USES = {"jscc_awgn": 9, "jscc_bsc": 24}
ORIGINAL_SERVER = ("conv1",)
FIXED_DEVICE = ("conv5",)
SHARED = ("conv5", "head")
"""Stages that stay as they are behind earlier split points, and are stored once."""
TRAINING: Mapping[str, tuple[float, float]] = {
    "conv1": (0.375, 1),
    "conv2": (0.5, 1),
    "conv3": (0.5, 1),
    "conv4": (0.5, 1),
    "conv5": (0.25, 1),
    "jscc": (0.5, 1),
}
"""By stage: the share of the task's passes, and of its peak learning rate."""


class ThreeStep(Method):
    """Source coding at every split point, JSCC for both kinds of noise at conv4_x."""

    title = "Three-step framework"
    authors = "J. Shao, J. Zhang"
    source = "arXiv:2006.02166"
    share_rule = "compressed"

    def points(self, task: Task) -> Sequence[OperatingPoint]:
        """A source code at every split point behind a layer; JSCC where the paper has it."""
        names = inner_points(task)
        jscc = [_point(EXIT, code, uses=uses) for code, uses in JSCC_USES.items()]
        return [_source_code(task, n) for n in names] + (jscc if EXIT in names else [])

    def fit(self, task: Task, point: OperatingPoint, train: Trainer) -> SplitModel:
        """A code trained into the pruned network, through the channel where it is JSCC."""
        if _jscc_kind(point):
            return self._fit_jscc(task, point, train)
        pruned = pruned_network(train, **{k: float(point.settings[k]) for k in KEEP})
        with seeded(train.seed, self.name, point.name):
            model = _model(task, point, pruned.network, original_network(train))
        if point.split_point == EXIT:
            cast(ProductVq, model.codec).encoder.reduce[0].load_state_dict(
                pruned.exit[0].state_dict()
            )
        model.requires_grad_(True)
        model.device.requires_grad_(stage_of(point.split_point) not in FIXED_DEVICE)
        for name, unit in model.server.named_children():
            unit.requires_grad_(stage_of(name) not in SHARED)
        next_stage(model.server).requires_grad_(True)
        stage = stage_of(point.split_point)
        local = isinstance(by_stage(CODES, point.split_point), Spatial)
        training = recipe(task, *TRAINING[stage], any_size=local)
        return distil(train, f"{self.name}-{point.name}", model, training, [Noiseless()])

    def _fit_jscc(self, task: Task, point: OperatingPoint, train: Trainer) -> SplitModel:
        source_coded = self.fit(task, _source_code(task, point.split_point), train)
        with seeded(train.seed, self.name, point.name):
            codec = _jscc(source_coded.codec.shape, point)
        codec.take_over(cast(ProductVq, source_coded.codec))
        model = SplitModel(source_coded.device, codec, source_coded.server, source_coded.config)
        model.requires_grad_(False)
        codec.requires_grad_(True)
        training = recipe(task, *TRAINING["jscc"])
        return distil(train, f"{self.name}-{point.name}", model, training, _grid(task, point))

    def build(self, task: Task, point: OperatingPoint, config: Mapping[str, Any]) -> SplitModel:
        """The network at the widths that pruning left, with the point's code."""
        return _model(task, point, build_backbone(task, config["channels"]), build_backbone(task))

    def declines(
        self, task: Task, channel: Channel, point: OperatingPoint | None = None
    ) -> str | None:
        """A JSCC point runs over its own kind of channel only; a source code is charged
        capacity over any."""
        kind = _jscc_kind(point) if point else None
        if kind is None or kind == channel.kind:
            return None
        return f"trained for {kind}, not for {channel.name}"


def _point(split_point: str, code: str, **size: int) -> OperatingPoint:
    return OperatingPoint(split_point, {**KEEP, "code": code, **size})


def _source_code(task: Task, split_point: str) -> OperatingPoint:
    shape = build_backbone(task).feature_shape(split_point, task.data.shape)
    return _point(split_point, "vq", bits=by_stage(CODES, split_point).bits(shape))


def _jscc_kind(point: OperatingPoint) -> str | None:
    prefix, _, kind = str(point.settings["code"]).partition("_")
    return kind if prefix == "jscc" else None


def _grid(task: Task, point: OperatingPoint) -> list[Channel]:
    """Every level of the task's grid of the point's kind of noise."""
    if _jscc_kind(point) == "awgn":
        return [Awgn(snr_db) for snr_db in task.channels.awgn_snr_db]
    return [Bsc(flip) for flip in task.channels.bsc_flip]


def _model(
    task: Task, point: OperatingPoint, network: "ResNet18", original: "ResNet18"
) -> SplitModel:
    device, server = network.split(point.split_point)
    shape = network.feature_shape(point.split_point, task.data.shape)
    if stage_of(point.split_point) in ORIGINAL_SERVER:
        width, *_ = original.feature_shape(point.split_point, task.data.shape)
        server = _widened(shape[0], width, original.split(point.split_point)[1])
    codec = _jscc(shape, point) if _jscc_kind(point) else _vq(shape, point)
    return SplitModel(device, codec, server, {"channels": network.channels}).eval()


def _widened(narrow: int, width: int, server: nn.Sequential) -> nn.Sequential:
    """The original's server half behind a 1 x 1 convolution from a pruned feature."""
    widen = nn.Sequential(nn.Conv2d(narrow, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU())
    return nn.Sequential(OrderedDict(widen=widen, **dict(server.named_children())))


def _vq(shape: tuple[int, int, int], point: OperatingPoint) -> Codec:
    return by_stage(CODES, point.split_point).codec(shape, int(point.settings["bits"]))


def _jscc(shape: Sequence[int], point: OperatingPoint) -> Jscc:
    code = by_stage(CODES, point.split_point)
    assert isinstance(code, Vector)
    uses, kind = int(point.settings["uses"]), _jscc_kind(point)
    return Jscc(shape, code.channels, uses, kind or "", code.hidden)
