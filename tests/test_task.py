"""Task files: what the issue fixes, and one clear line for every mistake."""

import hashlib
from pathlib import Path

import pytest

from cosplit.errors import CosplitError
from cosplit.resources import TASKS
from cosplit.task import load_task

SHA = "0" * 64
SMALL = f"""
name = "small"
version = 1
title = "a small task"
ranked = false
thresholds = [0.965]

[data]
source = "arrays"
shape = [3, 8, 8]
classes = 10
n_train = 100
n_validation = 30
n_test = 54

[splits]
train = {{ path = "train.txt", part = "train", sha256 = "{SHA}" }}
validation = {{ path = "validation.txt", part = "train", sha256 = "{SHA}" }}
test = {{ path = "test.txt", part = "test", sha256 = "{SHA}" }}

[backbone]
name = "resnet18"
width = 16
macs = 2_191_616
split_points = ["input", "conv1", "conv2_x"]

[training]
batch_size = 50
method_epochs = 10
method_lr = 0.05
flip = false
crop_padding = 1

[[training.base_cycles]]
epochs = 20
peak_lr = 0.1

[rates_bytes_per_s]
first = 1e2
last = 1e6
n = 17

[channels]
awgn_snr_db = [0.0, 15.0, 20.0]
bsc_flip = [0.1, 0.2]
"""


def written(folder: Path, old: str, new: str) -> Path:
    assert SMALL.count(old) == 1, old
    (folder / "small.toml").write_text(SMALL.replace(old, new))
    return folder


def mistake(folder: Path, name: str = "small") -> str:
    with pytest.raises(CosplitError) as caught:
        load_task(name, folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_cifar10_is_what_the_paper_asks() -> None:
    task = load_task("cifar10")
    assert task.ranked
    assert task.thresholds == (0.93, 0.91)
    assert (task.data.n_train, task.data.n_validation, task.data.n_test) == (45_000, 5_000, 10_000)
    assert (task.backbone.name, task.backbone.width) == ("resnet18", 64)
    assert task.channels.awgn_snr_db == (0, 5, 10, 15, 20)
    assert task.channels.bsc_flip == (0.01, 0.05, 0.1, 0.2)
    assert (task.training.flip, task.training.crop_padding) == (True, 4)


def test_digits_is_a_smoke_task() -> None:
    task = load_task("digits")
    assert not task.ranked
    assert (task.data.n_train, task.data.n_validation, task.data.n_test) == (1_000, 257, 540)
    assert (task.backbone.name, task.backbone.width) == ("resnet18", 16)
    assert not task.training.flip


@pytest.mark.parametrize("name", ["cifar10", "digits"])
def test_rates_are_17_log_spaced_from_100_to_1e6(name: str) -> None:
    rates = load_task(name).rates
    assert len(rates) == 17
    assert rates == pytest.approx([10 ** (2 + k / 4) for k in range(17)], rel=5e-4)
    assert (rates[0], rates[-1]) == (100, 1_000_000)


def test_the_digest_covers_the_file(tmp_path: Path) -> None:
    one = load_task("small", written(tmp_path, "version = 1", "version = 1"))
    text = (tmp_path / "small.toml").read_bytes()
    assert (one.digest, one.folder) == (hashlib.sha256(text).hexdigest(), tmp_path)
    assert load_task("small", written(tmp_path, "version = 1", "version = 2")).digest != one.digest


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ranked =", "rankt =", "unknown key 'rankt'; did you mean 'ranked'?"),
        ("crop_padding", "crop_pading", "did you mean 'training.crop_padding'?"),
        ("peak_lr", "peek_lr", "did you mean 'training.base_cycles.peak_lr'?"),
        ("ranked = false\n", "", "missing key 'ranked'; add it"),
        ("ranked = false", "ranked = 0", "ranked = 0: input should be a valid boolean"),
        ("width = 16", "width = 0", "backbone.width = 0: input should be greater than"),
        ("width = 16", "width = true", "backbone.width = True: input should be a valid integer"),
        ("width = 16", 'width = "16"', "backbone.width = '16': input should be a valid integer"),
        ("[0.965]", "[1.2]", "thresholds.0 = 1.2: input should be less than 1"),
        ("[0.965]", "[0.9, 0.93]", "thresholds: thresholds must descend"),
        ("[0.965]", "[0.9, 0.9]", "thresholds: thresholds must descend"),
        ("[0.965]", "[]", "thresholds = []"),
        ('"conv2_x"', '"conv1"', "backbone.split_points: the same value twice"),
        ("first = 1e2", "first = 1e7", "rates_bytes_per_s: first = 1e+07 must be below"),
        ("first = 1e2", "first = -1", "rates_bytes_per_s.first = -1"),
        ("last = 1e6", "last = inf", "rates_bytes_per_s.last"),
        ("0.1, 0.2]", "0.1, 0.6]", "channels.bsc_flip.1 = 0.6: input should be less than 0.5"),
        ("15.0, 20.0]", "15.0, 15.0]", "channels.awgn_snr_db: the same value twice"),
        ("shape = [3, 8, 8]", "shape = [1, 8, 8]", "data.shape.0 = 1: input should be 3"),
        ("n_test = 54", "n_test = 0", "data.n_test = 0"),
        ("epochs = 20", "epochs = 20\nsmall_epochs = 21", "small_epochs = 21: more than"),
        ("version = 1", 'version = 1\ndigest = "0"', "key 'digest' is not written in the file"),
        ('name = "small"', 'name = "numbers"', "name = 'numbers': must be the file's own"),
        ("ranked = false", "ranked = maybe", "not valid TOML"),
    ],
)
def test_a_mistake_is_one_line_with_file_key_and_remedy(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    line = mistake(written(tmp_path, old, new))
    assert line.startswith(f"{tmp_path / 'small.toml'}: ")
    assert said in line


def test_a_file_that_is_not_text_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_bytes(b"\xff\x00")
    assert "not valid TOML" in mistake(tmp_path)


@pytest.mark.parametrize(("name", "near"), [("cifar", "cifar10"), ("Digits", "digits")])
def test_an_unknown_task_names_the_nearest(name: str, near: str) -> None:
    assert mistake(TASKS, name) == f"unknown task {name!r}; did you mean {near!r}?"
