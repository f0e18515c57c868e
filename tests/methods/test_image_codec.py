"""Which quality the image codec ends at."""

import pytest

from cosplit.methods.image_codec import MOST_TUNED, QUALITIES, ImageCodec

BASE = 0.95
GOAL, NEAR, FAR = 0.947, 0.93, 0.91  # of the digits: half a point below the base, see `goal`


@pytest.fixture
def fitted(task, trainer):
    """The quality found, and those tuned for, where files of a quality keep `untuned[quality]`
    before it is tuned for and `tuned[quality]` after."""

    def fit(untuned, tuned):
        asked = []
        trainer.base_accuracy = lambda: BASE

        def accuracy(model):
            quality = model.config["quality"]
            done = [s.key for s in trainer.stages if s.key.endswith(f"quality{quality}")]
            asked.extend(done)
            return (tuned if done else untuned)[quality]

        trainer.validation_accuracy = accuracy
        model = ImageCodec().fit(task, ImageCodec().points(task)[0], trainer)
        return model.config["quality"], [int(key.rpartition("quality")[2]) for key in asked]

    return fit


def from_(quality, below, above):
    return {q: above if q >= quality else below for q in QUALITIES}


def test_the_first_quality_that_comes_near_is_enough_if_tuning_regains_the_rest(fitted):
    assert fitted(from_(60, FAR, NEAR), from_(60, NEAR, GOAL)) == (60, [60])


def test_the_next_is_tuned_for_where_it_does_not(fitted):
    assert fitted(from_(60, FAR, NEAR), from_(75, NEAR, GOAL)) == (75, [60, 70, 75])


def test_the_most_accurate_is_kept_where_none_does(fitted):
    almost = from_(60, FAR, NEAR) | {70: NEAR + 0.001}
    found, tuned = fitted(from_(60, FAR, NEAR), almost)
    assert (found, len(tuned)) == (70, MOST_TUNED)
