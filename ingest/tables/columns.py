"""Column maps: which column of a table means what, by name or by number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ingest.source import Source

_NO_LETTERS = re.compile(r"[\W_]+")


class Heading(Protocol):
    """What of a table a column map is held against."""

    @property
    def header(self) -> tuple[str, ...]:
        """Return the names of the columns; empty where there is no header line."""

    @property
    def width(self) -> int:
        """Return the number of columns."""

    @property
    def first_line(self) -> int:
        """Return the line on which rows begin."""


@dataclass(frozen=True)
class Picked:
    """Where each meaning stands in a row; only these cells are ever looked at."""

    places: Mapping[str, tuple[int, ...]]

    def __contains__(self, meaning: object) -> bool:
        return meaning in self.places

    def cell(self, row: Sequence[str], meaning: str) -> str:
        """Return the cell of a meaning, stripped; "" where there is no such column."""
        places = self.places.get(meaning)
        return row[places[0]].strip() if places else ""

    def cells(self, row: Sequence[str], meaning: str) -> list[str]:
        """Return all filled cells of a meaning that several columns share."""
        found = (row[place].strip() for place in self.places.get(meaning, ()))
        return [cell for cell in found if cell]


def plain(header: str) -> str:
    """Return a header without case, spaces, underscores and punctuation."""
    return _NO_LETTERS.sub("", header).lower()


def mapped_columns(
    source: Source, table: Heading, option: Mapping[str, object], known: tuple[str, ...]
) -> dict[str, tuple[int, ...]]:
    """Return the places of the columns that a column map names.

    A mapped column that is absent, a meaning nobody knows, and a header that occurs twice are
    errors that name the columns found: a typo would lose or leak data.
    """
    places: dict[str, tuple[int, ...]] = {}
    problems = [
        f"{name!r} is no meaning here (known: {', '.join(known)})"
        for name in option
        if name not in known
    ]
    for meaning, wanted in option.items():
        if meaning not in known:
            continue
        many = wanted if isinstance(wanted, (list, tuple)) else (wanted,)
        found = [_place(table, column) for column in many]
        problems += [p for p in found if isinstance(p, str)]
        places[meaning] = tuple(p for p in found if isinstance(p, int))
    if problems:
        raise source.error(
            f"the column map does not fit: {'; '.join(problems)}",
            "E-COLUMN-001",
            f"Nothing was read. Columns found: {names_of(table)}.",
            place=str(max(table.first_line - 1, 1)),
        )
    return places


def aliased_columns(
    table: Heading, aliases: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[int, ...]]:
    """Return the places of columns whose headers are known names of a meaning.

    The first alias of a meaning that the table has wins; a column is given one meaning only.
    """
    headers = [plain(name) for name in table.header]
    places: dict[str, tuple[int, ...]] = {}
    taken: set[int] = set()
    for meaning, names in aliases.items():
        for name in names:
            hits = [i for i, h in enumerate(headers) if h == name and i not in taken]
            if hits:
                places[meaning] = (hits[0],)
                taken.add(hits[0])
                break
    return places


def names_of(table: Heading) -> str:
    """Return the headers of a table for an error text, unless they look like data."""
    if not table.header:
        return f"{table.width}, without a header line (give numbers from 1)"
    if any("@" in name or name.replace(".", "").isdigit() for name in table.header):
        return f"{table.width}, but the first line looks like data (set header = false)"
    return ", ".join(f'"{name}"' for name in table.header)


def _place(table: Heading, column: object) -> int | str:
    if isinstance(column, int) and not isinstance(column, bool):
        if 1 <= column <= table.width:
            return column - 1
        return f"column {column} does not exist, the table has {table.width}"
    hits = [i for i, name in enumerate(table.header) if name == column]
    if not hits and isinstance(column, str):
        hits = [i for i, name in enumerate(table.header) if plain(name) == plain(column) != ""]
    if len(hits) == 1:
        return hits[0]
    return f"column {column!r} " + ("stands more than once" if hits else "does not exist")
