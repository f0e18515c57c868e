"""The base image: from a registry where there is one, else from debootstrap.

A root made by debootstrap is kept as a tar in the cache, so that it is made once a machine.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cosplit.containers.packages import MACHINE, Arch
from cosplit.errors import CosplitError
from cosplit.files import cache_dir

if TYPE_CHECKING:
    from docker import DockerClient

Source = Literal["auto", "registry", "debootstrap"]
REGISTRY_IMAGE = "python:3.11-slim-bookworm"
_SUITE, _MIRROR = "bookworm", "http://deb.debian.org/debian"
_PACKAGES = "python3-minimal,libpython3.11-stdlib"
_UNUSED = (
    "var/cache/apt",
    "var/lib/apt/lists",
    "usr/share/doc",
    "usr/share/man",
    "usr/share/locale",
)
_BINFMT = Path("/proc/sys/fs/binfmt_misc")
_QEMU_CONF = Path("/usr/lib/binfmt.d/qemu-aarch64.conf")


def base_image(client: "DockerClient", arch: Arch, source: Source = "auto") -> str:
    """The tag of a base image with Python 3.11 in the engine, made or pulled where absent.

    Raises:
        CosplitError: it can be neither pulled nor made here.
    """
    from docker.errors import APIError, ImageNotFound

    tag = f"cosplit-base:{_SUITE}-{arch}"
    if source != "registry":
        try:
            client.images.get(tag)
        except ImageNotFound:
            pass
        else:
            return tag
    if source != "debootstrap":
        try:
            client.images.pull(REGISTRY_IMAGE, platform=f"linux/{arch}").tag(tag)
        except APIError as error:
            if source == "registry":
                raise CosplitError(
                    f"cannot pull {REGISTRY_IMAGE}: {error.explanation}; try --base debootstrap"
                ) from None
        else:
            return tag
    repository, _, name = tag.partition(":")
    client.api.import_image_from_file(str(root_tar(arch)), repository=repository, tag=name)
    return tag


def root_tar(arch: Arch) -> Path:
    """A Debian root with Python, as a tar in the cache; made where absent (1 to 6 minutes).

    Raises:
        CosplitError: debootstrap is not installed, is not run as root, or fails.
    """
    tar = cache_dir() / "containers" / f"root-{_SUITE}-{arch}.tar"
    if tar.is_file():
        return tar
    if shutil.which("debootstrap") is None:
        raise CosplitError("no debootstrap here; apt-get install debootstrap, or use a registry")
    if arch == "arm64":
        register_qemu()
    tar.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=tar.parent) as folder:
        root, part = Path(folder, "root"), Path(folder, "root.tar")
        _run("debootstrap", "--variant=minbase", f"--arch={arch}", f"--include={_PACKAGES}",
             _SUITE, str(root), _MIRROR)  # fmt: skip
        for unused in _UNUSED:
            shutil.rmtree(root / unused, ignore_errors=True)
        _run("tar", "--numeric-owner", "--exclude=./dev/*", "--exclude=./proc/*", "-cf", str(part),
             "-C", str(root), ".")  # fmt: skip
        part.rename(tar)
    return tar


def register_qemu() -> None:
    """Let the kernel run aarch64 programs by QEMU, inside containers too.

    Raises:
        CosplitError: QEMU is not installed, or this is not root.
    """
    if (_BINFMT / "qemu-aarch64").exists() or MACHINE["arm64"] == _host_machine():
        return
    if not _QEMU_CONF.is_file():
        raise CosplitError("no QEMU for aarch64 here; apt-get install qemu-user-static")
    if not (_BINFMT / "register").exists():
        _run("mount", "-t", "binfmt_misc", "binfmt_misc", str(_BINFMT))
    try:
        (_BINFMT / "register").write_bytes(_QEMU_CONF.read_bytes())
    except OSError as error:
        raise CosplitError(
            f"cannot register QEMU with the kernel: {error.strerror}; run as root"
        ) from None


def _host_machine() -> str:
    import platform

    return platform.machine()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        reason = ((done.stderr or done.stdout).strip().splitlines() or ["no message"])[-1]
        raise CosplitError(f"{command[0]} failed: {reason}; it needs root and a Debian mirror")
