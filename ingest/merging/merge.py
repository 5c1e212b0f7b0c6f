"""From scratch parts to the `messages` table: clocks, one row per message and person, balance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.engine import Engine
from ingest.keys.keyed_columns import hex_digits
from ingest.keys.left_out import OBJECTED
from ingest.merging.clocks import Clocks, Places
from ingest.merging.merge_sql import (
    ABOUT_MESSAGES,
    ADDRESSED,
    CHOSEN,
    CONFLICTS,
    JOINED,
    SLOT_STATUS,
    STATUS,
)
from ingest.parts import ROLES, SLOTS, UNITS, Part
from ingest.people.parties import NOBODY, Parties
from ingest.settings import IntakeSettings
from ingest.working_hours import DAY_S

AUTO_ORDER = ("declared", "bounce", "bulk", "header", "service_account", "behaviour")
NOT_AUTOMATED = 99
# A reader's reason "list": automated unless a person of the roster wrote it, or it answers
# something. Discussion lists put their headers on human mail.
LIST_MAIL, LIST_RANK = "list", 98
AGGREGATED = "already_aggregated"


CODED = ("message_id", "thread_id", "parent_id")  # 16 bytes in a part, 32 hex digits from here
UNIT_BITS = 40  # a unit's number: rank of its file, then its place in the file


@dataclass(frozen=True)
class GivenPart:
    """The part of one source of this run; `book_no[n]` is the number of its identity n."""

    source_no: int
    reader: str
    rank: int
    part: Part
    book_no: NDArray[np.int64]

    def numbers(self, own: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the numbers in the book of the run; -1 stays -1."""
        return np.append(self.book_no, np.int64(NOBODY))[own]


@dataclass(frozen=True)
class Merged:
    """Scratch tables of one merge; `timed` has a row per message and person, with clocks."""

    units: Path
    slots: Path
    chosen: Path
    addressed: Path
    timed: Path


def merge(
    given: Sequence[GivenPart],
    parties: Parties,
    clocks: Clocks,
    settings: IntakeSettings,
    scratch: Path,
    engine: Engine,
) -> Merged:
    """Put the parts of all sources together: one row per message and addressed person."""
    known = _Known(parties, clocks, settings)
    units, slots = scratch / "units_known", scratch / "slots_known"
    _all_parts([(g, g.part.units) for g in given], units, known.units, UNITS)
    _all_parts([(g, g.part.slots) for g in given], slots, known.slots, SLOTS)
    done = Merged(
        units, slots, scratch / "chosen.parquet", scratch / "addressed.parquet", scratch / "timed"
    )
    about, joined = scratch / "about.parquet", scratch / "joined.parquet"
    sources = scratch / "source_readers.parquet"
    pd.DataFrame(
        {"source_no": [g.source_no for g in given], "reader": [g.reader for g in given]}
    ).astype({"source_no": "int32", "reader": "str"}).to_parquet(sources, index=False)
    engine.run(CHOSEN, {"units": units, "sources": sources}, done.chosen)
    engine.run(ADDRESSED, {"units": units, "slots": slots, "chosen": done.chosen}, done.addressed)
    engine.run(ABOUT_MESSAGES, {"units": units, "slots": slots}, about)
    engine.run(
        JOINED,
        {"addressed": done.addressed, "chosen": done.chosen, "about_messages": about},
        joined,
    )
    _each_batch([joined], done.timed / "000000.parquet", lambda t: _timed(t, clocks))
    return done


def balance_of(merged: Merged, engine: Engine) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how units and recipient slots ended, counted by source and status."""
    tables = {
        "units": merged.units,
        "slots": merged.slots,
        "chosen": merged.chosen,
        "addressed": merged.addressed,
    }
    return (
        engine.fetch(STATUS, {name: tables[name] for name in ("units", "addressed")}),
        engine.fetch(SLOT_STATUS, {name: tables[name] for name in ("units", "slots", "chosen")}),
    )


def conflicts_of(merged: Merged, engine: Engine) -> pd.DataFrame:
    """Return the `conflicts` table: messages whose copies name another sender or time."""
    return engine.fetch(CONFLICTS, {"units": merged.units, "chosen": merged.chosen})


def _all_parts(
    files: Sequence[tuple[GivenPart, list[Path]]],
    target: Path,
    change: Callable[..., pa.Table],
    schema: pa.Schema,
) -> None:
    """Change every file of every part; without parts an empty table stands there."""
    for n, (given, paths) in enumerate(files):
        _each_batch(paths, target / f"{n:06d}.parquet", partial(change, given=given))
    if not files:
        nothing = GivenPart(0, "", 0, Part(target), np.zeros(0, np.int64))
        target.mkdir(parents=True, exist_ok=True)
        pq.write_table(change(schema.empty_table(), given=nothing), target / "000000.parquet")


def _each_batch(
    paths: Sequence[Path], target: Path, change: Callable[[pa.Table], pa.Table]
) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    schema = change(pq.read_schema(paths[0]).empty_table()).schema
    with pq.ParquetWriter(target, schema) as writer:
        for path in paths:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(batch_size=1 << 18):
                    writer.write_table(change(pa.Table.from_batches([batch])))


@dataclass(frozen=True)
class _Known:
    """Turns rows of parts into rows about parties, with clocks and reasons for dropping."""

    parties: Parties
    clocks: Clocks
    settings: IntakeSettings

    def units(self, table: pa.Table, given: GivenPart) -> pa.Table:
        parties, clocks, settings = self.parties, self.clocks, self.settings
        sent = table.column("sent_s").to_numpy()
        who = self._who(table.column("sender_no"), given, sent // DAY_S)
        is_known = who != NOBODY
        safe = np.where(is_known, who, 0).astype(np.int32) if parties.parties else who[:0]
        days, hours = clocks.local(safe, sent)
        dropped = np.full(len(who), None, dtype=object)
        if settings.first_day is not None:
            dropped[days < settings.first_day] = "outside_period"
        if settings.last_day is not None:
            dropped[days > settings.last_day] = "outside_period"
        if settings.aggregated is not None:
            first, end = settings.aggregated
            dropped[days < end] = AGGREGATED
            dropped[days < first] = "outside_period"
        if parties.parties:
            dropped[parties.objecting[safe] & is_known] = OBJECTED
            dropped[parties.excluded[safe] & is_known] = "special_group"
        dropped[~is_known] = "sender_not_understood"
        new = {
            **{name: _digits(table.column(name)) for name in CODED},
            "unit_id": self._unit_ids(table, given),
            "source_no": pa.array(np.full(len(who), given.source_no, np.int32)),
            "sender_no": pa.array(who, pa.int32()),
            "sent_day": pa.array(days, pa.int32()),
            "sent_hour": pa.array(hours, pa.int8()),
            "sender_work_s": pa.array(clocks.work_seconds(safe, sent), pa.int64()),
            "auto_rank": pa.array(_auto_ranks(table, safe, parties), pa.int32()),
            "dropped": pa.array(dropped, pa.string()),
        }
        return _with_columns(table.drop_columns(["unit", "auto_reason"]), new)

    def slots(self, table: pa.Table, given: GivenPart) -> pa.Table:
        days = None
        if self.parties.are_dated(given.book_no):
            days = _days_of(table.column("unit").to_numpy(), given.part)
        who = self._who(table.column("recipient_no"), given, days)
        dropped = np.full(len(who), None, dtype=object)
        if self.parties.parties:
            safe = np.where(who == NOBODY, 0, who)
            dropped[self.parties.objecting[safe] & (who != NOBODY)] = OBJECTED
            dropped[self.parties.excluded[safe] & (who != NOBODY)] = "special_group"
        dropped[who == NOBODY] = "address_not_understood"
        new = {
            "unit_id": self._unit_ids(table, given),
            "person_no": pa.array(who, pa.int32()),
            "dropped": pa.array(dropped, pa.string()),
        }
        return _with_columns(table.drop_columns(["unit", "recipient_no"]), new)

    def _who(
        self, numbers: pa.ChunkedArray, given: GivenPart, days: NDArray[np.int64] | None
    ) -> Places:
        return self.parties.look_up(given.numbers(numbers.to_numpy()), days)

    def _unit_ids(self, table: pa.Table, given: GivenPart) -> pa.Array:
        units: NDArray[np.int64] = table.column("unit").to_numpy()
        return pa.array(units + (given.rank << UNIT_BITS))


def _days_of(units: NDArray[np.int64], part: Part) -> NDArray[np.int64]:
    """The day (UTC) on which each unit was sent; slots do not say it themselves."""
    sent = pa.concat_tables(pq.read_table(path, columns=["unit", "sent_s"]) for path in part.units)
    known: NDArray[np.int64] = sent.column("unit").to_numpy()
    order = np.argsort(known, kind="stable")
    places = order[np.searchsorted(known, units, sorter=order)]
    days: NDArray[np.int64] = sent.column("sent_s").to_numpy()[places] // DAY_S
    return days


def _digits(column: pa.ChunkedArray) -> pa.ChunkedArray:
    chunks = [hex_digits(chunk) for chunk in column.chunks]
    return pa.chunked_array(chunks, pa.string())


def _auto_ranks(table: pa.Table, who: Places, parties: Parties) -> Places:
    """Why each message is automated, as a place in `AUTO_ORDER`; declarations win."""
    if not parties.parties:
        return np.zeros(0, np.int32)
    rank = {reason: n for n, reason in enumerate(AUTO_ORDER)} | {None: NOT_AUTOMATED}
    coded = table.column("auto_reason").combine_chunks().dictionary_encode()
    reasons = [*coded.dictionary.to_pylist(), None]
    codes = coded.indices.fill_null(len(reasons) - 1).to_numpy()
    found = np.array([rank.get(reason, LIST_RANK) for reason in reasons], np.int32)[codes]
    is_person = np.array([party.kind == "employee" for party in parties.parties])[who]
    has_parent = table.column("parent_id").is_valid().to_numpy()
    is_list = found == LIST_RANK
    found[is_list] = np.where((is_person | has_parent)[is_list], NOT_AUTOMATED, rank["bulk"])
    of_party = np.array([rank[party.auto_reason] for party in parties.parties], np.int32)[who]
    is_human = np.array([party.is_human for party in parties.parties])[who]
    return np.where(is_human, NOT_AUTOMATED, np.minimum(found, of_party)).astype(np.int32)


def _timed(table: pa.Table, clocks: Clocks) -> pa.Table:
    who = table.column("person_no").to_numpy()
    sent = table.column("sent_s").to_numpy()
    roles = np.array(ROLES, dtype=object)[table.column("role_rank").to_numpy()]
    new = {
        "recipient_work_s": pa.array(clocks.work_seconds(who, sent), pa.int64()),
        "is_off_hours": pa.array(clocks.is_off_hours(who, sent), pa.bool_()),
        "role": pa.array(roles, pa.string()),
    }
    return _with_columns(table.drop_columns(["role_rank"]), new)


def _with_columns(table: pa.Table, new: dict[str, pa.Array]) -> pa.Table:
    for name, array in new.items():
        place = table.schema.get_field_index(name)
        table = (
            table.append_column(name, array) if place < 0 else table.set_column(place, name, array)
        )
    return table
