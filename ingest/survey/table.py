"""A survey export as one table: a header, more names for its columns, and what its tool means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.source import Source
from ingest.tables.any_table import Table, open_any
from ingest.tables.columns import plain
from ingest.tables.csv_table import CsvTable, shape_of
from ingest.tables.xlsx_table import XlsxTable, top_rows, without_empty_end
from ingest.tally import Tally

Names = tuple[str, ...]
_GRID = re.compile(r"[^\[]+\[([^\[\]]+)\]")
_DASHED = re.compile(r".+ - (.+)")


@dataclass(frozen=True)
class SurveyTable:
    """What the reader of one tool hands to the code that all surveys share.

    `names` gives all names of each column: an item may be declared by its code or its wording.
    `no_form` lists words of the status column that mark a test; `no_dates` days that stand for
    none. `has_codes`: answers may come as codes such as A4. `needs_date`: a form without a date
    was not handed in. `form_columns` together name a form, where ids alone begin at 1 in every
    survey. `is_wide`: one row is always one form.
    """

    table: Table
    names: tuple[Names, ...]
    no_form: frozenset[str] = frozenset()
    no_dates: frozenset[str] = frozenset()
    has_codes: bool = False
    needs_date: bool = False
    form_columns: tuple[int, ...] = ()
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


def widened(table: CsvTable | XlsxTable) -> CsvTable | XlsxTable:
    """Return a table as wide as its second line, where the titles end before that does."""
    if not isinstance(table, XlsxTable):
        return table
    rows = top_rows(table.path, table.limits, 2, table.sheet)
    width = max(len([*without_empty_end(row)]) for row in rows)
    header = table.header + ("",) * (width - table.width)
    return replace(table, header=header, width=max(width, table.width))


def below(table: CsvTable | XlsxTable, line: int) -> CsvTable | XlsxTable:
    """Return a table whose rows begin below a line: header lines are no rows."""
    return replace(table, first_line=line + 1)


def with_header(table: CsvTable | XlsxTable, header: Iterable[str]) -> CsvTable | XlsxTable:
    """Return a table under other headers."""
    return replace(table, header=tuple(header))


def plain_survey(table: Table) -> SurveyTable:
    """Return a table as it stands, its headers the only names of its columns."""
    return SurveyTable(table, tuple((name,) for name in table.header), is_wide=False)


def columns_of(header: Sequence[str], wanted: Iterable[str]) -> tuple[int, ...]:
    """Return where columns stand, by their headers without case and punctuation."""
    known = [plain(name) for name in header]
    return tuple(known.index(name) for name in wanted if name in known)


def joined_names(*rows: Sequence[str]) -> tuple[Names, ...]:
    """Return the names of each column from several header rows, without empty and equal ones."""
    return tuple(
        tuple(dict.fromkeys(name for cell in cells for name in _spoken(cell)))
        for cells in zip(*rows, strict=True)
    )


def _spoken(cell: str) -> list[str]:
    """A wording on one line, and the part of a grid's wording that asks about the row alone."""
    name = " ".join(cell.split())
    row = _GRID.fullmatch(name) or _DASHED.fullmatch(name)
    return [name, row.group(1)] if name and row else [name] if name else []
