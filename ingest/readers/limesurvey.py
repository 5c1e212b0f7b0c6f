"""LimeSurvey answers: question codes or wording as headers, answer codes or texts as cells."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.batches import Batch
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.survey.forms import SURVEY_OPTIONS, read_forms
from ingest.survey.table import SurveyTable, columns_of, joined_names, open_survey
from ingest.survey.tools import sniffs

ANONYMISED = frozenset({"1980-01-01"})
_FORM = ("id", "responseid", "seed", "submitdate", "datesubmitted", "startdate", "datestarted")


@readers.add(
    "limesurvey",
    ReaderInfo(
        title="LimeSurvey survey (CSV, XLSX)",
        gives=("forms", "answers"),
        suffixes=(".csv", ".tsv", ".txt", ".xlsx"),
        options=SURVEY_OPTIONS,
        sniff=sniffs("limesurvey"),
        traps=(
            "1980-01-01 stands for a date that was made anonymous: no date",
            "codes A1 to A5 are places in the list of answers, the first the lowest: said aloud",
            "an array is Q1[SQ001] or Q1_SQ001, in the file or in the declaration: one name",
            "no submit date means that the form was not handed in: read and counted",
            "ids begin at 1 in every survey: a form is told by id, seed and dates together",
        ),
    ),
)
def read_limesurvey(source: Source) -> Iterator[Batch]:
    """Answers to declared items; tokens, addresses and free text are not read."""
    table = open_survey(source)
    survey = SurveyTable(
        table,
        joined_names(table.header),
        no_dates=ANONYMISED,
        has_codes=True,
        needs_date=True,
        form_columns=columns_of(table.header, _FORM),
    )
    yield from read_forms(source, survey)
