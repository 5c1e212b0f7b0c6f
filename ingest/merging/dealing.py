"""Dealing rows into buckets by the head of a keyed id: memory is bounded by the largest bucket.

Keyed ids are spread evenly, so the buckets are about equal; and all ids of one bucket come before
those of the next, so what is in order in every bucket is in order as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ingest.merging.message_ids import HEAD_BITS, Halves

BUCKET_ROWS = 1 << 20
Buckets = NDArray[np.uint16]
_MOST_BITS = 10


def bits_for(rows: int, bucket_rows: int = BUCKET_ROWS) -> int:
    """Return how many leading bits part some rows into buckets of at most about that size."""
    return min(max(0, -(-rows // bucket_rows) - 1).bit_length(), _MOST_BITS)


def buckets_of(heads: Halves, bits: int) -> Buckets:
    """Return the bucket of each id by its leading bits."""
    if not bits:
        return np.zeros(len(heads), np.uint16)
    return (heads >> np.uint64(HEAD_BITS - bits)).astype(np.uint16)


class Dealer:
    """Holds rows of one table by bucket: one bucket in memory, several as files of a folder."""

    def __init__(self, folder: Path, schema: pa.Schema, bits: int) -> None:
        self._schema = schema
        self._held: list[pa.Table] = []
        self._paths: Sequence[Path] = ()
        self._writers: Sequence[pq.ParquetWriter] = ()
        if bits:
            folder.mkdir(parents=True, exist_ok=True)
            self._paths = [folder / f"{n:04d}.parquet" for n in range(1 << bits)]
            self._writers = [
                pq.ParquetWriter(
                    path, schema, compression="none", use_dictionary=False, write_statistics=False
                )
                for path in self._paths
            ]

    def deal(self, rows: pa.Table, at: Buckets) -> None:
        """Put rows into their buckets; in each they stay in the order in which they came."""
        if not self._writers:
            self._held.append(rows)
            return
        order = np.argsort(at, kind="stable")
        ends = np.cumsum(np.bincount(at, minlength=len(self._writers)))
        dealt = rows.take(pa.array(order))
        for start, end, writer in zip([0, *ends[:-1]], ends, self._writers, strict=True):
            if end > start:
                writer.write_table(dealt.slice(start, end - start))

    def close(self) -> None:
        """Say that no row comes any more; needed before the first bucket is taken."""
        for writer in self._writers:
            writer.close()

    def take(self, bucket: int) -> pa.Table:
        """Return the rows of one bucket and forget them."""
        if not self._writers:
            held, self._held = self._held, []
            return pa.concat_tables(held) if held else self._schema.empty_table()
        table = pq.read_table(self._paths[bucket], use_threads=False, memory_map=True)
        self._paths[bucket].unlink()
        return table
