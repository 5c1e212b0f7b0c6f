"""From scratch parts to one row per message and addressed person, with clocks and a balance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ingest.merging.bucket import Settled, settle
from ingest.merging.clocks import Clocks
from ingest.merging.dealing import BUCKET_ROWS, Buckets, Dealer, Hand, bits_for, buckets_of
from ingest.merging.known import IN_WORDS, WORDS, GivenPart, Known
from ingest.merging.message_ids import Ids
from ingest.merging.parallel import each_in_order
from ingest.merging.roots import Links
from ingest.merging.rows import SLOT, UNIT
from ingest.merging.timed import SUFFIX, write_rows
from ingest.parts import ROLES
from ingest.people.parties import Parties
from ingest.settings import IntakeSettings

_ROWS_AT_ONCE = 1 << 17


@dataclass(frozen=True)
class Merged:
    """What came of all parts.

    `timed` is a folder of files in the order of message ids: a row per message and addressed
    person, with clocks. `links` are the messages that name their parent and no thread. The frames
    count how units and recipient slots ended, and which copies contradict who speaks for them.
    """

    timed: Path
    links: Links
    unit_ends: pd.DataFrame
    slot_ends: pd.DataFrame
    conflicts: pd.DataFrame


def merge(
    given: Sequence[GivenPart],
    parties: Parties,
    clocks: Clocks,
    settings: IntakeSettings,
    scratch: Path,
    bucket_rows: int | None = None,
) -> Merged:
    """Put the parts of all sources together: one row per message and addressed person."""
    known = Known(parties, clocks, settings)
    states = [g.part.state() for g in given]
    most = max(sum(s.n_messages for s in states), sum(s.n_recipients for s in states))
    bits = bits_for(most, BUCKET_ROWS if bucket_rows is None else bucket_rows)
    units, slots = Dealer(scratch / "units", UNIT, bits), Dealer(scratch / "slots", SLOT, bits)
    for part in given:
        at = _deal_units(part, known, units, bits)
        _deal_slots(part, known, slots, at)
    (scratch / "timed").mkdir()
    buckets = _Buckets(units, slots, clocks, {g.source_no: g.reader for g in given}, scratch)
    found = list(each_in_order(buckets.settle, range(1 << bits)))
    return Merged(
        scratch / "timed",
        Links.joined([f.links for f in found]),
        _summed([f.unit_ends for f in found]),
        _summed([f.slot_ends for f in found]),
        pd.concat([f.conflicts for f in found], ignore_index=True),
    )


def _deal_units(part: GivenPart, known: Known, units: Dealer, bits: int) -> Buckets:
    """Deal the units of a part; return the bucket of each by its number in the part."""

    def prepared(files: Sequence[Path]) -> tuple[NDArray[np.int64], Buckets, Hand]:
        table = _rows_of(files)
        ids = Ids.of(table.column("message_id"))
        numbers = table.column("unit").to_numpy()
        at = buckets_of(ids.heads(), bits)
        return numbers, at, units.sort(known.units(table, ids, part), at)

    bucket_of = np.zeros(part.part.state().n_messages, np.uint16)
    for numbers, at, hand in each_in_order(prepared, _batches(part.part.units)):
        bucket_of[numbers] = at
        units.deal(hand)
    return bucket_of


def _deal_slots(part: GivenPart, known: Known, slots: Dealer, bucket_of: Buckets) -> None:
    def prepared(files: Sequence[Path]) -> Hand:
        table = _rows_of(files)
        at = bucket_of[table.column("unit").to_numpy()]
        return slots.sort(known.slots(table, part), at)

    for hand in each_in_order(prepared, _batches(part.part.slots)):
        slots.deal(hand)


def _batches(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Files whose rows are worked on together."""
    held: list[Path] = []
    n = 0
    for path in paths:
        held.append(path)
        n += pq.read_metadata(path).num_rows
        if n >= _ROWS_AT_ONCE:
            yield held
            held, n = [], 0
    if n:
        yield held


def _rows_of(paths: Sequence[Path]) -> pa.Table:
    tables = [pq.read_table(p, use_threads=False, read_dictionary=IN_WORDS) for p in paths]
    return pa.concat_tables(tables).unify_dictionaries().combine_chunks()


@dataclass(frozen=True)
class _Found:
    links: Links
    unit_ends: pd.DataFrame
    slot_ends: pd.DataFrame
    conflicts: pd.DataFrame


@dataclass(frozen=True)
class _Buckets:
    """Settles bucket after bucket; each leaves a file of rows with clocks."""

    units: Dealer
    slots: Dealer
    clocks: Clocks
    reader_of: dict[int, str]
    scratch: Path

    def settle(self, bucket: int) -> _Found:
        done = settle(self.units.take(bucket), self.slots.take(bucket), self.reader_of)
        write_rows(self._timed(done), self.scratch / "timed" / f"{bucket:04d}{SUFFIX}")
        return _Found(self._links(done), done.unit_ends, done.slot_ends, done.conflicts)

    def _timed(self, done: Settled) -> pa.Table:
        """One row a message and person, on the clocks of both."""
        to = done.addressed
        here = _Distinct.of(to.messages)
        said = done.units.only(done.messages.speakers[here.numbers])
        days, hours = self.clocks.local(said.senders, said.sent)
        work, _ = self.clocks.work(said.senders, said.sent)
        rows = here.rows()
        sent = said.sent[rows]
        recipient_work, is_off = self.clocks.work(to.persons, sent)
        return pa.table(
            {
                "message_id": said.ids.take(rows).codes(),
                "thread_id": said.threads(rows).codes(),
                "parent_id": said.parents(rows).codes(),
                "sender_no": said.senders[rows],
                "person_no": to.persons,
                **{name: _worded(said.records[name][rows], WORDS[name]) for name in WORDS},
                "role": _worded(to.roles, ROLES),
                "n_recipients": done.messages.n_recipients[to.messages],
                "sent_s": sent,
                "sent_day": days[rows],
                "sent_hour": hours[rows],
                "sender_work_s": work[rows],
                "recipient_work_s": recipient_work,
                "is_off_hours": is_off,
                "auto_rank": done.messages.auto_ranks[to.messages],
                "source_no": said.records["source_no"][rows],
                "is_first": here.is_first,
            }
        )

    def _links(self, done: Settled) -> Links:
        units = done.units
        rows = done.messages.speakers[done.messages.speakers >= 0]
        is_open = units.records["has_parent"] & ~units.records["has_thread"]
        rows = rows[is_open[rows]]
        days, _ = self.clocks.local(units.senders[rows], units.sent[rows])
        return Links(units.ids.take(rows), units.parents(rows), days)


@dataclass(frozen=True)
class _Distinct:
    """The distinct of ascending numbers; `is_first` is set where each comes first."""

    numbers: NDArray[np.int64]
    is_first: NDArray[np.bool_]

    @classmethod
    def of(cls, numbers: NDArray[np.int64]) -> _Distinct:
        is_first = np.ones(len(numbers), np.bool_)
        np.not_equal(numbers[1:], numbers[:-1], out=is_first[1:])
        return cls(numbers[is_first], is_first)

    def rows(self) -> NDArray[np.int64] | slice:
        """Return the place of each number among the distinct ones."""
        if len(self.numbers) == len(self.is_first):
            return slice(None)
        return np.cumsum(self.is_first) - 1


def _worded(codes: NDArray[np.int8], words: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(words, pa.string()))


def _summed(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Counts of all buckets together."""
    return pd.concat(frames).groupby(["source_no", "status"], as_index=False, sort=True).sum()
