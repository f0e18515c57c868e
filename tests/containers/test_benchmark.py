"""`pytest benchmarks --hardware` as a user runs it, with a method that the image does not hold."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
METHOD = '''
"""The image itself, before a network that was never trained."""
from cosplit.backbones import build_backbone
from cosplit.codecs.png import Png
from cosplit.method import Method
from cosplit.point import OperatingPoint
from cosplit.split import SplitModel

class Untrained(Method):
    title, authors, source = "Untrained", "nobody", "this test"
    def points(self, task):
        return [OperatingPoint("input", {"hog": k}) for k in (0, 1)]
    def fit(self, task, point, train):
        return self.build(task, point, {})
    def build(self, task, point, config):
        import os, torch
        if point.settings["hog"] and os.getuid() == 10001:  # in a container, not here
            self.hog = [torch.ones(1 << 26) for _ in range(64)]
        device, server = build_backbone(task).split("input")
        return SplitModel(device, Png(task.data.shape), server, {}).eval()
'''


def run(folder, *options, **environment):
    (folder / "parts" / "methods").mkdir(parents=True, exist_ok=True)
    (folder / "parts" / "methods" / "untrained_in_box.py").write_text(METHOD)
    command = [sys.executable, "-m", "pytest", str(ROOT / "benchmarks"), "-k"]
    command += ["test_latency"]
    command += ["-c", str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider", "--parts", "parts"]
    command += ["--method", "untrained_in_box", "--samples", "20", "--hardware", "raspberry-pi-3"]
    return subprocess.run(
        [*command, *options],
        cwd=folder,
        env=os.environ | {"COSPLIT_CACHE": str(folder / "cache"), "COLUMNS": "160"} | environment,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


def test_without_an_engine_it_exits_with_one_line_and_the_remedy(tmp_path):
    done = run(tmp_path, DOCKER_HOST=f"unix://{tmp_path}/none.sock")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "no Docker Engine answers" in done.stderr
    assert "install and start Docker" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_modelled_tier_needs_no_engine(tmp_path):
    done = run(tmp_path, "--modelled", DOCKER_HOST=f"unix://{tmp_path}/none.sock")
    assert done.returncode == 0, done.stdout
    assert "emulated" not in done.stdout


@pytest.mark.containers
def test_rows_are_given_their_emulated_columns_and_a_failure_is_one(image, tmp_path):
    done = run(tmp_path, "--benchmark-json=out.json")
    assert done.returncode == 0, done.stdout
    assert "Latency emulated on raspberry-pi-3+edge-server-cpu" in done.stdout
    seen = json.loads((tmp_path / "out.json").read_text())["benchmarks"]
    rows = {one["extra_info"]["point"]: one["extra_info"] for one in seen}
    good, bad = rows["input-hog0"], rows["input-hog1"]
    assert good["outcome_emulated"] == "ok"
    latency = good["latency_emulated_ms"]
    assert latency.keys() == good["latency_modelled_ms"].keys()
    assert all(ms["p50_low"] <= ms["p50"] <= ms["p50_high"] for ms in latency.values())
    assert [f["profile"] for f in good["fidelity"]] == ["raspberry-pi-3", "edge-server-cpu"]
    assert (bad["outcome"], bad["outcome_emulated"]) == ("ok", "oom")
    assert "memory limit" in bad["detail"]
    assert bad["latency_emulated_ms"] is None
