"""What looks like an answer and is none: found, told, and never averaged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from intake_runs import SURVEY, Taken, run_intake, source
from openpyxl import Workbook

from core.errors import ConfigError
from ingest.checking import check_file
from ingest.settings import ItemSettings, OptionValue, ScaleSettings, SurveySettings

WAVE: dict[str, OptionValue] = {"wave": "w", "first_day": "2025-03-10", "last_day": "2025-03-14"}


def ask(
    tmp_path: Path, content: str, options: dict[str, OptionValue] | None = None,
    survey: SurveySettings = SURVEY,
) -> Taken:  # fmt: skip
    """Take in one survey and nothing else: units come from its forms."""
    path = tmp_path / "survey.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return run_intake(
        tmp_path / "run", [source(1, "survey_csv", path, WAVE | (options or {}))], survey=survey
    )


def warnings(taken: Taken) -> str:
    return " ".join(taken.report.warnings)


def wide(*answers: int) -> str:
    return "Team,Q1,Q2,Q3\n" + "".join(f"Fleet,{value},1,1\n" for value in answers)


def test_a_value_outside_the_scale_that_comes_often_is_told_as_a_code(tmp_path: Path) -> None:
    taken = ask(tmp_path, wide(99, 99, 99, 99, 99, 3))
    assert "99 (5 times)" in warnings(taken)
    assert "W-SURVEY-008" in warnings(taken)
    [balance] = taken.report.sources
    assert dict(balance.slots) == {"answer_out_of_range": 5}
    values = taken.table("responses")
    assert len(values[values["item_id"] == "safety_1"]) == 1


def test_a_slip_is_counted_and_no_code(tmp_path: Path) -> None:
    assert "W-SURVEY-008" not in warnings(ask(tmp_path, wide(8, 3, 3)))


def test_a_declared_code_is_no_answer_even_inside_the_scale(tmp_path: Path) -> None:
    taken = ask(tmp_path, wide(1, 7), {"not_applicable": [7]})
    assert dict(taken.report.sources[0].slots) == {"not_applicable": 1}


@pytest.mark.parametrize("code", [True, [[1]]])
def test_codes_must_be_numbers_or_texts(tmp_path: Path, code: OptionValue) -> None:
    with pytest.raises(ConfigError, match="not_applicable"):
        ask(tmp_path, wide(1), {"not_applicable": code})


def long(rows: list[tuple[str, str, int]]) -> str:
    return "Response ID,Team,Question,Response\n" + "".join(
        f"{form},Fleet,{item},{value}\n" for form, item, value in rows
    )


def test_a_question_in_two_spellings_is_told_and_can_be_declared_one(tmp_path: Path) -> None:
    survey = SurveySettings(
        scales=(ScaleSettings("growth", "Growth", "growth"),),
        items=(ItemSettings("growth_1", "growth", "I can learn and grow here", highest=4),),
    )
    rows = [("a", "I can learn and grow here", 3), ("b", "I can learn & grow here ", 4)]
    taken = ask(tmp_path / "x", long(rows), survey=survey)
    assert 'nearly "I can learn and grow here"' in warnings(taken)
    assert dict(taken.report.sources[0].filtered) == {"item_not_declared": 1}
    joined = {"items": {"I can learn & grow here": "growth_1"}}
    taken = ask(tmp_path / "y", long(rows), joined, survey)
    assert len(taken.table("responses")) == 2
    assert "W-SURVEY-009" not in warnings(taken)


def test_ids_that_number_answers_are_told(tmp_path: Path) -> None:
    rows = [(str(n), f"Q{1 + n % 3}", 3) for n in range(12)]
    taken = ask(tmp_path, long(rows))
    assert "12 of 12 respondents have one answer only (W-SURVEY-010)" in warnings(taken)
    assert taken.report.sources[0].notes["respondents_with_one_answer"] == 12


def test_people_with_several_answers_and_surveys_of_one_question_are_not(tmp_path: Path) -> None:
    several = [(str(n // 3), f"Q{1 + n % 3}", 3) for n in range(12)]
    assert "W-SURVEY-010" not in warnings(ask(tmp_path / "x", long(several)))
    one = SurveySettings(
        scales=(ScaleSettings("enps", "eNPS", "enps"),),
        items=(ItemSettings("enps_1", "enps", "Q1", lowest=0, highest=10),),
    )
    taken = ask(tmp_path / "y", long([(str(n), "Q1", 3) for n in range(9)]), survey=one)
    assert "W-SURVEY-010" not in warnings(taken)


def test_the_same_row_twice_counts_once(tmp_path: Path) -> None:
    taken = ask(tmp_path, long([("a", "Q1", 3), ("a", "Q1", 3), ("a", "Q2", 3)]))
    [balance] = taken.report.sources
    assert (balance.n_seen, balance.n_accepted, balance.n_duplicate) == (3, 2, 1)


def test_partial_forms_are_noted_and_test_forms_left_out(tmp_path: Path) -> None:
    content = (
        "Team,Status,Q1,Q2,Q3\nFleet,Complete,1,1,1\nFleet,Incomplete,1,,\n"
        "Fleet,Survey Preview,1,1,1\n"
    )
    [balance] = ask(tmp_path, content).report.sources
    assert balance.notes["marked_incomplete"] == 1
    assert dict(balance.filtered) == {"test_or_spam": 1}
    assert balance.n_accepted == 2


def test_without_a_roster_units_come_from_the_survey(tmp_path: Path) -> None:
    taken = ask(tmp_path, "Division,Team,Q1,Q2,Q3\nOps,Fleet,1,1,1\nOps,Stores,1,1,1\n")
    above = taken.table("units").set_index("unit_id")["parent_id"].dropna().to_dict()
    assert above == {"ops": "org", "ops-fleet": "ops", "ops-stores": "ops"}
    assert set(taken.table("responses")["unit_id"]) == {"ops-fleet", "ops-stores"}
    assert taken.table("invited").empty


def test_a_workbook_says_the_same_as_its_text(tmp_path: Path) -> None:
    text = ask(tmp_path / "x", "Team,Q1,Q2,Q3\nFleet,1,2,\nStores,4,5,6\n")
    book = Workbook()
    for row in (["Team", "Q1", "Q2", "Q3"], ["Fleet", 1, 2, None], ["Stores", 4, 5, 6]):
        book.active.append(row)
    path = tmp_path / "survey.xlsx"
    book.save(path)
    sheet = run_intake(tmp_path / "y", [source(1, "survey_csv", path, WAVE)], survey=SURVEY)
    keys = ["unit_id", "item_id"]
    columns = [*keys, "raw", "value"]
    first = text.table("responses")[columns].sort_values(keys, ignore_index=True)
    assert sheet.table("responses")[columns].sort_values(keys, ignore_index=True).equals(first)


def test_check_finds_the_reader_of_a_workbook_and_lists_the_answers(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Response ID", "Team", "Question", "Response"])
    for n in range(12):
        book.active.append([n, "Fleet", "Can you learn and grow" + " here" * (n % 2), n % 3])
    path = tmp_path / "survey.xlsx"
    book.save(path)
    report = check_file(path)
    assert report.reader == "survey_csv"
    assert report.facts["answers found"] == "0 (4), 1 (4), 2 (4)"


def test_check_names_questions_that_may_be_one(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text(long([("a", "I can learn and grow here every day", 3),
                          ("b", "I can learn & grow here every day", 4)]))  # fmt: skip
    [line] = [line for line in check_file(path).suggestion if line.startswith("# one question")]
    assert "learn and grow" in line
    assert "learn & grow" in line


def test_an_anonymous_workbook_that_names_people_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Team", "Email", "Q1", "Q2", "Q3"])
    book.active.append(["Fleet", "someone@example.com", 1, 1, 1])
    path = tmp_path / "survey.xlsx"
    book.save(path)
    with pytest.raises(Exception, match="E-SURVEY-001") as caught:
        run_intake(tmp_path / "r", [source(1, "survey_csv", path, WAVE)],
                   survey=replace(SURVEY, mode="anonymous"))  # fmt: skip
    assert "someone" not in str(caught.value)
