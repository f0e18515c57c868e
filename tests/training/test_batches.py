"""Order, augmentation and views of training images, each by its law."""

from collections.abc import Iterable
from dataclasses import replace

import torch
from torch import nn
from torch.nn import functional

from cosplit.method import Batch
from cosplit.recipe import Recipe
from cosplit.training.batches import Batches, erased, shrunk
from cosplit.training.losses import cross_entropy
from cosplit.training.trainer import LocalTrainer

RECIPE = Recipe(epochs=1, peak_lr=0.1, batch_size=10)


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
