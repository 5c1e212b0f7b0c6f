"""Writes the Parquet export of the contract case: `python tests/support/make_parquet_export.py`.

Run it only to change the fixture; tests read the file that is kept.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

TARGET = Path(__file__).parents[1] / "fixtures" / "exports" / "messages_parquet"


def export() -> pa.Table:
    """Return six rows of a message table with columns of several types."""
    local = [dt.datetime(2026, 1, 5, 9, minute) for minute in range(6)]
    return pa.table(
        {
            "Id": pa.array([11, 12, 13, 14, 15, 16]),
            "Answers": pa.array([None, 11, None, None, None, None], pa.int64()),
            "Author": pa.array(["E1", "E2", "E1", "E3", None, "E2"]).dictionary_encode(),
            "Readers": pa.array([["E2", "E3"], ["E1"], ["E2"], ["E1"], ["E1"], []]),
            "At": pa.array(local, pa.timestamp("us", "Europe/Rome")),
            "Robot": pa.array(["no", "no", "no", "yes", "no", "no"]),
            "Text": pa.array([f"CANARY-TEXT-{n:02d}" for n in range(6)]),
        }
    )


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    pq.write_table(export(), TARGET / "tickets.parquet", row_group_size=4)
