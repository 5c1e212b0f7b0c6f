"""Rows of a part as rows about parties: who wrote, who was addressed, and what is left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.tables.canonical import MESSAGES
from ingest.keys.left_out import OBJECTED
from ingest.merging.clocks import Clocks
from ingest.merging.message_ids import Ids
from ingest.merging.rows import SLOT, UNIT, Records, records_of
from ingest.parts import Part
from ingest.people.parties import NOBODY, Parties
from ingest.settings import IntakeSettings
from ingest.working_hours import DAY_S

Ints = NDArray[np.int64]
Small = NDArray[np.int8]
Places = NDArray[np.int32]

AUTO_ORDER = ("declared", "bounce", "bulk", "header", "service_account", "behaviour")
NOT_AUTOMATED = 99
# A reader's reason "list": automated unless a person of the roster wrote it, or it answers
# something. Discussion lists put their headers on human mail.
LIST_MAIL, LIST_RANK = "list", 98
UNIT_BITS = 40  # a unit's number: rank of its file, then its place in the file

# Why a unit or a recipient slot is left out, by its number; 0: it is not.
DROPPED = (
    "",
    "outside_period",
    "already_aggregated",
    OBJECTED,
    "special_group",
    "sender_not_understood",
    "address_not_understood",
)
_WHY = {reason: np.int8(number) for number, reason in enumerate(DROPPED)}


def words_of(column: str) -> tuple[str, ...]:
    """Return the values that a column of `messages` may hold, in their order as texts."""
    return next(tuple(sorted(c.one_of)) for c in MESSAGES.columns if c.name == column)


CHANNELS, ACTS, VISIBILITIES = (words_of(n) for n in ("channel", "act", "visibility"))
WORDS = {"channel": CHANNELS, "act": ACTS, "visibility": VISIBILITIES}
IN_WORDS = [*WORDS, "auto_reason"]  # columns of a part that hold few distinct texts


@dataclass(frozen=True)
class GivenPart:
    """The part of one source of this run; `book_no[n]` is the number of its identity n."""

    source_no: int
    reader: str
    rank: int
    part: Part
    book_no: Ints

    def numbers(self, own: Ints) -> Ints:
        """Return the numbers in the book of the run; -1 stays -1."""
        return np.append(self.book_no, np.int64(NOBODY))[own]


@dataclass(frozen=True)
class Known:
    """Turns rows of parts into rows about parties, with reasons for leaving some out."""

    parties: Parties
    clocks: Clocks
    settings: IntakeSettings

    def units(self, table: pa.Table, ids: Ids, given: GivenPart) -> Records:
        """Return messages with parties for senders and numbers for words."""
        sent = table.column("sent_s").to_numpy()
        days = sent // DAY_S if self.parties.dated else None
        who = self._who(table.column("sender_no"), given, days)
        threads, parents = (Ids.of(table.column(n)) for n in ("thread_id", "parent_id"))
        return records_of(
            UNIT,
            {
                "message": ids.halves,
                "thread": threads.halves,
                "parent": parents.halves,
                "unit_id": table.column("unit").to_numpy() + (given.rank << UNIT_BITS),
                "sent_s": sent,
                "sender_no": who,
                "n_stated": table.column("n_stated").to_numpy(),
                "source_no": np.int32(given.source_no),
                **{name: _coded(table.column(name), WORDS[name]) for name in WORDS},
                "auto_rank": self._auto_ranks(table, parents, who),
                "dropped": self._units_dropped(who, sent),
                "has_thread": threads.is_there,
                "has_parent": parents.is_there,
            },
        )

    def slots(self, table: pa.Table, given: GivenPart) -> Records:
        """Return recipient slots with parties for recipients."""
        days = None
        units = table.column("unit").to_numpy()
        if self.parties.are_dated(given.book_no):
            days = _days_of(units, given.part)
        who = self._who(table.column("recipient_no"), given, days)
        dropped = np.zeros(len(who), np.int8)
        self._left_out(who, dropped)
        dropped[who == NOBODY] = _WHY["address_not_understood"]
        return records_of(
            SLOT,
            {
                "unit_id": units + (given.rank << UNIT_BITS),
                "person_no": who,
                "role_rank": table.column("role_rank").to_numpy(),
                "dropped": dropped,
            },
        )

    def _who(self, numbers: pa.ChunkedArray, given: GivenPart, days: Ints | None) -> Places:
        return self.parties.look_up(given.numbers(numbers.to_numpy()), days)

    def _units_dropped(self, who: Places, sent: Ints) -> Small:
        settings = self.settings
        dropped = np.zeros(len(who), np.int8)
        limits = (settings.first_day, settings.last_day, settings.aggregated)
        if self.parties.parties and any(limit is not None for limit in limits):
            # Nobody, too, has a clock here: that of somebody.
            days, _ = self.clocks.local(np.maximum(who, 0), sent)
            if settings.first_day is not None:
                dropped[days < settings.first_day] = _WHY["outside_period"]
            if settings.last_day is not None:
                dropped[days > settings.last_day] = _WHY["outside_period"]
            if settings.aggregated is not None:
                first, end = settings.aggregated
                dropped[days < end] = _WHY["already_aggregated"]
                dropped[days < first] = _WHY["outside_period"]
        self._left_out(who, dropped)
        dropped[who == NOBODY] = _WHY["sender_not_understood"]
        return dropped

    def _left_out(self, who: Places, dropped: Small) -> None:
        for kinds, reason in ((self._objecting, OBJECTED), (self._excluded, "special_group")):
            if kinds.any():
                dropped[kinds[who]] = _WHY[reason]

    def _auto_ranks(self, table: pa.Table, parents: Ids, who: Places) -> Small:
        """Why each message is automated, as a place in `AUTO_ORDER`; declarations win."""
        found = _reasons(table.column("auto_reason"))
        is_list = found == LIST_RANK
        if is_list.any():
            is_human_mail = self._employees[who] | parents.is_there
            bulk = np.int8(AUTO_ORDER.index("bulk"))
            found[is_list] = np.where(is_human_mail, np.int8(NOT_AUTOMATED), bulk)[is_list]
        found = np.minimum(found, self._party_ranks[who])
        found[self._humans[who]] = NOT_AUTOMATED
        return found

    # Of each party; the last place is nobody's, so that -1 leads to it.

    @cached_property
    def _objecting(self) -> NDArray[np.bool_]:
        return np.append(self.parties.objecting, False)

    @cached_property
    def _excluded(self) -> NDArray[np.bool_]:
        return np.append(self.parties.excluded, False)

    @cached_property
    def _employees(self) -> NDArray[np.bool_]:
        return np.array([p.kind == "employee" for p in self.parties.parties] + [False])

    @cached_property
    def _humans(self) -> NDArray[np.bool_]:
        return np.array([p.is_human for p in self.parties.parties] + [False])

    @cached_property
    def _party_ranks(self) -> Small:
        ranks = [_RANKS[party.auto_reason] for party in self.parties.parties]
        return np.array([*ranks, NOT_AUTOMATED], np.int8)


_RANKS = {reason: n for n, reason in enumerate(AUTO_ORDER)} | {None: NOT_AUTOMATED}


def _reasons(column: pa.ChunkedArray) -> Small:
    """Readers' reasons as ranks; what no reader may say counts as a list."""
    if column.null_count == len(column):
        return np.full(len(column), NOT_AUTOMATED, np.int8)
    coded = column.combine_chunks()
    reasons = [*coded.dictionary.to_pylist(), None]
    codes = coded.indices.fill_null(len(reasons) - 1).to_numpy()
    ranks: Small = np.array([_RANKS.get(reason, LIST_RANK) for reason in reasons], np.int8)[codes]
    return ranks


def _coded(column: pa.ChunkedArray, words: tuple[str, ...]) -> Small:
    """Texts of a dictionary column as places among known words."""
    coded = column.combine_chunks()
    places = [words.index(word) for word in coded.dictionary.to_pylist()]
    codes: Small = np.array([*places, 0], np.int8)[coded.indices.to_numpy()]
    return codes


def _days_of(units: Ints, part: Part) -> Ints:
    """The day (UTC) on which each unit was sent; slots do not say it themselves."""
    sent = pa.concat_tables(pq.read_table(path, columns=["unit", "sent_s"]) for path in part.units)
    known: Ints = sent.column("unit").to_numpy()
    order = np.argsort(known, kind="stable")
    places = order[np.searchsorted(known, units, sorter=order)]
    days: Ints = sent.column("sent_s").to_numpy()[places] // DAY_S
    return days
