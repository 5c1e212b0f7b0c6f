"""One sheet of a workbook as numbered rows of text, streamed after a look at the archive."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import SourceError
from ingest.files.archives import is_zip, open_zip
from ingest.limits import Limits, check_limit
from ingest.tables.xlsx_guard import refuse_hostile, refused
from ingest.tally import Tally

_FAULTS = (
    *(zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError),
    *(IndexError, AttributeError, OSError),
)


@dataclass(frozen=True)
class XlsxTable:
    """One sheet with its header line; cells come as the text that a CSV export would have."""

    path: Path
    sheet: str
    limits: Limits
    header: tuple[str, ...]
    width: int
    first_line: int

    def rows(self, tally: Tally) -> Iterator[tuple[int, list[str]]]:
        """Return the row number and the cells of each row; blank rows are no records."""
        for line, cells in _rows(self.path, self.sheet, self.limits):
            if line < self.first_line or not any(cells):
                continue
            tally.n_seen += 1
            if any(len(cell) > self.limits.field_chars for cell in cells):
                tally.reject(f"row {line}", "E-CSV-007", "field_too_long")
            elif any(cells[self.width :]):
                tally.reject(f"row {line}", "E-CSV-004", "too_many_cells")
            else:
                yield line, (cells + [""] * self.width)[: self.width]


def is_workbook(path: Path, start: bytes) -> bool:
    """Return whether a file is a workbook, by its suffix and its first bytes."""
    return path.suffix.lower() in {".xlsx", ".xlsm"} and is_zip(start)


def open_workbook(path: Path, limits: Limits, sheet: str = "", skip_rows: int = 0) -> XlsxTable:
    """Return a sheet as a table: the one named, else the first that holds anything.

    The header is the first row that holds anything below `skip_rows`.

    Raises
    ------
    SourceError
        For a damaged or hostile workbook, a sheet that is not there, and an empty one.
    LimitError
        For one that unpacks to more than a workbook may.
    """
    names = _looked_at(path, limits)
    if sheet and sheet not in names:
        raise refused(path, f'there is no sheet "{sheet}"', "E-XLSX-003", _named(names))
    for name in [sheet] if sheet else names:
        for line, cells in _rows(path, name, limits):
            if line > skip_rows and any(cells):
                header = tuple(cell.strip() for cell in without_empty_end(cells))
                return XlsxTable(path, name, limits, header, len(header), line + 1)
    raise refused(path, "the file holds no table", "E-CSV-002", "Export again.")


def top_rows(path: Path, limits: Limits, n: int, sheet: str = "") -> list[list[str]]:
    """Return the first filled rows of a sheet, or of the first that holds anything."""
    for name in [sheet] if sheet else _looked_at(path, limits):
        filled = (cells for _, cells in _rows(path, name, limits) if any(cells))
        if found := list(islice(filled, n)):
            return found
    return []


def _looked_at(path: Path, limits: Limits) -> list[str]:
    """Names of the sheets, after a look at what the archive would unpack to."""
    with open_zip(path, limits) as archive:
        refuse_hostile(archive)
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            return [sheet.title for sheet in book.worksheets]
        finally:
            book.close()
    except _FAULTS as error:
        raise _damaged(path) from error


def _rows(path: Path, sheet: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            opened = book[sheet]
            opened.reset_dimensions()  # what a sheet says of its size may leave cells out
            for line, row in enumerate(opened.iter_rows(values_only=True), start=1):
                if not row:
                    continue  # a sheet may have a million of these between two cells
                check_limit(len(row), limits.columns, "columns", path.name, f"row {line}")
                check_limit(line, limits.xlsx_rows, "xlsx_rows", path.name)
                yield line, _texts(row)
        finally:
            book.close()
    except _FAULTS as error:
        raise _damaged(path) from error


def _texts(row: Iterable[object]) -> list[str]:
    return [_text(cell) for cell in row]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime | dt.date | dt.time):
        return cell.isoformat(" ") if isinstance(cell, dt.datetime) else cell.isoformat()
    return str(cell)


def without_empty_end(cells: list[str]) -> list[str]:
    """Return the cells of a row that holds any up to the last filled one."""
    last = max(at for at, cell in enumerate(cells) if cell)
    return cells[: last + 1]


def _named(names: list[str]) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    return f"Sheets found: {listed}."


def _damaged(path: Path) -> SourceError:
    return refused(path, "the workbook is damaged", "E-XLSX-001", "Export it again.")
