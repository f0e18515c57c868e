"""Order, augmentation, schedule, average, losses and normalisation, each by its law."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.nn import functional

from cosplit.data import ImageSet
from cosplit.method import Batch
from cosplit.recipe import Recipe
from cosplit.task import Task
from cosplit.training.average import WeightAverage
from cosplit.training.base import base_recipes
from cosplit.training.batches import Batches, erased, shrunk
from cosplit.training.losses import TEMPERATURE, cross_entropy, distilled, distilled_exits
from cosplit.training.optimiser import build_optimiser, one_cycle
from cosplit.training.trainer import LocalTrainer

RECIPE = Recipe(epochs=1, peak_lr=0.1, batch_size=10)


@pytest.fixture
def batches(images: ImageSet) -> Batches:
    return Batches(torch.from_numpy(images.images), torch.from_numpy(images.labels), 10, 2, True)


def shown(epoch: Iterable[Batch]) -> torch.Tensor:
    return torch.cat([batch.images for batch in epoch])


def test_an_epoch_shows_every_image_once(batches: Batches) -> None:
    seen = shown(batches.epoch(0, 1, augment=False))
    assert seen.dtype == torch.uint8
    assert sorted(x.numpy().tobytes() for x in seen) == sorted(
        x.numpy().tobytes() for x in batches.images
    )


def test_labels_stay_with_their_images(batches: Batches) -> None:
    for batch in batches.epoch(0, 1):
        # brightness is 25 a label, and crops or flips of a nearly even image keep it
        brightness = (batch.images.float().mean((1, 2, 3)) / 25).floor()
        assert (brightness == batch.labels).all()
        assert (batches.labels[batch.rows] == batch.labels).all()


def test_epochs_differ_and_repeat(batches: Batches) -> None:
    first, again, other = (shown(batches.epoch(0, k)) for k in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_crops_are_those_of_the_padded_image(batches: Batches) -> None:
    padded = functional.pad(batches.images.float(), (2, 2, 2, 2), mode="reflect").byte()
    crops = {
        view.numpy().tobytes()
        for y in range(5)
        for x in range(5)
        for crop in padded[:, :, y : y + 8, x : x + 8]
        for view in (crop.contiguous(), crop.flip(2).contiguous())
    }
    seen = [x.numpy().tobytes() for x in shown(batches.epoch(0, 1))]
    assert len(set(seen) - {x.numpy().tobytes() for x in batches.images}) > len(seen) / 2
    assert set(seen) <= crops


def test_every_crop_is_as_likely() -> None:
    n, padding = 10_000, 2
    images = torch.arange(8, dtype=torch.uint8).expand(n, 3, 8, 8)
    many = Batches(images, torch.zeros(n), n, padding, False)
    starts = shown(many.epoch(0, 1))[:, 0, 0, 4].long() - 4
    share = torch.bincount(starts + padding, minlength=5) / n
    assert (share - 0.2).abs().max() < 5 * (0.2 * 0.8 / n) ** 0.5


def test_small_images_have_three_quarters(batches: Batches) -> None:
    x = next(batches.epoch(0, 1, small=True)).images
    assert x.shape == (10, 3, 6, 6)
    assert x.dtype == torch.uint8
    assert shrunk(torch.full((1, 3, 32, 32), 7, dtype=torch.uint8)).eq(7).all()


def test_one_cycle_rises_and_falls() -> None:
    rates = [one_cycle(k, 100, 0.4, 0.2) for k in range(100)]
    assert max(rates) == pytest.approx(0.4)
    assert rates.index(max(rates)) == 20
    assert rates[:21] == sorted(rates[:21])
    assert rates[20:] == sorted(rates[20:], reverse=True)
    assert rates[0] == pytest.approx(0.04)
    assert rates[-1] == pytest.approx(0.0004)


def test_weight_decay_spares_vectors(network: nn.Module) -> None:
    groups = build_optimiser(network, RECIPE).param_groups
    assert [(g["weight_decay"], {p.ndim for p in g["params"]}) for g in groups] == [
        (RECIPE.weight_decay, {4, 2}),
        (0.0, {1}),
    ]


def test_the_average_averages_weights_and_copies_tables(network: nn.Module) -> None:
    network.register_buffer("table", torch.zeros(3))
    average = WeightAverage(network, 0.9)
    with torch.no_grad():
        for tensor in network.state_dict().values():
            tensor.fill_(1)
    start = average.state["5.weight"].clone()
    average.update(network, 1000)
    assert torch.equal(average.state["table"], torch.ones(3))
    assert average.state["1.num_batches_tracked"] == 1
    assert torch.allclose(average.state["5.weight"], 0.9 * start + 0.1)
    assert torch.allclose(average.state["1.running_mean"], torch.full((4,), 0.1))


def test_a_short_average_forgets_the_first_weights(network: nn.Module) -> None:
    average = WeightAverage(network, 0.999)
    with torch.no_grad():
        network[5].weight.fill_(1)
    for step in range(20):
        average.update(network, step)
    assert torch.allclose(average.state["5.weight"], torch.ones(10, 16), atol=1e-3)


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


def test_recalibration_finds_the_statistics(trainer: LocalTrainer, network: nn.Module) -> None:
    kept = network[1].momentum
    weights = network[0].weight.clone()
    trainer.recalibrate(network, network)
    images = torch.from_numpy(trainer.train.images)
    with torch.no_grad():
        inner = network[0](images.float() / 255)
    spread = inner.std((0, 2, 3))
    # crops repeat and drop edges: means agree within a part of the spread
    assert ((network[1].running_mean - inner.mean((0, 2, 3))).abs() < 0.15 * spread).all()
    assert ((network[1].running_var.sqrt() / spread - 1).abs() < 0.15).all()
    assert network[1].momentum == kept
    assert torch.equal(network[0].weight, weights)
    assert not any(m.training for m in network.modules())


def test_validation_accuracy_counts_right_answers(trainer: LocalTrainer) -> None:
    def predict(images: torch.Tensor) -> torch.Tensor:
        label = (images.float().mean((1, 2, 3)) / 25).floor().long()
        label[::2] += 1  # every second answer is wrong
        return functional.one_hot(label, 11).float()

    assert trainer.validation_accuracy(predict) == 0.5


def test_calibration_images_are_the_training_images(trainer: LocalTrainer) -> None:
    some, more = trainer.training_images(5), trainer.training_images(9)
    assert torch.equal(some, more[:5])
    whole = {x.tobytes() for x in trainer.train.images}
    assert {x.numpy().tobytes() for x in more} <= whole


def test_the_base_follows_the_tasks_cycles(task: Task) -> None:
    (recipe,) = base_recipes(task)
    (cycle,) = task.training.base_cycles
    assert (recipe.epochs, recipe.peak_lr, recipe.ema) == (cycle.epochs, cycle.peak_lr, cycle.ema)
    assert recipe.batch_size == task.training.batch_size


def test_a_view_is_one_crop_whatever_the_seed(batches: Batches) -> None:
    still = replace(batches, flip=False)
    first, other = (
        sorted(x.numpy().tobytes() for x in shown(still.epoch(s, 0, view=1))) for s in (0, 7)
    )
    assert first == other
    assert first == sorted(x.numpy().tobytes() for x in shown(still.view(1)))
    assert first != sorted(x.numpy().tobytes() for x in shown(still.view(2)))
    assert [batch.view for batch in still.epoch(0, 0, view=1)] == [1] * 4


def test_epochs_take_the_views_in_turn(trainer: LocalTrainer, network: nn.Module) -> None:
    seen: list[int | None] = []

    def loss(model: nn.Module, batch: Batch, noise: torch.Generator) -> torch.Tensor:
        seen.append(batch.view)
        return cross_entropy(RECIPE)(model, batch, noise)

    trainer.stage("views", network, replace(RECIPE, epochs=3, views=2), loss)
    assert seen[::4] == [0, 1, 0]


def test_a_square_is_erased_whose_centre_may_be_anywhere() -> None:
    images = torch.zeros(4000, 3, 8, 8, dtype=torch.uint8)
    seen = erased(images, 3, torch.Generator().manual_seed(0))
    assert (seen == seen[:, :1]).all()
    sizes = (seen[:, 0] != 0).sum((1, 2))
    assert set(sizes.tolist()) == {4, 6, 9}  # at a corner, at an edge, inside
    # 36 of 64 centres are inside, and a pixel in the middle is gone for 9 of 64 of them
    assert ((sizes == 9).float().mean() - 36 / 64).abs() < 5 * (0.25 / 4000) ** 0.5
    assert ((seen[:, 0, 4, 4] != 0).float().mean() - 9 / 64).abs() < 5 * (0.13 / 4000) ** 0.5
    assert not images.any()
    even = erased(images, 4, torch.Generator().manual_seed(0))
    assert torch.equal(even, seen)  # an even side has no centre
    assert erased(images, 5, torch.Generator().manual_seed(0))[:, 0].ne(0).sum((1, 2)).max() == 25


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
