"""Which copy of a message speaks for it.

One that names its parent, then the earliest; of several such copies the first by what they say.
Nothing hangs on the order of reading, nor on how the same messages are spread over files.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ingest.merging.known import WORDS
from ingest.merging.message_ids import Ids
from ingest.merging.ordering import Places
from ingest.merging.rows import Units

Key = NDArray[np.int64] | NDArray[np.int32] | NDArray[np.int8] | NDArray[np.uint64]
_NO_PARENT = np.int64(1 << 33)  # seconds: more than any time sent


def chosen_copies(
    units: Units, of_unit: Places, n_messages: int, reader_of: dict[int, str]
) -> Places:
    """Return the place of the unit that speaks for each message; -1 where all are left out."""
    speakers = np.full(n_messages, -1, np.int64)
    rows = np.flatnonzero(units.dropped == 0)
    copies = np.bincount(of_unit[rows], minlength=n_messages)
    has_copies = copies[of_unit[rows]] > 1
    alone = rows[~has_copies]
    speakers[of_unit[alone]] = alone
    rows = rows[has_copies]
    if not len(rows):
        return speakers
    preference = np.where(units.records["has_parent"][rows], 0, _NO_PARENT) + units.sent[rows]
    messages = of_unit[rows]
    best = np.full(n_messages, np.iinfo(np.int64).max)
    np.minimum.at(best, messages, preference)
    rows = rows[preference == best[messages]]
    rows = rows[_by_what_they_say(units, rows, of_unit[rows], reader_of)]
    messages = of_unit[rows]
    firsts = np.flatnonzero(np.append(True, messages[1:] != messages[:-1]))
    speakers[messages[firsts]] = rows[firsts]
    return speakers


def _by_what_they_say(
    units: Units, rows: Places, messages: Places, reader_of: dict[int, str]
) -> Places:
    names = sorted(set(reader_of.values()))
    readers = np.zeros(max(reader_of, default=0) + 1, np.int64)
    for source, name in reader_of.items():
        readers[source] = names.index(name)
    keys: list[Key] = [
        messages,
        units.senders[rows],
        *(units.records[name][rows] for name in WORDS),
        *_id_keys(units.parents(rows)),
        *_id_keys(units.threads(rows)),
        readers[units.records["source_no"][rows]],
        units.unit_ids[rows],
    ]
    return np.lexsort(keys[::-1])


def _id_keys(ids: Ids) -> tuple[Key, ...]:
    """Ids as keys for sorting; what is no id comes last."""
    is_there = ids.is_there
    none = np.uint64(0)
    return (
        (~is_there).astype(np.int8),
        np.where(is_there, ids.heads(), none),
        np.where(is_there, ids.tails(), none),
    )
