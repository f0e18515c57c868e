"""The exponential moving average of a model's weights and normalisation statistics."""

import torch
from torch import Tensor, nn

from cosplit.artifacts.weights import learned_names


class WeightAverage:
    """A copy of the model's state: averaged where an average means something, else the latest.

    The decay of step t is min(decay, (1 + t) / (10 + t)), so that short stages do not end on
    their first weights.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self._decay = decay
        # what is frozen is copied: averaging equals would turn -0.0 into 0.0, another content
        frozen = {name for name, p in model.named_parameters() if not p.requires_grad}
        self._names = learned_names(model) - frozen
        self.state = {k: v.detach().clone() for k, v in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        """Take in the weights after optimiser step number `step`, counted from 0."""
        weight = 1 - min(self._decay, (1 + step) / (10 + step))
        latest = model.state_dict()
        averaged = [k for k in latest if k in self._names]
        torch._foreach_lerp_(_of(self.state, averaged), _of(latest, averaged), weight)
        for name in latest.keys() - self._names:
            self.state[name].copy_(latest[name])


def _of(state: dict[str, Tensor], names: list[str]) -> list[Tensor]:
    return [state[name] for name in names]
