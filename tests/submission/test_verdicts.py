"""The verdicts by their laws, on made-up observations."""

import numpy as np
import pytest

from cosplit.message import Bits
from cosplit.submission.variants import variants
from cosplit.submission.verdicts import MOST_CPU, compute, memory, replay

RNG = np.random.default_rng(0)
SENT = [Bits(bytes([k]), 8) for k in range(20)]
LOGITS = RNG.normal(size=(20, 10)).astype(np.float32)


def test_equal_replays_pass():
    assert replay(SENT, list(SENT), LOGITS, LOGITS + 1e-6) is None


def test_one_changed_message_or_answer_is_told():
    assert "1 of 20 messages" in replay(SENT, [Bits(b"", 0), *SENT[1:]], LOGITS, LOGITS)
    other = LOGITS.copy()
    other[3, 0] += 0.01
    assert "1 of 20 answers" in replay(SENT, SENT, LOGITS, other)


@pytest.mark.parametrize(("times", "told"), [(0.99, False), (1.01, True)])
def test_cpu_seconds_are_bounded_by_a_reference(times, told):
    assert (compute(10, times * MOST_CPU * 0.5, 0.5) is not None) is told


def right(n, share, seed):
    return np.random.default_rng(seed).permutation(np.arange(n) < share * n)


@pytest.mark.parametrize(("lost", "told"), [(0.0, False), (0.03, False), (0.10, True)])
def test_memorising_is_losing_more_than_the_base(lost, told):
    """The base loses 3 points; 5 more is over the limit by far more than its error, 3 is not."""
    n = 2000
    base = {"plain": right(n, 0.93, 1), "shifted": right(n, 0.90, 2)}
    mine = {"plain": right(n, 0.95, 3), "shifted": right(n, 0.95 - lost, 4)}
    assert (memory(mine, base) is not None) is told


def test_few_images_make_no_verdict():
    base = {"plain": np.ones(20, bool), "levels": np.ones(20, bool)}
    mine = {"plain": np.ones(20, bool), "levels": np.arange(20) > 0}
    assert memory(mine, base) is None, "one image of 20 is 5 points, and nothing to go by"


@pytest.fixture
def images():
    return RNG.integers(0, 256, (50, 3, 8, 8), dtype=np.uint8)


def test_variants_are_those_that_training_knows(task, images):
    assert set(variants(task, images, 0)) == {"levels", "shifted"}, "a mirrored digit is another"
    flips = task.model_copy(update={"training": task.training.model_copy(update={"flip": True})})
    mirrored = variants(flips, images, 0)["mirrored"]
    assert np.array_equal(mirrored[..., ::-1], images)


def test_every_image_is_changed_and_hardly(task, images):
    changed = variants(task, images, 0)
    for kind in changed.values():
        assert (kind != images).any((1, 2, 3)).all()
    assert abs(changed["levels"].astype(int) - images).max() == 1
    inner = {changed["shifted"][:, :, y, x].tobytes() for y in range(1, 7) for x in range(1, 7)}
    assert inner, "pixels are moved, not made"
    assert set(np.unique(changed["shifted"])) <= set(np.unique(images))


def test_changes_depend_on_the_seed_alone(task, images):
    first, again, other = (variants(task, images, seed) for seed in (1, 1, 2))
    assert all(np.array_equal(first[kind], again[kind]) for kind in first)
    assert not any(np.array_equal(first[kind], other[kind]) for kind in first)
