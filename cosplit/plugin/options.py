"""What may be asked of a run. `benchmarks/conftest.py` adds the same options in short spellings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

TASK = "digits"
_SETTINGS: Mapping[str, dict[str, Any]] = {
    "task": {"help": f"what is asked (default: {TASK})"},
    "parts": {
        "type": Path,
        "help": "a folder of further methods/, codecs/, channels/, backbones/, tasks/ and "
        "hardware_profiles/, scored beside cosplit's own",
    },
    "method": {"action": "append", "help": "only this method; may be repeated"},
    "samples": {"type": int, "help": "this many class-balanced test images only"},
    "data": {"type": Path, "help": "the folder of the task's images"},
    "hardware": {
        "help": "DEVICE or DEVICE+SERVER: measure latency in containers too "
        "(without it: modelled alone, for raspberry-pi-3)",
    },
    "modelled": {
        "action": "store_const",
        "const": True,
        "help": "no containers, whatever the hardware",
    },
}


def add(parser: pytest.Parser, prefix: str) -> None:
    """Add every option, spelt with `prefix`; all spellings set the same values."""
    group = parser.getgroup("cosplit", "cosplit, a benchmark for split computing")
    for name, settings in _SETTINGS.items():
        group.addoption(f"{prefix}{name}", dest=_dest(name), **settings)


def value(config: pytest.Config, name: str) -> Any:
    """What was given, else None."""
    return config.getoption(_dest(name))


def given(config: pytest.Config) -> bool:
    """Whether the run asks for a score."""
    return any(value(config, name) is not None for name in _SETTINGS)


def score_by_default(config: pytest.Config) -> None:
    """Ask for the usual task where nothing was asked for."""
    setattr(config.option, _dest("task"), value(config, "task") or TASK)


def _dest(name: str) -> str:
    return f"cosplit_{name}"
