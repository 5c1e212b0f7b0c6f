"""Outcomes of units as a table: turnover, satisfaction, absence; never a figure of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.tables.context import OUTCOME_KINDS
from ingest.batches import SEPARATOR, Batch, Rows, full, rest
from ingest.people.roster_columns import ALIASES as ROSTER_ALIASES
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.survey.dates import FormDates, has_short_dates, is_day_first
from ingest.survey.promise import PERSONAL
from ingest.tables.any_table import Table, open_any
from ingest.tables.columns import Picked, aliased_columns, mapped_columns, names_of, plain
from ingest.tables.csv_table import OPTIONS, shape_of
from ingest.tables.heads import first_rows
from ingest.tables.parsing import number

ALIASES: dict[str, tuple[str, ...]] = {
    "outcome": ("outcome", "outcomename", "measure", "metric", "kpi"),
    "kind": ("kind", "outcomekind", "type"),
    "division": ("division", "businessunit"),
    "department": ("department", "dept"),
    "unit": ("unit", "team", "group", "orgunit"),
    "first_day": ("firstday", "from", "periodstart", "start", "startdate"),
    "end_day": ("endday", "lastday", "to", "periodend", "end", "enddate"),
    "value": ("value", "figure", "result", "score"),
    "n_people": ("npeople", "people", "headcount", "n", "employees"),
}
UNIT_COLUMNS = ("division", "department", "unit")
NEEDED = ("outcome", "kind", "first_day", "end_day", "value", "n_people")
_NAMES_PEOPLE = PERSONAL | set(ROSTER_ALIASES["email"]) | (set(ROSTER_ALIASES["employee_id"]))
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_KINDS = {plain(kind): kind for kind in OUTCOME_KINDS} | {
    "attrition": "turnover",
    "fluctuation": "turnover",
    "customersatisfaction": "csat",
    "netpromoterscore": "nps",
    "employeenetpromoterscore": "enps",
    "absenteeism": "absence",
    "sickleave": "absence",
}
_PROMOTERS = 100.0


def _is_outcomes(path: Path, start: bytes) -> bool:
    rows = first_rows(path, start, 1) if start else []
    header = {plain(cell) for cell in rows[0]} if rows else set()
    wanted = ("outcome", "value", "first_day", "end_day", "n_people")
    return all(header & set(ALIASES[meaning]) for meaning in wanted)


@readers.add(
    "outcomes_csv",
    ReaderInfo(
        title="Outcomes of units (CSV, XLSX)",
        gives=("outcomes",),
        suffixes=(".csv", ".tsv", ".txt", ".xlsx"),
        options=(*OPTIONS, "sheet", "columns", "date"),
        sniff=_is_outcomes,
        traps=(
            "a column of ids or addresses of people refuses the whole file",
            "turnover is a share (0.12 or 12 %): a count of leavers is rejected",
            "units that the roster does not know are listed with their nearest, never guessed",
            "figures of fewer than 5 people are left out",
        ),
    ),
)
def read_outcomes_csv(source: Source) -> Iterator[Batch]:
    """Figures of units and periods; a file that holds people is refused."""
    table = open_any(source.path, shape_of(source), source.tally.limits, source.text("sheet"))
    places = aliased_columns(table, ALIASES)
    places |= mapped_columns(source, table, source.table("columns"), tuple(ALIASES))
    picked = Picked(places)
    _refuse_people(source, table)
    _refuse_missing(source, table, picked)
    reader = _Reader(source, picked, _dates(source, table, picked))
    for line, row in table.rows(source.tally):
        reader.take(line, row)
        yield from full(reader.outcomes)
    yield from rest(reader.outcomes)


@dataclass
class _Reader:
    source: Source
    picked: Picked
    dates: FormDates
    outcomes: Rows = field(default_factory=lambda: Rows("outcomes"))

    def take(self, line: int, row: Sequence[str]) -> None:
        """Take one row, or count it with its reason and its line."""
        tally, cell = self.source.tally, self.picked.cell
        if not any(text.strip() for text in row):
            tally.leave_out("empty_row")
            return
        names = [name for column in UNIT_COLUMNS if (name := cell(row, column))]
        kind = _KINDS.get(plain(cell(row, "kind")), "")
        first, last = (self.dates.day(cell(row, name)) for name in ("first_day", "end_day"))
        value, people = _figure(cell(row, "value")), _whole(cell(row, "n_people"))
        checks = (
            (cell(row, "outcome") != "" and bool(names), "E-OUTCOMES-003", "cell_missing"),
            (kind != "", "E-OUTCOMES-004", "kind_unknown"),
            (first is not None and last is not None, "E-OUTCOMES-005", "date_unparsable"),
            ((first or 0) <= (last or 0), "E-OUTCOMES-005", "ends_before_it_begins"),
            (value is not None, "E-OUTCOMES-006", "value_is_no_number"),
            (_is_possible(kind, value or 0.0), "E-OUTCOMES-006", "value_is_not_possible"),
            ((people or 0) > 0, "E-OUTCOMES-009", "n_people_missing"),
        )
        fault = next(((code, reason) for holds, code, reason in checks if not holds), None)
        if fault is not None:
            tally.reject(f"line {line}", *fault)
            return
        self.outcomes.add(
            line, cell(row, "outcome"), kind, SEPARATOR.join(names), first, last, value, people
        )


def _figure(text: str) -> float | None:
    """A number, or a share given in percent."""
    bare = text.removesuffix("%").rstrip()
    value = number(bare)
    return value / 100 if value is not None and bare != text else value


def _whole(text: str) -> int | None:
    value = number(text)
    return int(value) if value is not None and value == int(value) else None


def _is_possible(kind: str, value: float) -> bool:
    if kind in {"nps", "enps"}:
        return -_PROMOTERS <= value <= _PROMOTERS
    if kind == "turnover":
        return 0 <= value <= 1
    return value >= 0 or kind == "other"


def _refuse_people(source: Source, table: Table) -> None:
    """Refuse a file with a column that names people, by its header or by addresses in it."""
    named = {name for name in table.header if plain(name) in _NAMES_PEOPLE}
    sample = type(source.tally)(file=source.file, limits=source.tally.limits)
    for _, row in table.rows(sample):
        named |= {
            table.header[at] if table.header else f"column {at + 1}"
            for at, cell in enumerate(row)
            if _EMAIL.search(cell)
        }
    if named:
        listed = ", ".join(f'"{name}"' for name in sorted(named))
        raise source.error(
            f"outcomes are figures of units, and the columns {listed} name people",
            "E-OUTCOMES-001",
            "Import refused. Export figures by unit, without these columns.",
            place="1",
        )


def _refuse_missing(source: Source, table: Table, picked: Picked) -> None:
    missing = [name for name in NEEDED if name not in picked]
    if not any(column in picked for column in UNIT_COLUMNS):
        missing.append("unit")
    if missing:
        raise source.error(
            f"there is no column for {', '.join(missing)}",
            "E-OUTCOMES-002",
            f"Nothing was read. Columns found: {names_of(table)}. Name them under "
            "[source.columns].",
            place="1",
        )


def _dates(source: Source, table: Table, picked: Picked) -> FormDates:
    pattern = source.text("date")
    if pattern:
        return FormDates(pattern, pattern.startswith("%d"))
    sample = type(source.tally)(file=source.file, limits=source.tally.limits)
    days = [picked.cell(row, name) for _, row in table.rows(sample) for name in NEEDED[2:4]]
    day_first = is_day_first(days)
    if day_first is None and has_short_dates(days):
        raise source.error(
            "the dates can be read with the day or with the month first",
            "E-CSV-009",
            'Nothing was read. Set date = "%d/%m/%Y" (or the pattern that fits) '
            f"for source[{source.number}].",
            place=str(table.first_line),
        )
    return FormDates("", day_first)
