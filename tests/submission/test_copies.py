"""Copies of the data that lack images: an entry holds on any that has those it was scored on."""

import numpy as np
import pytest

from cosplit.data import ImageSet, load
from cosplit.errors import CosplitError
from cosplit.record.check import check
from cosplit.submission.reproduce import Reproduction


@pytest.fixture
def copy(monkeypatch):
    """Makes the copy of the data one of the test images at `kept` alone."""

    def copy(kept, change=lambda images: images):
        def some(task, part, folder=None):
            images = load(task, part, folder)
            return change(images.take(np.arange(*kept))) if part == "test" else images

        monkeypatch.setattr("cosplit.runner.load", some)

    return copy


@pytest.fixture
def partial_entry(save, enter, copy):
    """Scored on test images 10 to 69."""
    save()
    copy((10, 70))
    return enter()


def test_an_entry_names_what_its_copy_lacked(partial_entry, leaderboard, task):
    data = partial_entry.provenance.data
    index = load(task, "test").index
    assert data.n == 60
    assert data.missing == (*index[:10], *index[70:])
    assert check(leaderboard) == []


@pytest.mark.parametrize("kept", [(10, 70), (0, 80), (10, 90)])
@pytest.mark.parametrize("samples", [None, 30])
def test_a_fuller_copy_reproduces_it(partial_entry, leaderboard, copy, kept, samples):
    copy(kept)
    found = Reproduction(leaderboard, samples=samples).of(partial_entry)
    assert [one.remarks for one in found] == [()] * len(partial_entry.points)


def _inverted(images):
    return ImageSet.of(255 - images.images, images.labels, images.index, images.n_whole)


@pytest.mark.parametrize(
    ("kept", "change", "says"),
    [
        ((10, 68), lambda images: images, "2 of the 60 test images it was scored on are not here"),
        ((20, 90), lambda images: images, "10 of the 60 test images it was scored on are not here"),
        ((0, 80), _inverted, "other images at the same positions"),
    ],
)
def test_other_images_are_refused_in_one_line(partial_entry, leaderboard, copy, kept, change, says):
    copy(kept, change)
    with pytest.raises(CosplitError, match=says) as caught:
        Reproduction(leaderboard).of(partial_entry)
    assert "--data" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_entry_that_does_not_say_which_holds_on_its_own_copy_alone(
    partial_entry, leaderboard, copy
):
    origin = partial_entry.provenance
    silent = origin.model_copy(update={"data": origin.data.model_copy(update={"missing": ()})})
    entry = partial_entry.model_copy(update={"provenance": silent})
    assert all(one.holds for one in Reproduction(leaderboard).of(entry))
    copy((0, 80))
    with pytest.raises(CosplitError, match="60 of 540 test images and does not say which"):
        Reproduction(leaderboard).of(entry)
