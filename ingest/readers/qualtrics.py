"""Qualtrics exports: codes, wording and import ids in up to three header rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.batches import Batch
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.survey.forms import SURVEY_OPTIONS, read_forms
from ingest.survey.table import SurveyTable, below, joined_names, open_survey, top
from ingest.survey.tools import QUALTRICS_MARK, sniffs
from ingest.tables.columns import plain

_IMPORT_ID = re.compile(r'"ImportId"\s*:\s*"([^"]{1,200})"')
_OLDER = {"responseid", "status"}
# Status as a number is a sum: 1 preview, 2 test, 8 spam; 4 imported and 16 offline are forms.
_NO_FORM = frozenset(str(n) for n in range(64) if n & (1 | 2 | 8)) | {
    "survey preview spam",
    "imported spam",
    "offline survey preview",
    "spam survey preview",
}


@readers.add(
    "qualtrics",
    ReaderInfo(
        title="Qualtrics survey (CSV, XLSX)",
        gives=("forms", "answers"),
        suffixes=(".csv", ".tsv", ".txt", ".xlsx"),
        options=SURVEY_OPTIONS,
        sniff=sniffs("qualtrics"),
        traps=(
            "three header rows, the second localized and with line breaks: an item may be "
            "declared by code, wording or import id",
            "older exports have two header rows: read too",
            "previews, tests and spam are left out, by words or numbers of the status",
            "unfinished forms are read and counted; unfinished = leave_out leaves them out",
            "-99 is a question seen and not answered: no answer",
            "IP address, place and recipient are never kept; in a file declared anonymous they "
            "stop the import",
        ),
    ),
)
def read_qualtrics(source: Source) -> Iterator[Batch]:
    """Answers to declared items; addresses, places and free text are not read."""
    table = open_survey(source)
    rows = top(table, 2)
    marks = [n for n, (_, row) in enumerate(rows) if any(QUALTRICS_MARK in cell for cell in row)]
    n_more = marks[0] + 1 if marks else 1
    is_older = bool(rows) and {plain(cell) for cell in rows[0][1]} >= _OLDER
    if not marks and not is_older:
        raise source.error(
            "there is no header row with import ids or with the names of older exports",
            "E-QUALTRICS-001",
            "Nothing was read. Export the survey again as CSV, with all its header rows.",
            place="2",
        )
    more = [_names(row) for _, row in rows[:n_more]]
    names = joined_names(table.header, *more)
    survey = SurveyTable(below(table, rows[n_more - 1][0]), names, _NO_FORM)
    yield from read_forms(source, survey)


def _names(row: Sequence[str]) -> list[str]:
    found = [_IMPORT_ID.search(cell) for cell in row]
    return [m.group(1) if m else cell for m, cell in zip(found, row, strict=True)]
