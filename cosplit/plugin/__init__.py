"""The pytest plugin: `pytest --cosplit-parts FOLDER` scores what lies there, in any repository.

A run that asks for nothing of cosplit is left as it is: beside the options nothing is imported,
and no hook is added.
"""

import pytest

from cosplit.plugin import options


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, spelt so that they clash with nobody's."""
    options.add(parser, "--cosplit-")


def pytest_configure(config: pytest.Config) -> None:
    """Score where an option of ours was given."""
    if options.given(config):
        from cosplit.plugin import hooks

        hooks.start(config)
