"""Print anew what commands have printed into README.md and docs/: `python docs/refresh.py`.

A block stands between `<!-- COMMAND -->` and `<!-- /cosplit -->`; the command makes it.
"""

import re
import shlex
from contextlib import chdir
from pathlib import Path

from typer.testing import CliRunner

from cosplit.cli import app
from cosplit.files import write_atomic

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
BLOCK = re.compile(r"(<!-- (cosplit .*?) -->\n).*?(<!-- /cosplit -->)", re.DOTALL)


def refreshed(page: Path) -> str:
    """The page with every block as its command prints it today; links within it are short."""
    own = f"({page.relative_to(ROOT).as_posix()}#"
    return BLOCK.sub(
        lambda found: f"{found[1]}{_answer(found[2]).replace(own, '(#')}\n{found[3]}",
        page.read_text(),
    )


def _answer(command: str) -> str:
    with chdir(ROOT):
        done = CliRunner().invoke(app, shlex.split(command)[1:], catch_exceptions=False)
    if done.exit_code:
        raise SystemExit(f"{command}: {done.output}")
    return done.stdout.strip()


if __name__ == "__main__":
    for page in PAGES:
        write_atomic(page, refreshed(page))
