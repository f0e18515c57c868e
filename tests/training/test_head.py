"""The linear classifier on a device feature."""

import torch
from torch import nn

from cosplit.training.head import fit_head
from cosplit.training.trainer import LocalTrainer


class Scaled(nn.Module):
    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images.float() / 255


class Blind(nn.Module):
    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return torch.zeros(len(images), 4, 3, 3)


def test_it_reads_what_the_feature_holds(trainer: LocalTrainer) -> None:
    head = fit_head(trainer, Scaled())
    # chance is .1 (n = 20); 5 standard errors above it is .44
    assert head.validation_accuracy > 0.44
    assert head.classifier[1].weight.shape == (10, 3 * 2 * 2)
    predict = nn.Sequential(Scaled(), head.classifier)
    assert trainer.validation_accuracy(predict) == head.validation_accuracy


def test_it_finds_nothing_in_nothing(trainer: LocalTrainer) -> None:
    assert fit_head(trainer, Blind()).validation_accuracy == 0.1


def test_it_is_deterministic(trainer: LocalTrainer) -> None:
    first, second = (fit_head(trainer, Scaled()).classifier[1].weight for _ in range(2))
    assert torch.equal(first, second)


def test_vectors_are_taken_as_they_are(trainer: LocalTrainer) -> None:
    head = fit_head(trainer, nn.Sequential(Scaled(), nn.AdaptiveAvgPool2d(1), nn.Flatten()))
    assert head.classifier[1].weight.shape == (10, 3)
