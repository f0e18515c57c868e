"""Loading: splits are disjoint, parts are private, and broken data is one clear line."""

import ast
import hashlib
from pathlib import Path

import numpy as np
import pytest

import cosplit.data
from cosplit.data import check, fetch, find, load, location
from cosplit.errors import CosplitError, MissingData
from cosplit.task import Task, load_task


def test_parts_are_what_the_lists_say(tiny: Task, arrays: Path) -> None:
    train, validation, test = (load(tiny, p, arrays) for p in ("train", "validation", "test"))
    assert train.index.tolist() == [*range(20), *range(25, 30)]
    assert validation.index.tolist() == list(range(30, 40))
    assert test.index.tolist() == list(range(20))
    on_disk = np.load(arrays / "train_images.npy")
    assert (train.images == on_disk[train.index].transpose(0, 3, 1, 2)).all()
    assert train.images.flags.c_contiguous
    assert (train.images.dtype, train.labels.dtype, train.index.dtype) == ("u1", "i8", "i8")
    assert (train.labels == train.index % 5).all()


def test_training_never_opens_the_test_images(tiny: Task, arrays: Path) -> None:
    for poisoned in arrays.glob("test_*.npy"):
        poisoned.write_bytes(b"poison")
    assert len(load(tiny, "train", arrays)) == 25
    assert len(load(tiny, "validation", arrays)) == 10
    with pytest.raises(CosplitError, match=r"truncated or not a .npy file"):
        load(tiny, "test", arrays)


def test_only_load_reads_a_source() -> None:
    package = Path(cosplit.data.__file__).parent.parent
    for path in package.rglob("*.py"):
        if path.parent.name != "data":
            tree = ast.walk(ast.parse(path.read_text()))
            asked = {n.module for n in tree if isinstance(n, ast.ImportFrom) and n.module}
            assert not {m for m in asked if m.startswith("cosplit.data.")} - {
                "cosplit.data.images",
                "cosplit.data.load",
            }, path


def test_a_partial_shuffled_copy_is_sorted_and_says_n(tiny: Task, arrays: Path) -> None:
    whole = load(tiny, "test", arrays)
    keep = [17, 3, 11]
    for path in arrays.glob("test_*.npy"):
        np.save(path, np.load(path)[keep])
    partial = load(tiny, "test", arrays)
    assert partial.index.tolist() == sorted(keep)
    assert (len(partial), partial.n_whole) == (3, 20)
    assert partial.digest == whole.take(np.sort(keep)).digest
    report = check(tiny, arrays)
    assert report.found
    assert not report.whole
    assert report.n == {"train": 25, "validation": 10, "test": 3}
    assert report.n_whole == {"train": 25, "validation": 10, "test": 20}


def test_check_finds_a_whole_copy_and_its_digest_follows_the_images(
    tiny: Task, arrays: Path
) -> None:
    report = check(tiny, arrays)
    assert (report.found, report.whole, report.layout) == (True, True, "arrays")
    assert report.to_json()["folder"] == str(arrays)
    images = np.load(arrays / "test_images.npy")
    images[0, 0, 0, 0] ^= 1
    np.save(arrays / "test_images.npy", images)
    assert check(tiny, arrays).digest != report.digest


def test_absent_data_names_the_command(tiny: Task, tmp_path: Path) -> None:
    with pytest.raises(MissingData, match=r"run `cosplit data fetch tiny`, or .*COSPLIT_DATA"):
        load(tiny, "train", tmp_path / "nowhere")
    report = check(tiny, tmp_path / "nowhere")
    assert (report.found, report.whole, report.n["test"]) == (False, False, 0)


def test_the_folder_comes_from_the_option_the_environment_or_the_cache(
    tiny: Task, arrays: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COSPLIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("COSPLIT_DATA", raising=False)
    assert location(tiny) == tmp_path / "cache" / "data" / "arrays"
    monkeypatch.setenv("COSPLIT_DATA", str(arrays))
    assert find(tiny) == arrays
    assert location(tiny, tmp_path) == tmp_path


def spoil(path: Path, how: str) -> None:
    array = np.load(path)
    if how == "truncated":
        path.write_bytes(path.read_bytes()[:-1])
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "absent":
        path.unlink()
    elif how == "pickled":
        np.save(path, array.astype(object), allow_pickle=True)
    elif how == "float":
        np.save(path, array.astype("f4"))
    elif how == "short":
        np.save(path, array[:-1])
    elif how == "flat":
        np.save(path, array.reshape(-1, 1))
    elif how == "negative":
        np.save(path, array.astype("i4") - 1)
    elif how == "twice":
        np.save(path, np.full_like(array, 3))
    elif how == "large":
        np.save(path, array + 5)
    elif how == "none":
        np.save(path, array[:0])
    elif how == "small":
        np.save(path, array[:, :2])


@pytest.mark.parametrize(
    ("kind", "how", "said"),
    [
        *((k, "truncated", "truncated or not a .npy file") for k in ("images", "labels", "index")),
        ("images", "empty", "truncated or not a .npy file"),
        *((k, "absent", "absent; each part needs its") for k in ("labels", "index")),
        *((k, "pickled", "truncated or not a .npy file") for k in ("images", "labels", "index")),
        ("images", "float", r"float32 \(40, 4, 4, 3\) is not uint8 \(n, h, w, 3\)"),
        ("images", "flat", r"is not uint8 \(n, h, w, 3\)"),
        ("images", "small", r"images of \(2, 4, 3\); tiny has \[4, 4\]"),
        ("labels", "float", r"float32 \(40,\) is not 40 integers"),
        ("labels", "short", r"uint8 \(39,\) is not 40 integers"),
        ("labels", "flat", r"uint8 \(40, 1\) is not 40 integers"),
        ("labels", "negative", "holds negative numbers"),
        ("labels", "large", "label 9; tiny has 5 classes"),
        ("index", "short", r"int32 \(39,\) is not 40 integers"),
        ("index", "negative", "holds negative numbers"),
        ("index", "twice", "names an image twice"),
    ],
)
def test_broken_arrays_are_one_line_that_names_the_file(
    tiny: Task, arrays: Path, kind: str, how: str, said: str
) -> None:
    spoil(arrays / f"train_{kind}.npy", how)
    with pytest.raises(CosplitError, match=said) as caught:
        load(tiny, "train", arrays)
    assert str(caught.value).startswith(str(arrays))
    assert "\n" not in str(caught.value)


def test_a_copy_without_any_image_of_a_part_is_missing(tiny: Task, arrays: Path) -> None:
    for path in arrays.glob("test_*.npy"):
        spoil(path, "none")
    with pytest.raises(MissingData, match="holds none of the test images"):
        load(tiny, "test", arrays)


@pytest.mark.parametrize("name", ["cifar10", "digits"])
def test_shipped_splits_are_verified_disjoint_and_of_the_size_they_say(name: str) -> None:
    task = load_task(name)
    lists = {
        part: cosplit.data.splits.read_split(task, getattr(task.splits, part))
        for part in ("train", "validation", "test")
    }
    assert {p: len(index) for p, index in lists.items()} == {
        p: getattr(task.data, f"n_{p}") for p in lists
    }
    assert not np.intersect1d(lists["train"], lists["validation"]).size
    assert task.splits.test.part == "test"
    assert task.splits.train.part == task.splits.validation.part == "train"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0-18", "altered"),
        (None, "absent; it belongs to the task 'tiny'"),
    ],
)
def test_a_list_that_is_not_the_tasks_is_refused(
    tiny: Task, arrays: Path, text: str | None, said: str
) -> None:
    path = tiny.folder / "test.txt"
    path.write_text(text) if text else path.unlink()
    with pytest.raises(CosplitError, match=said):
        load(tiny, "test", arrays)


@pytest.mark.parametrize(
    "text", ["", "a-b", "3-", "-3", "5-4", "0-3\n2-9", "1 1", "\u0663", "1" * 99]
)
def test_a_malformed_list_is_refused(
    tiny: Task, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tiny.folder / "odd.txt").write_text(text)
    sha = hashlib.sha256(text.encode()).hexdigest()
    split = tiny.splits.test.model_copy(update={"path": "odd.txt", "sha256": sha})
    with pytest.raises(CosplitError, match=r"odd.txt: (each line|names an image twice)"):
        cosplit.data.splits.read_split(tiny, split)


def test_a_list_of_another_size_than_the_task_says_is_refused(tiny: Task, arrays: Path) -> None:
    data = tiny.data.model_copy(update={"n_test": 21})
    with pytest.raises(CosplitError, match=r"data.n_test = 21, but test.txt names 20"):
        load(tiny.model_copy(update={"data": data}), "test", arrays)


def test_what_cannot_be_downloaded_says_so(tiny: Task, tmp_path: Path) -> None:
    with pytest.raises(MissingData, match="cannot be downloaded; put its files into"):
        fetch(tiny, tmp_path / "new")


def test_fetch_leaves_a_folder_of_other_things_alone(tiny: Task, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(CosplitError, match="exists and is not"):
        fetch(tiny, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_a_source_is_one_file(
    tiny: Task, arrays: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = tmp_path / "sources"
    new.mkdir()
    (new / "inverse.py").write_text(
        "from cosplit.data.arrays import Arrays\n"
        "from cosplit.data.source import Raw\n"
        "class Inverse(Arrays):\n"
        "    def read(self, part, folder):\n"
        "        raw = super().read(part, folder)\n"
        "        return Raw(255 - raw.images, raw.labels, raw.index)\n"
    )
    monkeypatch.setattr(cosplit.data, "__path__", [*cosplit.data.__path__, str(new)])
    task = tiny.model_copy(update={"data": tiny.data.model_copy(update={"source": "inverse"})})
    plain = load(tiny, "test", arrays)
    assert (load(task, "test", arrays).images == 255 - plain.images).all()


@pytest.mark.parametrize("name", ["cifar100", "source", "load"])
def test_an_unknown_source_is_refused(tiny: Task, name: str) -> None:
    task = tiny.model_copy(update={"data": tiny.data.model_copy(update={"source": name})})
    with pytest.raises(CosplitError, match=f"unknown data source {name!r}"):
        load(task, "test")
