"""The command line starts without the heavy packages."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "torchvision", "pandas", "matplotlib", "sklearn", "scipy", "pydantic")


def loaded(code: str) -> set[str]:
    """The heavy packages that running `code` in a fresh interpreter imports."""
    probe = f"{code}\nimport sys\nprint(*[m for m in {HEAVY} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(run.stdout.splitlines()[-1].split())


def test_the_probe_sees_a_heavy_package() -> None:
    assert "scipy" in loaded("import scipy")


@pytest.mark.parametrize("code", ["import cosplit", "import cosplit.cli"])
def test_importing_is_light(code: str) -> None:
    assert loaded(code) == set()


def app(*words: str) -> str:
    """Code that runs the command line with `words`."""
    return f"import cosplit.cli\ntry:\n    cosplit.cli.app({words})\nexcept SystemExit:\n    pass"


@pytest.mark.parametrize("words", [("--help",), ("score", "--help")])
def test_help_is_light(words: tuple[str, ...]) -> None:
    assert loaded(app(*words)) <= {"pydantic"}  # typer itself looks for it


def test_listing_methods_needs_no_network() -> None:
    assert "torch" not in loaded(app("list", "methods"))
