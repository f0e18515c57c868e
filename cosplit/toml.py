"""TOML files read strictly: every mistake is one line that names file, key and remedy."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, get_args

import pydantic
from pydantic import BaseModel, ConfigDict

from cosplit.errors import CosplitError, unknown

T = TypeVar("T", bound=BaseModel)


class Section(BaseModel):
    """A table of a TOML file: unknown keys are refused, nothing is converted but int to float."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def read_toml(model: type[T], path: Path, **known: str) -> T:
    """The file `path` as a `model`; `known` fields are given here and refused in the file.

    Raises:
        CosplitError: the file cannot be read, or a key is missing, misspelt or out of range.
    """
    try:
        content = tomllib.loads(path.read_bytes().decode())
        if clash := known.keys() & content.keys():
            raise CosplitError(f"{path}: key {min(clash)!r} is not written in the file; remove it")
        # strict JSON takes lists for tuples, as it must here, and "50" or true for no number
        return model.model_validate_json(json.dumps({**content, **known}, default=str), strict=True)
    except OSError as error:
        raise CosplitError(f"{path}: {error.strerror}; restore it") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CosplitError(f"{path}: not valid TOML: {error}") from None
    except pydantic.ValidationError as error:
        raise CosplitError(f"{path}: {_mistake(model, error)}") from None


def _mistake(model: type[BaseModel], error: pydantic.ValidationError) -> str:
    # a misspelt key is missing too: the misspelling says more
    first = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
    key = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        plain = ".".join(part for part in first["loc"] if isinstance(part, str))
        return str(unknown("key", plain, _keys(model)))
    if first["type"] == "missing":
        return f"missing key {key!r}; add it"
    if first["type"] == "value_error":
        return f"{key}: {first['ctx']['error']}".removeprefix(": ")
    return f"{key} = {first['input']!r}: {first['msg'].lower()}"


def _keys(model: type[BaseModel], prefix: str = "") -> list[str]:
    keys = []
    for name, field in model.model_fields.items():
        keys.append(prefix + name)
        for part in _models(field.annotation):
            keys += _keys(part, f"{prefix}{name}.")
    return keys


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
