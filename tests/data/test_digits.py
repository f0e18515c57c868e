"""The embedded digits: scikit-learn's own images, scaled and repeated, in file order."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from cosplit.data import check, fetch, load
from cosplit.task import load_task

TASK = load_task("digits")


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_images_are_scikit_learns_in_three_equal_channels(part: str) -> None:
    images = load(TASK, part)
    dots, labels = load_digits(return_X_y=True)
    assert images.images.shape == (len(images), 3, 8, 8)
    assert (images.labels == labels[images.index]).all()
    scaled = (dots[images.index].astype(int) * 255 + 8) // 16  # rounded, halves up
    assert (images.images.reshape(len(images), 3, 64) == scaled[:, None]).all()
    assert (images.images.min(), images.images.max()) == (0, 255)


def test_the_last_540_are_the_test_part_and_nothing_overlaps() -> None:
    parts = [load(TASK, p).index for p in ("train", "validation", "test")]
    assert [len(p) for p in parts] == [1000, 257, 540]
    assert parts[2].tolist() == list(range(1257, 1797))
    assert np.sort(np.concatenate(parts)).tolist() == list(range(1797))


def test_they_are_always_there() -> None:
    report = check(TASK)
    assert (report.found, report.whole, report.layout) == (True, True, "embedded")
    assert report.folder is None
    fetch(TASK)
