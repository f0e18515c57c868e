"""What README and docs say of a task's entries: blocks of markdown, made by a command.

entries --best proved of each method--> Results --rows, best, headline ...--> a block

A block stands in a page between two markers, and the first of them is the command that prints it:
`docs/refresh.py` runs these commands and writes what they say in their places.
"""

from collections.abc import Callable, Iterable

from cosplit.errors import unknown
from cosplit.record.entry import Entry
from cosplit.record.markdown import best, claims, containers, headline, pairs, rows
from cosplit.record.markdown.results import Results
from cosplit.task import Task

BLOCKS: dict[str, Callable[[Results], str]] = {
    "headline": headline.block,
    "claims": claims.block,
    "best": best.block,
    "rows": rows.block,
    "pairs": pairs.block,
    "containers": containers.block,
}


def block(name: str, entries: Iterable[Entry], task: Task, threshold: float, hardware: str) -> str:
    """The block of that name, of the best-proved entry of each method on `task`.

    Latency is modelled for `hardware`, a method's score is the one at `threshold`.

    Raises:
        CosplitError: no such block.
    """
    if name not in BLOCKS:
        raise unknown("block", name, BLOCKS)
    return BLOCKS[name](Results.of(entries, task, threshold, hardware))
