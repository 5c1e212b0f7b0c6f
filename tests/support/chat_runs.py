"""Runs a reader over an export for the tests of single formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from intake_runs import settings

from ingest.batches import TABLES
from ingest.reading import Reading, close_accounts, source_for, start_reading
from ingest.registry import readers
from ingest.settings import SourceSpec


def run_reader(reader: str, path: Path) -> tuple[Reading, dict[str, list[dict[str, Any]]]]:
    """Return the counts and the rows by table; the balance must close."""
    reading = start_reading(SourceSpec(1, reader, path), settings())
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for batch in readers.get(reader).function(source_for(reading, settings())):
        rows[batch.table] += batch.rows.to_pylist()
    reading.n_messages = len(rows["messages"])
    close_accounts(reading, 0)
    return reading, rows
