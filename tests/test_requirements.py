"""What a package says of itself agrees with its code and with what CI runs on."""

import ast
import re
import sys
import tomllib
from pathlib import Path

from packaging.version import Version

import cosplit

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
APART = {"torch", "torchvision"}
"""Several gigabytes each: CI keeps the ones it has."""
DISTRIBUTION = {
    "PIL": "pillow",
    "markdown_it": "markdown-it-py",
    "sklearn": "scikit-learn",
    "torch_pruning": "torch-pruning",
}


def pinned() -> dict[str, str]:
    """Versions by package, of `tests/lowest.txt`."""
    return dict(re.findall(r"^([\w-]+)==(\S+)$", (ROOT / "tests/lowest.txt").read_text(), re.M))


def test_the_lowest_versions_are_those_of_pyproject():
    asked = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]
    bounds = dict(re.fullmatch(r"([\w-]+)>=([\d.]+)", line).groups() for line in asked)
    lowest = pinned()
    for name, bound in bounds.items():
        if name not in APART:
            assert Version(lowest[name]) == Version(bound), name


def test_every_import_of_the_package_is_asked_for():
    """matplotlib once came only because seaborn brings it."""
    asked = {re.match(r"[\w-]+", line)[0] for line in PROJECT["dependencies"]}
    trees = [ast.parse(path.read_text()) for path in (ROOT / "cosplit").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    found = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"cosplit"}
    assert {DISTRIBUTION.get(name, name) for name in found} <= asked


def test_the_citation_names_this_version():
    assert f"version: {cosplit.__version__}\n" in (ROOT / "CITATION.cff").read_text()
