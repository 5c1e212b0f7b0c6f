"""Microsoft Forms answers: numbered forms, times on the maker's clock, questions by wording."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.batches import Batch
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.survey.forms import SURVEY_OPTIONS, read_forms
from ingest.survey.table import SurveyTable, columns_of, joined_names, open_survey, with_header
from ingest.survey.tools import MS_END_TIMES, MS_START_TIMES, sniffs
from ingest.tables.columns import plain


@readers.add(
    "ms_forms",
    ReaderInfo(
        title="Microsoft Forms survey (XLSX, CSV)",
        gives=("forms", "answers"),
        suffixes=(".csv", ".tsv", ".txt", ".xlsx"),
        options=SURVEY_OPTIONS,
        sniff=sniffs("ms_forms"),
        traps=(
            "the word anonymous stands for nobody in the columns of addresses and names",
            "ids begin at 1 in every form: a form is told by id, start and end together",
            "dates such as 1/5/26: all dates of the file decide, else we ask",
            "several choices end with a semicolon; one choice with a semicolon is that choice",
            "saved by a spreadsheet the file is in cp1252: found by the file as a whole",
        ),
    ),
)
def read_ms_forms(source: Source) -> Iterator[Batch]:
    """Answers to declared items; addresses, names and free text are not read."""
    table = open_survey(source)
    table = with_header(table, (_said(name) for name in table.header))
    forms = columns_of(table.header, ("id", "starttime", "completiontime"))
    yield from read_forms(
        source, SurveyTable(table, joined_names(table.header), form_columns=forms)
    )


def _said(name: str) -> str:
    """A header of the tool in English, whatever the language of its maker."""
    if plain(name) in MS_START_TIMES:
        return "Start time"
    return "Completion time" if plain(name) in MS_END_TIMES else name
