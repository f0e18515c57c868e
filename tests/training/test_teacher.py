"""The base's answers are computed once a view, for the very crop that the student sees."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from cosplit.method import Batch
from cosplit.training.batches import Batches
from cosplit.training.teacher import Answers


class Counting(nn.Module):
    """The mean of each colour, and how many images it was asked about."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def forward(self, images: Tensor) -> Tensor:
        self.asked += len(images)
        return images.float().mean((2, 3))


@pytest.fixture
def batches() -> Batches:
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(256, (40, 3, 8, 8), generator=draw, dtype=torch.uint8)
    return Batches(images, torch.arange(40) % 10, 10, 2, True)


def test_a_view_is_asked_about_once_and_kept_on_disk(batches: Batches, tmp_path: Path) -> None:
    network = Counting()
    teacher = Answers(network, batches, tmp_path)
    for epoch in range(3):
        for batch in batches.epoch(0, epoch, view=1):
            teacher(batch)
    assert network.asked == 40
    again = Answers(network, batches, tmp_path)
    again(next(batches.epoch(0, 0, view=1)))
    assert network.asked == 40
    again(next(batches.epoch(0, 0, view=2)))
    assert network.asked == 80


def test_the_answer_is_to_the_crop_that_is_shown(batches: Batches, tmp_path: Path) -> None:
    """Colour means do not change where a crop is mirrored."""
    teacher = Answers(Counting(), batches, tmp_path)
    answers = []
    for view in (0, 1):
        for batch in batches.epoch(5, 0, view=view):
            expected = batch.images.float().mean((2, 3))
            assert torch.allclose(teacher(batch), expected, atol=1)  # bfloat16 inputs
            answers.append(teacher(batch)[batch.rows.argsort()])
    assert not torch.equal(answers[0], answers[4])


def test_free_crops_are_asked_about_as_they_come(batches: Batches, tmp_path: Path) -> None:
    network = Counting()
    batch = next(batches.epoch(0, 0))
    assert torch.equal(Answers(network, batches, tmp_path)(batch), network(batch.images))
    assert not list(tmp_path.iterdir())


def test_another_network_has_answers_of_its_own(batches: Batches, tmp_path: Path) -> None:
    batch = Batch(batches.images[:2], batches.labels[:2], torch.arange(2), view=0)
    for bias in (0.0, 1.0):
        network = nn.Sequential(Counting(), nn.Linear(3, 3))
        nn.init.constant_(network[1].bias, bias)
        Answers(network, batches, tmp_path)(batch)
    assert len(list(tmp_path.iterdir())) == 2
