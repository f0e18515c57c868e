"""Where a task may be split, checked against its network."""

from collections.abc import Mapping
from typing import TypeVar

import torch

from cosplit.backbones import build_backbone
from cosplit.errors import unknown
from cosplit.task import Task

INPUT = "input"
WHOLE = "whole"
"""Not a split point: the whole network on the device, its answer sent."""

T = TypeVar("T")


def split_points(task: Task) -> list[str]:
    """The task's split points in its order.

    Raises:
        CosplitError: the task names one that its network lacks.
    """
    with torch.device("meta"):
        known = build_backbone(task).split_points()
    for name in task.backbone.split_points:
        if name not in known:
            raise unknown("split point", name, known)
    return list(task.backbone.split_points)


def inner_points(task: Task) -> list[str]:
    """Those behind at least one layer."""
    return [name for name in split_points(task) if name != INPUT]


def stage_of(unit: str) -> str:
    """The stage a unit or a split point lies in: `conv3` for `conv3_1` and `conv3_x`."""
    return unit.partition("_")[0]


def by_stage(table: Mapping[str, T], split_point: str) -> T:
    """A method's choice for the stage a split point lies in.

    Raises:
        CosplitError: the method has none.
    """
    stage = stage_of(split_point)
    if stage not in table:
        raise unknown("stage of a network", stage, table)
    return table[stage]
