"""Messages of anything without a reader of its own, through a column map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from core.errors import SourceError
from ingest.batches import BATCH_ROWS, Batch
from ingest.cells import filled, gathered
from ingest.column_times import TimeColumns
from ingest.columns import Picked, mapped_columns, plain
from ingest.csv_columns import column_chunks
from ingest.csv_table import OPTIONS, CsvTable, open_table, shape_of
from ingest.google_logs import is_log_search
from ingest.message_rows import MessageRows
from ingest.parsing import explained_dates, time_parser
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.tally import Reject, Tally
from ingest.trace_tables import report_of
from ingest.working_hours import zone

MESSAGE_COLUMNS = (
    "message_id",
    "thread_id",
    "reply_to",
    "sender",
    "recipients",
    "recipient",
    "sent",
    "role",
    "is_automated",
)
RECIPIENT_COLUMNS = ("message_id", "recipient", "role")
TRIED_DATES = 200


def _is_message_table(_path: Path, start: bytes) -> bool:
    first = start.split(b"\n", 1)[0].decode("utf-8", "replace")
    header = frozenset(plain(cell.strip('"')) for cell in re.split(r"[,;\t|]", first))
    if report_of(header) or is_log_search(header):
        return False  # a log with a reader of its own
    senders = {"sender", "senderaddress", "from", "senderid", "caller", "fromaddress"}
    targets = {
        "recipient",
        "recipients",
        "recipientaddress",
        "to",
        "recipientid",
        "callee",
        "callees",
        "toaddress",
    }
    return bool(header & senders and header & targets)


@readers.add(
    "messages_csv",
    ReaderInfo(
        title="Message table (CSV) with a column map",
        gives=("messages", "recipients"),
        suffixes=(".csv", ".tsv", ".txt"),
        options=(
            *OPTIONS,
            "channel",
            "visibility",
            "time",
            "time_zone",
            "identity",
            "namespace",
            "columns",
            "recipients",
        ),
        sniff=_is_message_table,
    ),
)
def read_messages_csv(source: Source) -> Iterator[Batch]:
    """Messages of a table: several recipients in a cell, one row a pair, or a second table."""
    table = open_table(source.path, shape_of(source), source.tally.limits)
    option = source.table("columns")
    picked = Picked(mapped_columns(source, table, option, MESSAGE_COLUMNS))
    second = source.table("recipients")
    _check_map(source, picked, bool(second))
    _note_unread(source, table, picked)
    reader = MessageRows(source, _times(source, table, picked), "recipient" in picked)
    yield from reader.messages(column_chunks(table, source.tally, picked.places))
    if second:
        yield from _read_recipients(source, reader)


def _read_recipients(source: Source, reader: MessageRows) -> Iterator[Batch]:
    """Recipients of a second table, joined by message id; every row is a slot."""
    counts = Tally(file=source.path.name, limits=source.tally.limits)
    second = _second(source, counts)
    table = open_table(second.path, shape_of(second), counts.limits)
    picked = Picked(mapped_columns(second, table, second.table("columns"), RECIPIENT_COLUMNS))
    for needed in ("message_id", "recipient"):
        if needed not in picked:
            raise second.bad_option(f"recipients.columns.{needed}", "given")
    for chunk in gathered(column_chunks(table, counts, picked.places), BATCH_ROWS):
        ids = chunk.column("message_id").to_pylist()
        units = [reader.units.get(message_id) for message_id in ids]
        named = filled(chunk.column("recipient"))
        good = np.array([n for n, u in enumerate(units) if u is not None and named[n]], np.int64)
        for n in set(range(len(ids))).difference(good.tolist()):
            source.tally.drop_slot(_lost_slot(reader, ids[n], units[n]))
        kept = chunk.only(good)
        numbers = np.array([units[n] for n in good], np.int64)
        yield reader.slots(numbers, kept.column("recipient"), kept.column("role"))
    if counts.n_rejected:
        source.tally.drop_slot("not_understood", counts.n_rejected)
    for bad in counts.rejects:
        source.tally.rejects.append(Reject(f"recipients {bad.locator}", bad.code, bad.reason))


def _second(source: Source, counts: Tally) -> Source:
    option = source.table("recipients")
    path = option.get("path")
    if not isinstance(path, str):
        raise source.bad_option("recipients.path", "a path")
    shape = {name: source.options[name] for name in OPTIONS if name in source.options}
    full_path = source.path.parent / path
    if not full_path.is_file():
        raise SourceError(
            "there is no such file",
            file=full_path.name,
            code="E-FILE-001",
            hint="Nothing was read. Mend `recipients.path` of this source.",
        )
    return replace(source, path=full_path, tally=counts, options={**shape, **option})


def _lost_slot(reader: MessageRows, message_id: str, unit: int | None) -> str:
    if unit is not None:
        return "recipient_missing"
    return "message_rejected" if message_id in reader.lost else "unknown_message"


def _check_map(source: Source, picked: Picked, is_joined: bool) -> None:
    missing = [name for name in ("sender", "sent") if name not in picked]
    if is_joined and "message_id" not in picked:
        missing.append("message_id")
    if not is_joined and "recipient" not in picked and "recipients" not in picked:
        missing.append("recipient or recipients")
    if missing:
        raise source.error(
            f"the column map names no column for {', '.join(missing)}",
            "E-COLUMN-002",
            f"Nothing was read. Add it under [source.columns] of source[{source.number}].",
        )


def _note_unread(source: Source, table: CsvTable, picked: Picked) -> None:
    read = {place for places in picked.places.values() for place in places}
    unread = [name for place, name in enumerate(table.header) if place not in read and name]
    if table.width > len(read):
        source.tally.note("columns_not_read", table.width - len(read))
    if unread:
        source.tally.remarks.append("not read: " + ", ".join(f'"{name}"' for name in unread))


def _times(source: Source, table: CsvTable, picked: Picked) -> TimeColumns:
    kind = source.text("time", "iso")
    place = zone(source.text("time_zone", source.time_zone))
    times = TimeColumns(kind, place)
    sample = Tally(file=source.file, limits=source.tally.limits)
    cells = [picked.cell(row, "sent") for _, row in islice(table.rows(sample), TRIED_DATES)]
    quiet = time_parser(kind, place, lambda: None)
    if any(quiet(cell) is not None for cell in cells):
        return times
    explained = explained_dates(cells)
    if explained is not None:
        why, pattern = explained
        raise source.error(
            f"the times are not {kind!r}: {why}",
            "E-CSV-009",
            "Nothing was read. Set time = "
            f'"{pattern or "%d/%m/%Y"} %H:%M:%S" (or the pattern that fits) for this source.',
            place=str(table.first_line),
        )
    return times
