"""One stage under way: a model with its optimiser and averaged weights, epoch by epoch."""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor, nn

from cosplit.errors import CosplitError
from cosplit.files import write_atomic
from cosplit.method import Batch, Loss
from cosplit.recipe import Recipe
from cosplit.seeds import derive, seeded, torch_generator
from cosplit.tensorfile import dump_tensors, read_header, read_tensors
from cosplit.training.average import WeightAverage
from cosplit.training.batches import Batches
from cosplit.training.optimiser import build_optimiser, momentum, one_cycle, restore_momentum
from cosplit.training.precision import autocast


class Run:
    """The training of one stage. Everything random is a function of seed, key and epoch, so
    that a run taken up from a checkpoint ends on the very weights of one never interrupted."""

    def __init__(
        self, key: str, model: nn.Module, recipe: Recipe, batches: Batches, seed: int
    ) -> None:
        self.key = key
        self.model = model.to(memory_format=torch.channels_last)
        self.recipe = recipe
        self.batches = batches
        self.seed = derive(seed, recipe.seed, key)
        self.optimiser = build_optimiser(model, recipe)
        self.average = WeightAverage(model, recipe.ema)
        self.steps = max(1, round(recipe.epochs * batches.steps))
        self.step = 0
        self.epoch = 0

    @property
    def done(self) -> bool:
        """Whether every step has been taken."""
        return self.step >= self.steps

    def train_epoch(
        self,
        loss: Loss,
        after_step: Callable[[], None] | None,
        on_step: Callable[[int], None],
    ) -> float:
        """Train one epoch, or what is left of a fractional last one; returns its mean loss."""
        noise = torch_generator(self.seed, "noise", self.epoch)
        recipe = self.recipe
        batches = self.batches.epoch(
            self.seed,
            self.epoch,
            augment=recipe.augment,
            small=self.epoch < recipe.small_epochs,
            erase=recipe.erase,
            view=self.epoch % recipe.views if recipe.views else None,
        )
        losses = []
        with seeded(self.seed, "layers", self.epoch):
            set_modes(self.model)
            for batch in islice(batches, self.steps - self.step):
                losses.append(self._descend(loss, batch, noise))
                if after_step:
                    after_step()
                self.average.update(self.model, self.step)
                self.step += 1
                on_step(self.step)
        self.epoch += 1
        return sum(losses) / len(losses)

    def _descend(self, loss: Loss, batch: Batch, noise: torch.Generator) -> float:
        recipe = self.recipe
        for group in self.optimiser.param_groups:
            group["lr"] = one_cycle(self.step, self.steps, recipe.peak_lr, recipe.warm_up)
        images = batch.images.contiguous(memory_format=torch.channels_last)
        self.optimiser.zero_grad()
        with autocast():
            value = loss(self.model, replace(batch, images=images), noise).float()
        if not torch.isfinite(value):
            raise CosplitError(
                f"stage {self.key!r}: the loss is {value.item()} in epoch {self.epoch + 1}; "
                f"lower peak_lr = {recipe.peak_lr:g} in its recipe"
            )
        value.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()
        return value.item()

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        parts = {
            "model": self.model.state_dict(),
            "average": self.average.state,
            "momentum": momentum(self.model, self.optimiser),
        }
        tensors = {f"{part}.{k}": v for part, state in parts.items() for k, v in state.items()}
        write_atomic(path, dump_tensors(tensors, {"step": self.step, "epoch": self.epoch}))

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint that `save` wrote for the same stage."""
        tensors, notes = read_tensors(path), read_header(path).notes
        self.model.load_state_dict(_part("model", tensors))
        for name, value in _part("average", tensors).items():
            self.average.state[name].copy_(value)
        restore_momentum(self.model, self.optimiser, _part("momentum", tensors))
        self.step, self.epoch = notes["step"], notes["epoch"]


def _part(part: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    prefix = f"{part}."
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def set_modes(model: nn.Module, training: bool = True) -> None:
    """Training mode, but evaluation mode for modules whose parameters are all frozen.

    A module without parameters (a quantiser of buffers, an activation) follows its parent.
    """
    parameters = list(model.parameters())
    training = training and (not parameters or any(p.requires_grad for p in parameters))
    model.training = training
    for child in model.children():
        set_modes(child, training)
