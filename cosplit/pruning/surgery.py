"""True removal of channels: a smaller network with the masked network's outputs."""

import copy

from cosplit.backbones.resnet18 import ResNet18
from cosplit.errors import CosplitError
from cosplit.pruning.groups import dependencies, feature_group, find_groups
from cosplit.pruning.mask import remove_buffers
from cosplit.pruning.scores import Masks, keep_best


def compact(model: ResNet18, masks: Masks) -> ResNet18:
    """A new network without the masked channels, in evaluation mode; `model` is left as it is.

    It is built anew from the widths that are left, so that nothing of the masks remains.

    Raises:
        CosplitError: the masks are another network's.
    """
    import torch_pruning as tp

    widths = {group.name: group.width for group in find_groups(model)}
    for name, mask in masks.items():
        if len(mask) != widths.get(name):
            raise CosplitError(f"a mask of {len(mask)} for {widths.get(name)} channels of {name}")
    twin = copy.deepcopy(model)
    remove_buffers(twin)
    graph = dependencies(twin)
    for name, mask in masks.items():
        gone = (~mask).nonzero().flatten().tolist()
        root = twin.get_submodule(name)
        graph.get_pruning_group(root, tp.prune_conv_out_channels, gone).prune()
    smaller = ResNet18(classes=twin.classes, channels=twin.channels)
    smaller.load_state_dict(twin.state_dict())
    return smaller.eval()


def prune_by_scores(
    model: ResNet18, scores: Masks, keep: float, before: str | None = None
) -> ResNet18:
    """A new network with the best-scored share `keep` of each group's channels.

    With `before`, a split point, only the group of the feature sent there is pruned.
    """
    groups = (feature_group(model, before),) if before else find_groups(model)
    return compact(model, keep_best(scores, {group.name: keep for group in groups}))
