"""Message traces of Exchange Online: cmdlet, Graph, and historical searches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.batches import Batch
from ingest.files.export_files import named_places, plain_files
from ingest.files.json_files import JsonError
from ingest.logs.trace_json import graph_records, is_graph_trace
from ingest.logs.trace_rows import TraceRows
from ingest.logs.trace_tables import (
    EXTENDED,
    ROWS_AT_MOST,
    TRACE,
    TraceTable,
    TraceTaker,
    header_in,
    is_trace_file,
    report_of,
    trace_table,
)
from ingest.logs.tracking_deliveries import FirstLook
from ingest.logs.tracking_log import event_of
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.tables.csv_table import OPTIONS, open_table, shape_of
from ingest.tables.locale_times import DateOrder, utc_parser
from ingest.tables.parsing import TimeParser, time_parser
from ingest.tally import Tally
from ingest.working_hours import zone

CODE = "E-TRACE"
SUFFIXES = (".csv", ".json", ".ndjson", ".jsonl")
_LOOKED_AT = 5


def _is_trace(path: Path, start: bytes) -> bool:
    if path.is_dir():
        files = [file for _, file in plain_files(path, SUFFIXES)[:_LOOKED_AT]]
        return bool(files) and all(is_trace_file(file) or _is_json(file) for file in files)
    return bool(report_of(header_in(start))) or is_graph_trace(start)


def _is_json(path: Path) -> bool:
    with path.open("rb") as stream:
        return is_graph_trace(stream.read(16_384))


@readers.add(
    "exchange_trace",
    ReaderInfo(
        title="Exchange Online message trace (cmdlet, Graph, historical search)",
        gives=("accounts", "messages", "recipients"),
        suffixes=SUFFIXES,
        options=(*OPTIONS, "time"),
        sniff=_is_trace,
        traps=(
            "one row for each recipient, and queries overlap: each recipient counts once",
            "dates in the administrator's notation: the whole column decides, else we ask",
            "exactly 5,000 rows, or 100,000 in a historical search: said to be cut off",
            "a list stands as Expanded, then each member: the list is a service",
            "failed, quarantined and spam are no messages; they are counted",
            "only the extended report tells hidden copies; elsewhere they look like any recipient",
            "#TYPE lines, semicolons, question marks for letters, UTF-16, titles in any case",
        ),
    ),
)
def read_exchange_trace(source: Source) -> Iterator[Batch]:
    """Delivered mails of a trace, or of a folder of traces whose rows may overlap."""
    files = [_opened(source, name, path) for name, path in plain_files(source.path, SUFFIXES)]
    if not files:
        raise source.error(
            "there is no trace in the folder",
            f"{CODE}-009",
            "Nothing was read. Put the CSV or JSON files of the trace into it.",
        )
    look, order = _first_look(source, files)
    rows = TraceRows(source, CODE)
    taker = TraceTaker(rows, look, _parser(source, order))
    for file in files:
        with named_places(source.tally, file.name):
            yield from _read(source, file, taker)
    yield from rows.rest()


@dataclass(frozen=True)
class _File:
    name: str
    path: Path
    trace: TraceTable | None  # None: JSON


def _opened(source: Source, name: str, path: Path) -> _File:
    with path.open("rb") as stream:
        start = stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in (b"{", b"["):
        return _File(name, path, None)
    trace = trace_table(open_table(path, shape_of(source), source.tally.limits))
    if trace is None:
        raise source.error(
            "the columns are not those of a message trace (received, sender address, recipient "
            "address or recipient status, status or event id)",
            f"{CODE}-001",
            "Nothing was read. For other tables use messages_csv with a column map.",
            place=name,
        )
    return _File(name, path, trace)


def _first_look(source: Source, files: Sequence[_File]) -> tuple[FirstLook, DateOrder]:
    """Roles, lists and the order of day and month, which one row alone does not tell."""
    look, order = FirstLook(), DateOrder()
    for file in files:
        if file.trace is None:
            continue
        uncounted = Tally(source.file, replace(source.tally.limits, rejects=10**12))
        for line, cells in file.trace.cells(uncounted):
            order.note(cells["datetime"], line)
            if file.trace.report == EXTENDED:
                look.note(event_of(cells))
    look.close()
    return look, order


def _parser(source: Source, order: DateOrder) -> TimeParser:
    given = source.text("time")
    if given:
        return time_parser(given, zone("UTC"), lambda: None)
    if order.is_open or order.is_mixed:
        says = "some dates have the day first, others the month"
        if order.is_open:
            says = "{} can be {} or {}, in every row".format(order.example, *order.readings())
        raise source.error(
            says,
            "E-CSV-009",
            'Nothing was read. Set time = "%d/%m/%Y %H:%M:%S" (or the pattern that fits) under '
            f"source[{source.number}].",
            place=str(order.example_line),
        )
    return utc_parser(order)


def _read(source: Source, file: _File, taker: TraceTaker) -> Iterator[Batch]:
    tally = source.tally
    before = tally.n_seen
    if file.trace is None:
        yield from _read_json(source, file, taker)
        return
    for line, cells in file.trace.cells(tally):
        taker.take(file.trace.report, f"line {line}", cells)
        yield from taker.rows.full()
    n_rows = tally.n_seen - before
    if n_rows in ROWS_AT_MOST[file.trace.report]:
        tally.cut_off(
            f"{file.name or source.file}: exactly {n_rows:,} rows, the most that one query gives "
            "(W-TRACE-001). They were read; what came after is missing. Ask again for shorter "
            "spans of time."
        )


def _read_json(source: Source, file: _File, taker: TraceTaker) -> Iterator[Batch]:
    cut: list[str] = []
    try:
        for place, found in graph_records(file.path, source.tally.limits, cut):
            source.tally.see()
            if isinstance(found, JsonError):
                source.tally.reject(found.place, found.code, found.reason)
                continue
            taker.take(TRACE, place, found.cells())
            yield from taker.rows.full()
    except JsonError as error:
        raise source.error(
            error.reason.replace("_", " "),
            error.code,
            "Nothing was read. Save the answer of the interface again.",
            place=" ".join(part for part in (file.name, error.place) if part),
        ) from error
    if cut:
        source.tally.cut_off(
            f"{file.name or source.file}: the answer names a next page (W-TRACE-002). This page "
            "was read. Save all pages, and name their folder."
        )
