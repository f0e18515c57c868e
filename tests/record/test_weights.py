"""Published weights come by their digests, from a folder or a host, whole or not at all."""

import hashlib
import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from cosplit.cli import checkup
from cosplit.errors import CosplitError
from cosplit.record.entry import write_entry
from cosplit.record.weights import fetch, locate
from cosplit.resources import fetched

FILES = {
    "artifacts/cifar10/base.safetensors": b"base",
    "artifacts/cifar10/ours/a.safetensors": b"a",
}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_) -> None:
        pass


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("COSPLIT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def source(tmp_path) -> Path:
    """A folder that holds what the entry names, laid out as a leaderboard."""
    for path, content in FILES.items():
        (tmp_path / "source" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "source" / path).write_bytes(content)
    return tmp_path / "source"


@pytest.fixture
def host(source) -> Iterator[str]:
    """The same folder on a host."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(source)))
    Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def entry(make_entry):
    artifacts = [
        {"path": path, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for path, content in FILES.items()
    ]
    return make_entry(artifacts=artifacts)


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("kind", ["folder", "host"])
def test_what_was_fetched_is_whole_and_found(kind, leaderboard, entry, source, host):
    folder = fetch(leaderboard, [entry], str(source) if kind == "folder" else host + "/")
    assert folder == fetched(leaderboard) / "artifacts"
    assert files(fetched(leaderboard)) == FILES
    assert {path: locate(leaderboard, path).read_bytes() for path in FILES} == FILES


def test_nothing_is_fetched_twice(leaderboard, entry, source):
    first = fetch(leaderboard, [entry], str(source))
    assert fetch(leaderboard, [entry], None) == first


def test_a_leaderboard_that_has_them_needs_no_source(leaderboard, entry, source, cache):
    (source / "artifacts").rename(leaderboard / "artifacts")
    assert fetch(leaderboard, [entry], None) == leaderboard / "artifacts"
    assert not cache.exists()


def test_weights_of_other_entries_are_not_taken_for_these(leaderboard, entry, source, make_entry):
    fetch(leaderboard, [entry], str(source))
    (leaderboard / "entries" / "cifar10" / "png.json").unlink()
    with pytest.raises(CosplitError, match="not here"):
        fetch(leaderboard, [entry], None)


def test_without_a_source_the_line_says_how_to_name_one(leaderboard, entry):
    with pytest.raises(CosplitError, match=r"--from URL\|FOLDER or COSPLIT_WEIGHTS"):
        fetch(leaderboard, [entry], None)


def refused(leaderboard: Path, entry, source: str) -> str:
    """The line that a source gives, which leaves no part of the file that it is about."""
    last = list(FILES)[-1]
    with pytest.raises(CosplitError) as error:
        fetch(leaderboard, [entry], source)
    assert "\n" not in str(error.value)
    assert set(files(fetched(leaderboard))) <= set(FILES) - {last}
    return str(error.value)


@pytest.mark.parametrize("kind", ["folder", "host"])
def test_another_file_under_the_name_is_refused(kind, leaderboard, entry, source, host):
    (source / "artifacts/cifar10/ours/a.safetensors").write_bytes(b"another")
    line = refused(leaderboard, entry, str(source) if kind == "folder" else host)
    assert "ours/a.safetensors: not the file that the entry names" in line
    assert "--from" in line


def test_a_file_that_the_source_lacks_is_named(leaderboard, entry, source, host):
    (source / "artifacts/cifar10/ours/a.safetensors").unlink()
    assert "ours/a.safetensors: No such file" in refused(leaderboard, entry, str(source))
    assert "ours/a.safetensors: 404 File not found" in refused(leaderboard, entry, host)


def test_a_host_that_does_not_answer_is_one_line(leaderboard, entry):
    assert "cannot be reached" in refused(leaderboard, entry, "http://127.0.0.1:9")


def test_a_word_that_is_no_url_is_one_line(leaderboard, entry):
    assert "cannot be reached" in refused(leaderboard, entry, "gopher://example")


def test_a_path_that_leads_out_is_refused(leaderboard, entry, source, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    fetched(leaderboard).mkdir(parents=True)
    (fetched(leaderboard) / "artifacts").symlink_to(outside)
    with pytest.raises(CosplitError, match="leads out"):
        fetch(leaderboard, [entry], str(source))
    assert not files(outside)


def test_a_cache_that_cannot_be_written_is_one_line(leaderboard, entry, source, cache):
    cache.write_text("a file where the folder belongs")
    with pytest.raises(CosplitError, match=r"base\.safetensors: "):
        fetch(leaderboard, [entry], str(source))


def test_doctor_finds_what_was_fetched(leaderboard, entry, source, task, monkeypatch):
    write_entry(leaderboard, entry)
    monkeypatch.setattr(checkup, "LEADERBOARD", leaderboard)
    missing = checkup._weights(task)
    assert (missing.ok, missing.detail) == (False, "0 of 2 files that entries name")
    assert "cosplit weights fetch cifar10" in missing.remedy
    shutil.copytree(source, fetched(leaderboard))
    assert checkup._weights(task).ok
