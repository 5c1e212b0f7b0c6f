"""Typeform answers: a token for each form, questions by wording, times in UTC."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.batches import Batch
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.survey.forms import SURVEY_OPTIONS, read_forms
from ingest.survey.table import SurveyTable, joined_names, open_survey, with_header
from ingest.survey.tools import sniffs


@readers.add(
    "typeform",
    ReaderInfo(
        title="Typeform survey (CSV, XLSX)",
        gives=("forms", "answers"),
        suffixes=(".csv", ".tsv", ".txt", ".xlsx"),
        options=SURVEY_OPTIONS,
        sniff=sniffs("typeform"),
        traps=(
            "the network id is a hash of a person: never kept; in a file declared anonymous it "
            "stops the import",
            "several choices stand in one cell (/ a / b): no answer to an item, counted",
        ),
    ),
)
def read_typeform(source: Source) -> Iterator[Batch]:
    """Answers to declared items; network ids and free text are not read."""
    table = open_survey(source)
    header = ("Response ID" if name == "#" else name for name in table.header)
    table = with_header(table, header)
    yield from read_forms(source, SurveyTable(table, joined_names(table.header)))
