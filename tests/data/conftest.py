"""A tiny task over a folder of arrays."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from cosplit.task import Task, load_task

N = {"train": 40, "test": 20}
LISTS = {"train": "0-19\n25-29", "validation": "30-39", "test": "0-19"}
TASK = """
name = "tiny"
version = 1
title = "tiny"
ranked = false
thresholds = [0.5]
backbone = {{ name = "resnet18", width = 4, macs = 1, split_points = ["conv1"] }}
rates_bytes_per_s = {{ first = 1, last = 2, n = 2 }}
channels = {{ awgn_snr_db = [], bsc_flip = [] }}

[data]
source = "arrays"
shape = [3, 4, 4]
classes = 5
n_train = 25
n_validation = 10
n_test = 20

[splits]
{splits}

[training]
batch_size = 5
method_epochs = 1
method_lr = 0.1
flip = false
crop_padding = 0
base_cycles = [{{ epochs = 1, peak_lr = 0.1 }}]
"""


def write_arrays(folder: Path, part: str, n: int, size: int = 4) -> None:
    rng = np.random.default_rng(n)
    folder.mkdir(exist_ok=True)
    np.save(folder / f"{part}_images.npy", rng.integers(256, size=(n, size, size, 3), dtype="u1"))
    np.save(folder / f"{part}_labels.npy", np.arange(n, dtype="u1") % 5)
    np.save(folder / f"{part}_index.npy", np.arange(n, dtype="i4"))


@pytest.fixture
def arrays(tmp_path: Path) -> Path:
    """A whole copy of the tiny data."""
    for part, n in N.items():
        write_arrays(tmp_path / "arrays", part, n)
    return tmp_path / "arrays"


@pytest.fixture
def tiny(tmp_path: Path) -> Task:
    lines = []
    for name, text in LISTS.items():
        (tmp_path / f"{name}.txt").write_text(text)
        sha = hashlib.sha256(text.encode()).hexdigest()
        part = "test" if name == "test" else "train"
        lines.append(f'{name} = {{ path = "{name}.txt", part = "{part}", sha256 = "{sha}" }}')
    (tmp_path / "tiny.toml").write_text(TASK.format(splits="\n".join(lines)))
    return load_task("tiny", tmp_path)
