"""Person-to-person queries of Viva Insights: who belongs where; their ties are no messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.batches import TABLES, Batch, Cell, Rows, full, rest
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.tables.csv_table import OPTIONS
from ingest.viva import FIRST, PERSON, SECOND, Query, header_of, open_query, pairs

_ORGANIZATION, _FUNCTION = "organization", "functiontype"


def _is_person_query(path: Path, start: bytes) -> bool:
    return PERSON in pairs(header_of(path, start))


@readers.add(
    "viva_person",
    ReaderInfo(
        title="Person-to-person query of Viva Insights (CSV)",
        gives=("people",),
        suffixes=(".csv",),
        options=(*OPTIONS, "date"),
        sniff=_is_person_query,
        traps=(
            "a tie is a score of a period and no message: it is counted and not taken",
            "each row names two people: both are counted, each is taken once a day",
            "the ids are Viva's own and fit no mail and no chat",
        ),
    ),
)
def read_viva_person(source: Source) -> Iterator[Batch]:
    """People of a query with organization and function on each day it speaks of."""
    query = open_query(source, (FIRST + PERSON, SECOND + PERSON))
    source.tally.warn(
        f"{source.file}: the query tells who is tied to whom, and holds no messages "
        "(W-VIVA-001). People, their organization and their function were taken, ties and scores "
        "were not: no time of an answer and no share of answers can be had of them. Ask for "
        "message metadata (Exchange, Teams) of the same period."
    )
    reader = _Reader(source, query)
    for line, row, day in query.rows(source.tally):
        # Counted once as a row; it names two people.
        source.tally.see()
        source.tally.note("ties_not_taken")
        for side in (FIRST, SECOND):
            reader.take(line, row, day, side)
        yield from full(reader.people)
    yield from rest(reader.people)


@dataclass
class _Reader:
    source: Source
    query: Query
    people: Rows = field(default_factory=lambda: Rows("people"))
    _known: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)

    def take(self, line: int, row: Sequence[str], day: int | None, side: str) -> None:
        """Take one of the two people of a row, or count the mention with its reason."""
        tally, cell = self.source.tally, self.query.cell
        person = cell(row, side + PERSON)
        told = (cell(row, side + _ORGANIZATION), cell(row, side + _FUNCTION))
        if day is None:
            tally.reject(f"line {line}", "E-VIVA-002", "date_unparsable")
        elif not person:
            tally.reject(f"line {line}", "E-VIVA-003", "person_missing")
        elif (known := self._known.setdefault((person, day), told)) is not told:
            if known == told:
                tally.leave_out("named_before")
            else:
                tally.reject(f"line {line}", "E-VIVA-004", "attributes_differ")
        else:
            self._add(line, person, day, told)

    def _add(self, line: int, person: str, day: int, told: tuple[str, str]) -> None:
        organization, function = told
        given: dict[str, Cell] = {
            "line": line,
            "employee_id": person,
            "units": organization or None,
            "valid_from_day": day,
            "role_family": function or None,
        }
        self.people.add(*(given.get(name) for name in TABLES["people"].names))
