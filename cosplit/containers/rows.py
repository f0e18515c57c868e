"""Gives a scored point's row its emulated columns."""

from pathlib import Path
from typing import TYPE_CHECKING

from cosplit import catalogue
from cosplit.errors import CosplitError
from cosplit.row import Row

if TYPE_CHECKING:
    from cosplit.containers.emulator import Emulator
    from cosplit.method import Method
    from cosplit.point import OperatingPoint
    from cosplit.runner import Runner

IMAGES = 50
"""Sent through the containers; p90 has its bounds from 36 on, p99 from 368 on."""


def emulated_rows(
    emulator: "Emulator",
    runner: "Runner",
    method: "Method",
    point: "OperatingPoint",
    rows: list[Row],
    n_images: int = IMAGES,
) -> list[Row]:
    """`rows` of one point, the first of them with what its containers showed.

    A point that has failed already is not run. A row of channel symbols has no latency at a rate
    in bytes, as in the modelled tier; its memory, CPU time and outcome are given.
    """
    first = rows[0]
    if first.outcome != "ok":
        return rows
    task, store = runner.task, runner.models.find(method, point)
    if store is None:
        raise CosplitError(f"{method.name} {point.name} has no saved model to put in containers")
    seen = emulator.measure(
        task,
        method,
        lambda half: store.pack(task, method.name, point, half),
        runner.images.balanced(n_images, runner.seed),
        catalogue.channel(first.channel, runner.extra),
        _sources(runner.extra),
    )
    fields = seen.fields(task.rates if first.code == "bits" else ())
    if seen.detail:
        fields["detail"] = "; ".join(filter(None, (first.detail, seen.detail)))
    return [first.model_copy(update=fields), *rows[1:]]


def _sources(extra: Path | None) -> dict[str, str]:
    """Python files beside the project's own, which the image cannot hold."""
    if extra is None:
        return {}
    folders = ("methods", "codecs", "backbones", "channels")
    files = (path for folder in folders for path in sorted((extra / folder).glob("*.py")))
    return {str(path.relative_to(extra)): path.read_text() for path in files}
