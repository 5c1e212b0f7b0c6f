"""Rows of a small table, read by name and type, with nulls made explicit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Row:
    """One row. `text`, `number`, `whole` and `flag` raise on null; the `maybe_` forms do not."""

    cells: Mapping[str, object]

    def is_null(self, name: str) -> bool:
        """Return whether a cell is empty (null or not a number)."""
        value = self.cells[name]
        if isinstance(value, float):
            return math.isnan(value)
        return value is None or value is pd.NA or value is pd.NaT

    def text(self, name: str) -> str:
        """Return a cell as text."""
        return str(self._full(name))

    def number(self, name: str) -> float:
        """Return a cell as a floating-point number."""
        value = self._full(name)
        return float(value) if isinstance(value, float | int) else float(str(value))

    def whole(self, name: str) -> int:
        """Return a cell as a whole number."""
        value = self._full(name)
        return int(value) if isinstance(value, float | int) else int(float(str(value)))

    def flag(self, name: str) -> bool:
        """Return a cell as true or false."""
        return bool(self._full(name))

    def maybe_text(self, name: str) -> str | None:
        """Return a cell as text; null and the empty text give None."""
        return None if self.is_null(name) else self.text(name) or None

    def maybe_number(self, name: str) -> float | None:
        """Return a cell as a number, or None."""
        return None if self.is_null(name) else self.number(name)

    def maybe_whole(self, name: str) -> int | None:
        """Return a cell as a whole number, or None."""
        return None if self.is_null(name) else self.whole(name)

    def maybe_flag(self, name: str) -> bool | None:
        """Return a cell as true or false, or None."""
        return None if self.is_null(name) else self.flag(name)

    def _full(self, name: str) -> object:
        if self.is_null(name):
            raise ValueError(f"{name} is null")
        return self.cells[name]


def rows(frame: pd.DataFrame) -> list[Row]:
    """Return the rows of a frame in its order; fit for small tables only."""
    names = [str(name) for name in frame.columns]
    columns = [frame[name].tolist() for name in names]
    return [Row(dict(zip(names, cells, strict=True))) for cells in zip(*columns, strict=True)]
