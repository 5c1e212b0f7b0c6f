"""The Brief as JSON: every published row of the period, with its state and its reason."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from core.rows import rows
from reports.brief import Brief
from reports.files import write_text
from reports.registry import WriterInfo, writers

SCHEMA_VERSION = 1
Json = str | float | int | bool | None | list["Json"] | dict[str, "Json"]


@writers.add("json", WriterInfo("Data", ".json", "application/json"))
def write_json(brief: Brief, path: Path) -> None:
    """Write the Brief with sorted keys; a cell without a number is null beside its reason."""
    told: dict[str, Json] = {
        "schema_version": SCHEMA_VERSION,
        "note": brief.foot,
    }
    for field in dataclasses.fields(brief):
        told[field.name] = _plain(getattr(brief, field.name))
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1)
    write_text(path, text + "\n")


def _plain(value: object) -> Json:
    if isinstance(value, str):
        return value
    if isinstance(value, pd.DataFrame):
        return [
            {name: _cell(row.cells[name], row.is_null(name)) for name in row.cells}
            for row in rows(value)
        ]
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _cells(dataclasses.asdict(value))
    raise TypeError(f"the brief holds a {type(value).__name__}")


def _cells(cells: Mapping[str, object]) -> dict[str, Json]:
    return {name: _cell(value, value is None) for name, value in cells.items()}


def _cell(value: object, is_null: bool) -> Json:
    if is_null:
        return None
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"the brief holds a cell of type {type(value).__name__}")
