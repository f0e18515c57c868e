"""`cosplit profile`: calibrate a profile's container, and show that its limits hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cosplit.cli.output import AsJson, show
from cosplit.errors import CosplitError

if TYPE_CHECKING:
    from docker import DockerClient

    from cosplit.containers.images import HalfImage
    from cosplit.profile import HardwareProfile

app = typer.Typer(
    help="Emulate a hardware profile in a container, and check that it is what it says.",
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(help="A hardware profile, as raspberry-pi-3")]


@app.command()
def calibrate(name: Name, as_json: AsJson = False) -> None:
    """Find the CPU quota that delivers the profile's FLOP/s, and keep it in the cache.

    Exit code 1 where this machine cannot deliver it within 5 %.
    """
    from cosplit.containers import calibrate as calibration
    from cosplit.files import cache_dir

    with _prepared(name) as (client, image, profile):
        found = calibration.calibrate(client, image, profile)
        calibration.store(cache_dir(), client, profile, found)
    show([found.model_dump() | {"off": found.off}], as_json, title=name)
    _require(found.holds, name, found.off)


@app.command()
def verify(name: Name, as_json: AsJson = False) -> None:
    """Read every limit back from the kernel, run the kernels again: asked, applied, delivered.

    Exit code 1 where a limit was not applied or the speed is more than 5 % off.
    """
    from cosplit.containers.verify import verify as read_back
    from cosplit.files import cache_dir

    with _prepared(name) as (client, image, profile):
        seen = read_back(cache_dir(), client, image, profile)
    rows = [
        {"figure": key, **{side: getattr(seen.fidelity, side).get(key) for side in _SIDES}}
        for key in dict.fromkeys(k for side in _SIDES for k in getattr(seen.fidelity, side))
    ]
    show(rows, as_json, title=name)
    if seen.not_applied:
        raise CosplitError(f"{name}: not applied: {'; '.join(seen.not_applied)}")
    _require(seen.speed.holds, name, seen.speed.off)


_SIDES = ("asked", "applied", "delivered")


@contextmanager
def _prepared(name: str) -> Iterator[tuple["DockerClient", "HalfImage", "HardwareProfile"]]:
    """The profile, an engine swept of leftovers, and the image built on it."""
    from cosplit.containers.calibrate import emulation_of
    from cosplit.containers.engine import connect, sweep
    from cosplit.containers.images import image_for
    from cosplit.profile import load_profile

    profile = load_profile(name)
    client = connect(profile.emulation.docker_host if profile.emulation else None)
    try:
        emulation_of(profile, client)
        sweep(client)
        say = lambda text: typer.echo(text, err=True)  # noqa: E731
        yield client, image_for(client, profile, say), profile
    finally:
        client.close()


def _require(holds: bool, name: str, off: float) -> None:
    if not holds:
        raise CosplitError(
            f"{name}: the speed delivered is {100 * off:+.1f} % off; "
            "stop what else runs on this machine and calibrate again"
        )
