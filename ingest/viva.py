"""Queries of Viva Insights between people and between groups: their columns and their dates.

Rows are sums of a week or a month, never messages. Columns begin with the side they speak of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.source import Source
from ingest.tables.columns import names_of, plain
from ingest.tables.csv_table import CsvTable, open_table, shape_of
from ingest.tables.heads import first_rows
from ingest.tables.parsing import day_pattern, parse_day
from ingest.tally import Tally

FIRST, SECOND = "primarycollaborator", "secondarycollaborator"
DATE, PERSON, SIZE = "metricdate", "personid", "groupsize"
NOT_READ = "Nothing was read. Export the query again with the columns as Viva names them."


def header_of(path: Path, start: bytes) -> list[str]:
    """Return the plain headers of a file that may be a query; none for a folder."""
    rows = first_rows(path, start, 1) if start else []
    return [plain(cell) for cell in rows[0]] if rows else []


def pairs(header: Sequence[str]) -> list[str]:
    """Return what is told of both sides of each row, such as "organization"."""
    told = [name.removeprefix(FIRST) for name in header if name.startswith(FIRST)]
    return [name for name in told if SECOND + name in header]


@dataclass(frozen=True)
class Query:
    """One query file: its table, the places of its columns, and how it writes days."""

    table: CsvTable
    header: tuple[str, ...]
    pattern: str

    def at(self, name: str) -> int | None:
        """Return the place of a column by its plain name."""
        return self.header.index(name) if name in self.header else None

    def cell(self, row: Sequence[str], name: str) -> str:
        """Return a cell, stripped; "" where there is no such column."""
        at = self.at(name)
        return row[at].strip() if at is not None else ""

    def rows(self, tally: Tally) -> Iterator[tuple[int, list[str], int | None]]:
        """Return each row with its line and its day, None where it names none."""
        for line, row in self.table.rows(tally):
            yield line, row, parse_day(self.cell(row, DATE), self.pattern)


def open_query(source: Source, needed: Sequence[str]) -> Query:
    """Open a query file; raises `SourceError` for missing columns and for unclear days."""
    table = open_table(source.path, shape_of(source), source.tally.limits)
    header = tuple(plain(name) for name in table.header)
    missing = [name for name in (*needed, DATE) if name not in header]
    if missing:
        raise source.error(
            f"there is no column for {', '.join(missing)}",
            "E-VIVA-001",
            f"{NOT_READ} Columns found: {names_of(table)}.",
            place="1",
        )
    at = header.index(DATE)
    sample = Tally(source.file, source.tally.limits)
    days = {row[at].strip() for _, row in table.rows(sample)}
    pattern = source.text("date") or day_pattern(sorted(days))
    if pattern is None:
        raise source.error(
            "the dates can be read with the day or with the month first",
            "E-CSV-009",
            f'Nothing was read. Set date = "%m/%d/%Y" (or the pattern that fits) for '
            f"source[{source.number}].",
            place=str(table.first_line),
        )
    return Query(table, header, pattern)
