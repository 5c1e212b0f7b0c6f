"""Messages of a Parquet table, through a column map; read in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from ingest.batches import Batch
from ingest.cells import Chunk
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.tables.columns import mapped_columns
from ingest.tables.message_map import (
    MAP_OPTIONS,
    MESSAGE_COLUMNS,
    check_map,
    note_unread,
    times_of,
)
from ingest.tables.message_rows import MessageRows
from ingest.tables.parquet_columns import ENCRYPTED, MAGIC, open_parquet

TRIED_DATES = 200


def _is_parquet(_path: Path, start: bytes) -> bool:
    return start.startswith((MAGIC, ENCRYPTED))


@readers.add(
    "messages_parquet",
    ReaderInfo(
        title="Message table (Parquet) with a column map",
        gives=("messages", "recipients"),
        suffixes=(".parquet", ".pq"),
        options=MAP_OPTIONS,
        sniff=_is_parquet,
        traps=(
            "a crafted file can crash the library: it is read in a child process",
            "times with a zone are UTC, times without one are taken on the source's clock",
            "only mapped columns are decoded: no other cell is ever in memory",
        ),
        is_hostile=True,
    ),
)
def read_messages_parquet(source: Source) -> Iterator[Batch]:
    """Messages of a table in Parquet: one row a message, or one row a pair."""
    table = open_parquet(source)
    places = mapped_columns(source, table, source.table("columns"), MESSAGE_COLUMNS)
    check_map(source, places, table)
    note_unread(source, table, places)
    chunks = table.chunks(source.tally, places)
    first = next(chunks, None)
    cells = _sent_cells(first) if first is not None else []
    reader = MessageRows(
        source, times_of(source, cells, "row 1"), "recipient" in places, place="row"
    )
    yield from reader.messages(chain([] if first is None else [first], chunks))


def _sent_cells(chunk: Chunk) -> list[str]:
    cells: list[str] = chunk.column("sent")[:TRIED_DATES].to_pylist()
    return cells
