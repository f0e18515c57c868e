"""What a half can see and do: its own tensors, its own small world, and nothing else."""

import json
import struct
import time

import pytest

from cosplit import catalogue
from cosplit.containers.box import BoxFailure
from cosplit.containers.limits import not_applied

pytestmark = pytest.mark.containers
UNWANTED = ("torchvision", "sklearn", "pandas", "seaborn", "scipy", "sympy", "docker")

LOOK = """
import importlib.util, json, os, pathlib, socket, sys
def tried(act):
    try:
        act()
        return "done"
    except OSError as error:
        return error.strerror
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
print(json.dumps({
    "interfaces": sorted(name for _, name in socket.if_nameindex()),
    "root": tried(lambda: open("/opt/new", "w")),
    "scratch": tried(lambda: open("/tmp/new", "w").write("x")),
    "shm": os.path.exists("/dev/shm"),
    "uid": os.getuid(),
    "capabilities": int(status["CapEff"], 16) | int(status["CapBnd"], 16),
    "no_new_privileges": status["NoNewPrivs"].strip(),
    "init": pathlib.Path("/proc/1/comm").read_text().strip(),
    "scratch_bytes": os.statvfs("/tmp").f_blocks * os.statvfs("/tmp").f_frsize,
    "host": tried(lambda: socket.create_connection(("127.0.0.1", 80), 1)),
    "modules": [name for name in UNWANTED if importlib.util.find_spec(name)],
    "cosplit": sorted(os.listdir("/opt/cosplit")),
}), flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def seen(bench):
    with bench.box("python3", "-c", f"UNWANTED = {UNWANTED}\n{LOOK}") as box:
        deadline = time.monotonic() + 30
        text = b""
        while not text.endswith(b"\n"):
            text += box._stream.read(1, deadline)
        yield json.loads(text) | {"applied": box.reading(), "labels": box.container.labels}


def test_no_network(seen):
    assert seen["interfaces"] == ["lo"]
    assert seen["host"] == "Connection refused"


def test_nothing_is_writable_but_a_small_scratch(seen, limits):
    assert seen["root"] == "Read-only file system"
    assert seen["scratch"] == "done"
    assert seen["scratch_bytes"] == limits.tmpfs_bytes
    assert not seen["shm"]


def test_no_privileges(seen):
    assert seen["uid"] == 10001
    assert seen["capabilities"] == 0
    assert seen["no_new_privileges"] == "1"
    assert seen["init"] in ("docker-init", "tini")


def test_every_limit_is_applied(seen, limits):
    assert not_applied(limits, seen["applied"]) == []


def test_every_container_carries_the_label(seen):
    assert "cosplit" in seen["labels"]


def test_the_image_holds_what_a_half_needs_and_no_more(seen, image):
    assert seen["modules"] == []
    assert {"record", "cli"}.isdisjoint(seen["cosplit"])
    assert image.size_bytes < 900e6
    assert image.base.startswith("sha256:")


def test_a_half_is_sent_its_own_tensors_alone(tmp_path):
    import torch

    from cosplit.artifacts import ArtifactStore
    from cosplit.containers.half import pack_load
    from cosplit.tensorfile import unpack_tensors

    task, method = catalogue.task("digits"), catalogue.method("bottlenet_plus_plus")
    point = method.points(task)[0]
    torch.manual_seed(0)
    store = ArtifactStore(tmp_path)
    store.save(task, method.name, point, method.build(task, point, {}))
    for half, other in (
        ("device", ("server.", "codec.decoder.")),
        ("server", ("device.", "codec.encoder.")),
    ):
        frame = pack_load({"half": half}, store.pack(task, method.name, point, half))
        (length,) = struct.unpack_from(">I", frame)
        _, tensors = unpack_tensors(frame[4 + length :], "the frame")
        assert tensors
        assert not [name for name in tensors if name.startswith(other)]


def test_every_method_can_be_imported_where_pruning_and_training_cannot(client, image):
    """Seen: a method that imports torch-pruning at once has no half to run."""
    script = "from cosplit import catalogue; print(*catalogue.methods())"
    out = client.containers.run(
        image.tag, ["-c", script], entrypoint="python3", network_mode="none", remove=True
    )
    assert out.decode().split() == catalogue.method_names()


def test_a_half_cannot_touch_what_reads_its_limits(bench):
    with bench.box("sh", "-c", "cat") as box:
        stream, deadline = box._exec(("sh", "-c", "read _; id -u")), time.monotonic() + 30
        stream.write(b"\n", deadline)
        assert stream.read_all(deadline) == b"0\n"
        stream.close()


def test_a_reading_that_breaks_off_is_the_halfs_failure(bench, monkeypatch):
    monkeypatch.setattr("cosplit.containers.cgroup.COMMAND", ("sh", "-c", "read _; echo pids:64"))
    monkeypatch.setattr("cosplit.containers.box._STOP_S", 0.5)
    with (
        bench.box("sh", "-c", "cat") as box,
        pytest.raises(BoxFailure, match="broke off") as failure,
    ):
        box.reading()
    assert failure.value.outcome == "crash"
