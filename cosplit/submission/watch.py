"""Watches what submitted code does to the machine around it: a forbidden act is the last one.

An audit hook (PEP 578) sees what Python code asks of the system and cannot be removed again. What
native code does by itself it does not see: there the container's own walls hold.
"""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

_ACTS = {
    "network": ("socket.",),
    "process": ("subprocess.", "os.fork", "os.posix_spawn", "os.exec", "os.system", "os.spawn",
                "pty.spawn"),
    "pickle": ("pickle.find_class",),
    "native_code": ("ctypes.dlopen", "ctypes.dlsym"),
    "tampering": ("gc.get_", "sys.settrace", "sys.setprofile"),
    "disk": ("os.remove", "os.rename", "os.truncate", "os.symlink", "os.link",
             "shutil."),
}  # fmt: skip
_DATA_SETS = ("cosplit.data", "sklearn", "torchvision", "datasets")
_SYSTEM = ("/usr", "/lib", "/etc", "/proc", "/sys", "/dev/null", "/dev/urandom")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def watch(denounce: Callable[[str, str], object], scratch: Path) -> None:
    """From here on `denounce(verdict, what)` is called at the first forbidden act.

    Files are read only where code lies: on the import path, in the system's own folders and in
    `scratch`. `denounce` must not return.
    """
    package = str(Path(__file__).parents[1])
    places = {*sys.path, sys.prefix, sys.base_prefix, package, str(scratch), *_SYSTEM}
    roots = tuple(os.path.abspath(place) for place in places if place)

    def hook(event: str, args: Sequence[Any]) -> None:
        verdict = verdict_of(event, args, roots)
        if verdict:
            denounce(verdict, f"{event} {args[0] if args else ''}"[:200])

    sys.addaudithook(hook)


def verdict_of(event: str, args: Sequence[Any], roots: Sequence[str]) -> str | None:
    """What an audit event amounts to; None for what is allowed. `roots` may be read."""
    if event == "open":
        return _opened(args, roots)
    if event == "import":
        name = str(args[0])
        return "labels" if any(name == d or name.startswith(f"{d}.") for d in _DATA_SETS) else None
    return next((verdict for verdict, acts in _ACTS.items() if event.startswith(acts)), None)


def _opened(args: Sequence[Any], roots: Sequence[str]) -> str | None:
    path, mode, flags = (*args, None, None)[:3]
    if isinstance(path, int):
        return None  # what is open already
    if (isinstance(mode, str) and set(mode) & set("wax+")) or (flags or 0) & _WRITING:
        return None if os.fspath(path) == os.devnull else "disk"
    where = os.path.abspath(os.fsdecode(path))
    inside = any(where == root or where.startswith(f"{root}/") for root in roots)
    return None if inside else "files"
