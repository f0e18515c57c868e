"""`cosplit reproduce`: does an entry hold?"""

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cosplit.cli.common import Folder
from cosplit.cli.output import AsJson, show
from cosplit.errors import CosplitError

if TYPE_CHECKING:
    from cosplit.submission.agreement import Agreement

_DEPTH = 3  # leaderboard/entries/<task>/<method>.json


def reproduce(
    entry: Annotated[Path, typer.Argument(help="A file of leaderboard/entries/.")],
    samples: Annotated[
        int | None, typer.Option(min=10, help="Only so many class-balanced test images.")
    ] = None,
    data: Folder = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Write <method>.reproduced.json beside the entry.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Score an entry again from its weights; exit code 0 only where every row holds.

    MACs and fixed-length bits must be equal, entropy-coded bits within 0.01 %, and accuracy within
    3 images. Test images that the entry did without are left out. Submissions are judged in
    containers. What is published are the rows measured now, with the commit and the processor.
    """
    from cosplit.record.entry import read_entry, write_entry
    from cosplit.submission.reproduce import Reproduction
    from cosplit.submission.reproduced import publishable, reproduced

    path = entry.resolve()
    if len(path.parents) < _DEPTH or path.parents[1].name != "entries":
        raise CosplitError(f"{entry}: name a file of <leaderboard>/entries/<task>/")
    told, start = read_entry(path), monotonic()
    if publish:
        publishable(told, samples)
    found = Reproduction(path.parents[2], data, samples).of(told)
    shown = [one for one in found if as_json or _says_more(one)]
    show([_line(one) for one in shown], as_json, title=told.method.title)
    n_held = sum(one.holds for one in found)
    typer.echo(f"{n_held} of {len(found)} rows hold", err=as_json)
    if n_held < len(found):
        raise typer.Exit(1)
    if publish:
        new = reproduced(told, found, monotonic() - start)
        typer.echo(write_entry(path.parents[2], new), err=as_json)


def _says_more(one: "Agreement") -> bool:
    """Rows of bits over noise follow from the noiseless one."""
    return not one.holds or one.told.code == "symbols" or one.channel == "noiseless"


def _line(one: "Agreement") -> dict[str, Any]:
    told, found = one.told, one.found
    return {
        "point": one.point,
        "channel": one.channel,
        "seed": told.seed,
        "holds": one.holds,
        "entered": _percent(told.accuracy),
        "found": _percent(found.accuracy if found else None),
        "device MACs": found.device_macs if found else None,
        "bits": found.payload_bits_mean if found else None,
        "what differs": "; ".join(one.remarks),
    }


def _percent(accuracy: float | None) -> str | None:
    return None if accuracy is None else f"{accuracy:.2%}"
