"""Dealing records into buckets by the head of a keyed id: memory is bounded by the largest bucket.

Keyed ids are spread evenly, so the buckets are about equal; and all ids of one bucket come before
those of the next, so what is in order in every bucket is in order as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ingest.merging.message_ids import HEAD_BITS, Halves
from ingest.merging.rows import Records, taken

BUCKET_ROWS = 1 << 18  # what is worked on stays near the processor
Buckets = NDArray[np.uint16]
_MOST_BITS = 6  # 64 buckets are two times 64 open files: some systems allow 256


def bits_for(rows: int, bucket_rows: int = BUCKET_ROWS) -> int:
    """Return how many leading bits part some rows into buckets of at most about that size."""
    return min(max(0, -(-rows // bucket_rows) - 1).bit_length(), _MOST_BITS)


def buckets_of(heads: Halves, bits: int) -> Buckets:
    """Return the bucket of each id by its leading bits."""
    if not bits:
        return np.zeros(len(heads), np.uint16)
    return (heads >> np.uint64(HEAD_BITS - bits)).astype(np.uint16)


@dataclass(frozen=True)
class Hand:
    """Some records by bucket; `ends` says where each bucket's end."""

    records: Records
    ends: NDArray[np.int64]


class Dealer:
    """Holds records of one kind by bucket: one bucket in memory, several as files of a folder."""

    def __init__(self, folder: Path, kind: np.dtype[np.void], bits: int) -> None:
        self._kind = kind
        self._held: list[Records] = []
        self._n_buckets = 1 << bits
        self._streams: list[BinaryIO] = []
        if bits:
            folder.mkdir(parents=True, exist_ok=True)
            paths = [folder / f"{bucket:04d}" for bucket in range(self._n_buckets)]
            self._streams = [path.open("w+b") for path in paths]

    def sort(self, records: Records, at: Buckets) -> Hand:
        """Return records by bucket; in each they stay in the order in which they came."""
        if not self._streams:
            return Hand(records, np.array([len(records)]))
        order = np.argsort(at, kind="stable")
        ends = np.cumsum(np.bincount(at, minlength=self._n_buckets))
        return Hand(taken(records, order), ends)

    def deal(self, hand: Hand) -> None:
        """Put sorted records into their buckets."""
        if not self._streams:
            self._held.append(hand.records)
            return
        starts = np.append(0, hand.ends[:-1])
        for stream, start, end in zip(self._streams, starts, hand.ends, strict=True):
            stream.write(hand.records[start:end].data)

    def take(self, bucket: int) -> Records:
        """Return the records of one bucket and forget them."""
        if not self._streams:
            held, self._held = self._held, []
            return np.concatenate([np.zeros(0, self._kind), *held])
        with self._streams[bucket] as stream:
            stream.seek(0)
            records: Records = np.fromfile(stream, self._kind)
            stream.truncate(0)
        return records
