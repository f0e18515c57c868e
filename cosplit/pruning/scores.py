"""How much each channel of a group matters, and which channels to keep."""

from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor

from cosplit.backbones.resnet18 import ResNet18
from cosplit.method import Batch, Loss
from cosplit.pruning.groups import ChannelGroup, find_groups
from cosplit.seeds import torch_generator

Masks = Mapping[str, Tensor]
"""By group name: bool (width,), true where a channel is kept. A group left out is kept whole."""


def l2_norms(model: ResNet18, groups: Sequence[ChannelGroup]) -> dict[str, Tensor]:
    """By group name (width,): the l2 norm over all filters of the group that write a channel."""
    weights = {g.name: [_weight(model, name) for name in g.filters] for g in groups}
    return {
        name: torch.stack([w.detach().square().flatten(1).sum(1) for w in filters]).sum(0).sqrt()
        for name, filters in weights.items()
    }


def taylor_scores(
    model: ResNet18, batches: Iterable[Batch], loss: Loss, seed: int = 0
) -> dict[str, Tensor]:
    """By group name (width,): how much the loss depends on a channel's weights, to first order.

    The sum of |w * dL/dw| over the group's filters, mean over `batches`: a Taylor criterion on
    weights as in P. Molchanov et al., arXiv:1906.10771, with magnitudes in place of squares. In
    evaluation mode; gradients are cleared afterwards.
    """
    groups = find_groups(model)
    scores = {group.name: torch.zeros(group.width) for group in groups}
    noise = torch_generator(seed, "taylor")
    model.eval()
    for n, batch in enumerate(batches, 1):
        model.zero_grad()
        loss(model, batch, noise).backward()  # type: ignore[no-untyped-call]
        for group in groups:
            changes = [_change(_weight(model, name)) for name in group.filters]
            scores[group.name].lerp_(torch.stack(changes).sum(0), 1 / n)
    model.zero_grad()
    return scores


def keep_best(scores: Mapping[str, Tensor], shares: Mapping[str, float]) -> dict[str, Tensor]:
    """Masks that keep the highest-scored `shares[name]` of each group named, at least one channel.

    Equal scores are kept in the order of channels.
    """
    masks = {}
    for name, share in shares.items():
        ranked = scores[name].argsort(descending=True, stable=True)
        mask = torch.zeros(len(ranked), dtype=torch.bool)
        mask[ranked[: n_kept(share, len(ranked))]] = True
        masks[name] = mask
    return masks


def n_kept(share: float, width: int) -> int:
    """How many of `width` channels a share of them is: at least one."""
    return max(1, round(share * width))


def _change(weight: torch.nn.Parameter) -> Tensor:
    assert weight.grad is not None
    return (weight * weight.grad).detach().abs().flatten(1).sum(1)


def _weight(model: ResNet18, name: str) -> torch.nn.Parameter:
    return model.get_parameter(f"{name}.weight")
