"""Finds a Docker Engine, or says in one line what to do."""

import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from cosplit.errors import CosplitError

if TYPE_CHECKING:
    from docker import DockerClient

LABEL = "cosplit"
"""Every container carries it; its value names the process that owns the container."""
REMEDY = (
    "install and start Docker (containers/README.md says how without a registry), "
    "or set DOCKER_HOST"
)


def connect(docker_host: str | None = None, timeout_s: int = 60) -> "DockerClient":
    """A client of the engine at `docker_host`, else at DOCKER_HOST, else at the usual socket.

    `timeout_s` holds for every call of the client.

    Raises:
        CosplitError: none answers there.
    """
    import docker
    from docker.errors import DockerException

    url = docker_host or os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    try:
        _probe(url)
        client = (
            docker.DockerClient(base_url=url, timeout=timeout_s)
            if docker_host
            else docker.from_env(timeout=timeout_s)
        )
        client.ping()
    except (DockerException, OSError) as error:
        raise CosplitError(f"no Docker Engine answers at {url}; {REMEDY}") from error
    return client


def owner() -> str:
    """This process, as the label's value."""
    return f"{socket.gethostname()}:{os.getpid()}"


def sweep(client: "DockerClient") -> int:
    """Remove containers whose harness is gone; how many there were.

    A container of another machine's harness is left alone while it runs.
    """
    from docker.errors import APIError

    removed = 0
    for container in client.containers.list(all=True, filters={"label": LABEL}):
        host, _, pid = container.labels[LABEL].rpartition(":")
        ours = host == socket.gethostname()
        if _alive(int(pid)) if ours else container.status == "running":
            continue
        with suppress(APIError):  # another run swept it first
            container.remove(force=True)
            removed += 1
    return removed


def has_gpu(client: "DockerClient") -> bool:
    """Whether an NVIDIA runtime answers."""
    return "nvidia" in client.info().get("Runtimes", {})


def _probe(url: str) -> None:
    """docker-py leaves its socket open where nobody listens; this one is closed."""
    if url.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(url.removeprefix("unix://"))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
