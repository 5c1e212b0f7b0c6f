"""Dated rosters: who was where on which day, over rows, files and years; who has left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from intake_runs import SURVEY, run_intake, settings, source
from openpyxl import Workbook

from core.errors import ConfigError, SourceError
from core.windows import date_of
from ingest.people.roster import Roster, RosterRow, put_together
from ingest.readers.roster_csv import read_roster_csv
from ingest.reading import source_for, start_reading
from ingest.settings import OptionValue
from ingest.tally import Tally

Options = dict[str, OptionValue]
Span = tuple[str, str, str | None]


def rows_of(path: Path, options: Options | None = None) -> tuple[Tally, list[RosterRow]]:
    reading = start_reading(source(1, "roster_csv", path, options), settings())
    batches = list(read_roster_csv(source_for(reading, settings())))
    return reading.tally, [RosterRow(**row) for b in batches for row in b.rows.to_pylist()]


def spans(roster: Roster, person: str) -> list[Span]:
    return [
        (
            " > ".join(stay.row.unit_path),
            date_of(stay.row.first_day).isoformat(),
            None if stay.valid_to_day is None else date_of(stay.valid_to_day).isoformat(),
        )
        for stay in roster.stays
        if stay.row.identity == f"id:{person}"
    ]


def monthly(folder: Path, lists: dict[str, str], options: Options | None = None) -> Roster:
    """A roster of several files, each the list of one day: "1 A, 2 B" are ids with teams."""
    sources = []
    for day, listed in lists.items():
        path = folder / f"{day}.csv"
        lines = [",".join(entry.split()) for entry in listed.split(", ")]
        path.write_text("Employee ID,Team\n" + "\n".join(lines) + "\n", encoding="utf-8")
        sources.append(rows_of(path, {"snapshot": day} | (options or {})))
    full = range(len(sources)) if options == {"snapshots": "full"} else ()
    return put_together(sources, (), full)


LISTS = {"2025-01-31": "1 A, 2 B, 3 B", "2025-02-28": "1 A, 2 C, 4 C", "2025-03-31": "1 A, 3 B"}


def test_files_of_several_days_become_stays_and_equal_ones_are_one(tmp_path: Path) -> None:
    roster = monthly(tmp_path, LISTS)
    assert spans(roster, "1") == [("A", "2025-01-31", None)]
    assert spans(roster, "2") == [("B", "2025-01-31", "2025-02-28"), ("C", "2025-02-28", None)]
    assert spans(roster, "3") == [("B", "2025-01-31", None)]


def test_who_is_missing_in_a_later_full_list_has_left_and_may_come_back(tmp_path: Path) -> None:
    roster = monthly(tmp_path, LISTS, {"snapshots": "full"})
    assert spans(roster, "1") == [("A", "2025-01-31", None)]
    assert spans(roster, "2") == [
        ("B", "2025-01-31", "2025-02-28"), ("C", "2025-02-28", "2025-03-31"),
    ]  # fmt: skip
    assert spans(roster, "3") == [("B", "2025-01-31", "2025-02-28"), ("B", "2025-03-31", None)]
    assert spans(roster, "4") == [("C", "2025-02-28", "2025-03-31")]


def test_the_order_of_the_files_changes_nothing(tmp_path: Path) -> None:
    for options in ({}, {"snapshots": "full"}):
        first = monthly(tmp_path, LISTS, dict(options))
        turned = monthly(tmp_path, dict(reversed(LISTS.items())), dict(options))
        for person in "1234":
            assert spans(first, person) == spans(turned, person)


def test_a_later_list_that_still_names_a_leaver_ends_the_stay_on_the_day(tmp_path: Path) -> None:
    path = tmp_path / "hr.csv"
    path.write_text(
        "Snapshot,Employee ID,Team,Leave Date\n2025-01-31,1,A,\n2025-03-31,1,A,2025-02-15\n",
        encoding="utf-8",
    )
    tally, rows = rows_of(path)
    roster = put_together([(tally, rows)], ())
    assert spans(roster, "1") == [("A", "2025-01-31", "2025-02-16")]
    assert (tally.accepted, dict(tally.filtered)) == (1, {"left_before_this_day": 1})


def test_a_full_list_must_say_its_day(tmp_path: Path) -> None:
    path = tmp_path / "hr.csv"
    path.write_text("Employee ID,Team\n1,A\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"of which day this list is.*E-ROSTER-012.*snapshot ="):
        rows_of(path, {"snapshots": "full"})
    with pytest.raises(ConfigError, match="snapshot is not a day"):
        rows_of(path, {"snapshot": "last month"})


def test_people_are_counted_in_the_unit_of_the_day(tmp_path: Path) -> None:
    sources = []
    for number, (day, listed) in enumerate(LISTS.items(), start=1):
        path = tmp_path / f"{day}.csv"
        lines = "\n".join(",".join(entry.split()) for entry in listed.split(", "))
        path.write_text(f"Employee ID,Team\n{lines}\n", encoding="utf-8")
        options: Options = {"snapshot": day, "snapshots": "full"}
        sources.append(source(number, "roster_csv", path, options))
    people = run_intake(tmp_path / "run", sources).table("people")
    stays = sorted(
        (row.unit_id, date_of(row.valid_from_day).isoformat(), row.valid_to_day is None)
        for row in people.astype(object).where(people.notna(), None).itertuples()
    )
    # by hand: 1 stays; 2 moves and leaves; 3 leaves and comes back; 4 comes and leaves
    assert stays == [
        ("a", "2025-01-31", True), ("b", "2025-01-31", False), ("b", "2025-01-31", False),
        ("b", "2025-03-31", True), ("c", "2025-02-28", False), ("c", "2025-02-28", False),
    ]  # fmt: skip


def test_an_answer_counts_in_the_unit_of_its_day(tmp_path: Path) -> None:
    sources = []
    for number, day in enumerate(("2025-01-31", "2025-02-28"), start=1):
        team = "B" if number == 1 else "C"
        path = tmp_path / f"{day}.csv"
        path.write_text(f"Employee ID,Team\n2,{team}\n", encoding="utf-8")
        sources.append(source(number, "roster_csv", path, {"snapshot": day}))
    path = tmp_path / "pulse.csv"
    path.write_text(
        "Employee ID,Wave,Date,Q1,Q2,Q3\n2,w1,2025-02-10,1,1,1\n2,w2,2025-03-10,1,1,1\n",
        encoding="utf-8",
    )
    taken = run_intake(
        tmp_path / "run", [*sources, source(3, "survey_csv", path)],
        survey=replace(SURVEY, mode="confidential"),
    )  # fmt: skip
    units = taken.table("responses").drop_duplicates("wave_id").set_index("wave_id")["unit_id"]
    assert units.to_dict() == {"w1": "b", "w2": "c"}


def test_a_workbook_with_titles_above_says_the_same_as_its_text(tmp_path: Path) -> None:
    table = [
        ["Employee ID", "Worker", "Email", "Department", "Hire Date"],
        [7, "Rossi, Bob", "bob@acme.example", "R&D", "2020-02-29"],
        [8, "Müller, Ana (On Leave)", "ana@acme.example", "R&D (Bob Rossi)", "2021-03-01"],
    ]
    book = Workbook()
    book.active.append(["All workers"])
    book.active.append([])
    for row in table:
        book.active.append(row)
    book.save(tmp_path / "hr.xlsx")
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in table)
    (tmp_path / "hr.csv").write_text(text, encoding="utf-8")
    _, from_book = rows_of(tmp_path / "hr.xlsx")
    _, from_text = rows_of(tmp_path / "hr.csv")
    told = [(r.employee_id, r.name, r.email, r.units, r.start_day) for r in from_book]
    assert told == [(r.employee_id, r.name, r.email, r.units, r.start_day) for r in from_text]
    assert [(r.name, r.units) for r in from_book] == [("Bob Rossi", "R&D"), ("Ana Müller", "R&D")]


def test_a_manager_whom_nobody_knows_is_listed_and_is_not_the_top(tmp_path: Path) -> None:
    path = tmp_path / "hr.csv"
    path.write_text(
        "Employee ID,Name,Team,Reports To\n1,Bob Rossi,A,\n2,Ana Lee,A,Bob Rossi\n"
        "3,Kim Diaz,A,Somebody Else\n,Eva Null,A,Bob Rossi\n4,Jo Park,A,Kim Diaz\n",
        encoding="utf-8",
    )
    tally, rows = rows_of(path)
    roster = put_together([(tally, rows)], ())
    levels = {stay.row.employee_id: stay.level for stay in roster.stays}
    assert levels == {"1": 0, "2": 1, "3": None, "4": None}
    [warning] = tally.warnings
    assert "in 1 rows the name of the manager is nobody's on this roster, lines 4 " in warning
    assert "Somebody" not in warning
