"""`cosplit doctor`: every line ok or missing with its remedy, and nothing is changed."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from cosplit.cli import checkup
from cosplit.cli.exit_codes import Exit
from cosplit.resources import fetched


def told(run):
    code, out, _ = run("doctor", "--json")
    document = json.loads(out)
    return code, document["runs"], {one["name"]: one for one in document["findings"]}


def test_a_machine_that_has_what_is_needed_passes(run, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("COSPLIT_CACHE", str(tmp_path / "not" / "yet"))
    monkeypatch.setenv("COSPLIT_DATA", str(tmp_path / "nothing"))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")
    code, runs, found = told(run)
    assert (code, runs) == (Exit.OK, True)
    assert found["images of digits"]["ok"]
    assert not found["images of cifar10"]["ok"]
    assert "cosplit data fetch cifar10" in found["images of cifar10"]["remedy"]
    assert not found["container engine"]["ok"]
    assert "DOCKER_HOST" in found["container engine"]["remedy"]
    assert list(tmp_path.iterdir()) == []


def test_what_is_missing_has_a_remedy(run, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("COSPLIT_DATA", str(tmp_path))
    _, _, found = told(run)
    assert not found["browser"]["ok"]
    for one in found.values():
        assert one["ok"] or one["remedy"]
        assert one["detail"]


def test_without_pytorch_the_benchmark_does_not_run(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    code, runs, found = told(run)
    assert (code, runs) == (Exit.NO, False)
    assert "pip install torch" in found["PyTorch"]["remedy"]


def test_a_cache_that_is_a_file_or_full_is_said(run, tmp_path: Path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("COSPLIT_CACHE", str(tmp_path / "file"))
    assert told(run)[1] is False
    monkeypatch.setenv("COSPLIT_CACHE", str(tmp_path))
    assert told(run)[1] is True
    monkeypatch.setattr(checkup, "_ROOM", 1 << 60)
    code, _, found = told(run)
    assert code == Exit.NO
    assert "COSPLIT_CACHE" in found["cache"]["remedy"]


def test_weights_that_were_fetched_are_seen(run, tmp_path: Path, monkeypatch):
    entry = SimpleNamespace(
        task=SimpleNamespace(name="cifar10"),
        artifacts=[SimpleNamespace(path="artifacts/cifar10/png/x.safetensors")],
    )
    monkeypatch.setattr("cosplit.record.check.read_entries", lambda _: [entry])
    monkeypatch.setenv("COSPLIT_CACHE", str(tmp_path))
    missing = told(run)[2]["weights of cifar10"]
    assert not missing["ok"]
    assert "cosplit weights fetch cifar10 --from" in missing["remedy"]
    file = fetched(checkup.LEADERBOARD) / entry.artifacts[0].path
    file.parent.mkdir(parents=True)
    file.touch()
    assert told(run)[2]["weights of cifar10"]["ok"]


def test_what_runs_outside_a_clone_is_the_plugin(run, monkeypatch):
    monkeypatch.setattr("cosplit.resources.REPOSITORY", None)
    assert "`pytest --cosplit-task digits` runs here" in run("doctor")[1]


def test_a_person_reads_what_is_missing(run, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")
    code, out, _ = run("doctor")
    assert code == 0
    assert "MISSING  container engine" in out
    assert "`pytest benchmarks` runs here" in out


@pytest.mark.parametrize(
    ("cpuinfo", "formats"),
    [
        (
            "model name : An x86\nflags : fpu avx2 avx512f avx512_bf16 amx_tile",
            "avx2 avx512 bf16 amx",
        ),
        ("Model : A board\nFeatures : fp asimd bf16 i8mm", "bf16 neon i8mm"),
        ("model name : Odd", "unknown"),
    ],
)
def test_the_processors_number_formats_are_named(tmp_path: Path, cpuinfo: str, formats: str):
    path = tmp_path / "cpuinfo"
    path.write_text(cpuinfo)
    assert formats in checkup._processor(path).detail
