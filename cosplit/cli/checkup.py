"""What this machine has and what it lacks, each with its remedy. Nothing is made or changed."""

import importlib.util
import os
import platform
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from cosplit.cli.common import LEADERBOARD
from cosplit.errors import CosplitError

if TYPE_CHECKING:
    from cosplit.task import Task

_ROOM = 1 << 30
_ENGINE_TIMEOUT_S = 3
_FORMATS = {
    "avx2": ("avx2",),
    "avx512": ("avx512f",),
    "bf16": ("avx512_bf16", "bf16"),
    "amx": ("amx_tile",),
    "neon": ("asimd",),
    "sve": ("sve",),
    "i8mm": ("i8mm",),
}
"""Number formats and the flags that Linux knows them by, of x86 and of arm64."""


@dataclass(frozen=True)
class Finding:
    """One thing looked for; `needed`: the benchmark cannot do without it."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    needed: bool = False


def findings() -> Iterator[Finding]:
    """Everything that is looked for, what is needed first."""
    from cosplit.catalogue import task, task_names

    tasks = [task(name) for name in task_names()]
    yield _torch()
    yield _package("pytest")
    yield _package("pytest-benchmark")
    yield _image_codecs()
    yield _cache()
    yield from map(_data, tasks)
    yield from (_weights(each) for each in tasks if each.ranked)
    yield _processor()
    yield _accelerator()
    yield _engine()
    yield _font()
    yield _browser()


def _torch() -> Finding:
    remedy = "pip install torch --index-url https://download.pytorch.org/whl/cpu"
    try:
        import torch
    except (ImportError, OSError) as error:
        return Finding("PyTorch", False, f"{error}", remedy, needed=True)
    threads = f"{torch.get_num_threads()} of {os.cpu_count()} threads (OMP_NUM_THREADS)"
    return Finding("PyTorch", True, f"{torch.__version__}, {threads}", needed=True)


def _package(name: str) -> Finding:
    if importlib.util.find_spec(name.replace("-", "_")) is None:
        return Finding(name, False, "not installed", f"pip install {name}", needed=True)
    return Finding(name, True, version(name), needed=True)


def _image_codecs() -> Finding:
    from PIL import features

    lacks = [name for name in ("jpg", "webp") if not features.check(name)]
    detail = f"Pillow lacks {', '.join(lacks)}" if lacks else "JPEG and WebP"
    return Finding("image codecs", not lacks, detail, "pip install --upgrade pillow", needed=True)


def _cache() -> Finding:
    from cosplit.files import cache_dir

    folder = cache_dir()
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    ok = there.is_dir() and os.access(there, os.W_OK) and free >= _ROOM
    detail = f"{folder}, {free / (1 << 30):,.1f} GiB free"
    remedy = "set COSPLIT_CACHE to a folder that can be written, with 1 GiB free"
    return Finding("cache", ok, detail, remedy, needed=True)


def _data(task: "Task") -> Finding:
    from cosplit import data

    name = f"images of {task.name}"
    try:
        where = data.find(task)
    except CosplitError as error:
        detail, _, remedy = str(error).partition("; ")
        return Finding(name, False, detail, remedy, needed=not task.ranked)
    detail = "embedded in a package" if data.embedded(task) else str(where)
    return Finding(name, True, detail, needed=not task.ranked)


def _weights(task: "Task") -> Finding:
    from cosplit.record.check import read_entries
    from cosplit.record.weights import locate

    entries = read_entries(LEADERBOARD) if LEADERBOARD.is_dir() else []
    named = {a.path for entry in entries if entry.task.name == task.name for a in entry.artifacts}
    n = sum(locate(LEADERBOARD, path).is_file() for path in named)
    detail = f"{n} of {len(named)} files that entries name"
    remedy = (
        f"run `cosplit weights fetch {task.name} --from URL|FOLDER`, a copy of the repository's "
        f"leaderboard/, or `cosplit train {task.name}`"
    )
    return Finding(f"weights of {task.name}", n == len(named) > 0, detail, remedy)


def _processor(cpuinfo: Path = Path("/proc/cpuinfo")) -> Finding:
    from cosplit.record.provenance import processor

    text = cpuinfo.read_text() if cpuinfo.is_file() else ""
    line = re.search(r"^(?:flags|Features)\s*:\s*(.+)$", text, re.MULTILINE)
    flags = set(line[1].split()) if line else set()
    formats = [name for name, known in _FORMATS.items() if flags & set(known)]
    model = processor(cpuinfo) if text else platform.processor() or platform.machine()
    return Finding("processor", True, f"{model}: {' '.join(formats) or 'formats unknown'}")


def _accelerator() -> Finding:
    try:
        import torch
    except (ImportError, OSError):
        return Finding("accelerator", True, "unknown without PyTorch")
    if torch.cuda.is_available():
        return Finding("accelerator", True, torch.cuda.get_device_name(0))
    found = "Apple's GPU (mps)" if torch.backends.mps.is_available() else "none"
    return Finding("accelerator", True, f"{found}; training and scoring run on the processor")


def _engine() -> Finding:
    from cosplit.containers.engine import connect

    try:
        client = connect(timeout_s=_ENGINE_TIMEOUT_S)
    except CosplitError as error:
        detail, _, remedy = str(error).partition("; ")
        return Finding("container engine", False, detail, remedy)
    try:
        return Finding("container engine", True, f"Docker {client.version()['Version']}")
    finally:
        client.close()


def _font() -> Finding:
    spec = importlib.util.find_spec("matplotlib")
    folder = Path(spec.origin).parent / "mpl-data/fonts/ttf" if spec and spec.origin else Path()
    ok = (folder / "DejaVuSans.ttf").is_file()
    detail = "DejaVu Sans, for figures" if ok else "matplotlib's DejaVu Sans is not there"
    return Finding("font", ok, detail, "pip install --force-reinstall matplotlib")


def _browser() -> Finding:
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    detail = ", ".join(filter(None, (browser, driver))) or "neither chromium nor chromedriver"
    remedy = "apt-get install chromium chromium-driver (for the tests of the site alone)"
    return Finding("browser", bool(browser and driver), detail, remedy)
