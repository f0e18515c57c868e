"""Files are written whole or not at all: full disk, size limit, kill."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cosplit.errors import CosplitError
from cosplit.files import cache_dir, write_atomic

LIMITED = """
import resource, sys
from pathlib import Path
from cosplit.errors import CosplitError
from cosplit.files import write_atomic
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_atomic(Path(sys.argv[1]), b"new" * 1000)
except CosplitError as error:
    sys.exit(str(error))
"""
KILLED = """
import os, signal, sys
from pathlib import Path
from cosplit.files import write_atomic
os.fsync = lambda fd: os.kill(os.getpid(), signal.SIGKILL)
write_atomic(Path(sys.argv[1]), b"new" * 1000)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "rows.json"
    path.write_bytes(b"old")
    return path


def run(code: str, path: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code, str(path)], check=False, capture_output=True, text=True
    )


def test_new_content_replaces_the_old(path: Path) -> None:
    assert write_atomic(path, "caf\u00e9") == path
    assert path.read_bytes() == "caf\u00e9".encode()
    assert list(path.parent.iterdir()) == [path]


def test_missing_folders_are_made_and_others_may_read(tmp_path: Path) -> None:
    path = write_atomic(tmp_path / "a" / "b" / "c", b"x")
    assert path.read_bytes() == b"x"
    assert path.stat().st_mode & 0o444 == 0o444


@pytest.mark.parametrize("call", ["fsync", "replace", "mkstemp"])
def test_a_full_disk_leaves_the_old_file_and_one_line(
    path: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    target = {"fsync": "os.fsync", "replace": "pathlib.Path.replace", "mkstemp": "tempfile.mkstemp"}
    monkeypatch.setattr(target[call], full)
    with pytest.raises(CosplitError, match=r"rows.json: No space left on device; free space"):
        write_atomic(path, b"new" * 1000)
    assert list(path.parent.iterdir()) == [path]
    assert path.read_bytes() == b"old"


def test_a_real_size_limit_leaves_the_old_file_and_one_line(path: Path) -> None:
    done = run(LIMITED, path)
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"cannot write {path}: File too large; free space or choose another folder"
    )
    assert list(path.parent.iterdir()) == [path]
    assert path.read_bytes() == b"old"


def test_a_kill_leaves_the_old_file(path: Path) -> None:
    assert run(KILLED, path).returncode == -9
    assert path.read_bytes() == b"old"
    left = [p.name for p in path.parent.iterdir() if p != path]
    assert all(name.startswith(".rows.json.") for name in left)


def test_an_interrupt_leaves_nothing_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(path, b"new")
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_is_a_file_is_one_line(path: Path) -> None:
    with pytest.raises(CosplitError, match="cannot write"):
        write_atomic(path / "below", b"x")


def test_the_cache_can_be_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COSPLIT_CACHE", str(tmp_path))
    assert cache_dir() == tmp_path
    monkeypatch.delenv("COSPLIT_CACHE")
    assert cache_dir().name == "cosplit"
