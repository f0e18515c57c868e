"""The pages that a reader meets, and how a test looks at them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def pages():
    """Text by path, of every page of prose in the repository."""
    found = [
        path
        for pattern in ("*.md", "docs/**/*.md", "containers/*.md", "leaderboard/*.md")
        for path in sorted(ROOT.glob(pattern))
    ]
    return {path: path.read_text() for path in found}


@pytest.fixture(scope="session")
def prose(pages):
    """The same without what is fenced off as code."""
    return {path: FENCE.sub("", text) for path, text in pages.items()}
