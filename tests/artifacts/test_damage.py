"""What cannot be used is refused in one clear line; what was there stays."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from cosplit.artifacts import ArtifactStore
from cosplit.errors import CosplitError
from cosplit.method import Method
from cosplit.point import OperatingPoint
from cosplit.split import SplitModel
from cosplit.task import Task
from cosplit.tensorfile import dump_tensors, read_header, read_tensors, tensor_digest

POINT = OperatingPoint("conv4_x", {"keep": 0.5})
Model = Callable[..., SplitModel]
Equal = Callable[[SplitModel, SplitModel], bool]


def altered(path: Path, change: Callable[[dict[str, Tensor], dict[str, Any]], None]) -> None:
    """Rewrite a file, its digests made to fit."""
    tensors, notes = read_tensors(path), json.loads(json.dumps(dict(read_header(path).notes)))
    change(tensors, notes)
    notes["digests"] = {name: tensor_digest(value) for name, value in tensors.items()}
    path.write_bytes(dump_tensors(tensors, notes))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda t, _: t.pop("server.1.bias"), r"tensor 'server\.1\.bias' is missing"),
        (lambda t, _: t.update(spy=torch.zeros(1)), "unexpected tensor 'spy'"),
        (
            lambda t, _: t.update({"server.1.bias": torch.zeros(3)}),
            r"torch.float32 \(3,\) instead of torch.float32 \(40,\)",
        ),
        (
            lambda t, _: t.update({"server.1.bias": torch.full((40,), float("nan"))}),
            "'server.1.bias' holds NaN",
        ),
        (
            lambda t, _: t.update({"server.1.bias": torch.zeros(40, dtype=torch.int64)}),
            "torch.int64",
        ),
        (lambda _, n: n.pop("point"), "names no operating point"),
        (
            lambda _, n: n.update(point={"split_point": "conv1", "settings": {}}),
            "another operating",
        ),
        (
            lambda _, n: n.update(point={"split_point": "conv1", "settings": 3}),
            "no operating point",
        ),
        (lambda _, n: n.update(config=3), "names no config"),
        (lambda _, n: n.update(references={"a": ["../../x", "a", "0"]}), "list of tensors"),
        (lambda _, n: n.update(references={"a": 3}), "list of tensors"),
        (
            lambda _, n: n.update(references={"a": ["none.safetensors", "a", "0"]}),
            r"cannot read .*none\.safetensors",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_one_clear_line(
    store: ArtifactStore,
    task: Task,
    change: Callable[..., None],
    reason: str,
    fake: Method,
    model: Model,
) -> None:
    path = store.save(task, "fake", POINT, model())
    altered(path, change)
    with pytest.raises(CosplitError, match=reason) as error:
        store.load(task, fake, POINT)
    assert "\n" not in str(error.value)
    assert ".safetensors" in str(error.value)


def test_an_altered_tensor_is_noticed(
    store: ArtifactStore, task: Task, fake: Method, model: Model
) -> None:
    path = store.save(task, "fake", POINT, model())
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(CosplitError, match=r"tensor '.*' is not the one that was saved"):
        store.load(task, fake, POINT)


def test_an_unsaved_point_names_the_nearest(
    store: ArtifactStore, task: Task, fake: Method, model: Model
) -> None:
    store.save(task, "fake", POINT, model())
    with pytest.raises(CosplitError, match=r"keep0\.4'; did you mean 'conv4_x-keep0\.5'"):
        store.load(task, fake, OperatingPoint("conv4_x", {"keep": 0.4}))


def test_nan_is_not_saved(store: ArtifactStore, task: Task, fake: Method, model: Model) -> None:
    broken = model()
    with torch.no_grad():
        broken.server[1].weight[0, 0] = float("nan")
    with pytest.raises(CosplitError, match=r"the model: tensor 'server\.1\.weight' holds NaN"):
        store.save(task, "fake", POINT, broken)
    assert store.points(task, "fake") == []


def test_a_full_disk_keeps_what_was_there(
    store: ArtifactStore,
    task: Task,
    monkeypatch: pytest.MonkeyPatch,
    fake: Method,
    model: Model,
    equal_as_stored: Equal,
) -> None:
    store.save(task, "fake", POINT, model())

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CosplitError, match=r"cannot write .*No space left"):
        store.save(task, "fake", POINT, model(1))
    assert equal_as_stored(store.load(task, fake, POINT), model())
    assert len(list(store.root.rglob("*"))) == 3  # two folders and the file
