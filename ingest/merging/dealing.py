"""Dealing records into buckets by the head of a keyed id: memory is bounded by the largest bucket.

Keyed ids are spread evenly, so the buckets are about equal; and all ids of one bucket come before
those of the next, so what is in order in every bucket is in order as a whole.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.merging.message_ids import HEAD_BITS, Halves
from ingest.merging.rows import Records, taken

BUCKET_ROWS = 1 << 18  # what is worked on stays near the processor
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
    """Holds records of one kind by bucket: one bucket in memory, several as files of a folder."""

    def __init__(self, folder: Path, kind: np.dtype[np.void], bits: int) -> None:
        self._kind = kind
        self._held: list[Records] = []
        self._n_buckets = 1 << bits
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def deal(self, records: Records, at: Buckets) -> None:
        """Put records into their buckets; in each they stay in the order in which they came."""
        if self._n_buckets == 1:
            self._held.append(records)
            return
        order = np.argsort(at, kind="stable")
        ends = np.cumsum(np.bincount(at, minlength=self._n_buckets))
        dealt = taken(records, order)
        for bucket, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
            with self._path(bucket).open("ab") as stream:
                stream.write(dealt[start:end].data)

    def take(self, bucket: int) -> Records:
        """Return the records of one bucket and forget them."""
        if self._n_buckets == 1:
            held, self._held = self._held, []
            return np.concatenate([np.zeros(0, self._kind), *held])
        path = self._path(bucket)
        if not path.exists():
            return np.zeros(0, self._kind)
        records = np.fromfile(path, self._kind)
        path.unlink()
        return records

    def _path(self, bucket: int) -> Path:
        return self._folder / f"{bucket:04d}"
