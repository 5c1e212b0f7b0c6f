"""The roster of an HR system: who belongs where, since when, and who leads whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from core.errors import SourceError
from ingest.batches import SEPARATOR, Batch, Rows, rest
from ingest.people.address_forms import addresses_in
from ingest.people.roster import UNCLEAR
from ingest.people.roster_columns import (
    ADDRESS_COLUMNS,
    ALIASES,
    DAY_COLUMNS,
    TITLE_LINES,
    UNIT_COLUMNS,
    WORK_MODES,
    is_roster,
)
from ingest.people.roster_names import Names, is_spelled_out
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.tables.any_table import Table, open_any
from ingest.tables.columns import Picked, aliased_columns, mapped_columns, names_of, plain
from ingest.tables.csv_table import OPTIONS, shape_of
from ingest.tables.parsing import day_pattern, is_no_date, is_scientific, parse_day
from ingest.working_hours import is_zone

_NO_MANAGER = {"", "nomanager", "none", "na", "null"}
_LISTED = 10
_DIGITS = re.compile(r"\D*(\d{1,2})\D*")


@readers.add(
    "roster_csv",
    ReaderInfo(
        title="Roster (CSV, XLSX) of an HR system",
        gives=("people",),
        suffixes=(".csv", ".tsv", ".txt", ".xlsx"),
        options=(*OPTIONS, "sheet", "columns", "level_order", "date", "snapshot", "snapshots"),
        sniff=is_roster,
        traps=(
            "titles above the header, a second header, totals and empty rows below: counted and "
            "left out",
            "ids are text, 0007 is not 7; ids such as 1.14E+11 are destroyed: nothing is read",
            "0000-00-00 is no date; day and month are told apart by all dates of the file, else "
            "we ask",
            "a manager given by name must fit one person, else the row is listed; NO_MANAGER is "
            "nobody",
            "a unit such as R&D (Bob Rossi) and a name such as Ana Rossi (On Leave) lose the "
            "brackets",
            "circles of managers, people who lead themselves, managers who are not there: listed "
            "with their lines",
            "dated lists become stays; who is missing in a later full list has left",
        ),
    ),
)
def read_roster_csv(source: Source) -> Iterator[Batch]:
    """People of a roster with unit, manager, level, site and dates."""
    table, picked = _opened(source)
    lines = list(table.rows(source.tally))
    lines = [pair for pair in lines if not _is_furniture(source, picked, pair[1])]
    _refuse_broken_ids(source, picked, lines)
    pattern = _day_pattern(source, picked, lines)
    names = Names(picked)
    for _, row in lines:
        names.learn(row, picked.cell(row, "employee_id") or picked.cell(row, "email"))
    reader = _Reader(
        source,
        picked,
        pattern,
        names,
        {picked.cell(row, "employee_id") for _, row in lines},
        _has_names_in_units(table, picked),
        _snapshot_day(source, picked, pattern),
    )
    rows = Rows("people")
    for line, row in lines:
        reader.take(line, row, rows)
    reader.say_faults()
    yield from rest(rows)


@dataclass(frozen=True)
class _Reader:
    source: Source
    picked: Picked
    pattern: str
    names: Names
    ids: set[str]
    strips_brackets: bool
    snapshot_day: int | None
    faults: dict[str, list[int]] = field(default_factory=dict)

    def say_faults(self) -> None:
        """Say once for each kind of fault in how many rows it was found, and where first."""
        for fault, lines in self.faults.items():
            self.source.tally.note(fault.replace("'", "").replace(" ", "_"), len(lines))
            listed = ", ".join(f"{line}" for line in lines[:_LISTED])
            more = f" and {len(lines) - _LISTED} more" if len(lines) > _LISTED else ""
            self.source.tally.warn(
                f"{self.source.file}:{lines[0]}: in {len(lines):,} rows the {fault}, "
                f"lines {listed}{more} (W-ROSTER-006). It was left empty. Mend the export, or the "
                "options of this source."
            )

    def _fault(self, what: str, line: int) -> None:
        self.faults.setdefault(what, []).append(line)

    def take(self, line: int, row: Sequence[str], rows: Rows) -> None:
        cell = self.picked.cell
        email = cell(row, "email") or self._id_as_email(row)
        person = cell(row, "employee_id") or email
        if not person:
            self.source.tally.reject(f"line {line}", "E-ROSTER-003", "id_missing")
            return
        cells = [c for name in ADDRESS_COLUMNS for c in self.picked.cells(row, name)]
        aliases = dict.fromkeys(address for c in cells for address in addresses_in(c))
        days = {name: self._day(line, row, name) for name in DAY_COLUMNS}
        rows.add(
            line,
            person,
            email or None,
            SEPARATOR.join(aliases) or None,
            SEPARATOR.join(self._units(row)) or None,
            self._manager(line, row),
            self.snapshot_day if days["valid_from"] is None else days["valid_from"],
            days["start"],
            days["end"],
            self._level(line, row),
            cell(row, "role_family") or None,
            cell(row, "site") or None,
            WORK_MODES.get(plain(cell(row, "work_mode"))),
            self._time_zone(row),
            days["leave_from"],
            days["leave_to"],
            self.names.of(row) or None,
        )

    def _id_as_email(self, row: Sequence[str]) -> str:
        person = self.picked.cell(row, "employee_id")
        return person if "@" in person else ""

    def _units(self, row: Sequence[str]) -> list[str]:
        names: list[str] = []
        for column in UNIT_COLUMNS:
            always = column == "team" and self.strips_brackets
            name = self.names.freed(self.picked.cell(row, column), always=always)
            if name and name not in names[-1:]:
                names.append(name)
        return names

    def _manager(self, line: int, row: Sequence[str]) -> str | None:
        given = self.picked.cell(row, "manager")
        name = self.picked.cell(row, "manager_name")
        if plain(given) in _NO_MANAGER and plain(name) in _NO_MANAGER:
            return None
        if given and (given in self.ids or "@" in given):
            return _typed(given)
        found = [self.names.find(text) for text in (given, name) if text]
        known = next((person for person in found if person), None)
        if known is None and "" in found:
            self._fault("name of the manager fits several people", line)
            return UNCLEAR
        if known is None and is_spelled_out(given or name):
            self._fault("name of the manager is nobody's on this roster", line)
            return UNCLEAR
        return _typed(known or given or name)

    def _day(self, line: int, row: Sequence[str], name: str) -> int | None:
        given = self.picked.cell(row, name)
        day = parse_day(given, self.pattern)
        if day is None and not is_no_date(given):
            self._fault(f"{name} date is not understood", line)
        return day

    def _level(self, line: int, row: Sequence[str]) -> int | None:
        given = self.picked.cell(row, "level")
        if not given:
            return None
        order = self.source.texts("level_order")
        if order:
            return order.index(given) if given in order else None
        digits = _DIGITS.fullmatch(given)
        if digits is None:
            self._fault("level is no number and level_order is not given", line)
        return int(digits.group(1)) if digits else None

    def _time_zone(self, row: Sequence[str]) -> str | None:
        given = self.picked.cell(row, "time_zone")
        if given and not is_zone(given):
            self.source.tally.note("time_zone_not_understood")
            return None
        return given or None


def _typed(person: str) -> str:
    return f"email:{person}" if "@" in person else f"id:{person}"


def _opened(source: Source) -> tuple[Table, Picked]:
    shape, limits, sheet = shape_of(source), source.tally.limits, source.text("sheet")
    table = open_any(source.path, shape, limits, sheet)
    option = source.table("columns")
    if option:
        places = mapped_columns(source, table, option, tuple(ALIASES))
        if "employee_id" not in places and "email" not in places:
            raise _no_id(source, table)
        return table, Picked(places)
    # Some systems write title lines above the header.
    for skip in range(shape.skip_rows, shape.skip_rows + TITLE_LINES):
        try:
            found = open_any(source.path, replace(shape, skip_rows=skip), limits, sheet)
        except SourceError:
            break
        places = aliased_columns(found, ALIASES)
        if len(places) > 1 and ("employee_id" in places or "email" in places):
            return found, Picked(places)
    raise _no_id(source, table)


def _no_id(source: Source, table: Table) -> SourceError:
    return source.error(
        "no column is an employee id or an e-mail address, with a unit or a manager beside it",
        "E-ROSTER-001",
        f"Nothing was read. Add [source.columns] to source[{source.number}], such as "
        f'employee_id = "...". Columns found: {names_of(table)}.',
        place="1",
    )


def _is_furniture(source: Source, picked: Picked, row: Sequence[str]) -> bool:
    """Second header lines, totals and lines of empty cells are counted and left out."""
    person = plain(picked.cell(row, "employee_id")) or plain(picked.cell(row, "email"))
    if not any(cell.strip() for cell in row):
        source.tally.leave_out("empty_row")
    elif person in {"total", "totals", "grandtotal"}:
        source.tally.leave_out("total_row")
    elif person in ALIASES["employee_id"] or person in ALIASES["email"]:
        source.tally.leave_out("header_row")
    else:
        return False
    return True


def _refuse_broken_ids(source: Source, picked: Picked, lines: list[tuple[int, list[str]]]) -> None:
    broken = [line for line, row in lines if is_scientific(picked.cell(row, "employee_id"))]
    if broken:
        raise source.error(
            f"{len(broken):,} ids look like 1.14E+11; a spreadsheet has destroyed them",
            "E-ROSTER-002",
            "Nothing was read. Export again with ids as text.",
            place=str(broken[0]),
        )


def _day_pattern(source: Source, picked: Picked, lines: list[tuple[int, list[str]]]) -> str:
    """How this file writes dates, told from all its date columns together."""
    declared = source.text("date")
    cells = [picked.cell(row, name) for _, row in lines for name in DAY_COLUMNS if name in picked]
    found = declared or day_pattern(cells)
    if found is None:
        raise source.error(
            "the dates can be read with the day or with the month first",
            "E-CSV-009",
            'Nothing was read. Set date = "%d/%m/%Y" (or the pattern that fits) '
            f"for source[{source.number}].",
            place=str(lines[0][0]),
        )
    return found


def _snapshot_day(source: Source, picked: Picked, pattern: str) -> int | None:
    """The day of which the whole file speaks, where no column says it of each row."""
    given = source.text("snapshot")
    day = parse_day(given, pattern) if pattern else None
    day = parse_day(given) if day is None else day
    if given and day is None:
        raise source.bad_option("snapshot", 'a day such as "2025-01-31"')
    if source.one_of("snapshots", ("full", "changes"), "changes") == "full" and (
        day is None and "valid_from" not in picked
    ):
        raise source.error(
            "nothing says of which day this list is",
            "E-ROSTER-012",
            f'Nothing was read. Set snapshot = "2025-01-31" for source[{source.number}], or map a '
            "column to valid_from.",
        )
    return day


def _has_names_in_units(table: Table, picked: Picked) -> bool:
    # This column of one HR system reads "R&D (Bob Rossi)".
    places = picked.places.get("team", ())
    return any(
        place < len(table.header) and plain(table.header[place]) == "supervisoryorganization"
        for place in places
    )
