"""Rows of a message table as batches: keys, times and recipients, a whole chunk at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from core.tables.canonical import CHANNELS
from ingest.batches import BATCH_ROWS, TABLES, Batch
from ingest.columns import Picked
from ingest.csv_table import Chunk, CsvTable
from ingest.parsing import TimeParser
from ingest.source import Source

KINDS = {"email": "email", "employee_id": "id", "chat_id": "chat"}
ROLES = {"to": "to", "cc": "cc", "bcc": "bcc", "mention": "mention", "member": "member"}
_TRUE = {"1", "true", "yes", "y", "t"}
_PARTS = re.compile(r"[;,|]")


@dataclass
class MessageRows:
    """Turns chunks of a message table into batches; remembers ids where a second table follows."""

    source: Source
    picked: Picked
    parse: TimeParser
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

    def messages(self, table: CsvTable) -> Iterator[Batch]:
        """Return the messages of a table, and their recipients where they stand in its rows."""
        for chunk in table.chunks(self.source.tally, self.picked.places, BATCH_ROWS):
            sent = [self.parse(cell) for cell in chunk.column("sent")]
            good = self._good_rows(chunk, sent)
            first = self.n_units
            self.n_units += len(good)
            if not self.is_joined:
                slots, counts = self._slots_of(chunk, good, first)
            else:
                slots, counts = None, [0] * len(good)
                ids = chunk.column("message_id")
                for unit, row in enumerate(good, first):
                    self.units.setdefault(ids[row], unit)
            yield self._batch(chunk, good, (first, sent, counts))
            if slots is not None:
                yield slots

    def slots(self, units: list[int], addresses: list[str], roles: list[str]) -> Batch:
        """Return a batch of recipient slots; hidden copies are counted, never kept."""
        open_ = [n for n, role in enumerate(roles) if role != "bcc"]
        self.source.tally.drop_slot("bcc", len(roles) - len(open_))
        return Batch(
            "recipients",
            pa.RecordBatch.from_pydict(
                {
                    "unit": [units[n] for n in open_],
                    "recipient": [f"{self.kind}:{addresses[n]}" for n in open_],
                    "role": [roles[n] for n in open_],
                },
                schema=TABLES["recipients"],
            ),
        )

    def _good_rows(self, chunk: Chunk, sent: list[int | None]) -> list[int]:
        """Rows of this chunk that are messages; the others are rejected with their line."""
        good = []
        ids = chunk.column("message_id")
        rows = zip(sent, chunk.column("sender"), ids, strict=True)
        for row, (instant, sender, message_id) in enumerate(rows):
            fault = self._fault(message_id, sender, instant)
            if fault is None:
                good.append(row)
                continue
            self.source.tally.reject(f"line {chunk.lines[row]}", *fault)
            if self.is_joined:
                self.lost.add(message_id)
        return good

    def _fault(self, message_id: str, sender: str, sent: int | None) -> tuple[str, str] | None:
        if sent is None:
            return "E-CSV-010", "date_unparsable"
        if not self.source.is_in_time(sent):
            return "E-CSV-011", "date_out_of_range"
        if not sender:
            return "E-CSV-012", "sender_missing"
        if not message_id and self.is_joined:
            return "E-CSV-013", "message_id_missing"
        return None

    def _batch(
        self, chunk: Chunk, good: list[int], found: tuple[int, list[int | None], list[int]]
    ) -> Batch:
        first, sent, counts = found
        ids, senders, threads, parents, flags = (
            [cells[row] for row in good]
            for cells in map(
                chunk.column, ("message_id", "sender", "thread_id", "reply_to", "is_automated")
            )
        )
        times = [sent[row] for row in good]
        keys = [
            self._typed(i) if i else f"made:{self.space}:{s.lower()}:{t}:{th}"
            for i, s, t, th in zip(ids, senders, times, threads, strict=True)
        ]
        n = len(good)
        return Batch(
            "messages",
            pa.RecordBatch.from_pydict(
                {
                    "unit": range(first, first + n),
                    "key": keys,
                    "thread": [f"thread:{self.space}:{t}" if t else None for t in threads],
                    "parent": [self._typed(p) if p else None for p in parents],
                    "sender": [f"{self.kind}:{s}" for s in senders],
                    "channel": [self.channel] * n,
                    "act": ["reply" if p else "post" for p in parents],
                    "visibility": [self.visibility] * n,
                    "n_recipients": counts,
                    "sent_s": times,
                    "auto_reason": ["declared" if f.lower() in _TRUE else None for f in flags],
                },
                schema=TABLES["messages"],
            ),
        )

    def _typed(self, message_id: str) -> str:
        if self.channel == "email" and "@" in message_id:
            return f"mid:{message_id.strip('<>')}"
        return f"csv:{self.space}:{message_id}"

    def _slots_of(self, chunk: Chunk, good: list[int], first: int) -> tuple[Batch, list[int]]:
        """Recipients in the rows themselves, and how many each names; 0 where rows are pairs."""
        by_pair = "recipient" in self.picked
        cells = chunk.column("recipient" if by_pair else "recipients")
        roles = chunk.column("role")
        units: list[int] = []
        addresses: list[str] = []
        counts: list[int] = []
        for unit, row in enumerate(good, first):
            cell = cells[row]
            parts = [cell] if by_pair or _PARTS.search(cell) is None else _PARTS.split(cell)
            named = [part.strip() for part in parts if part and not part.isspace()]
            addresses += named
            units += [unit] * len(named)
            counts.append(0 if by_pair else len(named))
        rows = [good[unit - first] for unit in units]
        return self.slots(units, addresses, [role_of(roles[row]) for row in rows]), counts


def role_of(cell: str) -> str:
    """Return the role a cell names; `to` where it names none we know."""
    return ROLES.get(cell.lower(), "to")
