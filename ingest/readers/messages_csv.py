"""Messages of anything without a reader of its own, through a column map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from core.errors import SourceError
from core.tables.canonical import CHANNELS
from ingest.batches import Batch, Rows, full, rest
from ingest.columns import Picked, mapped_columns, plain
from ingest.csv_table import OPTIONS, CsvTable, open_table, shape_of
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

    def __post_init__(self) -> None:
        source = self.source
        self.channel = source.one_of("channel", CHANNELS, "email")
        self.visibility = source.one_of("visibility", ("direct", "closed", "open"), "direct")
        self.kind = KINDS[source.one_of("identity", tuple(KINDS), "email")]
        self.space = source.text("namespace", self.channel)
        self.is_joined = bool(source.table("recipients"))
        self.by_pair = "recipient" in self.picked
        self.rows, self.slots = Rows("messages"), Rows("recipients")
        self.n_units = 0

    def messages(self, table: CsvTable) -> Iterator[Batch]:
        tally = self.source.tally
        for line, row in table.rows(tally):
            fault = self._take(row)
            if fault:
                tally.reject(f"line {line}", *fault)
            yield from full(self.rows, self.slots)
        yield from rest(self.rows, self.slots)

    def identity(self, cell: str) -> str:
        return f"{self.kind}:{cell}"

    def _take(self, row: list[str]) -> tuple[str, str] | None:
        cell = self.picked.cell
        message_id, sender = cell(row, "message_id"), cell(row, "sender")
        sent = self.parse(cell(row, "sent"))
        fault = self._fault(message_id, sender, sent)
        if fault or sent is None:
            if self.is_joined:
                self.lost.add(message_id)
            return fault
        thread, parent = cell(row, "thread_id"), cell(row, "reply_to")
        key = self._key(message_id, sender, sent, thread)
        unit = self.n_units
        self.n_units += 1
        if self.is_joined:
            self.units.setdefault(message_id, unit)
        automated = cell(row, "is_automated").lower() in _TRUE
        n_slots = self._slots(unit, row)
        self.rows.add(
            unit, key, f"thread:{self.space}:{thread}" if thread else None,
            self._typed(parent) if parent else None, self.identity(sender), self.channel,
            "reply" if parent else "post", self.visibility, n_slots, sent,
            "declared" if automated else None,
        )
        return None

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

    def _key(self, message_id: str, sender: str, sent: int, thread: str) -> str:
        if message_id:
            return self._typed(message_id)
        return f"made:{self.space}:{sender.lower()}:{sent}:{thread}"

    def _typed(self, message_id: str) -> str:
        bare = message_id.strip("<>")
        is_mail = self.channel == "email" and "@" in bare
        return f"mid:{bare}" if is_mail else f"csv:{self.space}:{message_id}"

    def _slots(self, unit: int, row: list[str]) -> int:
        """Add the recipients of a row; return how many there are, 0 where the rows tell."""
        if self.is_joined:
            return 0
        role = ROLES.get(self.picked.cell(row, "role").lower(), "to")
        if self.by_pair:
            found = [self.picked.cell(row, "recipient")]
        else:
            found = [p.strip() for p in _PARTS.split(self.picked.cell(row, "recipients"))]
        found = [address for address in found if address]
        for address in found:
            self.slot(unit, address, role)
        return 0 if self.by_pair else len(found)

    def slot(self, unit: int, address: str, role: str) -> None:
        if role == "bcc":
            self.source.tally.drop_slot("bcc")
        else:
            self.slots.add(unit, self.identity(address), role)


def _read_recipients(source: Source, reader: _Reader) -> Iterator[Batch]:
    """Recipients of a second table, joined by message id; every row is a slot."""
    counts = Tally(file=source.path.name, limits=source.tally.limits)
    second = _second(source, counts)
    table = open_table(second.path, shape_of(second), counts.limits)
    picked = Picked(mapped_columns(second, table, second.table("columns"), RECIPIENT_COLUMNS))
    for needed in ("message_id", "recipient"):
        if needed not in picked:
            raise second.bad_option(f"recipients.columns.{needed}", "given")
    for _, row in table.rows(counts):
        message_id, address = picked.cell(row, "message_id"), picked.cell(row, "recipient")
        unit = reader.units.get(message_id)
        if unit is not None and address:
            reader.slot(unit, address, ROLES.get(picked.cell(row, "role").lower(), "to"))
        else:
            source.tally.drop_slot(_lost_slot(reader, message_id, unit))
        yield from full(reader.slots)
    if counts.n_rejected:
        source.tally.drop_slot("not_understood", counts.n_rejected)
    for bad in counts.rejects:
        source.tally.rejects.append(Reject(f"recipients {bad.locator}", bad.code, bad.reason))
    yield from rest(reader.slots)


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
