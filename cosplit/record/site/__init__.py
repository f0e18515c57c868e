"""The board as a static site: one folder that opens from disk, without a network.

    index.html                         who answers first, the ranking, figures; drawn by its scripts
    entries/<task>/<method>.html       an entry's points, provenance, and how to measure it again
    entries/<task>/<method>.json       the entry itself; board.csv and board.json beside index.html
    rules.html, submit.html            the project's own Markdown
    assets/, vendor/                   scripts and style; Vega-Lite (see vendor/vega.LICENSES.txt)

Whatever an entry says is data: Jinja escapes it into the pages, the scripts set it as text, and
the pages' content policy runs no script but the site's own files, and evaluates no text.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from cosplit.errors import CosplitError
from cosplit.record.board import boards
from cosplit.record.entry import STATUSES, Entry, entry_json, entry_path, with_measured
from cosplit.record.fit import FIT_RULES
from cosplit.record.site.data import board_data
from cosplit.record.site.downloads import board_csv, board_json
from cosplit.record.site.entry_pages import entry_pages
from cosplit.record.site.guides import guides
from cosplit.record.site.pages import environment
from cosplit.record.site.publish import publish
from cosplit.task import Task

ASSETS = ("assets", "vendor")


def write_site(folder: Path, entries: Sequence[Entry], tasks: Mapping[str, Task]) -> Path:
    """Write the site, whole or not at all; returns its first page.

    Equal entries give equal bytes.

    Raises:
        CosplitError: there is no entry, or the folder cannot be written.
    """
    if not entries:
        raise CosplitError("no entries to show; name a leaderboard's folder that has some")
    ordered = sorted(entries, key=lambda e: (e.task.name, e.method.name, STATUSES.index(e.status)))
    content = dict(_assets())
    content |= {name: text.encode() for name, text in _pages(ordered, tasks)}
    publish(folder, content)
    return folder / "index.html"


def _assets() -> Iterator[tuple[str, bytes]]:
    for folder in ASSETS:
        for file in sorted(files(__package__).joinpath(folder).iterdir(), key=lambda f: f.name):
            if file.is_file():
                yield f"{folder}/{file.name}", file.read_bytes()


def _pages(entries: Sequence[Entry], tasks: Mapping[str, Task]) -> Iterator[tuple[str, str]]:
    """Every page and download by its path; the first page last."""
    told = guides()
    templates = environment(entries, [(guide.page, guide.title) for guide in told])
    for guide in told:
        yield guide.page, templates.get_template("guide.html").render(guide=guide, root="")
    shown = with_measured(entries)
    yield from entry_pages(templates, shown, tasks)
    for entry in entries:
        yield entry_path(Path(), entry).as_posix(), entry_json(entry)
    ruled = {rule: boards(entries, tasks, rule) for rule in FIT_RULES}
    yield "board.json", board_json(ruled)
    yield "board.csv", board_csv(ruled)
    data = board_data(shown, tasks, ruled)
    yield "index.html", templates.get_template("index.html").render(data=data, root="")
