"""`cosplit train`: fit operating points, one resumable command that says how long it will take."""

import sys
from dataclasses import asdict
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cosplit.cli.common import Folder, Methods, Points, Seed, TaskName, load_task, selected
from cosplit.cli.output import AsJson, print_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosplit.method import Method
    from cosplit.point import OperatingPoint
    from cosplit.trained import TrainedModels
    from cosplit.training.plan import Planned

    Pair = tuple[Method, OperatingPoint]
    Say = Callable[[str], object]


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
    as_json: AsJson = False,
) -> None:
    """Train operating points that have not been trained.

    Killed and run again, it goes on at its epoch. First a plan: the stages to be trained, with
    their passes over the training images and the time each will take. Stages that are the same as
    before are not trained again. Models go to the cache; `cosplit enter` brings them to the
    leaderboard. With --json the plan and what was trained are printed at the end, and progress
    goes to stderr.
    """
    from cosplit.trained import TrainedModels

    say = partial(print, flush=True, file=sys.stderr if as_json else sys.stdout)
    asked = load_task(task)
    models = TrainedModels(asked, data, seed)
    pairs = list(selected(asked, method, point))
    todo = [pair for pair in pairs if again or not models.find(*pair)]
    say(f"{len(pairs) - len(todo)} of {len(pairs)} points trained before")
    planned = _plan(models, todo, say) if todo else []
    trained = [] if plan else _train(models, todo, say)
    if as_json:
        before = len(pairs) - len(todo)
        print_json({"task": task, "trained_before": before, "plan": planned, "trained": trained})


def _train(models: "TrainedModels", todo: "list[Pair]", say: "Say") -> list[dict[str, Any]]:
    """Each point trained, and the seconds it took."""
    trained = []
    for number, (method, point) in enumerate(todo, 1):
        name = f"[{number}/{len(todo)}] {method.name} {point.name}"
        say(f"{name}: training")
        start = monotonic()
        models.fit(method, point)
        seconds = monotonic() - start
        say(f"{name}: {seconds:.0f} s")
        trained.append({"method": method.name, "point": point.name, "seconds": seconds})
    return trained


def _plan(models: "TrainedModels", todo: "list[Pair]", say: "Say") -> list[dict[str, Any]]:
    """Each point's stages; `seconds` is null where a stage was made before."""
    from cosplit.training.plan import Planner
    from cosplit.training.progress import duration

    stages: list[Planned] = []

    def note(stage: "Planned") -> None:
        stages.append(stage)
        time = "done" if stage.seconds is None else f"about {duration(stage.seconds)}"
        say(f"  {stage.key}: {stage.epochs:g} epochs, {time}")

    planner, plan = Planner(models.trainer, note), []
    for method, point in todo:
        say(f"{method.name} {point.name}")
        n, problem = len(stages), None
        try:
            method.fit(models.task, point, planner)
        except Exception as error:  # a method may want more of its trainer than a plan can give
            problem = f"{type(error).__name__}: {error}"
            say(f"  cannot be planned further: {problem}")
        own = [asdict(stage) for stage in stages[n:]]
        plan.append({"method": method.name, "point": point.name, "stages": own, "problem": problem})
    left = [stage.seconds for stage in stages if stage.seconds is not None]
    say(f"{len(left)} stages to train, about {duration(sum(left))} at the speed of now")
    return plan
