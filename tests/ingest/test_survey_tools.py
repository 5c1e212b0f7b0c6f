"""Survey tools: each file has one reader, wrong ones say so, the public samples come out whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from intake_runs import EXPORTS, run_intake, settings, source
from openpyxl import Workbook
from shared_data import shared_path

from core.errors import AuditError, SourceError
from ingest.checking import check_file
from ingest.readers.qualtrics import read_qualtrics
from ingest.reading import source_for, start_reading
from ingest.registry import readers
from ingest.settings import (
    IntakeSettings,
    ItemSettings,
    OptionValue,
    ScaleSettings,
    SurveySettings,
)

TOOLS = (
    "google_forms", "limesurvey", "ms_forms", "qualtrics", "survey_csv", "surveymonkey",
    "typeform",
)  # fmt: skip
FIXTURES = sorted(
    path for tool in TOOLS for path in (EXPORTS / tool).iterdir() if path.suffix == ".csv"
)
WAVE: dict[str, OptionValue] = {"wave": "w", "first_day": "2026-03-01", "last_day": "2026-03-31"}


def declared(mode: str, *columns: str) -> IntakeSettings:
    items = tuple(
        ItemSettings(f"a_{n}", "a", column, n, 1, 5) for n, column in enumerate(columns, start=1)
    )
    scales = (ScaleSettings("a", "A", "felt listening"),)
    return settings(survey=SurveySettings(mode, scales, items))


def answers_of(reader: str, path: Path, chosen: IntakeSettings) -> list[dict[str, object]]:
    reading = start_reading(source(1, reader, path, WAVE), chosen)
    batches = readers.get(reader).function(source_for(reading, chosen))
    return [row for batch in batches for row in batch.rows.to_pylist() if "item" in row]


@pytest.mark.parametrize("path", FIXTURES, ids=[f"{p.parent.name}/{p.name}" for p in FIXTURES])
def test_every_survey_has_exactly_one_reader(path: Path) -> None:
    start = path.read_bytes()[:65536].removeprefix(b"\xef\xbb\xbf")
    claimed = [entry.name for entry in readers if entry.meta.sniff(path, start)]
    assert claimed == [path.parent.name]


@pytest.mark.parametrize("tool", TOOLS)
def test_a_survey_that_asks_for_the_team_is_no_roster(tool: str) -> None:
    first = next(path for path in FIXTURES if path.parent.name == tool)
    assert not readers.get("roster_csv").meta.sniff(first, first.read_bytes()[:65536])


@pytest.mark.parametrize("path", FIXTURES, ids=[f"{p.parent.name}/{p.name}" for p in FIXTURES])
@pytest.mark.parametrize("tool", TOOLS)
def test_a_file_forced_through_another_tool_is_read_or_refused_in_words(
    path: Path, tool: str
) -> None:
    try:
        report = check_file(path, tool)
    except AuditError as error:
        assert error.code
    else:
        report.balance.check()


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("qualtrics/three.csv", "RecipientEmail"), ("qualtrics/legacy.csv", "EmailAddress"),
        ("surveymonkey/condensed.csv", "Email Address"),
        ("google_forms/answers.csv", "Email Address"), ("typeform/answers.csv", "Network ID"),
        ("limesurvey/texts.csv", "Token"),
    ],
)  # fmt: skip
def test_every_tool_keeps_the_promise(name: str, refused: str) -> None:
    path = EXPORTS / name
    with pytest.raises(SourceError, match=f'"{refused}".*E-SURVEY-001') as caught:
        answers_of(path.parent.name, path, declared("anonymous", "Q1_1"))
    assert "acme.example" not in str(caught.value)
    assert "CANARY" not in str(caught.value)


def test_an_export_as_workbook_says_the_same_as_its_text(tmp_path: Path) -> None:
    rows = [
        ["ID", "Start time", "Completion time", "Email", "Name", "People listen", "Team"],
        [1, "2026-03-05 09:00:02", "2026-03-05 09:05:02", "anonymous", "", "Agree", "Fleet"],
        [2, "2026-03-06 09:00:02", "2026-03-06 09:05:02", "anonymous", "", "2", "Stores"],
    ]
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "forms.xlsx")
    text = "\n".join(",".join(str(cell) for cell in row) for row in rows)
    (tmp_path / "forms.csv").write_text(text, encoding="utf-8")
    chosen = declared("anonymous", "People listen")
    found = [
        answers_of("ms_forms", tmp_path / f"forms.{kind}", chosen) for kind in ("xlsx", "csv")
    ]
    assert found[0] == found[1]
    assert [row["raw"] for row in found[0]] == [4.0, 2.0]


def test_a_workbook_whose_titles_end_before_its_columns_is_read_whole(tmp_path: Path) -> None:
    book = Workbook()
    for row in (
        ["Respondent ID", "Collector ID", "End Date", "How much do you agree?"],
        [None, None, None, "People listen", "I feel heard", "I am thanked"],
        [11, 4, "2026-03-05 09:00", "Agree", "Disagree", "Strongly agree"],
    ):
        book.active.append(row)
    book.save(tmp_path / "monkey.xlsx")
    chosen = declared("anonymous", "People listen", "I feel heard", "I am thanked")
    found = answers_of("surveymonkey", tmp_path / "monkey.xlsx", chosen)
    assert [row["raw"] for row in found] == [4.0, 2.0, 5.0]


def test_two_forms_of_one_wave_that_both_count_from_one_stay_apart(tmp_path: Path) -> None:
    head = "ID,Start time,Completion time,Email,Name,Listen,Team\n"
    sources = []
    for number, team in enumerate(("Fleet", "Stores"), start=1):
        path = tmp_path / f"{team}.csv"
        day = f"2026-03-{number + 10}"
        path.write_text(f"{head}1,{day} 09:00,{day} 09:05,anonymous,Anonymous,4,{team}\n")
        sources.append(source(number, "ms_forms", path, WAVE))
    taken = run_intake(tmp_path / "run", sources, survey=declared("anonymous", "Listen").survey)
    assert len(taken.table("responses")) == 2
    again = run_intake(
        tmp_path / "again", [*sources, source(3, "ms_forms", tmp_path / "Fleet.csv", WAVE)],
        survey=declared("anonymous", "Listen").survey,
    )  # fmt: skip
    assert again.table("responses").equals(taken.table("responses"))


def test_dates_that_fit_both_ways_stop_the_import_unless_the_wave_has_its_days(
    tmp_path: Path,
) -> None:
    path = tmp_path / "forms.csv"
    path.write_text(
        "ID,Start time,Completion time,Email,Name,Listen\n"
        "1,3/5/26 9:00,3/5/26 9:05,anonymous,Anonymous,4\n"
    )
    chosen = declared("anonymous", "Listen")
    reading = start_reading(source(1, "ms_forms", path, {"wave": "w"}), chosen)
    with pytest.raises(SourceError, match=r"forms\.csv:2: .*E-CSV-009.*date = .*first_day"):
        list(readers.get("ms_forms").function(source_for(reading, chosen)))
    assert [row["raw"] for row in answers_of("ms_forms", path, chosen)] == [4.0]


def test_no_second_header_is_said(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text("StartDate,ResponseId,Q1\n")
    chosen = declared("confidential", "Q1")
    reading = start_reading(source(1, "qualtrics", path, WAVE), chosen)
    with pytest.raises(SourceError, match="E-QUALTRICS-001"):
        list(read_qualtrics(source_for(reading, chosen)))


# Row counts and values: the sample files of qualtRics hold one response each, 2 to the question.
@pytest.mark.parametrize("column", ["Q1", "QID1", "This is a multiple choice question."])
def test_the_sample_of_a_public_package_is_read_by_code_wording_or_import_id(column: str) -> None:
    path = shared_path("corpora", "survey", "qualtRics", "inst", "extdata", "sample.csv")
    found = answers_of("qualtrics", path, declared("confidential", column))
    assert [row["raw"] for row in found] == [2.0]


@pytest.mark.parametrize("column", ["Q1", "This is a multiple choice question."])
def test_its_older_sample_is_read_too(column: str) -> None:
    path = shared_path("corpora", "survey", "qualtRics", "inst", "extdata", "sample_legacy.csv")
    found = answers_of("qualtrics", path, declared("confidential", column))
    assert [row["raw"] for row in found] == [2.0]


@pytest.mark.parametrize(
    "name",
    ["survey_questions", "metadata", "metadata_flow", "fetch_description_legacy",
     "fetch_description", "column_map"],
)  # fmt: skip
def test_descriptions_of_surveys_are_no_surveys(name: str) -> None:
    path = shared_path("corpora", "survey", "qualtRics", "tests", "fixtures", f"{name}.yml")
    with pytest.raises(SourceError) as caught:
        check_file(path, "qualtrics")
    assert caught.value.code
    with pytest.raises(SourceError, match="E-READER-001"):
        check_file(path)


# by hand: forms, and how many answers each file gives where every scale-like column is an item
@pytest.mark.parametrize(
    ("name", "reader", "n_seen", "n_forms"),
    [
        ("google_forms.csv", "google_forms", 2, 2), ("limesurvey.csv", "limesurvey", 2, 2),
        ("long_eu.csv", "survey_csv", 2, 2), ("msforms.csv", "ms_forms", 1, 1),
        ("qualtrics.csv", "qualtrics", 3, 2), ("surveymonkey.csv", "surveymonkey", 2, 2),
        ("typeform.csv", "typeform", 1, 1),
    ],
)  # fmt: skip
def test_samples_of_every_tool_can_be_looked_at(
    name: str, reader: str, n_seen: int, n_forms: int
) -> None:
    report = check_file(shared_path("corpora", "formats", "survey", name))
    assert report.reader == reader
    assert (report.balance.n_seen, report.balance.n_accepted) == (n_seen, n_forms)
