"""A task's file says what its original network computes; the hypervolume is measured from it."""

import pytest
import torch

from cosplit import catalogue
from cosplit.backbones import build_backbone
from cosplit.measure.cost import count_macs


@pytest.mark.parametrize("name", catalogue.task_names())
def test_a_task_says_what_its_network_computes(name):
    task = catalogue.task(name)
    image = torch.zeros(1, *task.data.shape, dtype=torch.uint8)
    assert task.backbone.macs == count_macs(build_backbone(task).eval(), image)
