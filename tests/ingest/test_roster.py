"""Rosters: columns of several HR systems, stays, managers, levels; units as a tree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from intake_runs import EXPORTS, run_intake, settings, source

from core.errors import SourceError
from core.windows import date_of
from ingest.checking import check_source
from ingest.people.roster import UNCLEAR, Roster, RosterRow, put_together
from ingest.people.units import unit_tree
from ingest.readers.roster_csv import read_roster_csv
from ingest.reading import source_for, start_reading
from ingest.settings import OptionValue
from ingest.tally import Tally


def rows_of(
    path: Path, content: str, options: dict[str, OptionValue] | None = None
) -> tuple[list[RosterRow], Tally]:
    path.write_text(content, encoding="utf-8")
    reading = start_reading(source(1, "roster_csv", path, options), settings())
    found = [
        RosterRow(**row)
        for batch in read_roster_csv(source_for(reading, settings()))
        for row in batch.rows.to_pylist()
    ]
    return found, reading.tally


def put(path: Path, content: str) -> tuple[Roster, Tally]:
    rows, tally = rows_of(path, content)
    return put_together([(tally, rows)], ("acme.example",)), tally


def test_columns_of_workday_are_known_and_names_in_units_are_stripped(tmp_path: Path) -> None:
    rows, tally = rows_of(
        tmp_path / "workday.csv",
        "Workers report,,,,,\n\n"
        "Employee ID,Worker,Email - Primary Work,Supervisory Organization,Worker's Manager,"
        "Hire Date\n"
        "0007,Ana Müller (On Leave),ana@acme.example,R&D (Bob Rossi),Bob Rossi,02/29/2020\n"
        "0002,Bob Rossi,bob@acme.example,Board,,01/02/2019\nTotal,2,,,,\n",
    )
    assert [(r.employee_id, r.unit_path, r.manager) for r in rows] == [
        ("0007", ("R&D",), "id:0002"), ("0002", ("Board",), None),
    ]  # fmt: skip
    assert date_of(rows[0].start_day or 0).isoformat() == "2020-02-29"
    assert tally.filtered == {"total_row": 1}


def test_a_second_header_row_is_left_out_and_no_manager_is_none(tmp_path: Path) -> None:
    rows, tally = rows_of(
        tmp_path / "sf.csv",
        "USERID,EMAIL,MANAGER,DEPARTMENT\nUser ID,Email,Manager,Department\n"
        "7,ana@acme.example,2,R&D\n2,bob@acme.example,NO_MANAGER,Board\n",
    )
    assert [(r.employee_id, r.manager) for r in rows] == [("7", "id:2"), ("2", None)]
    assert tally.filtered == {"header_row": 1}


def test_a_manager_given_by_name_must_fit_one_person(tmp_path: Path) -> None:
    rows, tally = rows_of(
        tmp_path / "bamboo.csv",
        'Employee #,"Last Name, First Name",Department,Reports To\n'
        '1,"Rossi, Bob",Board,\n2,"Müller, Ana",R&D,Bob Rossi\n3,"Lee, Kim",R&D,\n'
        '4,"Lee, Kim",R&D,\n5,"Diaz, Eva",R&D,Kim Lee\n',
    )
    assert [r.manager for r in rows] == [None, "id:1", None, None, UNCLEAR]
    assert any("fits several people" in text for text in tally.warnings)
    assert not any("Lee" in text for text in tally.warnings)


def test_ids_destroyed_by_a_spreadsheet_stop_the_import(tmp_path: Path) -> None:
    content = "Employee ID,Team\n1.14E+11,A\n1.15E+11,B\n7,C\n"
    with pytest.raises(SourceError, match=r"hr\.csv:2: 2 ids.*E-ROSTER-002.*Nothing was read"):
        rows_of(tmp_path / "hr.csv", content)


def test_dates_that_can_be_read_both_ways_stop_the_import(tmp_path: Path) -> None:
    content = "Employee ID,Team,Hire Date\n1,A,05/01/2024\n2,B,06/02/2024\n"
    with pytest.raises(SourceError, match=r"E-CSV-009.*date ="):
        rows_of(tmp_path / "hr.csv", content)
    rows, _ = rows_of(tmp_path / "hr.csv", content, {"date": "%d/%m/%Y"})
    assert date_of(rows[0].start_day or 0).isoformat() == "2024-01-05"


def test_a_mapped_column_that_is_absent_is_an_error_that_names_the_columns(tmp_path: Path) -> None:
    content = "Number,Area\n1,A\n"
    options: dict[str, OptionValue] = {"columns": {"employee_id": "Number", "team": "Aera"}}
    with pytest.raises(SourceError, match=r"'Aera' does not exist.*\"Number\", \"Area\""):
        rows_of(tmp_path / "hr.csv", content, options)


def test_a_first_line_of_data_is_not_repeated_in_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        rows_of(tmp_path / "hr.csv", "1,ana@acme.example,Fleet\n2,bob@acme.example,Fleet\n")
    assert "ana@" not in str(caught.value)
    assert "header = false" in str(caught.value)


def test_columns_can_be_given_by_number_and_levels_by_name(tmp_path: Path) -> None:
    rows, _ = rows_of(
        tmp_path / "hr.tsv", "1\tAnn\tLaw\tSenior\n2\tBob\tLaw\tJunior\n",
        {"header": False, "separator": "tab", "level_order": ["Senior", "Junior"],
         "columns": {"employee_id": 1, "team": 3, "level": 4}},
    )  # fmt: skip
    assert [(r.employee_id, r.unit_path, r.level) for r in rows] == [
        ("1", ("Law",), 0), ("2", ("Law",), 1),
    ]  # fmt: skip


CHAIN = "Employee ID,Team,Manager ID\n1,Top,\n2,A,1\n3,A,2\n4,B,9\n5,B,5\n6,C,7\n7,C,6\n8,C,7\n"


def test_levels_follow_the_reporting_line_and_faults_are_listed(tmp_path: Path) -> None:
    roster, tally = put(tmp_path / "hr.csv", CHAIN)
    found = {s.row.employee_id: (s.level, s.manager, s.is_leader) for s in roster.stays}
    # by hand: 4 names nobody, 5 names itself, 6 and 7 name each other
    assert found == {
        "1": (0, None, True), "2": (1, "id:1", True), "3": (2, "id:2", False),
        "4": (None, None, False), "5": (None, None, False), "6": (None, None, False),
        "7": (None, None, True), "8": (None, "id:7", False),
    }  # fmt: skip
    listed = " ".join(tally.warnings)
    assert "hr.csv:5: 1 rows name a manager who is not on the roster, lines 5 " in listed
    assert "hr.csv:6: 1 rows name the person as the own manager, lines 6 " in listed
    assert "hr.csv:7: 2 rows stand in a circle of managers, lines 7, 8 " in listed


def test_a_roster_in_any_order_of_rows_says_the_same(tmp_path: Path) -> None:
    head, *lines = CHAIN.splitlines()
    before, _ = put(tmp_path / "a.csv", CHAIN)
    for seed in range(5):
        turned = np.random.default_rng(seed).permutation(lines)
        after, _ = put(tmp_path / "b.csv", "\n".join([head, *turned]))
        assert {(s.row.identity, s.level, s.manager, s.is_leader) for s in after.stays} == {
            (s.row.identity, s.level, s.manager, s.is_leader) for s in before.stays
        }


def test_dated_rows_become_stays_that_do_not_overlap(tmp_path: Path) -> None:
    roster, tally = put(
        tmp_path / "hr.csv",
        "Employee ID,Team,Effective Date,Hire Date,Termination Date\n"
        "1,A,2025-01-01,2020-01-01,\n1,B,2025-03-01,2020-01-01,2025-05-31\n"
        "1,A,2025-01-01,2020-01-01,\n1,C,2025-01-01,2020-01-01,\n2,A,2025-02-01,,2025-01-01\n",
    )
    spans = [
        (s.row.unit_path[0], date_of(s.row.first_day).isoformat(),
         date_of(s.valid_to_day).isoformat() if s.valid_to_day else None)
        for s in roster.stays
    ]  # fmt: skip
    assert spans == [("A", "2025-01-01", "2025-03-01"), ("B", "2025-03-01", "2025-06-01")]
    assert (tally.accepted, tally.duplicate) == (2, 1)
    assert [(r.locator, r.code) for r in tally.rejects] == [("line 5", "E-ROSTER-004")]
    assert tally.filtered == {"left_before_this_day": 1}


def test_an_address_that_two_people_share_belongs_to_neither(tmp_path: Path) -> None:
    roster, tally = put(
        tmp_path / "hr.csv",
        "Employee ID,Email,Aliases,Team\n1,ana@acme.example,desk@acme.example,A\n"
        "2,bob@acme.example,desk@acme.example,A\n",
    )
    assert "email:desk@acme.example" not in roster.owners
    assert roster.owners["email:ana@acme.example"] == ("id:1", "roster_email")
    assert "1 addresses stand with more than one person" in tally.warnings[0]


def test_unit_ids_are_readable_unique_and_independent_of_order() -> None:
    paths = [("Operations", "Fleet"), ("Operations",), ("Ops", "a b"), ("Ops a", "b"), ("Ω",),
             ("Ψ",)]  # fmt: skip
    tree, turned = unit_tree(paths, "Acme"), unit_tree(reversed(paths), "Acme")
    assert tree.ids == turned.ids
    assert tree.ids["Operations", "Fleet"] == "operations-fleet"
    assert len(set(tree.ids.values())) == len(tree.ids)
    frame = tree.frame().set_index("unit_id")
    assert frame.loc["operations-fleet", "path"] == "org/operations/operations-fleet"
    assert frame.loc["operations-fleet", "parent_id"] == "operations"
    assert frame.loc["org", "name"] == "Acme"


def test_a_unit_is_found_by_path_or_by_a_name_that_only_one_has() -> None:
    tree = unit_tree([("North", "Sales"), ("South", "Sales"), ("South", "Stores")], "Acme")
    assert tree.find(("stores",)) == "south-stores"
    assert tree.find(("NORTH", "sales")) == "north-sales"
    assert tree.find(("Sales",)) is None
    assert tree.find(("south-stores",)) == "south-stores"
    assert tree.find(()) is None


def test_every_person_keeps_unit_site_and_manager_when_rows_are_shuffled(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    text = (EXPORTS / "roster_csv" / "roster.csv").read_text(encoding="utf-8")
    head, *lines = text.splitlines()
    first = run_intake(
        tmp_path / "a", [source(1, "roster_csv", EXPORTS / "roster_csv" / "roster.csv")]
    )
    turned = rng.permutation(lines)
    shuffled = tmp_path / "roster.csv"
    shuffled.write_text("\n".join([head, *turned]), encoding="utf-8")
    second = run_intake(tmp_path / "b", [source(1, "roster_csv", shuffled)])
    assert first.table("people").equals(second.table("people"))
    assert first.table("units").equals(second.table("units"))


def test_a_roster_of_reporting_lines_alone_gives_teams_with_numbers(tmp_path: Path) -> None:
    # by hand: 1 leads all; 2 and 3 lead teams, 5 leads one below 2
    lines = ["2,1", "3,1", "4,2", "5,2", "6,5", "7,3", "1,"]
    path = tmp_path / "hr.csv"
    path.write_text("Employee ID,Manager ID\n" + "\n".join(lines), encoding="utf-8")
    taken = run_intake(tmp_path / "run", [source(1, "roster_csv", path)])
    people = taken.table("people").merge(taken.table("units"), on="unit_id", validate="m:1")
    # sizes tell the units apart: people behind pseudonyms cannot be named
    assert people["path"].value_counts().to_dict() == {
        "org": 1, "org/leadership-team": 2, "org/team-1": 2, "org/team-1/team-1-team-1-1": 1,
        "org/team-2": 1,
    }  # fmt: skip
    assert taken.table("units").set_index("unit_id").loc["team-2", "name"] == "Team 2"


def test_two_people_at_the_top_have_a_team_each(tmp_path: Path) -> None:
    path = tmp_path / "hr.csv"
    path.write_text("Employee ID,Manager ID\n1,\n2,\n3,1\n4,2\n5,2\n", encoding="utf-8")
    taken = run_intake(tmp_path / "run", [source(1, "roster_csv", path)])
    found = taken.table("people")["unit_id"].value_counts().to_dict()
    assert found == {"org": 2, "team-2": 2, "team-1": 1}


def test_combinations_too_small_to_hide_in_are_said_aloud(tmp_path: Path) -> None:
    taken = run_intake(
        tmp_path / "run", [source(1, "roster_csv", EXPORTS / "roster_csv" / "roster.csv")]
    )
    # by hand: six people in six combinations of unit, site and depth
    assert "6 of 6 combinations of unit, site and level" in taken.report.remarks[0]


@pytest.mark.parametrize("name", ["bamboohr", "manager_cycle", "successfactors_udf", "workday"])
def test_sample_rosters_of_hr_systems_are_read_whole(shared_dir: Path, name: str) -> None:
    path = shared_dir / "corpora" / "formats" / "roster" / f"{name}.csv"
    report = check_source(source(1, "roster_csv", path), settings())
    assert report.balance.n_accepted >= 1
    assert report.balance.rejected == {}
