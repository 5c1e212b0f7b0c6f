"""SPSS files (.sav, .zsav, .por) of a survey: codes with labels, and values declared missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ingest.batches import Batch
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.survey.forms import SURVEY_OPTIONS, meanings, read_forms
from ingest.survey.table import SurveyTable, joined_names
from ingest.tables.spss_table import is_spss, open_spss


def _is_spss(_path: Path, start: bytes) -> bool:
    return is_spss(start)


@readers.add(
    "spss",
    ReaderInfo(
        title="SPSS survey (.sav, .zsav, .por)",
        gives=("forms", "answers"),
        suffixes=(".sav", ".zsav", ".por"),
        options=SURVEY_OPTIONS,
        sniff=_is_spss,
        traps=(
            "an answer is its code; a text such as a team is the label of its code",
            "values declared missing by the user are no answers; empty ones are blank",
            "old files in cp1252 without saying so: tried after the encoding that they state",
        ),
        package="pyreadstat",
        is_hostile=True,
    ),
)
def read_spss(source: Source) -> Iterator[Batch]:
    """Answers to declared items; free text and names are not read."""
    table = open_spss(source)
    names = joined_names(table.header, table.labels)
    meant = meanings(source, SurveyTable(table, names)).values()
    spoken = frozenset(table.header[at] for places in meant for at in places)
    yield from read_forms(source, SurveyTable(replace(table, spoken=spoken), names))
