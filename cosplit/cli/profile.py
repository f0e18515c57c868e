"""`cosplit profile`: calibrate a profile's container, and show that its limits hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cosplit.cli.common import profile_names
from cosplit.cli.exit_codes import Exit, epilog
from cosplit.cli.output import AsJson, show, tell
from cosplit.errors import CosplitError
from cosplit.screen import Column, Table

if TYPE_CHECKING:
    from docker import DockerClient

    from cosplit.containers.images import HalfImage
    from cosplit.profile import HardwareProfile

app = typer.Typer(
    help="Emulate a hardware profile in a container, and check it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Name = Annotated[
    str,
    typer.Argument(
        help="A hardware profile, as `cosplit list hardware` names it.",
        autocompletion=profile_names,
    ),
]
_OFF = "a limit was not applied, or the speed is more than 5 % off"


@app.command(epilog=epilog("the speed is delivered", "it is more than 5 % off", Exit.UNKNOWN))
def calibrate(name: Name, as_json: AsJson = False) -> None:
    """Find the CPU quota that delivers the profile's FLOP/s, and keep it in the cache."""
    from cosplit.containers import calibrate as calibration
    from cosplit.files import cache_dir

    with _prepared(name) as (client, image, profile):
        found = calibration.calibrate(client, image, profile)
        calibration.store(cache_dir(), client, profile, found)
    document = found.model_dump() | {"off": found.off}
    facts = [(key.replace("_", " "), _cell(value)) for key, value in document.items()]
    tell(document, as_json, f"{name}: calibrated", facts)
    _require(found.holds, name, found.off)


@app.command(epilog=epilog("every limit holds", _OFF, Exit.UNKNOWN))
def verify(name: Name, as_json: AsJson = False) -> None:
    """Read every limit back from the kernel, run the kernels again: asked, applied, delivered."""
    from cosplit.containers.verify import verify as read_back
    from cosplit.files import cache_dir

    with _prepared(name) as (client, image, profile):
        seen = read_back(cache_dir(), client, image, profile)
    rows = [
        {"figure": key, **{side: getattr(seen.fidelity, side).get(key) for side in _SIDES}}
        for key in dict.fromkeys(k for side in _SIDES for k in getattr(seen.fidelity, side))
    ]
    table = Table([Column("figure"), *map(Column, _SIDES)], f"{name}: asked, applied, delivered")
    for row in rows:
        table.add(*map(_cell, row.values()))
    show(rows, as_json, table)
    if seen.not_applied:
        raise CosplitError(f"{name}: not applied: {'; '.join(seen.not_applied)}")
    _require(seen.speed.holds, name, seen.speed.off)


_SIDES = ("asked", "applied", "delivered")


def _cell(value: str | float | None) -> str:
    """Thousands marked; a float to six digits."""
    if isinstance(value, float):
        return f"{value:,.6g}"
    return f"{value:,}" if isinstance(value, int) else value or ""


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
