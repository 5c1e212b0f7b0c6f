"""SurveyMonkey exports: a row of questions, a row of sub-questions or choices, then the forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.batches import Batch
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.survey.choices import Choices, choices_in, row_of
from ingest.survey.forms import SURVEY_OPTIONS, read_forms
from ingest.survey.table import (
    SurveyTable,
    below,
    joined_names,
    open_survey,
    top,
    widened,
    with_header,
)
from ingest.survey.tools import sniffs
from ingest.tables.any_table import Table
from ingest.tables.columns import names_of, plain

_NO_SUB = {"", "response", "openendedresponse"}


@readers.add(
    "surveymonkey",
    ReaderInfo(
        title="SurveyMonkey survey (CSV, XLSX)",
        gives=("forms", "answers"),
        suffixes=(".csv", ".tsv", ".txt", ".xlsx"),
        options=SURVEY_OPTIONS,
        sniff=sniffs("surveymonkey"),
        traps=(
            "two header rows: a question stands over its first column alone and is filled forward",
            "expanded exports give each choice a column: put together to one answer",
            "ids such as 1.14E+11 are destroyed: forms are told apart by line, said aloud",
            "a form without an end date was not handed in: read and counted",
        ),
    ),
)
def read_surveymonkey(source: Source) -> Iterator[Batch]:
    """Answers to declared items; addresses, names and free text are not read."""
    table = widened(open_survey(source))
    rows = top(table, 1)
    subs, body = [""] * table.width, table
    if rows and not rows[0][1][_place_of_id(source, table)].strip():
        subs, body = rows[0][1], below(table, rows[0][0])
    asked = _filled(table.header)
    header = [_title(question, sub) for question, sub in zip(asked, subs, strict=True)]
    body = with_header(body, header)
    groups = choices_in(body, asked, subs)
    whole = [*header]
    for first, *_ in groups:
        whole[first] = _title(asked[first], row_of(subs[first]))
    names = joined_names(whole, [_alone(asked, subs, at) for at in range(len(asked))])
    survey = SurveyTable(Choices(body, groups), names, needs_date=True)
    yield from read_forms(source, survey)


def _place_of_id(source: Source, table: Table) -> int:
    names = [plain(name) for name in table.header]
    if "respondentid" not in names:
        raise source.error(
            "there is no column Respondent ID",
            "E-SURVEY-011",
            f"Nothing was read. Is this an export of SurveyMonkey? Columns: {names_of(table)}.",
            place="1",
        )
    return names.index("respondentid")


def _filled(header: Sequence[str]) -> list[str]:
    """The question over each column: it stands over the first of its columns alone."""
    filled: list[str] = []
    for name in header:
        filled.append(name or (filled[-1] if filled else ""))
    return filled


def _title(question: str, sub: str) -> str:
    return question if plain(sub) in _NO_SUB else f"{question} - {sub}"


def _alone(asked: Sequence[str], subs: Sequence[str], at: int) -> str:
    """Another name of a column: its question, where that has no other column."""
    return asked[at] if asked.count(asked[at]) == 1 else subs[at]
