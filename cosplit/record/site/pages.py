"""The site's pages: templates that escape whatever an entry says."""

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, metadata

from jinja2 import Environment, PackageLoader, StrictUndefined

import cosplit
from cosplit import units
from cosplit.record.entry import Entry
from cosplit.record.verdict import verdict

PAPER = "https://arxiv.org/abs/2006.02166"


def environment(entries: Iterable[Entry], guides: Iterable[tuple[str, str]]) -> Environment:
    """Templates with what every page shows: the menu, the version, and what it rests on."""
    made = Environment(
        loader=PackageLoader(__package__, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    for name in ("percent", "count", "bits", "milliseconds", "interval", "rate"):
        made.filters[name] = getattr(units, name)
    made.filters["verdict"] = verdict
    made.globals.update(
        version=cosplit.__version__,
        date=date(entries),
        guides=list(guides),
        paper=PAPER,
        repository=repository(),
    )
    return made


def date(entries: Iterable[Entry]) -> str | None:
    """The day of the newest entry; the clock would make other pages of equal entries."""
    return max((e.provenance.date for e in entries if e.provenance.date), default=None)


def repository() -> str | None:
    """The repository that the package names, where it names one."""
    try:
        urls = metadata("cosplit").get_all("Project-URL") or []
    except PackageNotFoundError:
        return None
    named = dict(url.split(", ", 1) for url in urls)
    return next((named[key] for key in ("Repository", "Source", "Homepage") if key in named), None)
