"""Scratch parts of one run: identities as numbers, message keys as keyed hashes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.identity import Book
from ingest.pseudonyms import Pseudonymiser

UNIT_BITS = 40  # a unit's number: rank of its file, then its place in the file

UNITS = pa.schema(
    [
        ("unit_id", pa.int64()),
        ("source_no", pa.int32()),
        ("message_id", pa.string()),
        ("thread_id", pa.string()),
        ("parent_id", pa.string()),
        ("sender_no", pa.int64()),
        ("channel", pa.string()),
        ("act", pa.string()),
        ("visibility", pa.string()),
        ("n_stated", pa.int32()),
        ("sent_s", pa.int64()),
        ("auto_reason", pa.string()),
    ]
)
SLOTS = pa.schema(
    [
        ("unit_id", pa.int64()),
        ("recipient_no", pa.int64()),
        ("role_rank", pa.int8()),
    ]
)
ROLES = ("to", "cc", "mention", "member")


@dataclass
class Spool:
    """Writes the message batches of all sources as parts of two scratch tables.

    No clear identity reaches a part: people are numbers whose meaning is held in memory only.
    """

    folder: Path
    key: Pseudonymiser
    book: Book
    n_parts: int = 0
    _hashes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start with one empty part of each table, so that each exists."""
        self._write("units", UNITS.empty_table())
        self._write("slots", SLOTS.empty_table())

    @property
    def units(self) -> Path:
        """Return the folder of message parts."""
        return self.folder / "units"

    @property
    def slots(self) -> Path:
        """Return the folder of recipient parts."""
        return self.folder / "slots"

    def begin_file(self) -> None:
        """Forget the hashes of the last file's message keys."""
        self._hashes.clear()

    def add_messages(self, rows: pa.RecordBatch, source_no: int, rank: int) -> None:
        """Write one batch of messages."""
        n = rows.num_rows
        columns = [
            pa.array(_unit_ids(rows, rank)),
            pa.array(np.full(n, source_no, dtype=np.int32)),
            self._keyed(rows.column("key")),
            self._keyed(rows.column("thread")),
            self._keyed(rows.column("parent")),
            self._numbers(rows.column("sender")),
            rows.column("channel"),
            rows.column("act"),
            rows.column("visibility"),
            rows.column("n_recipients").cast(pa.int32()),
            rows.column("sent_s"),
            rows.column("auto_reason"),
        ]
        self._write("units", pa.Table.from_arrays(columns, schema=UNITS))

    def add_recipients(self, rows: pa.RecordBatch, rank: int) -> None:
        """Write one batch of recipient slots."""
        places = {role: n for n, role in enumerate(ROLES)}
        ranks = [places[role] for role in rows.column("role").to_pylist()]
        columns = [
            pa.array(_unit_ids(rows, rank)),
            self._numbers(rows.column("recipient")),
            pa.array(ranks, type=pa.int8()),
        ]
        self._write("slots", pa.Table.from_arrays(columns, schema=SLOTS))

    def _write(self, name: str, table: pa.Table) -> None:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, folder / f"{self.n_parts:06d}.parquet", compression="zstd")
        self.n_parts += 1

    def _numbers(self, column: pa.Array) -> pa.Array:
        coded = column.dictionary_encode()
        numbers = np.array(
            [self.book.number(text) for text in coded.dictionary.to_pylist()], dtype=np.int64
        )
        return pa.array(numbers[coded.indices.to_numpy(zero_copy_only=False)])

    def _keyed(self, column: pa.Array) -> pa.Array:
        return pa.array([self._hash(key) for key in column.to_pylist()], type=pa.string())

    def _hash(self, key: str | None) -> str | None:
        if key is None:
            return None
        known = self._hashes.get(key)
        if known is None:
            known = self._hashes[key] = self.key.message(key)
        return known


def _unit_ids(rows: pa.RecordBatch, rank: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    units: np.ndarray[tuple[int], np.dtype[np.int64]] = rows.column("unit").to_numpy()
    return units + (rank << UNIT_BITS)
