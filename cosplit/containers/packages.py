"""The packages of the image, fetched as wheels on the host and unpacked there.

So a build needs no network, no compiler and no CA certificates, and an image for another
architecture is made without emulating pip.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from cosplit.errors import CosplitError
from cosplit.files import cache_dir
from cosplit.resources import CONTAINERS

Arch = Literal["amd64", "arm64"]
MACHINE: dict[Arch, str] = {"amd64": "x86_64", "arm64": "aarch64"}
_PYTHON = "3.11"
_GLIBC = ("manylinux_2_28", "manylinux_2_17", "manylinux2014")
_UNUSED = ("torch/include", "torch/test", "torch/share", "torch/bin/*", "bin", "share")
_SHM_MANAGER = "torch/bin/torch_shm_manager"


def requirement_files(arch: Arch, cuda: bool = False) -> list[Path]:
    """The pinned requirements of an image, for the CPU alone or for NVIDIA's GPUs too."""
    return [CONTAINERS / "packages.txt", CONTAINERS / f"torch-{'cuda' if cuda else arch}.txt"]


def digest_of(paths: Sequence[Path], *words: str) -> str:
    """A short digest of files and words, to name what is made of them."""
    digest = hashlib.sha256("\n".join(words).encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def site_folder(arch: Arch, cuda: bool = False) -> Path:
    """The unpacked packages for `arch`, fetched and unpacked where that has not been done.

    Raises:
        CosplitError: pip cannot fetch one of them.
    """
    files, flavour = requirement_files(arch, cuda), "cuda" if cuda else arch
    site = cache_dir() / "containers" / f"site-{flavour}-{digest_of(files, *_UNUSED)}"
    if site.is_dir():
        return site
    wheels = cache_dir() / "containers" / f"wheels-{flavour}"
    part = site.with_name(f".{site.name}")
    shutil.rmtree(part, ignore_errors=True)
    target = ["--python-version", _PYTHON, "--implementation", "cp", "--only-binary=:all:"]
    target += [f"--platform={glibc}_{MACHINE[arch]}" for glibc in _GLIBC]
    wanted = [word for file in files for word in ("-r", str(file))]
    if not cuda:
        wanted.append("--no-deps")  # torch names more than it imports; a GPU's libraries it does
    _pip("download", "--dest", str(wheels), *target, *wanted)
    local = ["--no-index", "--find-links", str(wheels), "--no-compile", "--target", str(part)]
    _pip("install", *local, *target, *wanted)
    _drop_unused(part)
    part.rename(site)
    return site


def _pip(command: str, *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, "-m", "pip", command, "-q", "--retries=1", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise CosplitError(
            f"pip {command} for the containers' image failed: {reason}; "
            f"see {CONTAINERS / 'README.md'} on where the packages come from"
        )


def _drop_unused(site: Path) -> None:
    for pattern in _UNUSED:
        for path in site.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (site / _SHM_MANAGER).touch()  # torch asks that it exists; nothing here shares memory
