"""Outcomes: figures of units alone, units matched and never guessed, nothing of a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from intake_runs import EXPORTS, Taken, run_intake, settings, source

from core.errors import SourceError
from core.tables.context import OUTCOMES
from core.windows import date_of
from ingest.batches import SEPARATOR, Rows
from ingest.context import take_outcomes
from ingest.limits import Limits
from ingest.people.units import unit_tree
from ingest.readers.outcomes_csv import read_outcomes_csv
from ingest.reading import source_for, start_reading
from ingest.settings import OptionValue
from ingest.survey_rows import SurveyRows
from ingest.tally import Tally

ROSTER = source(1, "roster_csv", EXPORTS / "roster_csv" / "roster.csv")
HEAD = "Outcome,Kind,Unit,First day,Last day,Value,N people"
TREE = unit_tree([("Ops", "Fleet"), ("Ops", "Stores"), ("Ops", "Works Council")], "Acme")


@dataclass
class Told:
    """What was read of one source, without a reader."""

    file_sha256: str
    tally: Tally = field(default_factory=lambda: Tally("outcomes.csv", Limits(reject_share=1.0)))
    survey: SurveyRows = field(default_factory=SurveyRows)


def told(name: str, *figures: tuple[str, float, int]) -> Told:
    """Turnover of units from day 0 to day 90."""
    found, rows = Told(name), Rows("outcomes")
    for line, (unit, value, people) in enumerate(figures, start=2):
        path = unit.replace("/", SEPARATOR)
        rows.add(line, "Leavers", "turnover", path, 0, 90, value, people)
        found.tally.see()
    found.survey.add(rows.take())
    return found


def is_council(name: str) -> bool:
    return name == "Works Council"


def take(tmp_path: Path, content: str, options: dict[str, OptionValue] | None = None) -> Taken:
    path = tmp_path / "outcomes.csv"
    path.write_text(content, encoding="utf-8")
    return run_intake(tmp_path / "run", [ROSTER, source(2, "outcomes_csv", path, options)])


def test_figures_are_placed_and_everything_is_counted() -> None:
    one = told("b", ("Ops/Fleet", 0.1, 40), ("Stores", 0.2, 30), ("Fleets", 0.3, 30),
               ("Ops/Works Council", 0.1, 9), ("Ops", 0.1, 4))  # fmt: skip
    two = told("a", ("Fleet", 0.1, 40), ("stores", 0.25, 30))
    table = take_outcomes([one, two], TREE, is_council)
    # by hand: file a comes first; its Fleet is one's duplicate, its Stores contradicts one's
    assert table[["unit_id", "value", "end_day"]].to_numpy().tolist() == [
        ["ops-fleet", 0.1, 91], ["ops-stores", 0.25, 91],
    ]  # fmt: skip
    assert (two.tally.accepted, one.tally.duplicate) == (2, 1)
    assert dict(one.tally.filtered) == {
        "unit_unknown": 1, "special_group": 1, "too_few_people": 1,
    }  # fmt: skip
    assert [(r.locator, r.code) for r in one.tally.rejects] == [("line 3", "E-OUTCOMES-008")]
    assert 'nearest: "Ops > Fleet"' in one.tally.warnings[0]
    turned = take_outcomes([told("a", ("Fleet", 0.1, 40)), told("b", ("Fleet", 0.1, 40))],
                           TREE, is_council)  # fmt: skip
    assert turned.equals(table[:1])


def test_nothing_gives_an_empty_table_of_the_contract() -> None:
    assert list(take_outcomes([], TREE, is_council).columns) == OUTCOMES.names


def test_a_run_writes_the_table_and_the_balance_closes(tmp_path: Path) -> None:
    fixture = EXPORTS / "outcomes_csv" / "outcomes.csv"
    taken = take(tmp_path, fixture.read_text(encoding="utf-8"))
    rows = taken.table("outcomes").set_index(["outcome_id", "unit_id"])
    # by hand: the three figures of units that are on the roster
    assert rows["value"].to_dict() == {
        ("customer-score", "operations-stores"): -12.0,
        ("leavers", "operations-fleet"): 0.12,
        ("leavers", "operations-stores"): 0.05,
    }
    assert rows["higher_is"].to_dict()["leavers", "operations-fleet"] == "worse"
    assert date_of(rows["end_day"].iloc[-1]).isoformat() == "2025-04-01"
    [balance] = [b for b in taken.report.sources if b.number == 2]
    assert (balance.n_seen, balance.n_accepted) == (11, 3)
    assert dict(balance.filtered) == {"empty_row": 1, "unit_unknown": 1}
    for file in taken.folder.root.rglob("*"):
        assert not (file.is_file() and b"CANARY" in file.read_bytes()), file.name


@pytest.mark.parametrize(
    "column", ["Email", "Employee ID", "Name", "User ID", "Work Email", "Token"]
)
def test_a_column_of_people_refuses_the_file(tmp_path: Path, column: str) -> None:
    content = f"{HEAD},{column}\nLeavers,turnover,Fleet,2025-01-01,2025-03-31,0.1,40,canary\n"
    with pytest.raises(SourceError, match=rf'outcomes\.csv:1: .*"{column}".*E-OUTCOMES-001') as e:
        take(tmp_path, content)
    assert "canary" not in str(e.value)


def test_addresses_refuse_the_file_under_any_header(tmp_path: Path) -> None:
    content = f"{HEAD},Contact\nLeavers,turnover,Fleet,2025-01-01,2025-03-31,0.1,40,a@b.example\n"
    with pytest.raises(SourceError, match=r'"Contact".*E-OUTCOMES-001') as caught:
        take(tmp_path, content)
    assert "a@b" not in str(caught.value)


def read(tmp_path: Path, content: str, options: dict[str, OptionValue] | None = None) -> Tally:
    path = tmp_path / "o.csv"
    path.write_text(content, encoding="utf-8")
    reading = start_reading(source(1, "outcomes_csv", path, options), settings())
    list(read_outcomes_csv(source_for(reading, settings())))
    return reading.tally


def test_missing_columns_are_named_with_those_found(tmp_path: Path) -> None:
    with pytest.raises(
        SourceError, match=r"no column for kind, n_people.*E-OUTCOMES-002.*\"Unit\""
    ):
        read(tmp_path, "Outcome,Unit,From,To,Value\nLeavers,Fleet,2025-01-01,2025-03-31,0.1\n")


def test_dates_that_fit_both_ways_stop_the_import(tmp_path: Path) -> None:
    content = f"{HEAD}\nLeavers,turnover,Fleet,01/02/2025,03/04/2025,0.1,40\n"
    with pytest.raises(SourceError, match=r"o\.csv:2: .*E-CSV-009"):
        read(tmp_path, content)
    assert read(tmp_path, content, {"date": "%d/%m/%Y"}).n_rejected == 0
