"""The image that both halves run from, built where its inputs have changed.

base (registry or debootstrap) + packages -> cosplit-runtime:<arch>-<digest of both>
runtime + cosplit's own files             -> cosplit-half:<arch>-<digest of all>
"""

import tarfile
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cosplit.containers.base import Source, base_image
from cosplit.containers.packages import (
    MACHINE,
    Arch,
    digest_of,
    requirement_files,
    site_folder,
)
from cosplit.errors import CosplitError
from cosplit.resources import CONTAINERS

if TYPE_CHECKING:
    from docker import DockerClient

    from cosplit.profile import HardwareProfile

PACKAGE = Path(__file__).parent.parent
BASE_LABEL = "cosplit.base"
LEFT_OUT = ("cli", "record")
"""Folders of the package that no half needs."""


@dataclass(frozen=True)
class HalfImage:
    """A built image. Tag and ids are digests: of the inputs, of the image, of the base image."""

    tag: str
    id: str
    base: str
    arch: Arch
    size_bytes: int


def build_image(
    client: "DockerClient",
    arch: Arch = "amd64",
    source: Source = "auto",
    cuda: bool = False,
    say: Callable[[str], object] = print,
) -> HalfImage:
    """The half's image for `arch`; quick where nothing changed. `say` is told what takes long.

    `cuda` brings PyTorch's build for NVIDIA's GPUs, of several GB.

    Raises:
        CosplitError: an input cannot be fetched or a build step fails.
    """
    runtime = _runtime(client, arch, source, cuda, say)
    sources = _sources()
    recipe = [CONTAINERS / "half.Dockerfile", CONTAINERS / "half.sh"]
    tag = f"cosplit-half:{arch}-{digest_of([*recipe, *sources.values()], runtime, *sources)}"
    if (known := _known(client, tag, arch)) is None:
        files = {"half.sh": recipe[1]} | {f"cosplit/{k}": path for k, path in sources.items()}
        _build(client, tag, recipe[0], files, {"RUNTIME": runtime})
        known = _known(client, tag, arch)
    assert known is not None
    return known


def engine_arch(client: "DockerClient") -> Arch:
    """What the engine's machine runs by itself.

    Raises:
        CosplitError: neither x86-64 nor 64-bit ARM.
    """
    machine = client.info()["Architecture"]
    for arch, name in MACHINE.items():
        if machine == name:
            return arch
    raise CosplitError(f"no image for {machine}; engines on {', '.join(MACHINE.values())} only")


def image_for(
    client: "DockerClient", profile: "HardwareProfile", say: Callable[[str], object] = print
) -> HalfImage:
    """The image that a profile's container runs from on this engine, built where absent."""
    gpu = profile.emulation is not None and profile.emulation.gpu
    return build_image(client, engine_arch(client), cuda=gpu, say=say)


def _runtime(
    client: "DockerClient", arch: Arch, source: Source, cuda: bool, say: Callable[[str], object]
) -> str:
    base = base_image(client, arch, source)
    recipe = CONTAINERS / "runtime.Dockerfile"
    made_of = str(client.images.get(base).id)
    tag = f"cosplit-runtime:{arch}-{digest_of([recipe, *requirement_files(arch, cuda)], made_of)}"
    if _known(client, tag, arch) is None:
        say(f"building {tag}: some minutes, once")
        _build(client, tag, recipe, {"site": site_folder(arch, cuda)}, {"BASE": base}, made_of)
    return tag


def _known(client: "DockerClient", tag: str, arch: Arch) -> HalfImage | None:
    from docker.errors import ImageNotFound

    try:
        image = client.images.get(tag)
    except ImageNotFound:
        return None
    return HalfImage(
        tag, str(image.id), image.labels.get(BASE_LABEL, ""), arch, int(image.attrs["Size"])
    )


def _sources() -> dict[str, Path]:
    files = {str(path.relative_to(PACKAGE)): path for path in sorted(PACKAGE.rglob("*.py"))}
    return {name: path for name, path in files.items() if name.split("/")[0] not in LEFT_OUT}


def _build(
    client: "DockerClient",
    tag: str,
    recipe: Path,
    files: Mapping[str, Path],
    arguments: Mapping[str, str],
    made_of: str | None = None,
) -> None:
    from docker.errors import APIError, BuildError

    with tempfile.TemporaryFile() as context:
        with tarfile.open(fileobj=context, mode="w") as tar:
            for name, path in {"Dockerfile": recipe, **files}.items():
                tar.add(path, name, filter=_anonymous)
        context.seek(0)
        try:
            client.images.build(
                fileobj=context,
                custom_context=True,
                tag=tag,
                buildargs=dict(arguments),
                labels={BASE_LABEL: made_of} if made_of else {},
                network_mode="none",
                rm=True,
                forcerm=True,
            )
        except (BuildError, APIError) as error:
            raise CosplitError(f"building {tag} from {recipe} failed: {error}") from None


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """The same image whoever builds it, and readable by the half's own user."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 0
    entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
    return entry
