"""The paper's three steps: split, prune what stays on the device, encode for the task.

Source: J. Shao and J. Zhang, arXiv:2006.02166: incremental pruning (Section III-B), dimension
reduction with learned source coding or joint source-channel coding (Section III-C).

    image --pruned half--> feature --conv, FC--> vector --+-- vq:   nearest codewords --> Bits
                                                          +-- jscc: symbols through the noise
    Bits, noisy symbols --FC, transposed conv--> feature --other pruned half--> logits

One pruned network serves every split point. Up to conv3_x its device half stays as it is, while
the code and the server's next stage train; from conv4_x on a message is hardly more than the
class, the device half is the classifier and trains along.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cosplit.backbones import build_backbone
from cosplit.channel import Channel
from cosplit.channels.awgn import Awgn
from cosplit.channels.bsc import Bsc
from cosplit.channels.noiseless import Noiseless
from cosplit.codec import Codec
from cosplit.codecs.jscc import Jscc
from cosplit.codecs.product_vq import ProductVq
from cosplit.method import Method, Trainer
from cosplit.methods._budget import distil, next_stage
from cosplit.methods._points import by_stage, inner_points, stage_of
from cosplit.methods._pruned import KEEP, PRUNING_SHARE, pruned_network
from cosplit.point import OperatingPoint
from cosplit.seeds import seeded
from cosplit.split import SplitModel
from cosplit.task import Task

if TYPE_CHECKING:
    from cosplit.backbones.resnet18 import ResNet18

GROUP_BITS = 8
JSCC_POINT = "conv4_x"
JSCC_USES = {"jscc_awgn": 9, "jscc_bsc": 24}
DEVICE_TRAINS = ("conv4", "conv5")


@dataclass(frozen=True)
class Code:
    """A source code by stage: its bits grow with the image, from a least number on."""

    bits_a_pixel: float
    least_bits: int
    channels: int
    numbers_a_group: int

    def bits(self, task: Task) -> int:
        """Bits an image, in whole groups."""
        _, height, width = task.data.shape
        bits = max(self.least_bits, self.bits_a_pixel * height * width)
        return GROUP_BITS * round(bits / GROUP_BITS)


CODES: Mapping[str, Code] = {
    "conv1": Code(1, 16, channels=16, numbers_a_group=4),
    "conv2": Code(3 / 4, 16, channels=16, numbers_a_group=4),
    "conv3": Code(1 / 4, 16, channels=16, numbers_a_group=4),
    "conv4": Code(1 / 64, 16, channels=32, numbers_a_group=16),
    "conv5": Code(1 / 128, 8, channels=64, numbers_a_group=32),
}


class ThreeStep(Method):
    """Source coding at every split point, JSCC for both kinds of noise at conv4_x."""

    title = "Three-step framework"
    authors = "J. Shao, J. Zhang"
    source = "arXiv:2006.02166"
    share_rule = "compressed"

    def points(self, task: Task) -> Sequence[OperatingPoint]:
        """A source code at every split point behind a layer; JSCC where the paper has it."""
        names = inner_points(task)
        vq = [_point(name, "vq", bits=by_stage(CODES, name).bits(task)) for name in names]
        jscc = [_point(JSCC_POINT, code, uses=uses) for code, uses in JSCC_USES.items()]
        return vq + (jscc if JSCC_POINT in names else [])

    def fit(self, task: Task, point: OperatingPoint, train: Trainer) -> SplitModel:
        """A code trained into the pruned network, through the channel where it is JSCC."""
        network = pruned_network(train, float(point.settings["keep"]))
        with seeded(train.seed, self.name, point.name):
            model = _model(task, network.requires_grad_(False), point)
        model.codec.requires_grad_(True)
        next_stage(model.server).requires_grad_(True)
        model.device.requires_grad_(stage_of(point.split_point) in DEVICE_TRAINS)
        key, share = f"{self.name}-{point.name}", 1 - PRUNING_SHARE
        return distil(train, key, model, share, _training_channels(task, point))

    def build(self, task: Task, point: OperatingPoint, config: Mapping[str, Any]) -> SplitModel:
        """The network at the widths that pruning left, with the point's code."""
        return _model(task, build_backbone(task, config["channels"]), point)

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
    return OperatingPoint(split_point, {"keep": KEEP, "code": code, **size})


def _jscc_kind(point: OperatingPoint) -> str | None:
    prefix, _, kind = str(point.settings["code"]).partition("_")
    return kind if prefix == "jscc" else None


def _training_channels(task: Task, point: OperatingPoint) -> list[Channel]:
    """Every level of the task's grid; the noiseless one brings the generator that a vector
    quantiser revives dead codewords with."""
    kind = _jscc_kind(point)
    if kind == "awgn":
        return [Awgn(snr_db) for snr_db in task.channels.awgn_snr_db]
    if kind == "bsc":
        return [Bsc(flip) for flip in task.channels.bsc_flip]
    return [Noiseless()]


def _model(task: Task, network: "ResNet18", point: OperatingPoint) -> SplitModel:
    device, server = network.split(point.split_point)
    shape = network.feature_shape(point.split_point, task.data.shape)
    config = {"channels": network.channels}
    return SplitModel(device, _codec(shape, point), server, config).eval()


def _codec(shape: tuple[int, int, int], point: OperatingPoint) -> Codec:
    code, kind = by_stage(CODES, point.split_point), _jscc_kind(point)
    if kind:
        return Jscc(shape, code.channels, int(point.settings["uses"]), kind)
    groups = int(point.settings["bits"]) // GROUP_BITS
    return ProductVq(shape, code.channels, groups * code.numbers_a_group, groups, GROUP_BITS)
