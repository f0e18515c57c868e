"""Every method can be planned, and the plan has the very stages of its fit."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cosplit import catalogue
from cosplit.data import load
from cosplit.training.plan import Planned, Planner
from cosplit.training.trainer import LocalTrainer


@pytest.fixture
def planned(task, tmp_path: Path) -> Callable[..., list[Planned]]:
    """The stages of a method's point, in order."""

    def stages(method, point) -> list[Planned]:
        seen: list[Planned] = []
        images = load(task, "validation")
        planner = Planner(LocalTrainer(task, images, images, tmp_path), seen.append)
        method.fit(task, point, planner)
        return seen

    return stages


@pytest.mark.parametrize("name", catalogue.method_names())
def test_a_plan_has_the_stages_of_the_fit(task, trainer, planned, name: str) -> None:
    method = catalogue.method(name)
    point = method.points(task)[-1]
    method.fit(task, point, trainer)
    seen = [stage for stage in planned(method, point) if not stage.key.startswith("base-")]
    assert [(s.key, s.epochs) for s in seen] == [(s.key, s.epochs) for s in trainer.stages]
    assert all(stage.seconds and stage.seconds > 0 for stage in seen)
