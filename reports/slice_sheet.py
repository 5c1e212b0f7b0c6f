"""The sheet of the workbook on slices by location and level."""

from __future__ import annotations

import pandas as pd

from core.rows import Row, rows
from reports.focus import STATUS_WORDS

Cell = str | float | int | None

COLUMNS = (
    ("Slice", 44),
    ("Dimensions", 18),
    ("People", 10),
    ("Code", 7),
    ("Indicator", 24),
    ("Status", 14),
    ("Value", 9),
    ("90 % from", 9),
    ("90 % to", 9),
    ("As people read it", 16),
    ("Why there is no number", 34),
)


def sheet_rows(
    slices: pd.DataFrame, values: pd.DataFrame, indicators: pd.DataFrame
) -> list[tuple[Cell, ...]]:
    """Return the rows of the sheet: every indicator of every slice, hidden ones last."""
    cuts = {row.text("slice_id"): row for row in rows(slices)}
    entries = {row.text("indicator"): row for row in rows(indicators)}
    shown = values["is_shown"].astype(bool)
    listed = [*rows(values[shown]), *rows(values[~shown])]
    return [_cells(row, cuts[row.text("slice_id")], entries[row.text("indicator")])
            for row in listed]  # fmt: skip


def _cells(row: Row, cut: Row, entry: Row) -> tuple[Cell, ...]:
    is_number = row.text("status") == "shown"
    return (
        cut.text("name"),
        cut.text("kind").replace("_", " x "),
        row.maybe_text("n_band"),
        entry.text("code"),
        entry.text("title"),
        STATUS_WORDS[row.text("status")],
        *(row.maybe_number(name) if is_number else None for name in ("value", "low", "high")),
        row.maybe_text("value_text") if is_number else None,
        row.maybe_text("why") or row.maybe_text("why_hidden"),
    )
