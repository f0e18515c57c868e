"""`cosplit reproduce`: does an entry hold?"""

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from cosplit.cli.common import Folder, to_write_to
from cosplit.cli.exit_codes import Exit
from cosplit.cli.output import AsJson, show
from cosplit.errors import Misuse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cosplit.record.entry import Entry
    from cosplit.screen import Table
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
    """Score an entry again from its weights: does it hold?

    MACs and fixed-length bits must be equal, entropy-coded bits within 0.01 %, and accuracy within
    3 images. Test images that the entry did without are left out. Submissions are judged in
    containers. What is published are the rows measured now, with the commit and the processor.
    """
    from cosplit.record.entry import read_entry, write_entry
    from cosplit.submission.reproduce import Reproduction
    from cosplit.submission.reproduced import publishable, reproduced

    path = entry.resolve()
    if len(path.parents) < _DEPTH or path.parents[1].name != "entries":
        raise Misuse(f"{entry}: name a file of <leaderboard>/entries/<task>/")
    told, start = read_entry(path), monotonic()
    if publish:
        publishable(told, samples)
        to_write_to(path.parents[2])
    found = Reproduction(path.parents[2], data, samples).of(told)
    n_held = sum(one.holds for one in found)
    written = None
    if publish and n_held == len(found):
        new = reproduced(told, found, monotonic() - start)
        written = str(write_entry(path.parents[2], new))
    table = _table(told, filter(_says_more, found))
    table.notes.append(f"{n_held} of {len(found)} rows hold.")
    table.notes += [f"Published: {written}"] if written else []
    rows = [_row(one) for one in found]
    show({"entry": str(path), "rows": rows, "published": written}, as_json, table)
    if n_held < len(found):
        raise typer.Exit(Exit.NO)


def _says_more(one: "Agreement") -> bool:
    """Rows of bits over noise follow from the noiseless one."""
    return not one.holds or one.told.code == "symbols" or one.channel == "noiseless"


def _row(one: "Agreement") -> dict[str, object]:
    told, found = one.told, one.found
    return {
        "point": one.point,
        "channel": one.channel,
        "seed": told.seed,
        "holds": one.holds,
        "accuracy_entered": told.accuracy,
        "accuracy": found.accuracy if found else None,
        "device_macs": found.device_macs if found else None,
        "payload_bits_mean": found.payload_bits_mean if found else None,
        "remarks": list(one.remarks),
    }


def _table(told: "Entry", shown: "Iterable[Agreement]") -> "Table":
    from cosplit.screen import Column, Table
    from cosplit.units import bits, count, percent

    columns = (
        Column("point", kind="point"),
        Column("channel", 1),
        Column("seed", 2, right=True),
        Column("entered", right=True),
        Column("found", right=True),
        Column("device\nMACs", 3, right=True),
        Column("bits", 3, right=True),
        Column("holds"),
    )
    table = Table(columns, f"{told.method.title}, scored again")
    for one in shown:
        found = one.found
        table.add(
            one.point,
            one.channel,
            str(one.told.seed),
            percent(one.told.accuracy),
            percent(found.accuracy if found else None),
            count(found.device_macs if found else None),
            bits(found.payload_bits_mean if found else None),
            "yes" if one.holds else "NO",
        )
        if one.remarks:
            table.notes.append(f"{one.point}, {one.channel}: {'; '.join(one.remarks)}")
    return table
