"""A table of an export, whatever holds it: separated text or a sheet of a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from ingest.limits import Limits
from ingest.tables.columns import Heading
from ingest.tables.csv_table import CsvShape, CsvTable, open_table
from ingest.tables.xlsx_table import XlsxTable, is_workbook, open_workbook
from ingest.tally import Tally

_START = 4


class Table(Heading, Protocol):
    """A header and numbered rows of text."""

    def rows(self, tally: Tally) -> Iterator[tuple[int, list[str]]]:
        """Return the line number and the cells of each row; what is no row is rejected."""


def open_any(path: Path, shape: CsvShape, limits: Limits, sheet: str = "") -> CsvTable | XlsxTable:
    """Open a workbook or separated text, by what the file is."""
    with path.open("rb") as stream:
        start = stream.read(_START)
    if is_workbook(path, start):
        return open_workbook(path, limits, sheet, shape.skip_rows)
    return open_table(path, shape, limits)
