"""Rows of a message table as batches: keys, times and recipients, a whole column at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.tables.canonical import CHANNELS
from ingest.batches import BATCH_ROWS, Batch
from ingest.cells import Chunk, Typed, cell_bytes, gathered, has_one_each, mapped, stripped
from ingest.cells import filled as is_filled
from ingest.source import Source
from ingest.tables.column_times import TimeColumns

KINDS = {"email": "email", "employee_id": "id", "chat_id": "chat"}
ROLES = {"to": "to", "cc": "cc", "bcc": "bcc", "mention": "mention", "member": "member"}
_TRUE = {"1", "true", "yes", "y", "t"}
_MARKS = ";,|"
_FAULTS = (
    ("E-CSV-010", "date_unparsable"),
    ("E-CSV-011", "date_out_of_range"),
    ("E-CSV-012", "sender_missing"),
    ("E-CSV-013", "message_id_missing"),
)

Rows = NDArray[np.int64]


@dataclass
class MessageRows:
    """Turns chunks of a message table into batches; remembers ids where a second table follows."""

    source: Source
    times: TimeColumns
    by_pair: bool
    place: str = "line"
    """What a row of the table is called in the places of rejects."""
    units: dict[str, int] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    n_units: int = 0

    def __post_init__(self) -> None:
        source = self.source
        self.channel = source.one_of("channel", CHANNELS, "email")
        self.visibility = source.one_of("visibility", ("direct", "closed", "open"), "direct")
        self.kind = KINDS[source.one_of("identity", tuple(KINDS), "email")]
        self.space = source.text("namespace", self.channel)
        self.is_joined = bool(source.table("recipients"))

    def messages(self, chunks: Iterable[Chunk]) -> Iterator[Batch]:
        """Return the messages of a table, and their recipients where they stand in its rows."""
        for raw in gathered(chunks, BATCH_ROWS):
            chunk, sent = self._good_rows(raw)
            first = self.n_units
            self.n_units += len(chunk)
            slots, counts = None, np.zeros(len(chunk), np.int64)
            if self.is_joined:
                for unit, message_id in enumerate(chunk.column("message_id").to_pylist(), first):
                    self.units.setdefault(message_id, unit)
            else:
                slots, counts = self._slots_of(chunk, first)
            yield self._batch(chunk, sent, first, counts)
            if slots is not None:
                yield slots

    def slots(self, units: Rows, addresses: pa.StringArray, roles: pa.StringArray) -> Batch:
        """Return a batch of recipient slots; hidden copies are counted, never kept."""
        named = mapped(roles, lambda cell: ROLES.get(cell.lower(), "to"))
        hidden = pc.equal(named, "bcc")
        numbers = pa.array(units)
        if n_hidden := pc.sum(hidden).as_py() or 0:
            self.source.tally.drop_slot("bcc", n_hidden)
            seen = pc.invert(hidden)
            numbers, addresses, named = (c.filter(seen) for c in (numbers, addresses, named))
        people = Typed(f"{self.kind}:", addresses)
        return Batch("recipients", {"unit": numbers, "recipient": people, "role": named})

    def _good_rows(self, chunk: Chunk) -> tuple[Chunk, Rows]:
        """Rows that are messages, and when; the others are rejected with their line."""
        found = self.times.parse(chunk.column("sent"))
        if found.n_assumed:
            self.source.tally.note("tz_assumed", found.n_assumed)
        faults = np.full(len(chunk), -1, np.int8)
        if self.is_joined:
            faults[~is_filled(chunk.column("message_id"))] = 3
        faults[~is_filled(chunk.column("sender"))] = 2
        source = self.source
        faults[(found.values < source.earliest_s) | (found.values > source.latest_s)] = 1
        faults[~found.is_known] = 0
        bad = np.flatnonzero(faults >= 0)
        if not len(bad):
            return chunk, found.values
        for row in bad:
            source.tally.reject(f"{self.place} {chunk.lines[row]}", *_FAULTS[faults[row]])
        if self.is_joined:
            self.lost.update(chunk.only(bad).column("message_id").to_pylist())
        good = np.flatnonzero(faults < 0)
        return chunk.only(good), found.values[good]

    def _batch(self, chunk: Chunk, sent: Rows, first: int, counts: Rows) -> Batch:
        n = len(chunk)
        parents = chunk.column("reply_to")
        is_reply = is_filled(parents)
        columns = {
            "unit": pa.array(np.arange(first, first + n)),
            "key": self._keys(chunk, sent),
            "thread": Typed(f"thread:{self.space}:", _where_filled(chunk.column("thread_id"))),
            "parent": self._typed(_where_filled(parents)),
            "sender": Typed(f"{self.kind}:", chunk.column("sender")),
            "channel": _same(self.channel, n),
            "act": pc.if_else(pa.array(is_reply), "reply", "post"),
            "visibility": _same(self.visibility, n),
            "n_recipients": pa.array(counts),
            "sent_s": pa.array(sent),
            "auto_reason": mapped(chunk.column("is_automated"), _declared),
        }
        return Batch("messages", columns)

    def _keys(self, chunk: Chunk, sent: Rows) -> Typed:
        """The key of each message: its id, else who wrote it, when and in which thread."""
        ids = chunk.column("message_id")
        has_id = is_filled(ids)
        if has_id.all():
            return self._typed(ids)
        made = pc.binary_join_element_wise(
            f"made:{self.space}",
            mapped(chunk.column("sender"), str.lower),
            pc.cast(pa.array(sent), pa.string()),
            chunk.column("thread_id"),
            ":",
        )
        if not has_id.any():
            return Typed("", made)
        return Typed("", pc.if_else(pa.array(has_id), self._typed(ids).texts(), made))

    def _typed(self, ids: pa.StringArray) -> Typed:
        plain = Typed(f"csv:{self.space}:", ids)
        if self.channel != "email":
            return plain
        mail = Typed("mid:", pc.ascii_trim(ids, "<>"))
        if has_one_each(ids, "@"):
            return mail
        has_at = pc.match_substring(ids, "@")
        return Typed("", pc.if_else(has_at, mail.texts(), plain.texts()))

    def _slots_of(self, chunk: Chunk, first: int) -> tuple[Batch, Rows]:
        """Recipients in the rows themselves, and how many each names; 0 where rows are pairs."""
        cells = chunk.column("recipient" if self.by_pair else "recipients")
        rows, addresses = (np.arange(len(chunk)), cells) if self.by_pair else _parted(cells)
        named = is_filled(addresses)
        if not named.all():
            rows, addresses = rows[named], addresses.filter(pa.array(named))
        counts = np.zeros(len(chunk), np.int64)
        if not self.by_pair:
            counts += np.bincount(rows, minlength=len(chunk))
        roles = chunk.column("role")
        if len(rows) != len(chunk) or not self.by_pair:
            roles = roles.take(pa.array(rows))
        return self.slots(rows + first, addresses, roles), counts


def _parted(cells: pa.StringArray) -> tuple[Rows, pa.StringArray]:
    """The parts of cells that name several recipients, and the row of each."""
    content = cell_bytes(cells).buffer.tobytes()
    marks = [mark for mark in _MARKS if mark.encode() in content]
    if not marks:
        return np.arange(len(cells)), cells
    if len(marks) == 1:
        parts = pc.split_pattern(cells, marks[0])
    else:
        parts = pc.split_pattern_regex(cells, f"[{_MARKS}]")
    return pc.list_parent_indices(parts).to_numpy(), stripped(parts.flatten())


def _where_filled(cells: pa.StringArray) -> pa.StringArray:
    """A column without a value where a cell is empty."""
    has = is_filled(cells)
    return cells if has.all() else pc.if_else(pa.array(has), cells, None)


def _same(text: str, n: int) -> pa.StringArray:
    return pa.repeat(pa.scalar(text, pa.string()), n)


def _declared(cell: str) -> str | None:
    return "declared" if cell.lower() in _TRUE else None
