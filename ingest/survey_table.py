"""A survey export as one table: a header, more names for its columns, and what its tool means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.columns import plain
from ingest.csv_table import CsvTable, shape_of
from ingest.source import Source
from ingest.tables import Table, open_any
from ingest.tally import Tally
from ingest.xlsx_table import XlsxTable

Names = tuple[str, ...]


@dataclass(frozen=True)
class SurveyTable:
    """What the reader of one tool hands to the code that all surveys share.

    `names` gives all names of each column: an item may be declared by its code or its wording.
    `no_form` lists words of the status column that mark a test; `no_dates` days that stand for
    none. `has_codes`: answers may come as codes such as A4. `needs_date`: a form without a date
    was not handed in. `is_wide`: one row is always one form.
    """

    table: Table
    names: tuple[Names, ...]
    no_form: frozenset[str] = frozenset()
    no_dates: frozenset[str] = frozenset()
    has_codes: bool = False
    needs_date: bool = False
    is_wide: bool = True

    def place(self, name: str) -> int | None:
        """Return the column of a name: by its header, else by a name that only one column has."""
        header = self.table.header
        if name in header:
            return header.index(name)
        wanted = plain(name)
        by_header = [at for at, given in enumerate(header) if wanted and plain(given) == wanted]
        if by_header:
            return by_header[0]
        others = [at for at, names in enumerate(self.names) if name in names]
        others = others or [
            at for at, names in enumerate(self.names) if wanted in map(plain, names) and wanted
        ]
        return others[0] if len(others) == 1 else None

    def places(self, aliases: Mapping[str, Names]) -> dict[str, tuple[int, ...]]:
        """Return all columns of each meaning, in the order of its known names."""
        plain_names = [{plain(name) for name in names} for names in self.names]
        found: dict[str, tuple[int, ...]] = {}
        taken: set[int] = set()
        for meaning, known in aliases.items():
            hits = [
                at
                for alias in known
                for at, names in enumerate(plain_names)
                if alias in names and at not in taken
            ]
            if hits:
                found[meaning] = tuple(dict.fromkeys(hits))
                taken.update(found[meaning])
        return found


def open_survey(source: Source) -> CsvTable | XlsxTable:
    """Open the table of a survey as the options of its source say."""
    return open_any(source.path, shape_of(source), source.tally.limits, source.text("sheet"))


def top(table: CsvTable | XlsxTable, n: int) -> list[tuple[int, list[str]]]:
    """Return the first rows below the header with their lines; nothing is counted."""
    found: list[tuple[int, list[str]]] = []
    for pair in table.rows(Tally(table.path.name, table.limits)):
        found.append(pair)
        if len(found) >= n:
            break
    return found


def below(table: CsvTable | XlsxTable, line: int) -> CsvTable | XlsxTable:
    """Return a table whose rows begin below a line: header lines are no rows."""
    return replace(table, first_line=line + 1)


def with_header(table: CsvTable | XlsxTable, header: Iterable[str]) -> CsvTable | XlsxTable:
    """Return a table under other headers."""
    return replace(table, header=tuple(header))


def plain_survey(table: Table) -> SurveyTable:
    """Return a table as it stands, its headers the only names of its columns."""
    return SurveyTable(table, tuple((name,) for name in table.header), is_wide=False)


def joined_names(*rows: Sequence[str]) -> tuple[Names, ...]:
    """Return the names of each column from several header rows, without empty and equal ones."""
    return tuple(
        tuple(dict.fromkeys(name for cell in cells if (name := " ".join(cell.split()))))
        for cells in zip(*rows, strict=True)
    )
