"""CIFAR-10: torchvision's layout by its MD5 sums, arrays by one CRC-32 an image."""

import hashlib
import pickle
import tarfile
import threading
import warnings
import zlib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from torchvision.datasets import CIFAR10

from cosplit.data import cifar10, load
from cosplit.data.cifar10 import N_TRAIN, SUMS
from cosplit.data.load import check, fetch
from cosplit.errors import CosplitError, MissingData
from cosplit.task import Task, load_task

PER_BATCH = 6


@pytest.fixture
def task() -> Task:
    """The real task, with splits over the few images that the tests make."""
    return load_task("cifar10")


class Old:
    """Unpickling it warns as NumPy 2.4.0 does over the published files."""

    def __reduce__(self) -> tuple[object, ...]:
        return warnings.warn, ("dtype(): align should be passed as Python or NumPy boolean",)


def batches(folder: Path) -> dict[str, str]:
    """Six batch files and the class names as in the published archive; MD5 by name."""
    rng = np.random.default_rng(0)
    folder.mkdir(parents=True)
    names = [name for name, _ in CIFAR10.train_list + CIFAR10.test_list]
    for name in names:
        data = rng.integers(256, size=(PER_BATCH, 3072), dtype="u1")
        labels = list(range(PER_BATCH))
        (folder / name).write_bytes(pickle.dumps({"data": data, "labels": labels, "old": Old()}))
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": list("abcdefghij")}))
    return {p.name: hashlib.md5(p.read_bytes()).hexdigest() for p in folder.iterdir()}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a web server over `tmp_path`."""
    monkeypatch.setenv("no_proxy", "*")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as server:
        threading.Thread(target=server.serve_forever, args=[0.01]).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def archive(tmp_path: Path, site: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small archive that torchvision takes for the published one."""
    sums = batches(tmp_path / "made" / CIFAR10.base_folder)
    path = tmp_path / CIFAR10.filename
    with tarfile.open(path, "w:gz") as tar:
        tar.add(tmp_path / "made" / CIFAR10.base_folder, CIFAR10.base_folder)
    monkeypatch.setattr(CIFAR10, "url", f"{site}/{path.name}")
    monkeypatch.setattr(CIFAR10, "tgz_md5", hashlib.md5(path.read_bytes()).hexdigest())
    for name in ("train_list", "test_list"):
        monkeypatch.setattr(CIFAR10, name, [[n, sums[n]] for n, _ in getattr(CIFAR10, name)])
    monkeypatch.setattr(CIFAR10, "meta", {**CIFAR10.meta, "md5": sums["batches.meta"]})
    return path


def test_fetch_unpacks_and_load_reads_the_batches(
    task: Task, archive: Path, tmp_path: Path
) -> None:
    folder = fetch(task, tmp_path / "cache" / "cifar10")
    assert [p.name for p in folder.parent.iterdir()] == ["cifar10"]
    assert [p.name for p in folder.iterdir()] == [CIFAR10.base_folder]
    test = load(task, "test", folder)
    with pytest.warns(match="align"):
        entry = pickle.loads((folder / CIFAR10.base_folder / "test_batch").read_bytes())
    assert (test.images == entry["data"].reshape(-1, 3, 32, 32)).all()
    assert test.labels.tolist() == entry["labels"]
    train = load(task, "train", folder)
    assert train.index.tolist() == list(range(5 * PER_BATCH))
    assert fetch(task, folder) == folder


def test_a_download_that_was_killed_is_started_anew(
    task: Task, archive: Path, tmp_path: Path
) -> None:
    (tmp_path / ".cifar10.part").mkdir()
    (tmp_path / ".cifar10.part" / "half").write_bytes(b"x")
    folder = fetch(task, tmp_path / "cifar10")
    assert [p.name for p in folder.iterdir()] == [CIFAR10.base_folder]


@pytest.mark.parametrize("fault", ["offline", "truncated"])
def test_a_failed_download_leaves_nothing(
    task: Task, archive: Path, tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == "offline":
        monkeypatch.setattr(CIFAR10, "url", "http://127.0.0.1:9/nobody-listens.tar.gz")
    else:
        archive.write_bytes(archive.read_bytes()[:-100])
    with pytest.raises(CosplitError, match=r"cannot download .* COSPLIT_DATA") as caught:
        fetch(task, tmp_path / "cache" / "cifar10")
    assert "\n" not in str(caught.value)
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize("cut", [True, False])
def test_altered_batches_are_one_line(task: Task, archive: Path, tmp_path: Path, cut: bool) -> None:
    folder = fetch(task, tmp_path / "cifar10")
    batch = folder / CIFAR10.base_folder / "data_batch_3"
    content = batch.read_bytes()
    batch.write_bytes(content[:-1] if cut else content[:-9] + b"\0" + content[-8:])
    with pytest.raises(CosplitError, match=r"truncated or altered \(MD5\); remove it") as caught:
        check(task, folder)
    assert "\n" not in str(caught.value)


def write_arrays(folder: Path, part: str, images: np.ndarray, labels: list[int]) -> None:
    folder.mkdir(exist_ok=True)
    np.save(folder / f"{part}_images.npy", images)
    np.save(folder / f"{part}_labels.npy", np.array(labels, dtype="u1"))
    np.save(folder / f"{part}_index.npy", np.arange(len(labels)))


@pytest.fixture
def arrays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four test images as arrays, and sums that know three of them."""
    images = np.random.default_rng(1).integers(256, size=(4, 32, 32, 3), dtype="u1")
    sums = np.zeros(N_TRAIN + 10_000, "<u4")
    for k in range(3):
        sums[N_TRAIN + k] = zlib.crc32(images[k].tobytes() + bytes([k]))
    sums.tofile(tmp_path / "sums")
    monkeypatch.setattr(cifar10, "SUMS", tmp_path / "sums")
    write_arrays(tmp_path / "arrays", "test", images, [0, 1, 2, 3])
    return tmp_path / "arrays"


def test_arrays_pass_where_their_sums_agree_or_are_not_known(task: Task, arrays: Path) -> None:
    test = load(task, "test", arrays)
    assert (len(test), test.n_whole) == (4, 10_000)


@pytest.mark.parametrize(("kind", "position"), [("images", 5000), ("labels", 1)])
def test_one_altered_pixel_or_label_is_noticed(
    task: Task, arrays: Path, kind: str, position: int
) -> None:
    path = arrays / f"test_{kind}.npy"
    array = np.load(path)
    array.reshape(-1)[position] ^= 1
    np.save(path, array)
    with pytest.raises(CosplitError, match=r"test_images.npy: image 1 or its label is altered"):
        load(task, "test", arrays)


def test_an_index_beyond_the_data_set_is_refused(task: Task, arrays: Path) -> None:
    np.save(arrays / "test_index.npy", np.array([0, 1, 2, 10_000]))
    with pytest.raises(CosplitError, match="the test arrays are not CIFAR-10"):
        load(task, "test", arrays)


def test_a_copy_of_the_test_part_alone_can_be_scored(task: Task, arrays: Path) -> None:
    assert len(load(task, "test", arrays)) == 4
    with pytest.raises(MissingData, match=r"train_images.npy: absent"):
        load(task, "train", arrays)


def test_the_shipped_sums_cover_all_but_98_images() -> None:
    sums = np.fromfile(SUMS, "<u4")
    assert len(sums) == 60_000
    assert [(sums[:N_TRAIN] == 0).sum(), (sums[N_TRAIN:] == 0).sum()] == [77, 21]


def test_the_real_copy_where_there_is_one(task: Task) -> None:
    report = check(task)
    if not report.found:
        pytest.skip("no CIFAR-10 here; COSPLIT_DATA names a folder of it")
    assert all(0.99 < report.n[p] / report.n_whole[p] <= 1 for p in report.n)
