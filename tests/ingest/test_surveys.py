"""Surveys: declared items turned and scaled, promises kept, units found, everything counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_runs import EXPORTS, SURVEY, Taken, run_intake, source

from core.errors import SourceError
from core.windows import date_of
from ingest.settings import ItemSettings, OptionValue, ScaleSettings, SurveySettings
from ingest.survey.scales import scales_of, shipped
from ingest.surveys import scaled

ROSTER = source(1, "roster_csv", EXPORTS / "roster_csv" / "roster.csv")
WAVE: dict[str, OptionValue] = {"wave": "w", "first_day": "2025-03-10", "last_day": "2025-03-14"}


def ask(
    tmp_path: Path, content: str, options: dict[str, OptionValue] | None = None, **survey: object
) -> Taken:
    path = tmp_path / "survey.csv"
    path.write_text(content, encoding="utf-8")
    declared = replace(SURVEY, **survey)  # type: ignore[arg-type]
    sources = [ROSTER, source(2, "survey_csv", path, WAVE | (options or {}))]
    return run_intake(tmp_path / "run", sources, survey=declared)


@given(
    lowest=st.integers(-5, 5), points=st.integers(1, 10), place=st.floats(0, 1),
    is_reversed=st.booleans(),
)  # fmt: skip
def test_a_value_lies_between_zero_and_one_and_turning_twice_changes_nothing(
    lowest: int, points: int, place: float, is_reversed: bool
) -> None:
    item = ItemSettings("i", "s", "Q1", 1, lowest, lowest + points, is_reversed)
    raw = lowest + place * points
    value = scaled(raw, item)
    assert -1e-9 <= value <= 1 + 1e-9
    assert scaled(raw, replace(item, is_reversed=not is_reversed)) == pytest.approx(1 - value)


def test_reversed_items_are_turned_and_bad_answers_counted(tmp_path: Path) -> None:
    taken = ask(tmp_path, "Team,Q1,Q2,Q3\nFleet,1,7,\nStores,7,8,perhaps\nStores,,n/a,-99\n")
    found = taken.table("responses").set_index(["unit_id", "item_id"])["value"].to_dict()
    # by hand: Q1 is reversed, from 1 to 7
    assert found == {("operations-fleet", "safety_1"): 1.0, ("operations-fleet", "safety_2"): 1.0,
                     ("operations-stores", "safety_1"): 0.0}  # fmt: skip
    [balance] = [b for b in taken.report.sources if b.number == 2]
    assert (balance.n_seen, balance.n_accepted) == (3, 2)
    assert dict(balance.filtered) == {"no_answer": 1}
    assert (balance.n_slots, balance.n_rows) == (9, 3)
    assert dict(balance.slots) == {"blank": 2, "answer_out_of_range": 1,
                                   "answer_not_understood": 1, "not_applicable": 2}  # fmt: skip


@pytest.mark.parametrize("column", ["Email", "IP Address", "First Name", "employee_id", "Token"])
def test_a_file_declared_anonymous_that_names_people_is_refused(
    tmp_path: Path, column: str
) -> None:
    with pytest.raises(SourceError, match=f'"{column}".*E-SURVEY-001.*Import refused') as caught:
        ask(tmp_path, f"Team,{column},Q1,Q2,Q3\nFleet,someone,1,1,1\n")
    assert "someone" not in str(caught.value)


def test_columns_that_say_anonymous_in_every_row_keep_the_promise(tmp_path: Path) -> None:
    taken = ask(tmp_path, "Team,Email,Name,Q1,Q2,Q3\nFleet,anonymous,Anonymous,1,1,1\n")
    assert len(taken.table("responses")) == 3


def test_a_form_promised_anonymous_keeps_the_team_alone(tmp_path: Path) -> None:
    taken = ask(tmp_path, "Team,Site,Level Group,Tenure Band,Q1,Q2,Q3\nFleet,Rome,1,2,1,1,1\n")
    kept = taken.table("responses")[["level_group", "site", "tenure_band"]]
    assert kept.isna().all(axis=None)


def test_a_confidential_form_finds_its_unit_by_the_id_and_keeps_no_link(tmp_path: Path) -> None:
    content = ("Employee ID,Date,Q1,Q2,Q3\nE3,2025-03-12,1,2,3\nE3,2025-04-12,1,2,3\n"
               "E9,2025-03-12,1,2,3\nE5,2025-03-12,1,2,3\n")  # fmt: skip
    taken = ask(tmp_path, content, mode="confidential")
    rows = taken.table("responses")
    # by hand: E3 left on 2025-03-31; E9 is on no roster
    assert sorted(set(rows["unit_id"])) == ["operations-fleet", "operations-stores"]
    [balance] = [b for b in taken.report.sources if b.number == 2]
    assert dict(balance.filtered) == {"person_not_on_roster": 2}
    assert dict(balance.slots) == {"form_left_out": 6}
    people = set(taken.table("people")["person_id"])
    assert not any(form[: len(p)] == p for form in rows["form_id"] for p in people)
    assert set(rows["tenure_band"]) == {"1 to 3 years"}


def test_the_same_person_has_another_form_id_in_another_wave(tmp_path: Path) -> None:
    content = "Employee ID,Wave,Q1,Q2,Q3\nE2,w1,1,2,3\nE2,w2,1,2,3\n"
    rows = ask(tmp_path, content, mode="confidential").table("responses")
    assert rows.groupby("wave_id")["form_id"].nunique().to_dict() == {"w1": 1, "w2": 1}
    assert rows["form_id"].nunique() == 2


def test_a_long_table_says_the_same_as_a_wide_one(tmp_path: Path) -> None:
    wide = ask(tmp_path, "Form ID,Team,Q1,Q2,Q3\na,Fleet,1,2,3\nb,Stores,4,5,6\n")
    long = ask(
        tmp_path,
        "Form ID;Team;Item;Answer\n" + "".join(
            f"{form};{team};Q{n};{value}\n" for form, team, values in
            (("b", "Stores", (4, 5, 6)), ("a", "Fleet", (1, 2, 3)))
            for n, value in enumerate(values, start=1)
        ),
    )  # fmt: skip
    assert wide.table("responses").equals(long.table("responses"))


def test_a_survey_imported_twice_counts_once(tmp_path: Path) -> None:
    path = EXPORTS / "survey_csv" / "wide.csv"
    options = WAVE | {}
    once = run_intake(tmp_path / "a", [ROSTER, source(2, "survey_csv", path, options)])
    twice = run_intake(tmp_path / "b", [ROSTER, source(2, "survey_csv", path, options),
                                        source(3, "survey_csv", path, options)])  # fmt: skip
    assert once.table("responses").equals(twice.table("responses"))
    assert twice.report.sources[2].n_duplicate == 3


def test_a_scale_that_is_there_in_part_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r'no column for "Q3".*E-SURVEY-002.*"Q4"'):
        ask(tmp_path, "Team,Q1,Q2,Q4\nFleet,1,2,3\n")


def test_wording_as_column_title_and_text_as_answer_can_be_declared(tmp_path: Path) -> None:
    taken = ask(
        tmp_path, "Team,Mistakes are held against you,Q2,Q3\nFleet,Strongly agree,1,1\n",
        {"items": {"Mistakes are held against you": "safety_1"}, "labels": {"strongly agree": 7}},
    )  # fmt: skip
    rows = taken.table("responses").set_index("item_id")
    assert (rows.loc["safety_1", "raw"], rows.loc["safety_1", "value"]) == (7, 0.0)


def test_a_half_point_has_a_value_and_no_whole_answer(tmp_path: Path) -> None:
    rows = ask(tmp_path, "Team;Q1;Q2;Q3\nFleet;2,5;1;1\n").table("responses")
    row = rows.set_index("item_id").loc["safety_1"]
    assert row["value"] == pytest.approx(0.75)
    assert row.isna()["raw"]


def test_who_was_invited_comes_from_the_roster_of_the_day_or_from_a_file(tmp_path: Path) -> None:
    content = "Team,Q1,Q2,Q3\nFleet,1,2,3\n"
    told = ask(tmp_path, content).table("invited").set_index("unit_id")["n_invited"].to_dict()
    # by hand: E2 and E3 in Fleet, E4 and E5 in Stores on 2025-03-10
    assert told["operations-fleet"] == 2
    assert told["operations-stores"] == 2
    (tmp_path / "invited.csv").write_text("Team,Invited\nFleet,40\nStores,7\n", encoding="utf-8")
    given_ = ask(tmp_path, content, {"invited": "invited.csv"}).table("invited")
    assert given_.set_index("unit_id")["n_invited"].to_dict() == {
        "operations-fleet": 40, "operations-stores": 7,
    }  # fmt: skip


def test_days_of_a_wave_come_from_the_options_or_from_the_forms(tmp_path: Path) -> None:
    content = "Team,Date,Q1,Q2,Q3\nFleet,2025-03-13,1,2,3\nFleet,2025-03-11,1,2,3\n"
    path = tmp_path / "s.csv"
    path.write_text(content, encoding="utf-8")
    taken = run_intake(tmp_path / "run", [ROSTER, source(2, "survey_csv", path, {"wave": "w"})])
    [wave] = taken.table("waves").to_dict("records")
    assert [date_of(wave[name]).isoformat() for name in ("first_day", "last_day")] == [
        "2025-03-11", "2025-03-13",
    ]  # fmt: skip
    path.write_text("Team,Q1,Q2,Q3\nFleet,1,2,3\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"E-SURVEY-004.*first_day and last_day"):
        run_intake(tmp_path / "run", [ROSTER, source(2, "survey_csv", path, {"wave": "w"})])


def test_an_unknown_unit_is_named_with_its_nearest_and_never_guessed(tmp_path: Path) -> None:
    taken = ask(tmp_path, "Division,Team,Q1,Q2,Q3\nOperations,Fleets,1,2,3\n")
    assert taken.table("responses").empty
    assert 'nearest: "Operations > Fleet"' in taken.report.warnings[-1]


def test_shipped_scales_have_items_bounds_and_no_wording() -> None:
    scales = shipped()
    by_scale = {s.scale_id: [i for i in scales.items if i.scale_id == s.scale_id]
                for s in scales.scales}  # fmt: skip
    # Edmondson 1999: seven items, of which 1, 3 and 5 are reversed
    safety = by_scale["psychological_safety"]
    assert [item.item_no for item in safety if item.is_reversed] == [1, 3, 5]
    assert len(safety) == 7
    assert len(by_scale["felt_listening"]) == 4
    assert all(item.lowest < item.highest for item in scales.items)


def test_a_declared_scale_takes_over_what_it_leaves_empty() -> None:
    bare = SurveySettings(scales=(ScaleSettings("psychological_safety", "", "", 5),),
                          items=SURVEY.items)  # fmt: skip
    [scale] = scales_of(bare).scales
    assert scale.title == "Psychological safety"
    assert scale.source == "Edmondson 1999"
