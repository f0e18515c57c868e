"""Image sets: digests, subsets, balance."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cosplit.data import ImageSet


def image_set(labels: list[int]) -> ImageSet:
    n = len(labels)
    images = np.arange(n * 12, dtype="u1").reshape(n, 3, 2, 2)
    return ImageSet.of(images, labels, 10 * np.arange(n), n_whole=2 * n)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(0, 70), st.integers(0, 9))
@settings(max_examples=50)
def test_a_balanced_draw_is_even_ordered_and_unique(labels: list[int], n: int, seed: int) -> None:
    whole = image_set(labels)
    drawn = whole.balanced(n, seed)
    assert len(drawn) == min(n, len(whole))
    assert (np.diff(drawn.index) > 0).all()
    have, took = (np.bincount(s.labels, minlength=5) for s in (whole, drawn))
    assert (took <= have).all()
    short = took < have
    # a class that could have given more has at most one image less than any other
    assert not short.any() or took[short].min() >= took.max() - 1
    assert drawn.n_whole == whole.n_whole


@given(st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=20)
def test_a_larger_draw_contains_the_smaller(one: int, other: int) -> None:
    whole = image_set([k % 3 for k in range(40)])
    small, large = (set(whole.balanced(n, 1).index.tolist()) for n in sorted((one, other)))
    assert small <= large


def test_half_of_an_even_set_is_even() -> None:
    whole = image_set([k % 5 for k in range(200)])
    for seed in range(3):
        assert np.bincount(whole.balanced(100, seed).labels).tolist() == [20] * 5


def test_draws_differ_by_seed_and_by_nothing_else() -> None:
    whole = image_set([k % 3 for k in range(40)])
    assert whole.balanced(9, 0).digest == whole.balanced(9, 0).digest
    assert len({whole.balanced(9, seed).digest for seed in range(9)}) == 9


def test_images_keep_their_labels() -> None:
    whole = image_set([0, 1, 2, 0, 1, 2])
    kept = whole.take(np.array([1, 5]))
    assert kept.labels.tolist() == [1, 2]
    assert kept.index.tolist() == [10, 50]
    assert (kept.images == whole.images[[1, 5]]).all()


def test_the_digest_sees_every_pixel_label_and_index() -> None:
    whole = image_set([0, 1, 2])
    digests = {whole.digest}
    for name in ("images", "labels", "index"):
        arrays = {k: getattr(whole, k).copy() for k in ("images", "labels", "index")}
        arrays[name].reshape(-1)[-1] += 1
        digests.add(ImageSet.of(**arrays, n_whole=6).digest)
    assert len(digests) == 4
    again = ImageSet.of(np.asfortranarray(whole.images), [0, 1, 2], whole.index.astype("i4"), 9)
    assert again.digest == whole.digest
    assert again.images.flags.c_contiguous
