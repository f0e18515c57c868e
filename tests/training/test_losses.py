"""Losses, each by its law."""

from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.nn import functional

from cosplit.recipe import Recipe
from cosplit.training.batches import Batches
from cosplit.training.losses import TEMPERATURE, cross_entropy, distilled, distilled_exits

RECIPE = Recipe(epochs=1, peak_lr=0.1, batch_size=10)


def test_distillation_pulls_towards_the_teacher(batches: Batches) -> None:
    torch.manual_seed(1)
    teacher = nn.Sequential(_ToFloat(), nn.Flatten(), nn.Linear(192, 10)).eval()
    student = nn.Sequential(_ToFloat(), nn.Flatten(), nn.Linear(192, 10))
    with torch.no_grad():
        teacher[2].bias[3] += 4
    batch = next(batches.epoch(0, 1))
    images = batch.images
    batch = replace(batch, labels=teacher(images).argmax(1))
    loss = distilled(lambda batch: teacher(batch.images), RECIPE)
    optimiser = torch.optim.SGD(student.parameters(), 0.02)

    def distance() -> float:
        with torch.no_grad():
            p, q = (functional.softmax(m(images) / TEMPERATURE, 1) for m in (teacher, student))
        return float((p - q).abs().sum(1).mean())

    before = distance()
    for _ in range(60):
        optimiser.zero_grad()
        loss(student, batch, torch.Generator()).backward()
        optimiser.step()
    assert distance() < before / 2
    assert all(p.grad is None for p in teacher.parameters())


class _ToFloat(nn.Module):
    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images.float() / 255


def test_label_smoothing_is_the_recipes(network: nn.Module, batches: Batches) -> None:
    batch = next(batches.epoch(0, 1))
    images, labels = batch.images, batch.labels
    value = cross_entropy(RECIPE)(network, batch, torch.Generator())
    expected = functional.cross_entropy(network(images), labels, label_smoothing=0.1)
    assert value.item() == pytest.approx(expected.item(), rel=1e-5)


def test_two_exits_share_a_teacher(batches: Batches) -> None:
    batch = next(batches.epoch(0, 1))
    end, early = torch.randn(10, 10), torch.randn(10, 10)
    logits = torch.randn(10, 10)

    def single(answer: torch.Tensor) -> torch.Tensor:
        return distilled(lambda _: logits, RECIPE)(lambda _: answer, batch, torch.Generator())

    both = distilled_exits(lambda _: logits, RECIPE, 0.25)(
        lambda _: (end, early), batch, torch.Generator()
    )
    assert torch.isclose(both, single(end) + 0.25 * single(early))
