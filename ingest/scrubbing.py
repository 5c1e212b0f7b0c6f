"""Rewriting a part without some of its rows: people who were forgotten, days past their limit."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.files import swap_folder
from ingest.keys.left_out import FORGOTTEN, PURGED, LeftOut
from ingest.parts import SLOTS, UNITS, Part, State, write_about, write_rows
from ingest.people.book import Book
from ingest.working_hours import DAY_S

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
_HALF = ".half"  # the ledger removes what an interrupted run has left under this name


@dataclass(frozen=True)
class Gone:
    """What a part may no longer hold: identities by number, some on some days only, old days."""

    always: Whole
    dated: Mapping[int, Sequence[tuple[int, int | None]]] = field(default_factory=dict)
    before_day: int | None = None

    @classmethod
    def of(cls, book: Book, left_out: LeftOut) -> Gone:
        """Return what the list of an engagement says of a part with this book."""
        digests = [entry.digest for entry in book.entries]
        always = [n for n, digest in enumerate(digests) if left_out.is_forgotten(digest)]
        dated = {
            n: found for n, digest in enumerate(digests) if (found := left_out.spells(digest))
        }
        return cls(np.array(always, np.int64), dated, left_out.messages_from_day)

    @classmethod
    def before(cls, day: int) -> Gone:
        """Return that everything sent before a day (UTC) goes."""
        return cls(np.zeros(0, np.int64), {}, day)

    def hits(self, numbers: Whole, days: Whole) -> Flags:
        """Return which of these identities, on these days (UTC), may not stand here."""
        found: Flags = np.isin(numbers, self.always)
        for number, spells in self.dated.items():
            for first, end in spells:
                is_theirs = (numbers == number) & (days >= first)
                found |= is_theirs if end is None else is_theirs & (days < end)
        return found


def scrub(part: Part, book: Book, gone: Gone) -> Counter[str] | None:
    """Rewrite a part without the rows and identities in `gone`, swapped in whole.

    Returns how many units went for which reason; None where nothing had to be rewritten. What is
    counted stays counted: the tally of the part says how many units and slots were left out. A
    message that addressed nobody else goes too. Identities that stand in no row any more go with
    the rows: what is left is what would have been read of an export without these people.
    """
    rows = _Rows.of(part, gone)
    holds = bool(len(gone.always)) and not set(gone.always.tolist()).isdisjoint(
        range(len(book.entries))
    )
    if not (rows.n_left_out or holds):
        return None
    half = part.folder.with_name(f"{part.name}{_HALF}")
    if half.exists():
        shutil.rmtree(half)
    numbers, kept = _kept_book(rows, book, gone)
    _write_units(part, half, rows, numbers)
    _write_slots(part, half, rows, numbers)
    write_about(half, kept, _state(part.state(), rows))
    swap_folder(half, part.folder)
    return rows.reasons()


def count_left_out(part: Part, gone: Gone) -> Counter[str]:
    """Return how many units of a part `scrub` would leave out, by reason."""
    return _Rows.of(part, gone).reasons()


def drop_rejects(part: Part) -> int:
    """Rewrite what a part says of itself without the places of what was not understood."""
    state = part.state()
    n_rejects = len(state.tally.rejects)
    if n_rejects:
        state.tally.rejects = []
        part.put(state)
    return n_rejects


@dataclass(frozen=True)
class _Rows:
    """Which units and slots of a part go; `units` ascending, everything else in their order."""

    units: Whole
    files: tuple[tuple[Whole, Flags], ...]  # of each file of slots: its units, which slots go
    n_gone: Whole  # slots of each unit that name somebody forgotten
    n_slots: Whole
    is_forgotten: Flags
    is_old: Flags
    used: frozenset[int]

    @classmethod
    def of(cls, part: Part, gone: Gone) -> _Rows:
        columns = ["unit", "sender_no", "sent_s"]
        read = [pq.read_table(path, columns=columns) for path in part.units]
        table = pa.concat_tables(read).sort_by("unit")
        units, sent = table["unit"].to_numpy(), table["sent_s"].to_numpy()
        days = sent // DAY_S
        senders = table["sender_no"].to_numpy()
        n_gone, n_slots = np.zeros(len(units), np.int64), np.zeros(len(units), np.int64)
        files, named = [], []
        for path in part.slots:
            slots = pq.read_table(path, columns=["unit", "recipient_no"])
            places = np.searchsorted(units, slots["unit"].to_numpy())
            people = slots["recipient_no"].to_numpy()
            hits = gone.hits(people, days[places])
            n_gone += np.bincount(places[hits], minlength=len(units))
            n_slots += np.bincount(places, minlength=len(units))
            files.append((places, hits))
            named.append(people)
        is_old = days < (gone.before_day if gone.before_day is not None else np.int64(-(1 << 40)))
        is_forgotten = gone.hits(senders, days) | ((n_gone > 0) & (n_gone == n_slots))
        is_kept = ~(is_old | is_forgotten)
        used = set(np.unique(senders[is_kept]).tolist())
        for (places, hits), people in zip(files, named, strict=True):
            used |= set(np.unique(people[is_kept[places] & ~hits]).tolist())
        return cls(
            units, tuple(files), n_gone, n_slots, is_forgotten & ~is_old, is_old, frozenset(used)
        )

    @property
    def is_kept(self) -> Flags:
        kept: Flags = ~(self.is_forgotten | self.is_old)
        return kept

    @property
    def n_left_out(self) -> int:
        return int((~self.is_kept).sum() + self.n_gone.sum())

    @property
    def new_units(self) -> Whole:
        """The new number of each unit: those that stay move up."""
        return np.cumsum(self.is_kept) - 1

    def reasons(self) -> Counter[str]:
        return Counter({FORGOTTEN: int(self.is_forgotten.sum()), PURGED: int(self.is_old.sum())})

    def slot_reasons(self) -> Counter[str]:
        forgotten = self.n_slots[self.is_forgotten].sum() + self.n_gone[self.is_kept].sum()
        return Counter({FORGOTTEN: int(forgotten), PURGED: int(self.n_slots[self.is_old].sum())})


def _kept_book(rows: _Rows, book: Book, gone: Gone) -> tuple[Whole, Book]:
    """The new number of each old one, and the identities that stay."""
    lost = set(gone.always.tolist())
    digests = {book.entries[n].digest for n in lost if n < len(book.entries)}
    kept = Book(book.key, book.rules)
    for digest, account in book.accounts.items():
        if digest not in digests:
            kept.join_account(digest, account)
    linked = set(kept.accounts) | {account.email for account in kept.accounts.values()}
    numbers = np.full(len(book.entries) + 1, -1, np.int64)  # the last place: no identity, -1
    for number, entry in enumerate(book.entries):
        if number not in lost and (number in rows.used or entry.digest in linked):
            numbers[number] = kept.enter(entry)
    return numbers, kept


def _write_units(part: Part, half: Path, rows: _Rows, numbers: Whole) -> None:
    is_kept, new_units = rows.is_kept, rows.new_units
    for path in part.units:
        table = pq.read_table(path, schema=UNITS)
        places = np.searchsorted(rows.units, table["unit"].to_numpy())
        stated = table["n_stated"].fill_null(0).to_numpy()
        left = np.maximum(stated - rows.n_gone[places], 0)
        new = {
            "unit": pa.array(new_units[places]),
            "sender_no": pa.array(numbers[table["sender_no"].to_numpy()]),
            "n_stated": pa.array(left, pa.int32()),
        }
        _write(_with(table, new).filter(pa.array(is_kept[places])), half / "units" / path.name)


def _write_slots(part: Part, half: Path, rows: _Rows, numbers: Whole) -> None:
    is_kept, new_units = rows.is_kept, rows.new_units
    for path, (places, hits) in zip(part.slots, rows.files, strict=True):
        table = pq.read_table(path, schema=SLOTS)
        new = {
            "unit": pa.array(new_units[places]),
            "recipient_no": pa.array(numbers[table["recipient_no"].to_numpy()]),
        }
        stays = pa.array(is_kept[places] & ~hits)
        _write(_with(table, new).filter(stays), half / "slots" / path.name)


def _with(table: pa.Table, new: Mapping[str, pa.Array]) -> pa.Table:
    for name, column in new.items():
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table


def _write(table: pa.Table, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_rows(table, path)


def _state(state: State, rows: _Rows) -> State:
    reasons, slots = +rows.reasons(), +rows.slot_reasons()
    tally = state.tally
    tally.filtered = dict(Counter(tally.filtered) + reasons)
    tally.slots = dict(Counter(tally.slots) + slots)
    n_units, n_slots = reasons.total(), slots.total()
    return State(
        tally,
        state.n_messages - n_units,
        state.n_recipients - n_slots,
        state.size,
        state.file_sha256,
    )
