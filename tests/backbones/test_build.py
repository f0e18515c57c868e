"""A task's backbone is found by its file name."""

from types import SimpleNamespace

import pytest

from cosplit.backbones import build_backbone
from cosplit.errors import CosplitError


def task(name: str) -> SimpleNamespace:
    backbone = SimpleNamespace(name=name, width=4)
    return SimpleNamespace(backbone=backbone, data=SimpleNamespace(classes=7))


def test_task_builds_its_network_full_or_pruned():
    full = build_backbone(task("resnet18"))
    assert full.channels["outs"] == [4, 8, 16, 32]
    assert full.classes == 7
    pruned = {"outs": [2, 3, 4, 5], "inner": [1] * 8}
    assert build_backbone(task("resnet18"), pruned).channels == pruned


def test_unknown_backbone_names_the_nearest():
    with pytest.raises(CosplitError, match="unknown backbone 'resnet'; did you mean 'resnet18'"):
        build_backbone(task("resnet"))
