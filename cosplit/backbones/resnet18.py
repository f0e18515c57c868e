"""ResNet18 for CIFAR: He et al., arXiv:1512.03385, with a 3x3 stem and no max-pool.

    uint8 -> normalise -> conv1 -> conv2_1 conv2_2 -> ... -> conv5_1 conv5_2 -> head -> logits

A split point is the name of the unit it follows; `conv4_x` is the end of a stage, after
`conv4_2`. Channels that a residual sum couples have one width: the stem's and conv2's outputs,
and the outputs of each later stage.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TypedDict

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cosplit.errors import CosplitError, unknown

STAGES = (2, 3, 4, 5)
MEAN = (0.4914, 0.4822, 0.4465)
STD = (0.2470, 0.2435, 0.2616)
_STEM_CHANNELS = 3


class Channels(TypedDict):
    """Widths: `outs` of conv1 and conv2_x, conv3_x, conv4_x, conv5_x; `inner` of the 8 blocks."""

    outs: list[int]
    inner: list[int]


class ResNet18(nn.Module):
    """Images (n, 3, h, w), uint8 or 0..255, to logits (n, classes).

    `channels` rebuilds a pruned network: `ResNet18(width, classes, pruned.channels)`.
    Raises CosplitError where `channels` does not describe four stages of two blocks.
    """

    def __init__(
        self, width: int = 64, classes: int = 10, channels: Channels | None = None
    ) -> None:
        super().__init__()
        self.classes = classes
        widths = channels or _full(width)
        outs, inner = widths["outs"], widths["inner"]
        if len(outs) != len(STAGES) or len(inner) != 2 * len(STAGES):
            raise CosplitError(f"channels {widths}: give 4 'outs' and 8 'inner' widths")
        units: dict[str, nn.Module] = {"normalise": _Normalise(), "conv1": _Stem(outs[0])}
        ins = [outs[0], *(width for out in outs for width in (out, out))]
        for k, (before, after) in enumerate(pairwise(ins)):
            stage, block = STAGES[k // 2], k % 2 + 1
            downsamples = block == 1 and stage > STAGES[0]
            units[f"conv{stage}_{block}"] = _Block(before, inner[k], after, downsamples)
        units["head"] = _Head(outs[-1], classes)
        self.units = nn.Sequential(OrderedDict(units))

    def forward(self, images: Tensor) -> Tensor:
        """Logits (n, classes)."""
        logits: Tensor = self.units(images)
        return logits

    @staticmethod
    def split_points() -> tuple[str, ...]:
        """From `input` (nothing on the device) to `conv5_x` (all but the head)."""
        stages = (f"conv{stage}_{end}" for stage in STAGES for end in ("1", "x"))
        return ("input", "conv1", *stages)

    def split(self, point: str) -> tuple[nn.Module, nn.Sequential]:
        """The device half up to `point` and the server half after it, sharing this model's units.

        At `input` the device half is an identity and the server half normalises.
        """
        units = list(self.units.named_children())
        if point == "input":
            return nn.Identity(), nn.Sequential(OrderedDict(units))
        end = [name for name, _ in units].index(self.unit_before(point)) + 1
        return nn.Sequential(OrderedDict(units[:end])), nn.Sequential(OrderedDict(units[end:]))

    def unit_before(self, point: str) -> str:
        """The name of the unit whose output is sent at `point`; none at `input`.

        Raises:
            CosplitError: there is no such split point.
        """
        if point not in self.split_points():
            raise unknown("split point", point, self.split_points())
        return point.replace("_x", "_2")

    def feature_shape(self, point: str, image: Sequence[int]) -> tuple[int, int, int]:
        """(channels, height, width) of the feature at `point` for images of shape (3, h, w)."""
        unit = self.unit_before(point)
        c, h, w = image
        if unit == "input":
            return c, h, w
        stage = max(int(unit[4]), STAGES[0])
        scale = 1 << (stage - STAGES[0])
        return self.channels["outs"][stage - STAGES[0]], -(-h // scale), -(-w // scale)

    @property
    def channels(self) -> Channels:
        """The widths as they are."""
        blocks = [unit for unit in self.units if isinstance(unit, _Block)]
        outs = [block.conv2.out_channels for block in blocks[1::2]]
        return {"outs": outs, "inner": [block.conv1.out_channels for block in blocks]}


def from_torchvision(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A state dict for `ResNet18` from one with torchvision's names (conv1, layer1.0.conv1, fc)."""
    return {_renamed(name): tensor for name, tensor in state.items()}


def _renamed(name: str) -> str:
    head, _, rest = name.partition(".")
    if head.startswith("layer"):
        block, _, tensor = rest.partition(".")
        tensor = tensor.replace("downsample.0", "shortcut.conv").replace(
            "downsample.1", "shortcut.bn"
        )
        return f"units.conv{int(head[-1]) + 1}_{int(block) + 1}.{tensor}"
    return f"units.{ {'conv1': 'conv1.conv', 'bn1': 'conv1.bn', 'fc': 'head.fc'}[head] }.{rest}"


def _full(width: int) -> Channels:
    outs = [width << k for k in range(len(STAGES))]
    return {"outs": outs, "inner": [out for out in outs for _ in range(2)]}


class _Normalise(nn.Module):
    """Not trained and not saved: the constants are part of the architecture."""

    mean: Tensor
    std: Tensor

    def __init__(self) -> None:
        super().__init__()
        for name, values in (("mean", MEAN), ("std", STD)):
            constant = torch.tensor(values).view(1, _STEM_CHANNELS, 1, 1)
            self.register_buffer(name, constant, persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        return (images.to(self.mean.dtype) / 255 - self.mean) / self.std


class _Stem(nn.Module):
    def __init__(self, out: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(_STEM_CHANNELS, out, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(out)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn(self.conv(x)))


class _Block(nn.Module):
    """conv-bn-relu-conv-bn, plus the input (or its 1x1 convolution where sizes change), relu."""

    def __init__(self, before: int, inner: int, out: int, downsamples: bool) -> None:
        super().__init__()
        stride = 2 if downsamples else 1
        self.conv1 = nn.Conv2d(before, inner, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.shortcut = nn.Sequential()
        if downsamples:
            self.shortcut.add_module("conv", nn.Conv2d(before, out, 1, stride, bias=False))
            self.shortcut.add_module("bn", nn.BatchNorm2d(out))

    def forward(self, x: Tensor) -> Tensor:
        inner = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(inner)) + self.shortcut(x))


class _Head(nn.Module):
    def __init__(self, ins: int, classes: int) -> None:
        super().__init__()
        self.fc = nn.Linear(ins, classes)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.fc(x.mean((2, 3)))
        return logits
