"""`cosplit images`: build what the containers run from."""

from enum import StrEnum
from typing import Annotated

import typer

from cosplit.cli.exit_codes import epilog
from cosplit.cli.output import AsJson, tell

app = typer.Typer(
    help="Build the image that both halves run from.", no_args_is_help=True, rich_markup_mode=None
)


class Arch(StrEnum):
    """Processors that an image can be built for."""

    amd64 = "amd64"
    arm64 = "arm64"


class Base(StrEnum):
    """Where the base image comes from; auto: the registry if it answers."""

    auto = "auto"
    registry = "registry"
    debootstrap = "debootstrap"


@app.command(epilog=epilog("the image is there", "it could not be built"))
def build(
    arch: Annotated[
        Arch | None,
        typer.Option(help="Processor, else the engine's; arm64 runs under QEMU elsewhere."),
    ] = None,
    base: Annotated[Base, typer.Option(help="Where the base image comes from.")] = Base.auto,
    docker_host: Annotated[
        str | None, typer.Option(help="Engine to build on, as ssh://pi@board; else DOCKER_HOST.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Build it, or say that it is built: quick where nothing has changed."""
    from cosplit.containers.base import register_qemu
    from cosplit.containers.engine import connect
    from cosplit.containers.images import build_image, engine_arch

    client = connect(docker_host)
    own = engine_arch(client)
    wanted = arch.value if arch else own
    if wanted != own and wanted == "arm64":
        register_qemu()
    image = build_image(client, wanted, base.value, say=lambda text: typer.echo(text, err=True))
    built = {
        "image": image.tag,
        "id": image.id,
        "base": image.base,
        "arch": image.arch,
        "bytes": image.size_bytes,
    }
    facts = [(name, str(value)) for name, value in built.items() if name != "bytes"]
    size = ("size", f"{image.size_bytes / 1e6:,.0f} MB")
    tell(built, as_json, "The image of both halves", [*facts, size])
