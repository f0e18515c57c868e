"""The project's own Markdown that a reader of the board needs, as pages of the site."""

from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cosplit.resources import DOCS, LEADERBOARD

SOURCES = {
    "rules.html": ("Rules", LEADERBOARD / "RULES.md"),
    "submit.html": ("Submit a method", DOCS / "submitting.md"),
}


@dataclass(frozen=True)
class Guide:
    """A page: its file, its name in the menu, and its HTML."""

    page: str
    title: str
    html: str


def guides() -> list[Guide]:
    """The guides, in the menu's order."""
    return [
        Guide(page, title, to_html(path.read_text(encoding="utf-8")))
        for page, (title, path) in SOURCES.items()
    ]


def to_html(text: str) -> str:
    """Markdown as HTML. Links to files that are not on the site stay as their words."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    for token in tokens:
        if token.children:
            token.children = list(_linked(token.children))
    return str(parser.renderer.render(tokens, parser.options, {}))


def _linked(tokens: list[Token]) -> Iterator[Token]:
    pages = {path.name: page for page, (_, path) in SOURCES.items()}
    kept = True
    for token in tokens:
        if token.type == "link_open":
            target = str(token.attrs["href"])
            page = pages.get(target.rpartition("/")[2])
            kept = page is not None or target.startswith(("https://", "#"))
            token.attrs["href"] = page or target
        if kept or token.type not in {"link_open", "link_close"}:
            yield token
