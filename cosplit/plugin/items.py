"""The tests of a run: the shipped questions, collected without a file in the user's repository."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import pytest

from cosplit.plugin.bench import Entrant, name_of

ROOT = "cosplit"
"""Node ids are `cosplit::test_latency[png-input]`, wherever the package lies."""


class Questions(pytest.Module):
    """The module of questions, whatever the repository's naming rules for tests."""

    def funcnamefilter(self, name: str) -> bool:
        """Tests are called as ours are."""
        return name.startswith("test_")


def collect(session: pytest.Session) -> Iterator[pytest.Item]:
    """A test a question, point and channel; a point's come one after the other."""
    from cosplit.plugin import questions

    module: Questions = Questions.from_parent(
        session, path=Path(questions.__file__), name=ROOT, nodeid=ROOT
    )
    module.obj = questions  # imported as any module, not as a test file outside the repository
    yield from session.genitems(module)


def gather(items: list[pytest.Item]) -> None:
    """Sort in place: other tests as they were, then ours point by point, so that each model is
    loaded once."""
    names = [name_of(entrant) for entrant in entrants(items)]
    items.sort(key=lambda item: names.index(name_of(entrant(item))) if is_ours(item.nodeid) else -1)


def entrants(items: Iterable[pytest.Item]) -> list[Entrant]:
    """The points that tests ask about, each once."""
    found = {name_of(entrant(item)): entrant(item) for item in items if is_ours(item.nodeid)}
    return list(found.values())


def entrant(item: pytest.Item) -> Entrant:
    """The point that one of our tests asks about."""
    return cast(Entrant, cast(pytest.Function, item).callspec.params["entrant"])


def is_ours(nodeid: str) -> bool:
    """Whether a test is a question of ours."""
    return nodeid.startswith(f"{ROOT}::")
