"""Units and recipient slots as records: dealt and taken whole, a row in one piece of memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ingest.merging.message_ids import Ids
from ingest.merging.ordering import Places, ordered

Ints = NDArray[np.int64]
Places32 = NDArray[np.int32]
Small = NDArray[np.int8]
Records = NDArray[np.void]

# A message as one export gives it. Words are places among the words that their column may hold;
# `dropped` is a place in `DROPPED`, `auto_rank` one in `AUTO_ORDER`.
UNIT = np.dtype(
    [
        ("message", np.uint64, 2),
        ("thread", np.uint64, 2),
        ("parent", np.uint64, 2),
        ("unit_id", np.int64),
        ("sent_s", np.int64),
        ("sender_no", np.int32),
        ("n_stated", np.int32),
        ("source_no", np.int32),
        ("channel", np.int8),
        ("act", np.int8),
        ("visibility", np.int8),
        ("auto_rank", np.int8),
        ("dropped", np.int8),
        ("has_thread", np.bool_),
        ("has_parent", np.bool_),
    ],
    align=True,
)
# Somebody whom such a message names.
SLOT = np.dtype(
    [
        ("unit_id", np.int64),
        ("person_no", np.int32),
        ("role_rank", np.int8),
        ("dropped", np.int8),
    ],
    align=True,
)


_BLOCK = 1 << 13  # records that are filled in together stay in the processor's cache


def records_of(
    kind: np.dtype[np.void], columns: Mapping[str, NDArray[np.generic] | np.generic]
) -> Records:
    """Return columns of one length as records; the first is one, others may be of one value."""
    first = np.asarray(next(iter(columns.values())))
    records = np.zeros(len(first), kind)
    for start in range(0, len(first), _BLOCK):
        block = records[start : start + _BLOCK]
        for name, values in columns.items():
            block[name] = (
                values[start : start + _BLOCK] if isinstance(values, np.ndarray) else values
            )
    return records


def taken(records: Records, places: Places) -> Records:
    """Return the records at some places, moved as pieces of memory: field by field is slow."""
    width = records.dtype.itemsize // np.dtype(np.uint64).itemsize
    pieces = records.view(np.uint64).reshape(-1, width)
    found: Records = pieces.take(places, axis=0).reshape(-1).view(records.dtype)
    return found


@dataclass(frozen=True)
class Units:
    """Messages as records; columns that are looked at often lie apart once they are asked for."""

    records: Records

    def __len__(self) -> int:
        return len(self.records)

    @classmethod
    def of(cls, records: Records) -> Units:
        """Return records of `UNIT` in order."""
        unit_ids = np.ascontiguousarray(records["unit_id"])
        if (unit_ids[1:] < unit_ids[:-1]).any():
            records = taken(records, ordered(unit_ids.astype(np.uint64)))
        return cls(records)

    def only(self, rows: Places) -> Units:
        """Return some of them, in the order of `rows`."""
        return Units(taken(self.records, rows))

    @cached_property
    def ids(self) -> Ids:
        """Return the ids of their messages."""
        halves = np.ascontiguousarray(self.records["message"])
        return Ids(halves, np.ones(len(halves), np.bool_))

    @cached_property
    def unit_ids(self) -> Ints:
        """Return their own numbers."""
        return np.ascontiguousarray(self.records["unit_id"])

    @cached_property
    def senders(self) -> Places32:
        """Return who sent each."""
        return np.ascontiguousarray(self.records["sender_no"])

    @cached_property
    def sent(self) -> Ints:
        """Return when each was sent."""
        return np.ascontiguousarray(self.records["sent_s"])

    @cached_property
    def dropped(self) -> Small:
        """Return why each is left out; 0: it is not."""
        return np.ascontiguousarray(self.records["dropped"])

    def threads(self, rows: Places | slice) -> Ids:
        """Return the threads of some of them."""
        return Ids(self.records["thread"][rows], self.records["has_thread"][rows])

    def parents(self, rows: Places | slice) -> Ids:
        """Return the messages that some of them name as answered."""
        return Ids(self.records["parent"][rows], self.records["has_parent"][rows])


@dataclass(frozen=True)
class Slots:
    """Recipients as the exports name them; `rows` are the places of their units."""

    rows: Places
    persons: Places32
    roles: Small
    dropped: Small

    @classmethod
    def of(cls, records: Records, units: Units) -> Slots:
        """Return records of `SLOT` with the places of their units."""
        ids = np.ascontiguousarray(records["unit_id"])
        if np.array_equal(ids, units.unit_ids):
            rows = np.arange(len(ids))
        else:
            rows = np.searchsorted(units.unit_ids, ids)
        others = (np.ascontiguousarray(records[n]) for n in ("person_no", "role_rank", "dropped"))
        return cls(rows, *others)
