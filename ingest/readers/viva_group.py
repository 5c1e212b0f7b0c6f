"""Group-to-group queries of Viva Insights: how much of its time a group spends within itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from ingest.batches import Batch, Rows, rest
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.tables.columns import plain
from ingest.tables.csv_table import OPTIONS
from ingest.tables.parsing import number
from ingest.viva import FIRST, NOT_READ, PERSON, SECOND, SIZE, Query, header_of, open_query, pairs

OUTCOME = "Share of collaboration time within the group (Viva)"
_TIME = "groupcollaborationtimeinvested"
_WEEK = 7
_FEWEST_DAYS_OF_A_MONTH = 28


def _is_group_query(path: Path, start: bytes) -> bool:
    header = header_of(path, start)
    told = pairs(header)
    return _TIME in header and PERSON not in told and bool(_groupings(told))


@readers.add(
    "viva_group",
    ReaderInfo(
        title="Group-to-group query of Viva Insights (CSV)",
        gives=("outcomes",),
        suffixes=(".csv",),
        options=(*OPTIONS, "date", "unit"),
        sniff=_is_group_query,
        traps=(
            "hours between groups are sums and no messages: they only enter the share",
            "the share is of the time with the groups that the file lists: Viva leaves small ones "
            "out",
            "a group without a row with itself has no share: its rows are left out",
        ),
    ),
)
def read_viva_group(source: Source) -> Iterator[Batch]:
    """For each group and period one outcome: the share of its time that stays within it."""
    query = open_query(source, (FIRST + SIZE, _TIME))
    reader = _Reader(source, query, _grouping(source, query))
    for line, row, day in query.rows(source.tally):
        reader.take(line, row, day)
    source.tally.warn(
        f"{source.file}: the query holds hours between groups, and no messages (W-VIVA-002). "
        "The share of time within each group was taken as an outcome; no answers and no ties of "
        "people can be had of it. Ask for message metadata of the same period."
    )
    yield from reader.outcomes()


@dataclass
class _Sums:
    """What one group did in one period."""

    total: float = 0.0
    within: float | None = None
    line: int = 0
    n_people: int = 0


@dataclass
class _Reader:
    source: Source
    query: Query
    grouping: str
    _sums: dict[tuple[int, str], _Sums] = field(default_factory=dict)

    def take(self, line: int, row: Sequence[str], day: int | None) -> None:
        """Add one row to the sums of its group and period, or count it with its reason."""
        cell, tally = self.query.cell, self.source.tally
        first, second = cell(row, FIRST + self.grouping), cell(row, SECOND + self.grouping)
        hours, people = number(cell(row, _TIME)), number(cell(row, FIRST + SIZE))
        checks = (
            (day is not None, "E-VIVA-002", "date_unparsable"),
            (bool(first and second), "E-VIVA-005", "group_missing"),
            (hours is not None and hours >= 0, "E-VIVA-006", "time_is_no_number"),
            (people is not None and people >= 1, "E-VIVA-007", "group_size_missing"),
        )
        fault = next(((code, reason) for holds, code, reason in checks if not holds), None)
        sums = self._sums.setdefault((day or 0, first), _Sums()) if fault is None else _Sums()
        if fault is None and first == second and sums.within is not None:
            fault = ("E-VIVA-008", "group_stands_twice")
        if fault is not None:
            tally.reject(f"line {line}", *fault)
            return
        sums.total += hours or 0.0
        if first == second:
            sums.within, sums.line, sums.n_people = hours, line, int(people or 0)
        else:
            tally.leave_out("between_groups")

    def outcomes(self) -> Iterator[Batch]:
        """Return the share of each group and period that has one."""
        rows = Rows("outcomes")
        days = sorted({day for day, _ in self._sums})
        for (day, group), sums in sorted(self._sums.items()):
            if sums.within is None:
                continue
            if sums.total == 0:
                self.source.tally.leave_out("no_time")
                continue
            share = sums.within / sums.total
            last = day + _length(days, day) - 1
            rows.add(sums.line, OUTCOME, "other", group, day, last, share, sums.n_people)
        yield from rest(rows)


def _length(days: Sequence[int], day: int) -> int:
    """Days of the period that begins on a day: up to the next one where all are months."""
    gaps = [b - a for a, b in pairwise(days)]
    if not gaps or min(gaps) < _FEWEST_DAYS_OF_A_MONTH:
        return _WEEK
    later = [other for other in days if other > day]
    return later[0] - day if later else gaps[-1]


def _groupings(told: Sequence[str]) -> list[str]:
    return [name for name in told if name != SIZE]


def _grouping(source: Source, query: Query) -> str:
    """The attribute that the groups are made by; the only one, or the one the options name."""
    found = _groupings(pairs(query.header))
    chosen = plain(source.text("unit")) or (found[0] if len(found) == 1 else "")
    if chosen not in found:
        raise source.error(
            f"groups are told by {len(found)} attributes ({', '.join(found) or 'none'})",
            "E-VIVA-009",
            f'{NOT_READ} Or set unit = "..." for source[{source.number}].',
            place="1",
        )
    return chosen
