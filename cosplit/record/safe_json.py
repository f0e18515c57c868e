"""Strict JSON from strangers: bounded, finite, no key twice, and every mistake in one line."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import pydantic
from pydantic import BaseModel

from cosplit.errors import CosplitError

MAX_DEPTH = 32
_INT_DIGITS = 18
_NO_BRACKETS = bytes(set(range(256)) - set(b"[{]}"))
M = TypeVar("M", bound=BaseModel)


def read_model(model: type[M], path: Path, max_bytes: int) -> M:
    """A validated model from a JSON file.

    Raises:
        CosplitError: one line that names file, field and remedy.
    """
    data = read_bounded(path, max_bytes)
    try:
        parse_json(data)
        return model.model_validate_json(data, strict=True)  # strict: "0.93" is no number
    except pydantic.ValidationError as error:
        raise CosplitError(f"{path}: {mistake(error)}") from None
    except ValueError as error:
        raise CosplitError(f"{path}: not strict JSON: {error}; write it with cosplit") from None


def read_bounded(path: Path, max_bytes: int) -> bytes:
    """The whole of a regular file of at most `max_bytes` bytes."""
    try:
        if not path.is_file():
            raise CosplitError(f"{path}: no such file; name an existing one")
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise CosplitError(f"{path}: cannot be read: {error.strerror}; check its rights") from None
    if len(data) > max_bytes:
        raise CosplitError(f"{path}: over {max_bytes} bytes; leave raw observations out of it")
    return data


def parse_json(data: bytes) -> Any:
    """Plain data from UTF-8 JSON.

    Raises:
        ValueError: nested deeper than `MAX_DEPTH`, a key twice, NaN, infinity, or not JSON.
    """
    if _depth(data) > MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH}")
    return json.loads(
        data.decode(),
        object_pairs_hook=_unique,
        parse_constant=_refuse,
        parse_float=_finite,
        parse_int=_int64,
    )


def mistake(error: pydantic.ValidationError) -> str:
    """The first mistake of many, as `points.3.accuracy = 2.0: ...; remedy`."""
    first = error.errors(include_url=False)[0]
    key, more = ".".join(map(str, first["loc"])) or "the file", error.error_count() - 1
    key = key[:80] if key.isprintable() else repr(key[:80])
    tail = f" (and {more} more)" if more else ""
    if first["type"] == "missing":
        return f"{key}: missing; add it{tail}"
    if first["type"] == "extra_forbidden":
        return f"{key}: unknown field; remove it or correct its spelling{tail}"
    value = repr(first["input"])
    shown = value if len(value) <= 40 else value[:37] + "..."  # noqa: PLR2004
    return f"{key} = {shown}: {first['msg'].lower()}; correct it{tail}"


def _depth(data: bytes) -> int:
    bare = data.replace(rb"\\", b"").replace(rb"\"", b"")  # no quote left but those of strings
    depth = deepest = 0
    for bracket in b"".join(bare.split(b'"')[::2]).translate(None, _NO_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice[:40]!r} stands twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number; use null where a measurement does not apply")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:40]} is not finite")
    return value


def _int64(text: str) -> int:
    if len(text) > _INT_DIGITS:
        raise ValueError(f"{text[:40]} is too large")
    return int(text)
