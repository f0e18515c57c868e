"""One container: a half behind frames, with nothing shared and every wait bounded."""

import json
import re
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self

from cosplit.containers import cgroup
from cosplit.containers.engine import LABEL, owner
from cosplit.containers.frames import LARGEST, Kind, pack, read_frame
from cosplit.containers.limits import Limits
from cosplit.containers.stream import AttachStream
from cosplit.errors import CosplitError

if TYPE_CHECKING:
    from docker import DockerClient

ANSWER_S = 60.0
START_S = 120.0
_STOP_S = 10.0
_CHEAT = re.compile(r"cheat:[a-z_]{1,40}")
_OOM = re.compile(r"^oom_kill ([1-9]\d*)$", re.MULTILINE)


class BoxFailure(CosplitError):
    """A half failed; `outcome` is the row's word for it."""

    def __init__(self, outcome: str, detail: str) -> None:
        super().__init__(detail)
        self.outcome, self.detail = outcome, detail


class Box:
    """A running container of the half's image, removed on leaving the `with` block."""

    def __init__(
        self,
        name: str,
        client: "DockerClient",
        image: str,
        limits: Limits,
        environment: dict[str, str] | None = None,
        command: list[str] | None = None,
    ) -> None:
        """Start it. `name` is for messages; `command` replaces the image's own (tests' faults)."""
        self.name, self.limits, self._client = name, limits, client
        self.container = client.containers.create(
            image, entrypoint=command, environment=environment, **_host_config(limits)
        )
        try:
            api = client.api
            ends = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
            self._stream = AttachStream(api.attach_socket(str(self.container.id), params=ends))
            self.container.start()
        except BaseException:
            self.container.remove(force=True)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self.container.remove(force=True)

    def ask(
        self,
        frame: bytes,
        expected: Collection[Kind],
        largest: int = LARGEST,
        seconds: float = ANSWER_S,
    ) -> tuple[Kind, int, bytes]:
        """Send a frame and take the answer, all within `seconds`.

        Raises:
            BoxFailure: `oom`, `timeout`, `invalid`, `over_size`, `over_power` or `crash`.
        """
        deadline = time.monotonic() + seconds
        self.write(frame, deadline)
        return self.answer(expected, largest, deadline)

    def ask_json(self, request: dict[str, Any], seconds: float = ANSWER_S) -> dict[str, Any]:
        """Ask the worker itself something."""
        frame = pack(Kind.JSON, json.dumps(request).encode())
        answer: dict[str, Any] = json.loads(self.ask(frame, {Kind.JSON}, seconds=seconds)[2])
        return answer

    def write(self, data: bytes, deadline: float) -> None:
        """Bytes to the half, a piece of a frame perhaps, as a slow link delivers them."""
        try:
            self._stream.write(data, deadline)
        except (TimeoutError, EOFError) as error:
            raise self._failure(error) from None

    def answer(
        self, expected: Collection[Kind], largest: int, deadline: float
    ) -> tuple[Kind, int, bytes]:
        """The next frame."""
        try:
            kind, size, payload = read_frame(
                lambda n: self._stream.read(n, deadline), {*expected, Kind.FAULT}, largest
            )
        except (TimeoutError, EOFError, CosplitError) as error:
            raise self._failure(error) from None
        if kind is Kind.FAULT:
            raise self._reported(payload)
        return kind, size, payload

    def reading(self) -> cgroup.Cgroup:
        """What the kernel holds for this container now."""
        deadline = time.monotonic() + ANSWER_S
        stream = self._exec(cgroup.COMMAND)
        try:
            # docker-py loses what comes before it hands over the socket (its issue 3332)
            stream.write(b"\n", deadline)
            return cgroup.parse(stream.read_all(deadline).decode())
        except (TimeoutError, EOFError) as error:
            raise self._failure(error) from None
        finally:
            stream.close()

    def _exec(self, command: Sequence[str]) -> AttachStream:
        """A command beside the half, as a user whose processes the half cannot touch."""
        api = self._client.api
        with self._alive():
            run = api.exec_create(str(self.container.id), list(command), stdin=True, user="root")
            return AttachStream(api.exec_start(run["Id"], socket=True))

    def set_quota(self, quota_us: int) -> None:
        """Change the CPU quota of the running container."""
        with self._alive():
            self.container.update(cpu_period=self.limits.period_us, cpu_quota=quota_us)
        self.limits = self.limits.with_quota(quota_us)

    def refused(self, error: CosplitError) -> BoxFailure:
        """The failure for what came whole, but breaks a rule."""
        from cosplit.measure.outcome import outcome_of

        return self._failed(*outcome_of(error))

    @contextmanager
    def _alive(self) -> Iterator[None]:
        """What the engine refuses to do because the container has died is the half's failure."""
        from docker.errors import APIError

        try:
            yield
        except APIError as error:
            if error.status_code not in (HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND):
                raise
            raise self._failure(EOFError()) from None

    def _failure(self, error: BaseException) -> BoxFailure:
        if isinstance(error, TimeoutError):
            return self._failed("timeout", "no complete answer in time")
        if isinstance(error, CosplitError):
            return self.refused(error)
        self._stream.drain(time.monotonic() + _STOP_S)
        words = self._stream.stderr
        if _OOM.search(words):
            limit = self.limits.memory_bytes
            return self._failed("oom", f"killed at its memory limit of {limit} bytes")
        last = " ".join(words.split())[-200:]
        return self._failed("crash", f"{self._end()}: {last}")

    def _end(self) -> str:
        from requests.exceptions import RequestException

        try:
            status = self.container.wait(timeout=_STOP_S)["StatusCode"]
        except RequestException:
            return "the container lives and broke off an answer"
        return f"the container ended with status {status}"

    def _failed(self, outcome: str, detail: str) -> BoxFailure:
        return BoxFailure(outcome, f"{self.name}: {detail}"[:300])

    def _reported(self, payload: bytes) -> BoxFailure:
        from cosplit.row import FAILURES

        try:
            outcome, detail = json.loads(payload)
        except (ValueError, TypeError, RecursionError):
            return self._failed("invalid", "a fault frame that is no JSON")
        if outcome not in FAILURES and not _CHEAT.fullmatch(str(outcome)):
            return self._failed("invalid", "a fault of no known kind")
        return self._failed(outcome, str(detail))


def _host_config(limits: Limits) -> dict[str, Any]:
    from docker.types import DeviceRequest, LogConfig

    gpu = [DeviceRequest(count=1, capabilities=[["gpu"]])] if limits.gpu else []
    return {
        "labels": {LABEL: owner()},
        "stdin_open": True,
        "network_mode": "none",
        "ipc_mode": "none",  # no /dev/shm beside the sized tmpfs
        "read_only": True,
        "tmpfs": {"/tmp": f"size={limits.tmpfs_bytes},mode=1777,nosuid,nodev"},  # noqa: S108
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "pids_limit": limits.pids,
        "mem_limit": limits.memory_bytes,
        "memswap_limit": limits.memory_bytes,
        "cpuset_cpus": limits.cpus,
        "cpu_period": limits.period_us if limits.quota_us else None,
        "cpu_quota": limits.quota_us,
        "init": True,
        "log_config": LogConfig(type=LogConfig.types.NONE),
        "device_requests": gpu,
    }
