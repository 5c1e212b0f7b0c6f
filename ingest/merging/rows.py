"""Units and recipient slots of one bucket as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.merging.message_ids import Ids
from ingest.merging.ordering import Places

Ints = NDArray[np.int64]
Places32 = NDArray[np.int32]
Small = NDArray[np.int8]


@dataclass(frozen=True)
class Units:
    """Messages as the exports give them, copies among them, in the order of their numbers."""

    ids: Ids
    threads: Ids
    parents: Ids
    unit_ids: Ints
    sources: Places32
    senders: Places32
    sent: Ints
    n_stated: Places32
    channels: Small
    acts: Small
    visibilities: Small
    auto_ranks: Small
    dropped: Small

    def __len__(self) -> int:
        return len(self.unit_ids)

    @classmethod
    def of(cls, table: pa.Table) -> Units:
        """Return the rows of a table as `Known.units` makes them."""
        numbers = [table.column(n).to_numpy() for n in (
            "unit_id", "source_no", "sender_no", "sent_s", "n_stated", "channel", "act",
            "visibility", "auto_rank", "dropped",
        )]  # fmt: skip
        ids = [Ids.of(table.column(n)) for n in ("message_id", "thread_id", "parent_id")]
        unit_ids = numbers[0]
        if (unit_ids[1:] < unit_ids[:-1]).any():
            order = np.argsort(unit_ids, kind="stable")
            ids, numbers = [i.take(order) for i in ids], [n[order] for n in numbers]
        return cls(ids[0], ids[1], ids[2], *numbers)


@dataclass(frozen=True)
class Slots:
    """Recipients as the exports name them; `rows` are the places of their units."""

    rows: Places
    persons: Places32
    roles: Small
    dropped: Small

    @classmethod
    def of(cls, table: pa.Table, units: Units) -> Slots:
        """Return the rows of a table as `Known.slots` makes them."""
        ids = table.column("unit_id").to_numpy()
        rows = np.arange(len(ids))
        if not np.array_equal(ids, units.unit_ids):
            rows = np.searchsorted(units.unit_ids, ids)
        others = (table.column(n).to_numpy() for n in ("person_no", "role_rank", "dropped"))
        return cls(rows, *others)
