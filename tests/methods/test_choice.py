"""The cheapest rung that keeps the goal, against looking at every one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosplit.methods._choice import cheapest, goal


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.floats(0, 1))
def test_the_cheapest_of_a_rising_ladder(accuracies, wanted):
    accuracies = sorted(accuracies)
    rung, accuracy = cheapest(range(len(accuracies)), accuracies.__getitem__, wanted)
    kept = [k for k, a in enumerate(accuracies) if a >= wanted]
    assert accuracy == accuracies[rung]
    assert rung == kept[0] if kept else accuracy == max(accuracies)


def test_few_rungs_are_tried():
    tried = []
    cheapest(range(16), lambda k: tried.append(k) or float(k), 5)
    assert len(tried) <= 5


@pytest.mark.parametrize(("base", "kept"), [(0.99, 0.96), (0.961, 0.96), (0.959, 0.954)])
def test_the_goal_is_an_error_above_the_threshold_or_half_a_point_below_the_base(
    trainer, base, kept
):
    data = trainer.task.data.model_copy(update={"n_validation": 475})
    trainer.task = trainer.task.model_copy(update={"thresholds": (0.95,), "data": data})
    trainer.accuracy = lambda asked: base
    assert goal(trainer) == pytest.approx(kept)
