"""`pytest benchmarks` is cosplit's own plugin, with short options and without being asked."""

import pytest

from cosplit.plugin import options


def pytest_addoption(parser):
    options.add(parser, "--")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    if not config.pluginmanager.has_plugin("cosplit"):
        raise pytest.UsageError("cosplit's pytest plugin is not loaded; run `pip install -e .`")
    options.score_by_default(config)
