"""Rows of a table as plain values: what is absent is None, never nan."""

from __future__ import annotations

import math

import pandas as pd

Row = dict[str, object]


def records(frame: pd.DataFrame) -> list[Row]:
    """Return the rows of a frame as dictionaries."""
    return [
        {str(name): None if is_absent(value) else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def text(value: object) -> str | None:
    """Return a cell as text, or None."""
    return None if value is None else str(value)


def number(value: object) -> float | None:
    """Return a cell as a number, or None."""
    return None if value is None else float(str(value))


def flag(value: object) -> bool | None:
    """Return a cell as true or false, or None."""
    return None if value is None else bool(value)


def is_absent(value: object) -> bool:
    """Return whether a cell is null in any of the ways a frame can say so."""
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))
