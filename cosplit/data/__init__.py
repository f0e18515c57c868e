"""Real images: `load(task, part)` and what finds, checks and fetches them."""

from cosplit.data.images import ImageSet
from cosplit.data.load import (
    Report,
    TaskPart,
    check,
    embedded,
    fetch,
    find,
    load,
    location,
    missing,
)

__all__ = [
    "ImageSet",
    "Report",
    "TaskPart",
    "check",
    "embedded",
    "fetch",
    "find",
    "load",
    "location",
    "missing",
]
