"""A stage is made once, resumes to the very same weights, and fails without losing anything."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from cosplit.errors import CosplitError
from cosplit.method import Batch
from cosplit.recipe import Recipe
from cosplit.tensorfile import state_digest
from cosplit.training import trainer as training
from cosplit.training.losses import cross_entropy
from cosplit.training.trainer import LocalTrainer

RECIPE = Recipe(epochs=4, peak_lr=0.1, batch_size=10, small_epochs=1)
CONFTEST = Path(__file__).with_name("conftest.py")

# trains RECIPE in the folder argv[1]; from its third epoch on it waits in each step where told to
SCRIPT = """
import runpy, sys, time, torch
from pathlib import Path
from cosplit.recipe import Recipe
from cosplit.training.losses import cross_entropy
torch.set_num_threads(1)
tools = runpy.run_path(sys.argv[2])
trainer = tools["tiny_trainer"](Path(sys.argv[1]), batch_size=10)
recipe = Recipe(epochs=4, peak_lr=0.1, batch_size=10, small_epochs=1)
steps = 0
def slow():
    global steps
    steps += 1
    if steps > 9:
        print("third epoch", flush=True)
        time.sleep(60)
trainer.stage("kill", tools["tiny"](), recipe, cross_entropy(recipe), slow)
"""


def counted(loss: Callable[..., Tensor]) -> tuple[list[int], Callable[..., Tensor]]:
    calls: list[int] = []

    def wrapped(*arguments: object) -> Tensor:
        calls.append(1)
        return loss(*arguments)

    return calls, wrapped


def stage_files(trainer: LocalTrainer, root: Path) -> list[str]:
    return sorted(p.name for p in (root / "stages" / trainer.task.name).iterdir())


def test_a_stage_learns(trainer: LocalTrainer, network: nn.Module) -> None:
    before = trainer.validation_accuracy(network.eval())
    recipe = replace(RECIPE, epochs=20, weight_decay=0, label_smoothing=0, ema=0.9)
    trained = trainer.stage("learn", network, recipe, cross_entropy(recipe))
    assert trained is network
    assert not trained.training
    # n = 20 of 10 classes: chance is .1, and 5 standard errors above it .44
    assert trainer.validation_accuracy(trained) > max(before, 0.45)


def test_a_finished_stage_is_loaded_not_trained(
    trainer: LocalTrainer, network: nn.Module, tmp_path: Path
) -> None:
    entry = {k: v.clone() for k, v in network.state_dict().items()}
    calls, loss = counted(cross_entropy(RECIPE))
    first = state_digest(trainer.stage("once", network, RECIPE, loss).state_dict())
    assert len(calls) == 16
    network.load_state_dict(entry)
    assert state_digest(trainer.stage("once", network, RECIPE, loss).state_dict()) == first
    assert len(calls) == 16
    assert len(stage_files(trainer, tmp_path)) == 1


def test_whoever_edits_a_model_trains_it_anew_on_the_same_base(
    trainer: LocalTrainer, network: nn.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    bases: list[LocalTrainer] = []
    monkeypatch.setattr(training, "train_base", lambda by: bases.append(by) or network)
    entry = {k: v.clone() for k, v in network.state_dict().items()}
    calls, loss = counted(cross_entropy(RECIPE))
    for code, steps in (("before", 16), ("before", 16), ("after", 32)):
        mine = trainer.apart(code)
        mine.base()
        network.load_state_dict(entry)
        mine.stage("one", network, RECIPE, loss)
        assert len(calls) == steps
    assert bases == [trainer]


@pytest.mark.parametrize("change", ["key", "recipe", "entry", "frozen"])
def test_what_a_stage_depends_on_names_it(
    trainer: LocalTrainer, network: nn.Module, tmp_path: Path, change: str
) -> None:
    entry = {k: v.clone() for k, v in network.state_dict().items()}
    trainer.stage("one", network, RECIPE, cross_entropy(RECIPE))
    if change != "entry":
        network.load_state_dict(entry)
    if change == "frozen":
        network[0].requires_grad_(False)
    recipe = replace(RECIPE, peak_lr=0.05) if change == "recipe" else RECIPE
    trainer.stage("two" if change == "key" else "one", network, recipe, cross_entropy(recipe))
    assert len(stage_files(trainer, tmp_path)) == 2


def test_killed_and_resumed_gives_the_same_weights(
    trainer: LocalTrainer, network: nn.Module, tmp_path: Path
) -> None:
    cache = tmp_path / "killed"
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(cache), str(CONFTEST)], stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"third epoch\n"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    left = [p.suffix for p in (cache / "stages" / trainer.task.name).iterdir()]
    assert left == [".checkpoint"]

    whole = {k: v.clone() for k, v in network.state_dict().items()}
    calls, loss = counted(cross_entropy(RECIPE))
    unbroken = trainer.stage("kill", network, RECIPE, loss).state_dict()
    expected = state_digest(unbroken)
    network.load_state_dict(whole)
    other = LocalTrainer(trainer.task, trainer.train, trainer.validation, cache, progress=False)
    calls.clear()
    assert state_digest(other.stage("kill", network, RECIPE, loss).state_dict()) == expected
    assert len(calls) == 8  # two of four epochs were done
    assert [p.suffix for p in (cache / "stages" / trainer.task.name).iterdir()] == [".safetensors"]


def test_every_epoch_has_an_order_of_its_own(trainer: LocalTrainer, network: nn.Module) -> None:
    seen: list[tuple[int, ...]] = []

    def loss(model: nn.Module, batch: Batch, noise: torch.Generator) -> Tensor:
        seen.append(tuple(batch.labels.tolist()))
        return cross_entropy(RECIPE)(model, batch, noise)

    trainer.stage("order", network, RECIPE, loss)
    assert len({tuple(seen[k : k + 4]) for k in range(0, 16, 4)}) == 4


def test_half_an_epoch_is_half_its_steps(trainer: LocalTrainer, network: nn.Module) -> None:
    calls, loss = counted(cross_entropy(RECIPE))
    trainer.stage("half", network, replace(RECIPE, epochs=1.5), loss)
    assert len(calls) == 6


def test_frozen_modules_keep_their_statistics_and_get_no_gradient(
    trainer: LocalTrainer, network: nn.Module
) -> None:
    network[0].requires_grad_(False)
    network[1].requires_grad_(False)
    before = {k: v.clone() for k, v in network.state_dict().items()}
    seen: list[tuple[bool, bool, bool]] = []

    def loss(model: nn.Module, batch: Batch, noise: torch.Generator) -> Tensor:
        seen.append((model[1].training, model[5].training, model[2].training))
        return cross_entropy(RECIPE)(model, batch, noise)

    trainer.stage("frozen", network, RECIPE, loss)
    assert set(seen) == {(False, True, True)}
    assert network[0].weight.grad is None
    after = network.state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"5.weight", "5.bias"}


def test_a_loss_that_is_not_finite_names_stage_epoch_and_remedy(
    trainer: LocalTrainer, network: nn.Module, tmp_path: Path
) -> None:
    steps: list[int] = []

    def loss(model: nn.Module, batch: Batch, noise: torch.Generator) -> Tensor:
        steps.append(1)
        value = cross_entropy(RECIPE)(model, batch, noise)
        return value * float("nan") if len(steps) == 6 else value

    with pytest.raises(CosplitError, match=r"^stage 'nan': the loss is nan in epoch 2; lower peak"):
        trainer.stage("nan", network, RECIPE, loss)
    assert [name.rpartition(".")[2] for name in stage_files(trainer, tmp_path)] == ["checkpoint"]


def test_a_full_disk_keeps_the_last_checkpoint(
    trainer: LocalTrainer, network: nn.Module, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync
    writes: list[int] = []

    def full(handle: int) -> None:
        writes.append(handle)
        if len(writes) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    entry = {k: v.clone() for k, v in network.state_dict().items()}
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CosplitError, match=r"cannot write .*No space left on device; free space"):
        trainer.stage("full", network, RECIPE, cross_entropy(RECIPE))
    assert [name.rpartition(".")[2] for name in stage_files(trainer, tmp_path)] == ["checkpoint"]
    network.load_state_dict(entry)
    calls, loss = counted(cross_entropy(RECIPE))
    trainer.stage("full", network, RECIPE, loss)
    assert len(calls) == 12  # one epoch was safe


def test_a_damaged_stage_is_one_clear_line(
    trainer: LocalTrainer, network: nn.Module, tmp_path: Path
) -> None:
    entry = {k: v.clone() for k, v in network.state_dict().items()}
    trainer.stage("cut", network, RECIPE, cross_entropy(RECIPE))
    (file,) = tmp_path.rglob("*.safetensors")
    file.write_bytes(file.read_bytes()[:-1])
    network.load_state_dict(entry)
    with pytest.raises(CosplitError, match=r"cut-.* is no usable safetensors file: .*; restore"):
        trainer.stage("cut", network, RECIPE, cross_entropy(RECIPE))


def test_an_epoch_is_a_line_where_there_is_no_terminal(
    trainer: LocalTrainer, network: nn.Module, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loud = LocalTrainer(trainer.task, trainer.train, trainer.validation, tmp_path)
    loud.stage("lines", network, RECIPE, cross_entropy(RECIPE))
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(", loss")[0] for line in lines] == [
        f"lines: epoch {k}, {25 * k} %" for k in (1, 2, 3, 4)
    ]


def test_masked_weights_stay_masked(trainer: LocalTrainer, network: nn.Module) -> None:
    weight = network[0].weight
    with torch.no_grad():
        weight[0] = 0

    def hold() -> None:
        with torch.no_grad():
            weight[0] = 0

    trainer.stage("mask", network, RECIPE, cross_entropy(RECIPE), hold)
    assert not weight[0].any()
    assert weight[1:].any()


def test_time_is_not_read(trainer: LocalTrainer, network: nn.Module, tmp_path: Path) -> None:
    """Two trainings of one stage in two caches are one, whatever the clock and global seeds."""
    entry = {k: v.clone() for k, v in network.state_dict().items()}
    first = state_digest(trainer.stage("a", network, RECIPE, cross_entropy(RECIPE)).state_dict())
    network.load_state_dict(entry)
    torch.manual_seed(time.time_ns())
    other = LocalTrainer(
        trainer.task, trainer.train, trainer.validation, tmp_path / "b", progress=False
    )
    second = state_digest(other.stage("a", network, RECIPE, cross_entropy(RECIPE)).state_dict())
    assert first == second
