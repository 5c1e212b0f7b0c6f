"""Which survey tool wrote a table, told from its first rows: one answer, so no two claim it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ingest.tables.heads import first_rows, plain_headers

QUALTRICS_MARK = '"ImportId"'
MS_START_TIMES = {"starttime", "startzeit", "heurededébut", "horadeinicio", "oradiinizio"} | {
    "horadeinício",
    "begintijd",
}
MS_END_TIMES = {
    "completiontime",
    "fertigstellungszeit",
    "heuredefin",
    "horadefinalización",
    "oradicompletamento",
    "horadeconclusão",
    "tijdvanvoltooien",
}
_TIMESTAMPS = {
    "timestamp",
    "zeitstempel",
    "horodateur",
    "marcatemporal",
    "informazionicronologiche",
    "carimbodedatahora",
    "tijdstempel",
}
_LIME = ({"submitdate", "lastpage", "startlanguage", "seed"},
         {"datesubmitted", "lastpage", "startlanguage", "seed"})  # fmt: skip
_LIME_NEEDS = 3
_QUESTION_WORDS = 3

Rows = Sequence[Sequence[str]]


def survey_tool(rows: Rows) -> str:
    """Return the reader for a survey export by its first rows, "" where no tool wrote it."""
    if not rows:
        return ""
    header = plain_headers(list(rows[0]))
    named = set(header)
    second = set(plain_headers(list(rows[1]))) if len(rows) > 1 else set()
    tools = (
        ("qualtrics", _is_qualtrics(rows, second)),
        ("surveymonkey", {"respondentid", "collectorid"} <= named),
        ("typeform", {"startdateutc", "submitdateutc"} <= named),
        ("ms_forms", bool(named & MS_START_TIMES) and bool(named & MS_END_TIMES)),
        ("limesurvey", any(len(named & known) >= _LIME_NEEDS for known in _LIME)),
        ("google_forms", header[0] in _TIMESTAMPS and _asks(rows[0][1:])),
    )
    return next((name for name, fits in tools if fits), "")


def sniffs(tool: str) -> Callable[[Path, bytes], bool]:
    """Return the sniffer of one tool."""

    def is_of_tool(path: Path, start: bytes) -> bool:
        return bool(start) and survey_tool(first_rows(path, start)) == tool

    return is_of_tool


def _is_qualtrics(rows: Rows, second: set[str]) -> bool:
    marked = any(any(QUALTRICS_MARK in cell for cell in row) for row in rows[:3])
    return marked or {"responseid", "responseset", "externaldatareference"} <= second


def _asks(headers: Sequence[str]) -> bool:
    """Whether headers are questions: this tool writes them out, others write column names."""
    return any(
        name.endswith(("?", "]")) or len(name.split()) >= _QUESTION_WORDS for name in headers
    )
