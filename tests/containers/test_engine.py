"""Without an engine: one line with the remedy; with one: leftovers swept, others' left alone."""

import os
import socket
import subprocess
import sys
from types import SimpleNamespace

import pytest

from cosplit.containers.calibrate import cpus_for, emulation_of
from cosplit.containers.engine import connect, owner, sweep
from cosplit.containers.images import engine_arch
from cosplit.containers.packages import requirement_files
from cosplit.errors import CosplitError
from cosplit.profile import load_profile


class Container:
    def __init__(self, owner, status="running"):
        self.labels, self.status, self.removed = {"cosplit": owner}, status, False

    def remove(self, force):
        self.removed = force


def engine(*containers, **info):
    lists = SimpleNamespace(list=lambda **_: list(containers))
    return SimpleNamespace(containers=lists, info=lambda: info)


def test_no_engine_is_one_line_with_the_remedy(monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(CosplitError, match=r"no Docker Engine answers at .*none\.sock; install"):
        connect()
    with pytest.raises(CosplitError, match=r"at tcp://127\.0\.0\.1:1;"):
        connect("tcp://127.0.0.1:1")


def test_the_dead_are_swept_and_the_living_left_alone():
    host = socket.gethostname()
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    gone, mine = Container(f"{host}:{dead.pid}"), Container(owner())
    far, far_ended = Container("elsewhere:1"), Container("elsewhere:1", "exited")
    assert sweep(engine(gone, mine, far, far_ended)) == 2
    assert [c.removed for c in (gone, mine, far, far_ended)] == [True, False, False, True]
    assert owner() == f"{host}:{os.getpid()}"


def test_a_gpu_profile_is_refused_without_an_nvidia_runtime():
    """A CPU's time must never bear a GPU's name."""
    profile = load_profile("edge-server-rtx-2080-ti")
    with pytest.raises(CosplitError, match="no NVIDIA runtime answers"):
        emulation_of(profile, engine(Runtimes={"runc": {}}))
    assert emulation_of(profile, engine(Runtimes={"nvidia": {}})).gpu


def test_device_and_server_get_different_cpus():
    device, server = load_profile("raspberry-pi-3"), load_profile("edge-server-cpu")
    assert cpus_for(device, device.emulation, 4) == "3"
    assert cpus_for(server, server.emulation, 4) == "0"
    wide = device.emulation.model_copy(update={"threads": 2})
    assert cpus_for(device, wide, 4) == "2-3"


def test_more_threads_than_the_engine_has_cpus_are_refused():
    profile = load_profile("raspberry-pi-3")
    wide = profile.emulation.model_copy(update={"threads": 8})
    with pytest.raises(CosplitError, match="needs 8 CPUs and the engine has 2"):
        cpus_for(profile, wide, 2)


def test_architectures_without_an_image_are_refused():
    assert engine_arch(engine(Architecture="aarch64")) == "arm64"
    with pytest.raises(CosplitError, match="no image for riscv64"):
        engine_arch(engine(Architecture="riscv64"))


def test_only_a_gpu_image_takes_the_cuda_build():
    for arch in ("amd64", "arm64"):
        assert requirement_files(arch)[1].name == f"torch-{arch}.txt"
    assert requirement_files("amd64", cuda=True)[1].name == "torch-cuda.txt"
    assert all(file.is_file() for file in requirement_files("amd64", cuda=True))
