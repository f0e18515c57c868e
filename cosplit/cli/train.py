"""`cosplit train`: fit operating points, one resumable command that says how long it will take."""

from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from cosplit.cli.common import Folder, Methods, Points, Seed, TaskName, load_task, selected

if TYPE_CHECKING:
    from cosplit.method import Method
    from cosplit.point import OperatingPoint
    from cosplit.trained import TrainedModels
    from cosplit.training.plan import Planned

    Pair = tuple[Method, OperatingPoint]


def train(
    task: TaskName,
    method: Methods = None,
    point: Points = None,
    data: Folder = None,
    seed: Seed = 0,
    plan: Annotated[bool, typer.Option("--plan", help="Print the plan and stop.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Also what is published or cached: its recipe changed.")
    ] = False,
) -> None:
    """Train what has not been trained; run it again after a kill and it goes on at its epoch.

    First a plan: the stages to be trained, with their passes over the training images and the
    time each will take. Stages that are the same as before are not trained again. Models go to the
    cache; `cosplit enter` brings them to the leaderboard.
    """
    from cosplit.trained import TrainedModels

    asked = load_task(task)
    models = TrainedModels(asked, data, seed)
    pairs = list(selected(asked, method, point))
    todo = [pair for pair in pairs if again or not models.find(*pair)]
    print(f"{len(pairs) - len(todo)} of {len(pairs)} points trained before", flush=True)
    if todo:
        _show_plan(models, todo)
    for number, (each, which) in enumerate(() if plan else todo, 1):
        name = f"[{number}/{len(todo)}] {each.name} {which.name}"
        print(f"{name}: training", flush=True)
        start = monotonic()
        models.fit(each, which)
        print(f"{name}: {monotonic() - start:.0f} s", flush=True)


def _show_plan(models: "TrainedModels", todo: "list[Pair]") -> None:
    from cosplit.training.plan import Planner
    from cosplit.training.progress import duration

    stages: list[Planned] = []

    def note(stage: "Planned") -> None:
        stages.append(stage)
        time = "done" if stage.seconds is None else f"about {duration(stage.seconds)}"
        print(f"  {stage.key}: {stage.epochs:g} epochs, {time}", flush=True)

    planner = Planner(models.trainer, note)
    for method, point in todo:
        print(f"{method.name} {point.name}", flush=True)
        try:
            method.fit(models.task, point, planner)
        except Exception as error:  # a method may want more of its trainer than a plan can give
            print(f"  cannot be planned further: {type(error).__name__}: {error}", flush=True)
    left = [stage.seconds for stage in stages if stage.seconds is not None]
    print(
        f"{len(left)} stages to train, about {duration(sum(left))} at the speed of now", flush=True
    )
