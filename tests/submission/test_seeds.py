"""Several seeds: one entry holds them all, and each row is from its own seed's weights."""

import shutil

import pytest

from cosplit import catalogue
from cosplit.cli.enter import _publish
from cosplit.errors import CosplitError
from cosplit.record.check import check
from cosplit.runner import Runner
from cosplit.submission.reproduce import Reproduction
from cosplit.trained import NotTrained, TrainedModels


@pytest.mark.parametrize("samples", [None, 100])
def test_an_entry_of_two_seeds_is_checked_and_reproduced(save, enter, leaderboard, samples):
    files = [save(seed) for seed in (0, 1)]
    entry = enter()
    assert entry.provenance.seeds == (0, 1)
    rows = {row.seed: row for row in entry.points if row.channel == "noiseless"}
    assert rows.keys() == {0, 1}
    assert rows[0].correct != rows[1].correct
    named = {leaderboard / artifact.path for artifact in entry.artifacts}
    assert set(files) <= named
    assert check(leaderboard) == []
    found = Reproduction(leaderboard, samples=samples).of(entry)
    assert [one.remarks for one in found] == [()] * len(entry.points)


def test_a_row_of_another_seeds_weights_does_not_hold(save, enter, leaderboard):
    save()
    entry, other = enter(), save(1)
    told = [row.model_copy(update={"seed": 1}) for row in entry.points]
    found = Reproduction(leaderboard).of(entry.model_copy(update={"points": tuple(told)}))
    assert not any(one.holds for one in found)
    shutil.copytree(other.parent.with_name("png"), other.parent, dirs_exist_ok=True)
    found = Reproduction(leaderboard).of(entry.model_copy(update={"points": tuple(told)}))
    assert all(one.holds for one in found)


def test_a_point_without_the_reference_seed_is_not_entered(save, enter):
    save(1)
    with pytest.raises(CosplitError, match="with seed 1 and not with seed 0, which is ranked"):
        enter()


def test_models_are_found_by_their_seed(save, leaderboard, task, tmp_path):
    saved = {0: save(0), 2: save(2)}
    method = catalogue.method("png")
    (point,) = method.points(task)
    ranked = task.model_copy(update={"ranked": True})

    def models(seed):
        return TrainedModels(
            ranked, seed=seed, artifacts=(leaderboard / "artifacts",), cache=tmp_path
        )

    for seed, path in saved.items():
        assert models(seed).find(method, point).path(task, "png", point) == path
    assert models(0).get(method, point).digest != models(2).get(method, point).digest
    assert models(1).find(method, point) is None
    with pytest.raises(NotTrained, match="--method png --seed 1`"):
        models(1).get(method, point)


def test_what_is_published_goes_to_its_seed(save, leaderboard, task, tmp_path):
    method = catalogue.method("png")
    (point,) = method.points(task)
    runner = Runner(task, seed=1, artifacts=(leaderboard / "artifacts",), cache=tmp_path)
    cached = runner.models.store(method).path(task, "png", point)
    trained = save(1)
    cached.parent.mkdir(parents=True)
    trained.rename(cached)
    assert runner.models.find(method, point).path(task, "png", point) == cached
    _publish(runner, method, leaderboard)
    assert trained.is_file()
    assert not trained.parent.with_name("png").exists()
