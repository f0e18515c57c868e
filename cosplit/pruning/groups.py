"""Channels that can only be pruned together, found in torch-pruning's dependency graph.

A residual sum couples all layers that write to it: pruning a channel of one of them alone
leaves the sum as wide as it was. A block's inner channels stand for themselves.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import torch
from torch import nn

from cosplit.backbones.resnet18 import ResNet18
from cosplit.errors import CosplitError

if TYPE_CHECKING:
    import torch_pruning as tp


@dataclass(frozen=True)
class ChannelGroup:
    """`width` coupled channels; modules by their names in the model, in its order.

    `filters` are convolutions that write these channels, `norms` normalise them, `consumers`
    read them. `name` is the last filter's.
    """

    width: int
    filters: tuple[str, ...]
    norms: tuple[str, ...]
    consumers: tuple[str, ...]

    @property
    def name(self) -> str:
        """The key of masks and scores."""
        return self.filters[-1]


def dependencies(model: nn.Module) -> "tp.DependencyGraph":
    """The dependency graph, traced on one black image through gradients of all parameters; puts
    the model in evaluation mode."""
    import torch_pruning as tp  # a trained half needs none of it

    model.requires_grad_(True)
    image = torch.zeros(1, 3, 16, 16, device=next(model.parameters()).device)
    with torch.enable_grad():
        return tp.DependencyGraph().build_dependency(model, image)


def find_groups(model: ResNet18) -> tuple[ChannelGroup, ...]:
    """Every group of the network, in the order of its last filter."""
    channels = model.channels
    return _groups(tuple(channels["outs"]), tuple(channels["inner"]))


@lru_cache(maxsize=32)
def _groups(outs: tuple[int, ...], inner: tuple[int, ...]) -> tuple[ChannelGroup, ...]:
    with torch.device("meta"):  # the widths alone decide
        twin = ResNet18(channels={"outs": list(outs), "inner": list(inner)})
    names = {module: name for name, module in twin.named_modules()}
    order = list(names.values())
    traced = dependencies(twin).get_all_groups(root_module_types=[nn.Conv2d])
    groups = [_named(group, names) for group in traced]
    return tuple(sorted(groups, key=lambda group: order.index(group.name)))


def device_groups(model: ResNet18, point: str) -> tuple[ChannelGroup, ...]:
    """The groups that the device half at `point` writes to, the feature's included.

    Raises:
        CosplitError: nothing is computed on the device at `point`, or there is no such point.
    """
    feature_group(model, point)
    device, _ = model.split(point)
    ours = {f"units.{name}" for name, _ in device.named_modules()}
    return tuple(group for group in find_groups(model) if ours.intersection(group.filters))


def feature_group(model: ResNet18, point: str) -> ChannelGroup:
    """The group whose channels are the feature sent at `point`.

    Raises:
        CosplitError: the feature at `point` is the image, or there is no such point.
    """
    unit = f"units.{model.unit_before(point)}"
    for group in find_groups(model):
        if {f"{unit}.conv", f"{unit}.conv2"}.intersection(group.filters):
            return group
    raise CosplitError(f"nothing to prune before split point {point!r}; choose a later one")


def feature_groups(model: ResNet18, last: str) -> tuple[ChannelGroup, ...]:
    """The groups whose channels are sent at `last` or at a split point before it.

    Raises:
        CosplitError: as `feature_group` does.
    """
    points = model.split_points()
    before = points[1 : points.index(last)] if last in points else ()
    return tuple(dict.fromkeys(feature_group(model, point) for point in (*before, last)))


def _named(group: "tp.Group", names: dict[nn.Module, str]) -> ChannelGroup:
    def modules(kind: type[nn.Module] | tuple[type[nn.Module], ...], writes: bool) -> list[str]:
        prune = "prune_out_channels" if writes else "prune_in_channels"
        found = {
            names[item.dep.target.module]
            for item in group
            if isinstance(item.dep.target.module, kind) and item.dep.handler.__name__ == prune
        }
        return [name for name in names.values() if name in found]

    return ChannelGroup(
        width=len(group[0].idxs),
        filters=tuple(modules(nn.Conv2d, writes=True)),
        norms=tuple(modules(nn.BatchNorm2d, writes=True)),
        consumers=tuple(modules((nn.Conv2d, nn.Linear), writes=False)),
    )
