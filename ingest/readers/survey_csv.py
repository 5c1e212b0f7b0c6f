"""Survey answers as CSV or XLSX: one row a form (wide), or one row an answer (long)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ingest.batches import Batch
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.survey.forms import SURVEY_OPTIONS, read_forms
from ingest.survey.scales import shipped
from ingest.survey.table import open_survey, plain_survey
from ingest.survey.tools import survey_tool
from ingest.tables.columns import plain
from ingest.tables.heads import first_rows

FEWEST_ITEMS = 2


def _is_survey(path: Path, start: bytes) -> bool:
    rows = first_rows(path, start) if start else []
    if not rows or survey_tool(rows):
        return False
    header = {plain(cell) for cell in rows[0]}
    is_long = bool({"item", "question", "itemid"} & header) and bool(
        {"value", "answer", "score", "response"} & header
    )
    numbered = [cell for cell in header if re.fullmatch(r"(?:q|item|frage)\d+\w*", cell)]
    known = {plain(item.item_id) for item in shipped().items}
    return is_long or max(len(numbered), len(known & header)) >= FEWEST_ITEMS


@readers.add(
    "survey_csv",
    ReaderInfo(
        title="Survey answers (CSV, XLSX), wide or long",
        gives=("forms", "answers"),
        suffixes=(".csv", ".tsv", ".txt", ".xlsx"),
        options=(*SURVEY_OPTIONS, "layout"),
        sniff=_is_survey,
        traps=(
            "4,5 is four and a half; words are matched to declared bounds, never to a polarity",
            "don't know, n/a and -99 are no answers; a code such as 99 that comes often is named",
            "a question in two spellings and ids that number answers are named",
            "a file declared anonymous that names people is refused",
        ),
    ),
)
def read_survey_csv(source: Source) -> Iterator[Batch]:
    """Answers to declared items; free text, names and unmapped columns are not read."""
    yield from read_forms(source, plain_survey(open_survey(source)))
