"""A box without walls: a plain process behind frames, for tests of the logic without an engine."""

import multiprocessing
import os
import socket
import sys
import tempfile
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace

from cosplit.containers.limits import Limits
from cosplit.submission.sandbox import JudgedBox

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    ["cosplit.submission.worker", "cosplit.artifacts", "cosplit.catalogue", "cosplit.measure.macs",
     "cosplit.backbones.resnet18", "cosplit.codecs.png", "cosplit.tensorfile"]
)  # fmt: skip
LIMITS = Limits(1 << 30, 64, 1 << 24, 1, "0", 10_000)


def serve_here(end, folder):
    """The child: what `cosplit.submission.worker.main` does, on a socket."""
    from cosplit.containers.worker import serve
    from cosplit.submission.worker import WatchedHalf, denounce

    errors = os.open(Path(folder, "stderr"), os.O_WRONLY | os.O_CREAT)
    os.dup2(errors, 2)
    os.dup2(errors, 1)
    sys.stdout = sys.stderr
    frames_out = os.fdopen(os.dup(end.fileno()), "wb", buffering=0)
    half = partial(WatchedHalf, denounce=partial(denounce, frames_out.fileno()))
    serve(end.makefile("rb"), frames_out, half, Path(folder, "sources"))


class _Stream:
    def __init__(self, end, errors):
        self.end, self.errors = end, errors

    @property
    def stderr(self):
        return self.errors.read_text(errors="replace") if self.errors.exists() else ""

    def write(self, data, deadline):
        self.end.settimeout(max(deadline - time.monotonic(), 1e-3))
        try:
            self.end.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            raise EOFError from None

    def read(self, n, deadline):
        data = b""
        while len(data) < n:
            self.end.settimeout(max(deadline - time.monotonic(), 1e-3))
            try:
                piece = self.end.recv(n - len(data))
            except ConnectionResetError:
                piece = b""
            if not piece:
                raise EOFError
            data += piece
        return data

    def drain(self, deadline):
        pass


class LocalBox(JudgedBox):
    def __init__(self, name):
        self.name, self.limits = name, LIMITS
        self.folder = tempfile.TemporaryDirectory()
        mine, theirs = socket.socketpair()
        self.process = _CONTEXT.Process(
            target=serve_here, args=(theirs, self.folder.name), daemon=True
        )
        self.process.start()
        theirs.close()
        self._stream = _Stream(mine, Path(self.folder.name, "stderr"))
        self.container = SimpleNamespace(wait=self._wait)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stream.end.close()
        self.process.kill()
        self.process.join()
        self.process.close()
        self.folder.cleanup()

    def cpu_seconds(self):
        tasks = Path(f"/proc/{self.process.pid}/task")
        ns = [int((task / "schedstat").read_text().split()[0]) for task in tasks.glob("*")]
        return sum(ns) / 1e9

    def _wait(self, timeout):
        self.process.join(timeout)
        return {"StatusCode": self.process.exitcode}


class Local:
    """A sandbox of such boxes; `started` says which halves, in order. Never two at once."""

    def __init__(self):
        self.started, self.alive = [], 0

    @contextmanager
    def start(self, half):
        assert not self.alive, "a box is still there when the next one starts"
        self.started.append(half)
        self.alive += 1
        try:
            with LocalBox(half) as box:
                yield box
        finally:
            self.alive -= 1
