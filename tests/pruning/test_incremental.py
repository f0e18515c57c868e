"""Incremental pruning: what is masked stays zero, and is whole again afterwards."""

import pytest
import torch

from cosplit.errors import CosplitError
from cosplit.pruning import incremental
from cosplit.pruning.incremental import incremental_prune, revived
from cosplit.pruning.mask import dropped_entries

BUFFER = "kept_channels"


@pytest.fixture
def prune(random_network, cross_entropy, trainer):
    def run(**changes):
        arguments = {"split_point": "conv3_x", "keep": 0.5, "iterations": 2} | changes
        model = random_network(width=4)
        return incremental_prune(model, train=trainer, recipe=None, loss=cross_entropy, **arguments)

    return run


def masks_of(state):
    """By the filters whose normalisation holds a mask."""
    return {k.removesuffix(f".{BUFFER}"): v for k, v in state.items() if k.endswith(BUFFER)}


def masked_entries(random_network, state):
    groups = {"bn": "conv", "bn1": "conv1", "bn2": "conv2"}
    masks = {}
    for norm, mask in masks_of(state).items():
        unit, _, name = norm.rpartition(".")
        masks[f"{unit}.{groups[name]}"] = mask
    return dropped_entries(random_network(width=4), masks)


def test_masked_entries_are_zero_before_and_after_averaging(prune, trainer, random_network):
    prune()
    for entry, exit_, momentum in zip(trainer.entries, trainer.exits, trainer.momenta, strict=True):
        for name, gone in masked_entries(random_network, entry).items():
            if "running" in name:
                continue
            assert gone.any()
            assert not entry[name][gone].any()
            assert not exit_[name][gone].any()
            assert not momentum[name][gone].any()
            assert exit_[name][~gone].any()


def test_masked_entries_are_restored_bit_for_bit_and_others_are_trained(
    prune, trainer, random_network, monkeypatch
):
    starts = []
    real = incremental.saved_entries

    def spy(model, masks):
        starts.append({k: v.clone() for k, v in model.state_dict().items()})
        return real(model, masks)

    monkeypatch.setattr(incremental, "saved_entries", spy)
    prune(iterations=3)
    for k in (0, 1):
        dropped = masked_entries(random_network, trainer.entries[k])
        assert any("running_mean" in name for name in dropped)
        for name, gone in dropped.items():
            assert torch.equal(starts[k + 1][name][gone], starts[k][name][gone])
            assert torch.equal(starts[k + 1][name][~gone], trainer.exits[k][name][~gone])
    trained = "units.conv5_2.conv2.weight"
    assert not torch.equal(starts[1][trained], starts[0][trained])


def test_the_share_masked_rises_to_the_target(prune, trainer):
    smaller = prune(iterations=4)
    kept = [sum(int(m.sum()) for m in masks_of(state).values()) for state in trainer.entries]
    assert kept == sorted(kept, reverse=True)
    assert len(set(kept)) == 4
    assert len(set(trainer.keys)) == 4
    assert smaller.channels["outs"] == [2, 4, 16, 32]
    assert smaller.channels["inner"] == [2, 2, 4, 4, 16, 16, 32, 32]


def test_what_may_be_sent_has_a_share_of_its_own(prune):
    """At the split point and at every one before it."""
    smaller = prune(feature_keep=0.25, iterations=1)
    assert smaller.channels["outs"] == [1, 2, 16, 32]


def test_result_is_the_last_trained_network_recalibrated(prune, trainer, images):
    smaller = prune()
    assert trainer.recalibrated == [smaller]
    assert not smaller.training
    assert not any(BUFFER in name for name in smaller.state_dict())
    last = trainer.exits[-1]
    kept = masks_of(last)["units.conv2_1.bn1"]
    inputs = masks_of(last)["units.conv1.bn"]
    expected = last["units.conv2_1.conv1.weight"][kept][:, inputs]
    assert torch.equal(smaller.state_dict()["units.conv2_1.conv1.weight"], expected)


def test_a_forgotten_restore_is_noticed(prune, trainer, random_network, monkeypatch):
    monkeypatch.setattr(incremental, "restore", lambda *_: None)
    with pytest.raises(AssertionError):
        test_masked_entries_are_restored_bit_for_bit_and_others_are_trained(
            prune, trainer, random_network, monkeypatch
        )


def test_an_optimiser_step_without_hold_is_noticed(prune, trainer, random_network):
    trainer.forgets_after_step = True
    with pytest.raises(AssertionError):
        test_masked_entries_are_zero_before_and_after_averaging(prune, trainer, random_network)


def test_revived_channels_are_counted():
    before = {"a": torch.tensor([True, False, False]), "b": torch.tensor([False])}
    after = {"a": torch.tensor([False, True, False]), "b": torch.tensor([True])}
    assert revived(before, after) == 2
    assert revived({}, after) == 0


@pytest.mark.parametrize(
    "wrong", [{"keep": 0}, {"keep": 1.5}, {"feature_keep": 0}, {"iterations": 0}]
)
def test_wrong_settings_are_refused(prune, wrong):
    with pytest.raises(CosplitError, match=next(iter(wrong))):
        prune(**wrong)
