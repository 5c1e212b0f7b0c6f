"""The first rows of a table, for telling what it is before it is read."""

from __future__ import annotations

import csv
import io
from functools import lru_cache
from pathlib import Path

from ingest.limits import Limits
from ingest.tables.columns import plain
from ingest.tables.xlsx_head import head_rows
from ingest.tables.xlsx_table import is_workbook

LOOKED_AT = 20
"""Rows that are looked at: some systems write titles above the header."""
_MARKS = (",", ";", "\t", "|")


def first_rows(path: Path, start: bytes, n: int = LOOKED_AT) -> list[list[str]]:
    """Return the first filled rows of separated text or of a workbook, as stripped cells."""
    if is_workbook(path, start):
        state = path.stat()
        return [list(row) for row in _of_workbook(path, state.st_mtime_ns, state.st_size)[:n]]
    if b"\x00" in start:
        return []
    text = start.decode("utf-8", "replace").lstrip("\ufeff")
    first = text.partition("\n")[0]
    if first.strip().lower().startswith("sep="):
        text = text.partition("\n")[2]
    found: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)):
            if any(cell.strip() for cell in row):
                found.append([cell.strip() for cell in row])
            if len(found) >= n:
                break
    except csv.Error:
        pass
    return found


def plain_headers(row: list[str]) -> list[str]:
    """Return the cells of a header without case, spaces and punctuation."""
    return [plain(cell) for cell in row]


@lru_cache(maxsize=1)
def _of_workbook(path: Path, _changed: int, _size: int) -> tuple[tuple[str, ...], ...]:
    # Every reader asks for the same rows of one workbook: it is opened once.
    rows = head_rows(path, Limits(), LOOKED_AT)
    return tuple(tuple(cell.strip() for cell in row) for row in rows)


def _separator(text: str) -> str:
    lines = text.splitlines()[:LOOKED_AT]
    return max(_MARKS, key=lambda mark: max((x.count(mark) for x in lines), default=0))
