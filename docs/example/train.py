"""Trains the example's points and writes their weights beside this file: `python train.py TASK`."""

import sys
from pathlib import Path

from method import SignPca

from cosplit import catalogue
from cosplit.submission import write_weights
from cosplit.trained import TrainedModels

NAME = "sign_pca"


def main(task_name: str, folder: Path) -> None:
    """Fit every point; a killed run goes on where it was."""
    task, method = catalogue.task(task_name), SignPca()
    trainer = TrainedModels(task).trainer
    for point in method.points(task):
        model = method.fit(task, point, trainer)
        accuracy = trainer.validation_accuracy(model)
        path = write_weights(folder / f"{point.name}.safetensors", task.name, NAME, point, model)
        print(f"{path.name}: {accuracy:.2%} on validation")


if __name__ == "__main__":
    main(sys.argv[1], Path(__file__).parent)
