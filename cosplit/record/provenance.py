"""Where numbers come from: code, packages, processor, seeds, data and time."""

import platform
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cosplit.record.entry import MAX_MISSING, DataRef, Provenance
from cosplit.resources import REPOSITORY

CODE = ("benchmarks", "containers", "cosplit", "hardware_profiles")
"""Folders whose files decide a number; entries and docs do not."""
PACKAGES = ("cosplit", "numpy", "pillow", "safetensors", "torch", "torchvision", "torch-pruning")


def provenance(
    data_digest: str,
    data_n: int,
    wall_time_s: float,
    *,
    missing: Sequence[int] = (),
    seeds: Iterable[int] = (0,),
    images: Mapping[str, str] | None = None,
    repository: Path | None = REPOSITORY,
    today: date | None = None,
) -> Provenance:
    """What an entry says of its origin; nothing that names a host, a user or a folder.

    Args:
        data_digest: of the test images that were scored.
        data_n: how many there were.
        wall_time_s: the run's seconds.
        missing: original positions of the test images that were not there, ascending.
        seeds: every seed the run used.
        images: container images by name, each with its digest.
        repository: the folder of the code, None for a wheel's; without git `commit` is null.
        today: the day; null for the clock's, in UTC.
    """
    named = tuple(missing) if len(missing) <= MAX_MISSING else ()
    return Provenance(
        date=(today or datetime.now(UTC).date()).isoformat(),
        commit=commit(repository),
        dirty=uncommitted(repository),
        packages=package_versions(),
        images=dict(images or {}),
        processor=processor(),
        seeds=tuple(seeds),
        data=DataRef(digest=data_digest, n=data_n, missing=named),
        wall_time_s=round(wall_time_s, 3),
    )


def commit(repository: Path | None = REPOSITORY) -> str | None:
    """The commit of the code; None where it is not in a git repository, as a wheel's."""
    return _git(repository, "rev-parse", "HEAD")


def uncommitted(repository: Path | None = REPOSITORY) -> bool:
    """Whether code or recipes have changes, new files included, that no commit holds."""
    return bool(_git(repository, "status", "--porcelain", "--", *CODE))


def package_versions(names: Iterable[str] = PACKAGES) -> dict[str, str]:
    """Installed versions, Python's included, without importing any of them."""
    found = {"python": platform.python_version()}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def processor(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """The processor's model, as in "Cortex-A53"; its architecture where the model is unknown."""
    try:
        model = re.search(r"^(?:model name|Model)\s*:\s*(.+)$", cpuinfo.read_text(), re.MULTILINE)
    except OSError:
        model = None
    return model[1] if model else platform.processor() or platform.machine()


def _git(folder: Path | None, *arguments: str) -> str | None:
    if folder is None:
        return None
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
