"""Questions that an export spreads over columns, one for each choice, put together again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.survey.likert import worded
from ingest.tables.csv_table import CsvTable
from ingest.tables.xlsx_table import XlsxTable
from ingest.tally import Tally

FEWEST_CHOICES = 2


@dataclass(frozen=True)
class Choices:
    """A table whose spread questions give their answer in the first column of each."""

    table: CsvTable | XlsxTable
    groups: tuple[tuple[int, ...], ...]

    @property
    def header(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return self.table.header

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return self.table.width

    @property
    def first_line(self) -> int:
        """Return the line on which rows begin."""
        return self.table.first_line

    def rows(self, tally: Tally) -> Iterator[tuple[int, list[str]]]:
        """Return the line number and the cells of each row; what is no row is rejected."""
        for line, row in self.table.rows(tally):
            for group in self.groups:
                filled = [row[at] for at in group if row[at].strip()]
                # Several choices are no answer on a scale: they stay apart and count as such.
                row[group[0]] = filled[0] if len(filled) == 1 else " / ".join(filled)
            yield line, row


def choices_in(
    table: CsvTable | XlsxTable, asked: Sequence[str], subs: Sequence[str]
) -> tuple[tuple[int, ...], ...]:
    """Return the columns of each question whose every cell repeats the choice above it."""
    groups: dict[tuple[str, str], list[int]] = {}
    for at, (question, sub) in enumerate(zip(asked, subs, strict=True)):
        if sub.strip():
            groups.setdefault((question, row_of(sub)), []).append(at)
    spread = {
        at for columns in groups.values() if len(columns) >= FEWEST_CHOICES for at in columns
    }
    said: dict[int, set[str]] = {at: set() for at in spread}
    for _, row in table.rows(Tally(table.path.name, table.limits)):
        for at in spread:
            if row[at].strip() and len(said[at]) < FEWEST_CHOICES:
                said[at].add(worded(row[at]))
    return tuple(
        tuple(columns)
        for columns in groups.values()
        if len(columns) >= FEWEST_CHOICES
        and any(said[at] for at in columns)
        and all(said[at] <= {worded(_choice(subs[at]))} for at in columns)
    )


def row_of(sub: str) -> str:
    """Return the row of a grid that a sub-question names before its choice; "" for none."""
    return sub.rpartition(" - ")[0]


def _choice(sub: str) -> str:
    return sub.rpartition(" - ")[2]
