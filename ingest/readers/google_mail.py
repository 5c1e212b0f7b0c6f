"""Mail logs of Google Workspace: Gmail log events in BigQuery, and Email Log Search."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ingest.batches import Batch
from ingest.files.export_files import named_places, plain_files
from ingest.files.json_files import JsonError, line_records
from ingest.logs.google_logs import (
    EVENT_COLUMNS,
    SEARCH_COLUMNS,
    EventTaker,
    GmailEvent,
    SearchTaker,
    is_log_search,
    microseconds,
)
from ingest.logs.trace_rows import TraceRows
from ingest.logs.trace_tables import header_in
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.tables.columns import aliased_columns
from ingest.tables.csv_table import OPTIONS, open_table, shape_of
from ingest.tables.locale_times import DateOrder, utc_parser

CODE = "E-GOOGLE"
SUFFIXES = (".csv", ".json", ".ndjson", ".jsonl")
_JSON_EVENT = re.compile(rb'\s*\{.{0,65536}"mail_event_type"', re.DOTALL)
_LOOKED_AT = 5
_NEEDED_EVENT = ("type", "time", "message_id")
_NEEDED_SEARCH = ("message_id", "time", "source", "destination", "status")


def _is_google_mail(path: Path, start: bytes) -> bool:
    if path.is_dir():
        files = [file for _, file in plain_files(path, SUFFIXES)[:_LOOKED_AT]]
        return bool(files) and all(_is_one(_start(file)) for file in files)
    return _is_one(start)


def _is_one(start: bytes) -> bool:
    if _JSON_EVENT.match(start):
        return True
    header = header_in(start)
    is_event = any(name in header for name in EVENT_COLUMNS["type"])
    return is_event or is_log_search(header)


def _start(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(65_536)


@readers.add(
    "google_mail",
    ReaderInfo(
        title="Google mail log (BigQuery events, Email Log Search)",
        gives=("accounts", "messages", "recipients"),
        suffixes=SUFFIXES,
        options=OPTIONS,
        sniff=_is_google_mail,
        traps=(
            "one mail makes many rows: united by Message-ID, each recipient once",
            "who opened, marked, moved or clicked what is in the log: dropped at read",
            "spam, quarantine and failures are no messages; they are counted",
            "hidden copies are not told apart: they look like any recipient",
            "numbers come as text in JSON, times in microseconds",
            "nested fields have flattened titles in CSV, with dots or underscores",
            "a delivery to a group server names a list: the list is a service",
        ),
    ),
)
def read_google_mail(source: Source) -> Iterator[Batch]:
    """Mails sent and received, of one log file or of a folder of them."""
    files = plain_files(source.path, SUFFIXES)
    if not files:
        raise source.error(
            "there is no mail log in the folder",
            f"{CODE}-009",
            "Nothing was read. Put the exported CSV or JSON files into it.",
        )
    rows = TraceRows(source, CODE)
    for name, path in files:
        with named_places(source.tally, name):
            if _start(path).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
                yield from _read_json(source, path, rows)
            else:
                yield from _read_table(source, path, rows)
    yield from rows.rest()


def _read_json(source: Source, path: Path, rows: TraceRows) -> Iterator[Batch]:
    taker = EventTaker(rows, microseconds())
    with path.open("rb") as stream:
        for number, found in line_records(stream, GmailEvent, source.tally.limits):
            source.tally.see()
            if isinstance(found, JsonError):
                source.tally.reject(found.place, found.code, found.reason)
                continue
            taker.take(f"line {number}", found.cells())
            yield from rows.full()


def _read_table(source: Source, path: Path, rows: TraceRows) -> Iterator[Batch]:
    table = open_table(path, shape_of(source), source.tally.limits)
    events = aliased_columns(table, EVENT_COLUMNS)
    search = aliased_columns(table, SEARCH_COLUMNS)
    if all(name in events for name in _NEEDED_EVENT):
        taker: EventTaker | SearchTaker = EventTaker(rows, microseconds())
        places, names = events, tuple(EVENT_COLUMNS)
    elif all(name in search for name in _NEEDED_SEARCH):
        taker = SearchTaker(rows, utc_parser(DateOrder()))
        places, names = search, tuple(SEARCH_COLUMNS)
    else:
        raise source.error(
            "the columns are neither those of Gmail log events nor of an Email Log Search",
            f"{CODE}-001",
            "Nothing was read. Export the log with all its columns.",
            place="1",
        )
    for line, row in table.rows(source.tally):
        taker.take(f"line {line}", _cells(row, places, names))
        yield from rows.full()


def _cells(
    row: list[str], places: Mapping[str, tuple[int, ...]], names: tuple[str, ...]
) -> dict[str, str]:
    return {name: row[places[name][0]].strip() if name in places else "" for name in names}
