"""Google Forms answers as a sheet: a timestamp, then one column a question."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.batches import Batch
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.survey.forms import SURVEY_OPTIONS, read_forms
from ingest.survey.table import SurveyTable, joined_names, open_survey, with_header
from ingest.survey.tools import sniffs


@readers.add(
    "google_forms",
    ReaderInfo(
        title="Google Forms survey (CSV, XLSX)",
        gives=("forms", "answers"),
        suffixes=(".csv", ".tsv", ".txt", ".xlsx"),
        options=SURVEY_OPTIONS,
        sniff=sniffs("google_forms"),
        traps=(
            "a grid is a column for each row, Question [row]: an item may be declared by the row",
            "dates follow the form's country: all dates of the file decide, else we ask",
            "a zone behind the time, such as GMT+1, is no part of the day",
        ),
    ),
)
def read_google_forms(source: Source) -> Iterator[Batch]:
    """Answers to declared items; addresses and free text are not read."""
    table = open_survey(source)
    table = with_header(table, ("Timestamp", *table.header[1:]))
    yield from read_forms(source, SurveyTable(table, joined_names(table.header)))
