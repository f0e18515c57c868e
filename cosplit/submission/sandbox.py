"""Where submitted code runs: one half in one container, which knows nothing of the other."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Any, Protocol, Self, cast

from cosplit.containers.box import START_S, Box, BoxFailure
from cosplit.containers.frames import Kind, pack
from cosplit.containers.half import pack_load
from cosplit.containers.limits import Limits, check_applied
from cosplit.errors import CosplitError
from cosplit.submission.declared import Declared

if TYPE_CHECKING:
    from docker import DockerClient

    from cosplit.artifacts import Half

THREADS = 1
COMMAND = ["/bin/sh", "/opt/half.sh", "cosplit.submission.worker"]
_MIB = 1 << 20
_NS = 1e9


class Sandbox(Protocol):
    """Starts empty boxes, each a process of its own behind frames."""

    def start(self, half: "Half") -> AbstractContextManager["JudgedBox"]:
        """A fresh box for a half; gone when the block ends."""


def load(box: Box, settings: Mapping[str, Any], packed: bytes) -> Declared:
    """Give a box its half (see `pack_load`); what the half declares.

    Raises:
        BoxFailure: it cannot be loaded, or declares nonsense.
    """
    whole = {"level": None, "threads": THREADS, "cuda": False, **settings}
    _, _, answer = box.ask(pack(Kind.LOAD, pack_load(whole, packed)), {Kind.JSON}, seconds=START_S)
    return declared(box, answer)


def declared(box: Box, answer: bytes) -> Declared:
    """What a half says of itself, checked."""
    try:
        return Declared.model_validate_json(answer, strict=True)
    except ValueError:
        raise BoxFailure("invalid", f"{box.name}: declares impossible sizes") from None


class Containers:
    """Boxes on a Docker Engine, under the rules' limits and no CPU quota.

    Raises (on entering):
        CosplitError: no engine answers, or the image cannot be built.
    """

    def __init__(self, docker_host: str | None = None) -> None:
        self._docker_host = docker_host

    def __enter__(self) -> Self:
        from cosplit.containers.engine import connect, sweep
        from cosplit.containers.images import build_image, engine_arch

        with ExitStack() as stack:
            self._client: DockerClient = connect(self._docker_host)
            stack.callback(self._client.close)
            sweep(self._client)
            self.image = build_image(self._client, engine_arch(self._client), say=lambda _: None)
            last = int(self._client.info()["NCPU"]) - 1
            self._limits = limits(str(last))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self, half: "Half") -> AbstractContextManager["JudgedBox"]:
        """A fresh container, its limits read back from the kernel."""
        return JudgedBox(half, self._client, self.image.tag, self._limits, command=COMMAND)


def limits(cpus: str) -> Limits:
    """What either half is given: leaderboard/RULES.md names the same figures."""
    return Limits(
        memory_bytes=1024 * _MIB,
        pids=64,
        tmpfs_bytes=16 * _MIB,
        threads=THREADS,
        cpus=cpus,
        period_us=10_000,
    )


class JudgedBox(Box):
    """A container whose limits have been read back, and whose CPU time the engine tells."""

    def cpu_seconds(self) -> float:
        """CPU seconds so far, asked from outside: nothing inside has a hand in the answer.

        Raises:
            BoxFailure: the container is gone.
        """
        with self._alive():
            seen = cast("dict[str, Any]", self.container.stats(stream=False, one_shot=True))
        usage = seen.get("cpu_stats", {}).get("cpu_usage", {}).get("total_usage", 0)
        if not usage:  # what has run has used some
            raise self._failure(EOFError())
        return float(usage) / _NS

    def __enter__(self) -> Self:
        try:
            check_applied(self.limits, self.reading())
        except CosplitError:
            self.__exit__()
            raise
        return super().__enter__()
