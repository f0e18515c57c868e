"""Incremental pruning: Shao and Zhang, arXiv:2006.02166, communication-aware compression.

    rank by l2 norm -> mask the lowest S_i -> train the rest -> restore the masked -> raise S_i ...
                                         last time: remove the masked -> re-estimate statistics

A channel masked too early is whole again in the next iteration, and may win the next ranking.
"""

import logging
from typing import TYPE_CHECKING

from torch import Tensor

from cosplit.backbones.resnet18 import ResNet18
from cosplit.errors import CosplitError
from cosplit.pruning.groups import device_groups, feature_groups
from cosplit.pruning.mask import masked, restore, saved_entries
from cosplit.pruning.scores import Masks, keep_best, l2_norms
from cosplit.pruning.surgery import compact

if TYPE_CHECKING:
    from cosplit.method import Loss, Trainer
    from cosplit.recipe import Recipe

log = logging.getLogger(__name__)


def incremental_prune(
    model: ResNet18,
    split_point: str,
    keep: float,
    train: "Trainer",
    recipe: "Recipe",
    loss: "Loss",
    iterations: int,
    feature_keep: float | None = None,
    key: str = "prune",
) -> ResNet18:
    """A new network whose device half at `split_point` keeps the share `keep` of its channels.

    What may be sent, at this split point or an earlier one, keeps `feature_keep` (default: `keep`)
    of its channels, so that one network can be split anywhere. Each of the `iterations` trains
    `model`, server half included, for `recipe.epochs`. The result has re-estimated statistics, and
    is still to be fine-tuned. `key` names the loss in the stages' keys; point, shares and iteration
    are added.

    Raises:
        CosplitError: a share outside (0, 1], no iterations, or nothing before the split point.
    """
    feature_keep = keep if feature_keep is None else feature_keep
    _check(keep, feature_keep, iterations)
    groups = device_groups(model, split_point)
    sent = {group.name for group in feature_groups(model, split_point)}
    targets = {g.name: feature_keep if g.name in sent else keep for g in groups}
    key = f"{key}-{split_point}-keep{keep:g}-feature{feature_keep:g}"
    masks: dict[str, Tensor] = {}
    for i in range(1, iterations + 1):
        shares = {name: 1 - (1 - target) * i / iterations for name, target in targets.items()}
        before, masks = masks, keep_best(l2_norms(model, groups), shares)
        log.info(
            "%s %d/%d: %d of %d channels masked, %d revived since the last ranking",
            *(key, i, iterations, n_masked(masks), sum(g.width for g in groups)),
            revived(before, masks),
        )
        saved = saved_entries(model, masks)
        with masked(model, masks) as hold:
            model = train.stage(f"{key}-{i}of{iterations}", model, recipe, loss, hold)
        if i < iterations:
            restore(model, saved)
    smaller = compact(model, masks)
    train.recalibrate(smaller, smaller)
    return smaller.eval()


def n_masked(masks: Masks) -> int:
    """Channels that are masked."""
    return sum(int((~kept).sum()) for kept in masks.values())


def revived(before: Masks, after: Masks) -> int:
    """Channels that were masked and no longer are: what restoring is for."""
    return sum(int((after[name] & ~kept).sum()) for name, kept in before.items())


def _check(keep: float, feature_keep: float, iterations: int) -> None:
    for name, share in (("keep", keep), ("feature_keep", feature_keep)):
        if not 0 < share <= 1:
            raise CosplitError(f"{name} = {share:g} is no share of channels; use 0 < {name} <= 1")
    if iterations < 1:
        raise CosplitError(f"iterations = {iterations}; at least 1 is needed")
