"""`cosplit train`: fit operating points, one resumable command."""

from time import monotonic

from cosplit.cli.common import Folder, Methods, Points, Seed, TaskName, load_task, selected


def train(
    task: TaskName,
    method: Methods = None,
    point: Points = None,
    data: Folder = None,
    seed: Seed = 0,
) -> None:
    """Train what has not been trained; run it again after a kill and it goes on at its epoch.

    Models go to the cache; `cosplit enter` brings them to the leaderboard.
    """
    from cosplit.trained import TrainedModels

    asked = load_task(task)
    models = TrainedModels(asked, data, seed)
    todo = list(selected(asked, method, point))
    for number, (each, which) in enumerate(todo, 1):
        name = f"[{number}/{len(todo)}] {each.name} {which.name}"
        if models.find(each, which):
            print(f"{name}: trained before", flush=True)
            continue
        print(f"{name}: training", flush=True)
        start = monotonic()
        models.fit(each, which)
        print(f"{name}: {monotonic() - start:.0f} s", flush=True)
