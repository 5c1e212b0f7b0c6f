"""What a reader gives for one log: how its rows ended, and the tables."""

from __future__ import annotations

from pathlib import Path

from intake_runs import settings, source

from ingest.batches import Batch
from ingest.reading import Reading, close_accounts, source_for, start_reading
from ingest.registry import readers


def read(reader: str, path: Path, **options: str) -> tuple[Reading, dict[str, list[dict]]]:
    reading = start_reading(source(1, reader, path, options), settings())
    rows: dict[str, list[dict]] = {"messages": [], "recipients": [], "accounts": []}
    batch: Batch
    for batch in readers.get(reader).function(source_for(reading, settings())):
        rows[batch.table] += batch.rows.to_pylist()
    reading.n_messages = len(rows["messages"])
    close_accounts(reading, 0)
    return reading, rows
