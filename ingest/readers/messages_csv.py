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
from ingest.logs.google_logs import is_log_search
from ingest.logs.trace_tables import report_of
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.tables.columns import Picked, mapped_columns, plain
from ingest.tables.csv_columns import column_chunks
from ingest.tables.csv_table import OPTIONS, CsvTable, open_table, shape_of
from ingest.tables.message_map import (
    MAP_OPTIONS,
    MESSAGE_COLUMNS,
    check_map,
    note_unread,
    times_of,
)
from ingest.tables.message_rows import MessageRows
from ingest.tally import Reject, Tally

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
            *MAP_OPTIONS,
            "recipients",
        ),
        sniff=_is_message_table,
        traps=(
            "nothing is guessed: a mapped column that is absent is an error, others are not read",
            "05/01/2026 in every row could be either: we stop and ask for the pattern",
            "a quote that is never closed rejects its own line, not the rest of the file",
            "windows-1252 and UTF-16 are told by the file as a whole, never by the row",
            "without a message id: sender, second and thread stand for it",
        ),
    ),
)
def read_messages_csv(source: Source) -> Iterator[Batch]:
    """Messages of a table: several recipients in a cell, one row a pair, or a second table."""
    table = open_table(source.path, shape_of(source), source.tally.limits)
    option = source.table("columns")
    picked = Picked(mapped_columns(source, table, option, MESSAGE_COLUMNS))
    second = source.table("recipients")
    check_map(source, picked.places, table, is_joined=bool(second))
    note_unread(source, table, picked.places)
    times = times_of(source, _sent_cells(source, table, picked), str(table.first_line))
    reader = MessageRows(source, times, "recipient" in picked)
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


def _sent_cells(source: Source, table: CsvTable, picked: Picked) -> list[str]:
    sample = Tally(file=source.file, limits=source.tally.limits)
    return [picked.cell(row, "sent") for _, row in islice(table.rows(sample), TRIED_DATES)]
