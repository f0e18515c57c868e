"""cosplit: which way of splitting a neural network answers fastest over a poor link?

Values, and what a notebook calls (`docs/notebook.md`), each on first use, so that importing the
package is light.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "Bits": "message",
    "Symbols": "message",
    "Message": "message",
    "CosplitError": "errors",
    "OperatingPoint": "point",
    "Row": "row",
    "generator": "seeds",
    "board": "api",
    "score": "api",
    "tasks": "api",
}
__all__ = [
    "Bits",
    "CosplitError",
    "Message",
    "OperatingPoint",
    "Row",
    "Symbols",
    "board",
    "generator",
    "methods",
    "score",
    "tasks",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name == "methods":
        return import_module("cosplit.methods")
    if name not in _HOME:
        raise AttributeError(f"module 'cosplit' has no attribute {name!r}")
    return getattr(import_module(f"cosplit.{_HOME[name]}"), name)
