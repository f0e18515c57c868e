"""The boards as files to take away: JSON as it is, CSV for a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cosplit.record.board import BoardLine
from cosplit.record.fit import FitRule

Ruled = Mapping[FitRule, Sequence[BoardLine]]
_NESTED = {"scores_ms", "fastest", "latency_ms", "failures"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def board_json(ruled: Ruled) -> str:
    """Every line of every board, with the rule of what fits that it was made by."""
    return json.dumps(list(_lines(ruled)), ensure_ascii=False) + "\n"


def board_csv(ruled: Ruled) -> str:
    """The same in columns; by rate the latency in ms, and the point that answers.

    A spreadsheet runs text that begins like a formula, so an apostrophe stands before such text.
    """
    rows = [_flat(line) for line in _lines(ruled)]
    columns = dict.fromkeys(column for row in rows for column in row)
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _inert(value) for key, value in row.items()} for row in rows)
    return file.getvalue()


def _lines(ruled: Ruled) -> Iterable[dict[str, Any]]:
    for rule, lines in ruled.items():
        for line in lines:
            yield {"fit": rule, **line.model_dump()}


def _flat(line: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: value for key, value in line.items() if key not in _NESTED}
    ms = {f"ms_at_{rate}": value for rate, value in line["latency_ms"].items()}
    return plain | ms | {f"point_at_{rate}": name for rate, name in line["fastest"].items()}


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
