"""Which quality the image codec ends at."""

import pytest

from cosplit.methods.image_codec import QUALITIES, ImageCodec

BASE, KEEPS, NEAR, FAR = 0.95, 0.947, 0.93, 0.91  # the goal of the digits is 0.945 with that base


@pytest.fixture
def fitted(task, trainer):
    """The quality found, and those tuned for, where files of a quality keep `untuned[quality]`
    before it is tuned for and `tuned[quality]` after."""

    def qualities():
        return [int(s.key.rpartition("quality")[2]) for s in trainer.stages if "quality" in s.key]

    def fit(untuned, tuned):
        def accuracy(model):
            quality = model.config["quality"]
            return (tuned if quality in qualities() else untuned)[quality]

        trainer.base_accuracy, trainer.validation_accuracy = lambda: BASE, accuracy
        model = ImageCodec().fit(task, ImageCodec().points(task)[0], trainer)
        return model.config["quality"], qualities()

    return fit


def from_(quality, below, above):
    return {q: above if q >= quality else below for q in QUALITIES}


def test_the_first_quality_that_comes_near_is_enough_if_tuning_regains_the_rest(fitted):
    assert fitted(from_(60, FAR, NEAR), from_(60, NEAR, KEEPS)) == (60, [60])


def test_the_next_is_tuned_for_where_it_does_not(fitted):
    assert fitted(from_(60, FAR, NEAR), from_(75, NEAR, KEEPS)) == (75, [60, 70, 75])


def test_the_most_accurate_is_kept_where_none_does(fitted):
    almost = from_(60, FAR, NEAR) | {70: NEAR + 0.001}
    found, tuned = fitted(from_(60, FAR, NEAR), almost)
    assert (found, tuned) == (70, [q for q in QUALITIES if q >= 60])


def test_layers_up_to_conv4_x_adapt_and_up_to_conv3_x_are_tuned(fitted, trainer):
    fitted(from_(60, FAR, NEAR), from_(60, NEAR, KEEPS))
    adapted, tuned = (
        {name.removeprefix("server.").split("_")[0].split(".")[0] for name in stage.trained}
        for stage in trainer.stages
    )
    assert adapted - tuned == {"conv4"}
    assert tuned == {"conv1", "conv2", "conv3"}
