"""Messages of anything without a reader of its own, through a column map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import pyarrow as pa

from core.errors import SourceError
from core.tables.canonical import CHANNELS
from ingest.batches import BATCH_ROWS, TABLES, Batch
from ingest.columns import Picked, mapped_columns, plain
from ingest.csv_table import OPTIONS, Chunk, CsvTable, open_table, shape_of
from ingest.parsing import TimeParser, explained_dates, time_parser
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.tally import Reject, Tally
from ingest.working_hours import zone

KINDS = {"email": "email", "employee_id": "id", "chat_id": "chat"}
MESSAGE_COLUMNS = (
    "message_id", "thread_id", "reply_to", "sender", "recipients", "recipient", "sent", "role",
    "is_automated",
)
RECIPIENT_COLUMNS = ("message_id", "recipient", "role")
ROLES = {"to": "to", "cc": "cc", "bcc": "bcc", "mention": "mention", "member": "member"}
_TRUE = {"1", "true", "yes", "y", "t"}
_PARTS = re.compile(r"[;,|]")
TRIED_DATES = 200


def _is_message_table(_path: Path, start: bytes) -> bool:
    first = start.split(b"\n", 1)[0].decode("utf-8", "replace")
    header = {plain(cell) for cell in re.split(r"[,;\t|]", first)}
    senders = {"sender", "senderaddress", "from", "senderid", "caller", "fromaddress"}
    targets = {"recipient", "recipients", "recipientaddress", "to", "recipientid", "callee",
               "callees", "toaddress"}
    return bool(header & senders and header & targets)


@readers.add("messages_csv", ReaderInfo(
    title="Message table (CSV) with a column map",
    gives=("messages", "recipients"),
    suffixes=(".csv", ".tsv", ".txt"),
    options=(*OPTIONS, "channel", "visibility", "time", "time_zone", "identity", "namespace",
             "columns", "recipients"),
    sniff=_is_message_table,
))
def read_messages_csv(source: Source) -> Iterator[Batch]:
    """Messages of a table: several recipients in a cell, one row a pair, or a second table."""
    table = open_table(source.path, shape_of(source), source.tally.limits)
    option = source.table("columns")
    picked = Picked(mapped_columns(source, table, option, MESSAGE_COLUMNS))
    second = source.table("recipients")
    _check_map(source, picked, bool(second))
    _note_unread(source, table, picked)
    reader = _Reader(source, picked, _parser(source, table, picked))
    yield from reader.messages(table)
    if second:
        yield from _read_recipients(source, reader)


@dataclass
class _Reader:
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
        for chunk in table.chunks(self.source.tally, self.picked.places, BATCH_ROWS):
            sent = [self.parse(cell) for cell in chunk.column("sent")]
            good = self._good_rows(chunk, sent)
            first = self.n_units
            self.n_units += len(good)
            if not self.is_joined:
                slots, counts = self._slots(chunk, good, first)
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
        return Batch("recipients", pa.RecordBatch.from_pydict({
            "unit": [units[n] for n in open_],
            "recipient": [f"{self.kind}:{addresses[n]}" for n in open_],
            "role": [roles[n] for n in open_],
        }, schema=TABLES["recipients"]))

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
            for cells in map(chunk.column, ("message_id", "sender", "thread_id", "reply_to",
                                            "is_automated"))
        )
        times = [sent[row] for row in good]
        keys = [
            self._typed(i) if i else f"made:{self.space}:{s.lower()}:{t}:{th}"
            for i, s, t, th in zip(ids, senders, times, threads, strict=True)
        ]
        n = len(good)
        return Batch("messages", pa.RecordBatch.from_pydict({
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
        }, schema=TABLES["messages"]))

    def _typed(self, message_id: str) -> str:
        if self.channel == "email" and "@" in message_id:
            return f"mid:{message_id.strip('<>')}"
        return f"csv:{self.space}:{message_id}"

    def _slots(self, chunk: Chunk, good: list[int], first: int) -> tuple[Batch, list[int]]:
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
        return self.slots(units, addresses, [_role(roles[row]) for row in rows]), counts


def _role(cell: str) -> str:
    return ROLES.get(cell.lower(), "to")


def _read_recipients(source: Source, reader: _Reader) -> Iterator[Batch]:
    """Recipients of a second table, joined by message id; every row is a slot."""
    counts = Tally(file=source.path.name, limits=source.tally.limits)
    second = _second(source, counts)
    table = open_table(second.path, shape_of(second), counts.limits)
    picked = Picked(mapped_columns(second, table, second.table("columns"), RECIPIENT_COLUMNS))
    for needed in ("message_id", "recipient"):
        if needed not in picked:
            raise second.bad_option(f"recipients.columns.{needed}", "given")
    for chunk in table.chunks(counts, picked.places, BATCH_ROWS):
        ids, addresses = chunk.column("message_id"), chunk.column("recipient")
        units = [reader.units.get(message_id) for message_id in ids]
        good = [n for n, unit in enumerate(units) if unit is not None and addresses[n]]
        for n in set(range(len(ids))).difference(good):
            source.tally.drop_slot(_lost_slot(reader, ids[n], units[n]))
        roles = [_role(cell) for cell in chunk.column("role")]
        yield reader.slots(
            [unit for n in good if (unit := units[n]) is not None],
            [addresses[n] for n in good], [roles[n] for n in good],
        )
    if counts.n_rejected:
        source.tally.drop_slot("not_understood", counts.n_rejected)
    for bad in counts.rejects:
        source.tally.rejects.append(Reject(f"recipients {bad.locator}", bad.code, bad.reason))


def _second(source: Source, counts: Tally) -> Source:
    option = source.table("recipients")
    path = option.get("path")
    if not isinstance(path, str):
        raise source.bad_option("recipients.path", "a path")
    shape = {name: source.options[name] for name in OPTIONS if name in source.options}
    full_path = source.path.parent / path
    if not full_path.is_file():
        raise SourceError(
            "there is no such file", file=full_path.name, code="E-FILE-001",
            hint="Nothing was read. Mend `recipients.path` of this source.",
        )
    return replace(source, path=full_path, tally=counts, options={**shape, **option})


def _lost_slot(reader: _Reader, message_id: str, unit: int | None) -> str:
    if unit is not None:
        return "recipient_missing"
    return "message_rejected" if message_id in reader.lost else "unknown_message"


def _check_map(source: Source, picked: Picked, is_joined: bool) -> None:
    missing = [name for name in ("sender", "sent") if name not in picked]
    if is_joined and "message_id" not in picked:
        missing.append("message_id")
    if not is_joined and "recipient" not in picked and "recipients" not in picked:
        missing.append("recipient or recipients")
    if missing:
        raise source.error(
            f"the column map names no column for {', '.join(missing)}",
            "E-COLUMN-002",
            f"Nothing was read. Add it under [source.columns] of source[{source.number}].",
        )


def _note_unread(source: Source, table: CsvTable, picked: Picked) -> None:
    read = {place for places in picked.places.values() for place in places}
    n_unread = table.width - len(read)
    if n_unread:
        source.tally.note("columns_not_read", n_unread)


def _parser(source: Source, table: CsvTable, picked: Picked) -> TimeParser:
    kind = source.text("time", "iso")
    place = zone(source.text("time_zone", source.time_zone))
    parse = time_parser(kind, place, lambda: source.tally.note("tz_assumed"))
    sample = Tally(file=source.file, limits=source.tally.limits)
    cells = [picked.cell(row, "sent") for _, row in islice(table.rows(sample), TRIED_DATES)]
    quiet = time_parser(kind, place, lambda: None)
    if any(quiet(cell) is not None for cell in cells):
        return parse
    explained = explained_dates(cells)
    if explained is not None:
        why, pattern = explained
        raise source.error(
            f"the times are not {kind!r}: {why}", "E-CSV-009",
            "Nothing was read. Set time = "
            f'"{pattern or "%d/%m/%Y"} %H:%M:%S" (or the pattern that fits) for this source.',
            place=str(table.first_line),
        )
    return parse
