"""One bucket of messages: which copy speaks, who was addressed, and how every unit ended."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from core.tables.canonical import CONFLICTS
from ingest.merging.copies import chosen_copies
from ingest.merging.known import DROPPED
from ingest.merging.message_ids import Flags, Ids
from ingest.merging.ordering import Places, ordered
from ingest.merging.rows import Ints, Places32, Records, Slots, Small, Units

CLOCK_TOLERANCE_S = 3600  # copies may differ by as much before their times contradict
UNIT_ENDS = ("accepted", "duplicate", "no_usable_recipient", *DROPPED[1:])
SLOT_ENDS = ("usable", *DROPPED[1:], "message_id_conflict", "self")
_DUPLICATE, _NO_RECIPIENT, _FIRST_REASON = 1, 2, 2
_CONFLICT, _SELF = len(DROPPED), len(DROPPED) + 1


@dataclass(frozen=True)
class Messages:
    """The messages of a bucket in the order of their ids.

    `of_unit` is the message of each unit; `speakers` the unit that speaks for each message, -1
    where all its copies are left out; `n_recipients` and `auto_ranks` are those of all its copies.
    """

    of_unit: Places
    speakers: Places
    n_recipients: Places32
    auto_ranks: Small


@dataclass(frozen=True)
class Addressed:
    """Each person addressed by each message, by message and person; `role` is the strongest.

    `unit` is the first unit that names the person.
    """

    messages: Places
    persons: Places32
    roles: Small
    units: Places


@dataclass(frozen=True)
class Settled:
    """What became of one bucket."""

    units: Units
    messages: Messages
    addressed: Addressed
    unit_ends: pd.DataFrame
    slot_ends: pd.DataFrame
    conflicts: pd.DataFrame


def settle(unit_rows: Records, slot_rows: Records, reader_of: dict[int, str]) -> Settled:
    """Bring the copies of each message together, and the people whom they address.

    `reader_of` names the reader of each source.
    """
    units = Units.of(unit_rows)
    slots = Slots.of(slot_rows, units)
    of_unit, n_messages = _numbered(units.ids)
    speakers = chosen_copies(units, of_unit, n_messages, reader_of)
    usable = units.dropped == 0
    sources = np.ascontiguousarray(units.records["source_no"])
    speaker = speakers[of_unit]
    is_same = units.senders == units.senders[speaker]
    ends = _slot_ends(units, slots, speaker, is_same)
    message = of_unit[slots.rows]
    bits = np.int64(int(slots.persons.max(initial=0) + 1).bit_length())
    keys = (message << bits) | (slots.persons + 1)
    alive = np.flatnonzero(usable[slots.rows])
    order = alive[ordered(keys[alive].astype(np.uint64))]
    n_people = np.bincount(message[order][_starts(keys[order])], minlength=n_messages)
    addressed = _addressed(slots, message, keys, order[ends[order] == 0])
    about = _about(units, of_unit, usable, n_people)
    return Settled(
        units,
        Messages(of_unit, speakers, *about),
        addressed,
        _unit_ends(units, sources, of_unit, addressed),
        _counts(sources[slots.rows], ends, SLOT_ENDS),
        _conflicts(units, of_unit, speakers, usable & ~is_same, usable),
    )


def _numbered(ids: Ids) -> tuple[Places, int]:
    """The number of each unit's message in the order of ids, and how many messages there are."""
    order, is_new = ids.order()
    of_unit = np.empty(len(ids), np.int64)
    of_unit[order] = np.cumsum(is_new) - 1
    return of_unit, int(np.count_nonzero(is_new))


def _slot_ends(units: Units, slots: Slots, speaker: Places, is_same: Flags) -> Small:
    """How each recipient slot ended, as a place in `SLOT_ENDS`."""
    ends = np.zeros(len(slots.rows), np.int8)
    ends[slots.persons == units.senders[speaker[slots.rows]]] = _SELF
    ends[~is_same[slots.rows]] = _CONFLICT
    ends = np.where(slots.dropped > 0, slots.dropped, ends)
    of_unit = units.dropped[slots.rows]
    return np.where(of_unit > 0, of_unit, ends)


def _addressed(slots: Slots, message: Places, keys: Ints, order: Places) -> Addressed:
    """One row a message and person; `order` are usable slots by these, as their keys tell."""
    starts = _starts(keys[order])
    firsts = order[starts]
    roles, units = slots.roles[firsts], slots.rows[firsts]
    if len(starts) < len(order):
        roles = np.minimum.reduceat(slots.roles[order], starts)
        units = np.minimum.reduceat(slots.rows[order], starts)
    return Addressed(message[firsts], slots.persons[firsts], roles, units)


def _about(units: Units, of_unit: Places, usable: Flags, n_people: Ints) -> tuple[Places32, Small]:
    """How many people each message addresses, and why it is automated, by all its copies."""
    n_messages = len(n_people)
    n_stated, auto_ranks = units.records["n_stated"], units.records["auto_rank"]
    stated = np.zeros(n_messages, np.int32)
    ranks = np.full(n_messages, np.iinfo(np.int8).max, np.int8)
    if n_messages == len(of_unit):
        stated[of_unit], ranks[of_unit] = n_stated, auto_ranks
    else:
        rows = np.flatnonzero(usable)
        np.maximum.at(stated, of_unit[rows], n_stated[rows])
        np.minimum.at(ranks, of_unit[rows], auto_ranks[rows])
    return np.maximum(stated, n_people).astype(np.int32), ranks


def _unit_ends(
    units: Units, sources: Places32, of_unit: Places, addressed: Addressed
) -> pd.DataFrame:
    n_rows = np.bincount(addressed.units, minlength=len(units))
    is_known = np.zeros(len(units), np.bool_)
    is_known[addressed.messages] = True
    ends = np.where(is_known[of_unit], np.int8(_DUPLICATE), np.int8(_NO_RECIPIENT))
    ends[n_rows > 0] = 0
    ends = np.where(units.dropped > 0, units.dropped + np.int8(_FIRST_REASON), ends)
    return _counts(sources, ends, UNIT_ENDS, n_rows)


def _counts(
    sources: Places32, ends: Small, words: tuple[str, ...], n_rows: Ints | None = None
) -> pd.DataFrame:
    """How often each end occurs in each source, and how many rows come of it."""
    keys = sources.astype(np.int64) * len(words) + ends
    n = np.bincount(keys)
    at = np.flatnonzero(n)
    found = {
        "source_no": at // len(words),
        "status": np.array(words, dtype=object)[at % len(words)],
        "n": n[at],
    }
    if n_rows is not None:
        found["n_rows"] = np.bincount(keys, weights=n_rows)[at].astype(np.int64)
    return pd.DataFrame(found)


def _conflicts(
    units: Units, of_unit: Places, speakers: Places, is_other: Flags, usable: Flags
) -> pd.DataFrame:
    """Messages whose copies name another sender, or a time far from that of who speaks."""
    rows = np.zeros(0, np.int64)
    if len(speakers) < len(units):  # without copies nothing contradicts
        apart = np.abs(units.sent - units.sent[speakers[of_unit]])
        rows = np.flatnonzero(is_other | (usable & (apart > CLOCK_TOLERANCE_S)))
    if not len(rows):
        return _no_conflict()
    frame = pd.DataFrame(
        {
            "message_id": units.ids.take(rows).digits().to_pylist(),
            "kind": np.where(is_other[rows], "sender", "date"),
        }
    ).astype("str")
    return frame.groupby(["message_id", "kind"], sort=True).size().reset_index(name="n")


@cache
def _no_conflict() -> pd.DataFrame:
    return CONFLICTS.empty()


def _starts(keys: Ints) -> Places:
    """Where a new key begins, in keys in order."""
    return np.flatnonzero(np.append(np.ones(min(1, len(keys)), np.bool_), keys[1:] != keys[:-1]))
