"""The pruned network is trained with an exit that it ships without."""

import torch

from cosplit import catalogue
from cosplit.methods._pruned import EXIT, KEEP, pruned_network


def test_both_ends_answer_and_both_train(task, trainer):
    pruned = pruned_network(trainer, **KEEP)
    images = trainer.training_images(4)
    end, early = pruned(images)
    assert end.shape == early.shape == (4, task.data.classes)
    assert torch.equal(end, pruned.network(images))
    assert {name.partition(".")[0] for name in trainer.stages[-1].trained} == {"network", "exit"}


def test_widths_inside_and_between_blocks_have_shares_of_their_own(trainer):
    widths = pruned_network(trainer, **KEEP).network.channels
    assert widths == {"outs": [4, 8, 16, 32], "inner": [6, 6, 12, 12, 24, 24, 48, 48]}


def test_the_code_behind_the_exit_begins_with_its_layers(task, trainer):
    method = catalogue.method("three_step")
    for point in method.points(task):
        if point.split_point == EXIT and point.settings["code"] == "vq":
            model = method.fit(task, point, trainer)
            exit_ = pruned_network(trainer, **KEEP).exit
            assert torch.equal(model.codec.encoder.reduce[0][0].weight, exit_[0][0].weight)
