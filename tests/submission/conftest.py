"""Submissions on digits, honest and cheating, and exams that take seconds."""

import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # the boxes' processes import `local`
CHEATS = HERE / "cheats"
MANIFEST = """name = "{name}"
title = "A test's method"
authors = ["The tests"]
source = "tests/submission"
task = "digits"
[[points]]
split_point = "conv2_x"
settings = {{ bits = 32 }}
{more}
"""


@pytest.fixture(scope="session")
def task():
    from cosplit.catalogue import task

    return task("digits")


@pytest.fixture(scope="session")
def exam(task):
    """60 test images and 20 for validation; the base is the nearest mean of the training's."""
    from cosplit.data import load
    from cosplit.submission.exam import Exam

    train = load(task, "train")
    flat = train.images.reshape(len(train), -1).astype(float)
    means = np.stack([flat[train.labels == k].mean(0) for k in range(10)])

    def nearest(images):
        vectors = images.reshape(len(images), -1).astype(float)
        return ((vectors[:, None] - means) ** 2).sum(2).argmin(1)

    test, validation = load(task, "test").balanced(60, 0), load(task, "validation").balanced(20, 0)
    return Exam.draw(task, test, validation, nearest, seed=3, drawn=4)


@pytest.fixture
def make(tmp_path, task, exam):
    """Writes a submission's folder: honest's code, followed by a cheat's."""
    return lambda cheat="", more="", name="newcomer": _make(tmp_path, task, exam, cheat, more, name)


def _make(parent, task, exam, cheat, more, name):
    import torch

    from cosplit.point import OperatingPoint
    from cosplit.seeds import seeded
    from cosplit.submission import write_weights

    folder = parent / name
    folder.mkdir(exist_ok=True)
    code = (CHEATS / "honest.py").read_text()
    code += (CHEATS / f"{cheat}.py").read_text() if cheat else ""
    (folder / "method.py").write_text(code)
    (folder / "submission.toml").write_text(MANIFEST.format(name=name, more=more))
    scope = {"__name__": f"written.{name}"}
    with seeded(0, "a test's weights"):
        exec(code.replace("MacCounter.__torch_dispatch__ =", "unused =")
                 .replace("time.perf_counter = time.monotonic = time.process_time =", "unused ="),
             scope)  # fmt: skip
        model = scope["Honest"]().build(task, None, {}).eval()
    if cheat == "memorises":
        pixels = torch.from_numpy(exam.test.images).flatten(1).long()
        model.codec.encoder.hashes.copy_((pixels * scope["FACTORS"]).sum(1))
        model.codec.encoder.labels.copy_(torch.from_numpy(exam.test.labels))
    point = OperatingPoint("conv2_x", {"bits": 32})
    write_weights(folder / "weights.safetensors", task.name, name, point, model)
    return folder


@pytest.fixture(autouse=True)
def committed(monkeypatch):
    """Entries come from code that is committed, whatever a developer is changing."""
    monkeypatch.setattr("cosplit.record.provenance.uncommitted", lambda *_: False)


@pytest.fixture
def leaderboard(tmp_path, task):
    """An empty one, but for the task's base network (which is not trained: nothing needs it)."""
    from cosplit.artifacts import ArtifactStore
    from cosplit.backbones import build_backbone

    root = tmp_path / "leaderboard"
    (root / "entries").mkdir(parents=True)
    ArtifactStore(root / "artifacts").save_base(task, build_backbone(task))
    return root


@pytest.fixture
def save(leaderboard, task):
    """Puts a model of `png` that nobody trained into the artifacts, other weights for each seed."""
    from cosplit import catalogue
    from cosplit.artifacts import ArtifactStore
    from cosplit.seeds import seeded

    method = catalogue.method("png")
    (point,) = method.points(task)

    def save(seed=0):
        with seeded(seed, "weights"):
            model = method.build(task, point, {}).eval()
        notes = {"validation_accuracy": {"noiseless": 0.1}}
        return ArtifactStore(leaderboard / "artifacts", seed).save(task, "png", point, model, notes)

    return save


@pytest.fixture
def enter(leaderboard, task, tmp_path):
    """Writes the entry of what `save` saved."""
    from cosplit import catalogue
    from cosplit.cli.enter import _emulated, _entry
    from cosplit.record.entry import write_entry
    from cosplit.runner import Runner

    def enter():
        runner = Runner(task, artifacts=(leaderboard / "artifacts",), cache=tmp_path)
        known = _emulated(leaderboard, task, None)
        entry = _entry(runner, catalogue.method("png"), leaderboard, known)
        write_entry(leaderboard, entry)
        return entry

    return enter


@pytest.fixture
def own(save, enter):
    """An entry of a method of the project's own, from weights that nobody trained."""
    save()
    return enter()
