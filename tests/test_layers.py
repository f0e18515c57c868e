"""Imports point downward only, and never in a circle within a level."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "cosplit"
LEVELS = (
    (
        "errors",
        "files",
        "message",
        "point",
        "resources",
        "row",
        "screen",
        "seeds",
        "tensorfile",
        "toml",
        "units",
    ),
    ("channel", "codec", "method", "profile", "recipe", "split", "task"),
    ("artifacts", "backbones", "channels", "codecs", "data", "pruning", "training"),
    ("methods",),
    ("measure",),
    ("catalogue", "containers", "link", "runner", "trained"),
    ("record", "submission"),
    ("api", "cli", "plugin", "__main__"),
)
LEVEL = {name: k for k, names in enumerate(LEVELS) for name in names}
FREE_OF_TORCH = ("record", "cli", "plugin")


def imports(path: Path) -> set[str]:
    """The modules of cosplit that a file imports anywhere, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cosplit"):
            module = node.module or ""
            found |= {
                f"{module}.{alias.name}" if module == "cosplit" else module for alias in node.names
            }
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("cosplit.")}
    return found


def part(module: str) -> str:
    return module.split(".")[1]


def offences(sources: dict[str, set[str]]) -> list[str]:
    """Imports that point upward, as text, for modules and what they import."""
    return [
        f"{module} imports {wanted}"
        for module, wanteds in sources.items()
        for wanted in wanteds
        if LEVEL[part(wanted)] > LEVEL[part(module)]
    ]


@pytest.fixture(scope="module")
def sources() -> dict[str, set[str]]:
    files = {
        p: ".".join(("cosplit", *p.relative_to(PACKAGE).with_suffix("").parts))
        for p in PACKAGE.rglob("*.py")
    }
    return {
        name.removesuffix(".__init__"): imports(path)
        for path, name in files.items()
        if name != "cosplit.__init__"
    }


def test_imports_point_downward(sources: dict[str, set[str]]) -> None:
    assert offences(sources) == []


def test_an_upward_import_is_noticed() -> None:
    assert offences({"cosplit.codecs.png": {"cosplit.methods.png"}})


def test_no_circles(sources: dict[str, set[str]]) -> None:
    known = {
        name: {w for w in wanted if w in sources and w != name} for name, wanted in sources.items()
    }
    TopologicalSorter(known).prepare()


def test_the_record_and_the_command_line_do_not_need_torch_to_start() -> None:
    for name in FREE_OF_TORCH:
        for path in (PACKAGE / name).rglob("*.py"):
            top = [
                n
                for n in ast.parse(path.read_text()).body
                if isinstance(n, ast.Import | ast.ImportFrom)
            ]
            modules = {getattr(n, "module", None) or n.names[0].name for n in top}
            assert not {m for m in modules if m.split(".")[0] in ("torch", "torchvision")}, path
