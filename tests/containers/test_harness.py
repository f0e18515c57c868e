"""The harness dies by Ctrl-C or kill -9, or the engine is far away: nothing is left behind."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from cosplit.catalogue import channel
from cosplit.containers.engine import connect, sweep
from cosplit.containers.passes import Passage
from cosplit.containers.stream import AttachStream

pytestmark = pytest.mark.containers

HARNESS = """
import signal, sys, time
from cosplit.containers.box import Box
from cosplit.containers.engine import connect
from cosplit.containers.limits import Limits
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a job of the background
limits = Limits(320 << 20, pids=64, tmpfs_bytes=1 << 20, threads=1, cpus="0", period_us=10_000)
client = connect()
with Box("device", client, sys.argv[1], limits), Box("server", client, sys.argv[1], limits):
    print("up", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def harness(image):
    process = subprocess.Popen(
        [sys.executable, "-c", HARNESS, image.tag],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:
        assert process.stdout.readline() == b"up\n"
        yield process
        process.kill()


def containers_of(client, process):
    label = f"cosplit={socket.gethostname()}:{process.pid}"
    return client.containers.list(all=True, filters={"label": label})


def test_ctrl_c_leaves_nothing(client, harness):
    assert len(containers_of(client, harness)) == 2
    harness.send_signal(signal.SIGINT)
    harness.wait(60)
    assert containers_of(client, harness) == []


def test_kill_9_ends_the_containers_and_the_next_run_sweeps_them(client, harness):
    os.kill(harness.pid, signal.SIGKILL)
    harness.wait(60)
    deadline = time.monotonic() + 60
    while any(c.status == "running" for c in containers_of(client, harness)):
        assert time.monotonic() < deadline, "a half outlives the stream it serves"
        time.sleep(0.2)
    assert sweep(client) >= 2
    assert containers_of(client, harness) == []


class Relay:
    """The engine's socket at a tcp port of the loopback, as a board's would be."""

    def __init__(self, path):
        self.path, self.listener = path, socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.open = [self.listener]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self.path)
            self.open += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self.copy, args=(source, target), daemon=True).start()

    def copy(self, source, target):
        try:
            while data := source.recv(1 << 16):
                if data.startswith(b"HTTP/1.1 101"):  # joined to what follows, as a network may
                    data += self.rest(source)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def rest(self, source):
        data = b""
        source.settimeout(1)
        with contextlib.suppress(TimeoutError):
            while piece := source.recv(1 << 16):
                data += piece
        source.settimeout(None)
        return data

    def close(self):
        for end in self.open:
            end.close()


@pytest.fixture
def board(client):
    base = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if not base.startswith("unix://"):
        pytest.skip("the engine is not on a unix socket: it is remote already")
    relay = Relay(base.removeprefix("unix://"))
    remote = connect(relay.url)
    yield remote
    remote.close()
    relay.close()


def test_a_board_over_tcp_runs_the_same_image(board, bench, pictures):
    """A profile's `docker_host` names a real board; the attach stream is all that is needed."""
    from dataclasses import replace

    with replace(bench, client=board).pair() as pair:
        samples = Passage(pair, channel("noiseless"), classes=10).run(pictures)
        assert isinstance(pair.device._stream, AttachStream)
        assert pair.device._stream._socket.family == socket.AF_INET
    expected = [int(image.astype(int).sum()) % 256 % 10 for image in pictures.images]
    assert [sample.prediction for sample in samples] == expected
