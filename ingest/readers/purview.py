"""Audit logs of Microsoft Purview: Teams messages by sender and conversation, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from ingest.batches import Batch, Rows
from ingest.chat.chat_rows import ChatLine, ChatRows, Heard, Room
from ingest.logs.trace_tables import header_in
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.tables.columns import aliased_columns
from ingest.tables.csv_table import OPTIONS, CsvTable, open_table, shape_of
from ingest.tables.locale_times import DateOrder, utc_parser
from ingest.tables.parsing import TimeParser
from ingest.tally import Tally

CODE = "E-PURVIEW"
ALIASES = {
    "created": ("creationdate", "creationtime"),
    "type": ("recordtype",),
    "audit": ("auditdata",),
}
TEAMS = {"25", "microsoftteams"}
SENT = "MessageSent"
_CONSUMER = ".cid."
_READING = ("read", "view")
_MOST_ROWS = (50_000, 100_000)


def _is_audit_log(path: Path, start: bytes) -> bool:
    return not path.is_dir() and {"creationdate", "auditdata"} <= header_in(start)


@readers.add(
    "purview",
    ReaderInfo(
        title="Microsoft Purview audit log (CSV): Teams messages",
        gives=("accounts", "messages", "recipients"),
        suffixes=(".csv",),
        options=OPTIONS,
        sniff=_is_audit_log,
        traps=(
            "the log names the sender alone: recipients are the others seen in the conversation",
            "nobody else seen: left out and counted",
            "AuditData may be cut off in its cell: that row is rejected",
            "times with seven decimals and a space behind, or month first: both are read, as UTC",
            "consumer accounts stand as .cid. numbers: guests without an address",
            "who read what stands in the same log: dropped at read",
        ),
    ),
)
def read_purview(source: Source) -> Iterator[Batch]:
    """Messages of the log to the others seen in the same conversation; read twice."""
    table = open_table(source.path, shape_of(source), source.tally.limits)
    places = {name: at[0] for name, at in aliased_columns(table, ALIASES).items()}
    if "audit" not in places:
        raise source.error(
            "there is no column AuditData",
            f"{CODE}-001",
            "Nothing was read. Export the whole audit log search as CSV.",
        )
    threads = _first_look(source, table, places)
    reader = _Reader(source, threads, ChatRows(source.tally))
    for line, row in table.rows(source.tally):
        reader.take(line, {name: row[at].strip() for name, at in places.items()})
        yield from reader.rows.full()
    yield from reader.rest()
    if source.tally.n_seen in _MOST_ROWS:
        source.tally.cut_off(
            f"{source.file}: exactly {source.tally.n_seen:,} rows, the most that one search gives "
            "(W-PURVIEW-001). They were read; what came after is missing. Search shorter spans."
        )


class _Member(msgspec.Struct):
    upn: str | None = msgspec.field(name="UPN", default=None)


class _Audit(msgspec.Struct, rename="pascal"):
    """The wanted fields of AuditData; names of chats and teams, links, devices undeclared."""

    operation: str = ""
    creation_time: str | None = None
    user_id: str | None = None
    chat_thread_id: str | None = None
    communication_type: str | None = None
    message_id: str | None = None
    parent_message_id: str | None = None
    members: list[_Member] | None = None


@dataclass
class _Threads:
    """Who was seen in each conversation, and who wrote each message."""

    order: DateOrder = field(default_factory=DateOrder)
    users: dict[str, dict[str, None]] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)

    def note(self, audit: _Audit) -> None:
        if not audit.chat_thread_id or _is_reading(audit.operation):
            return
        told = [audit.user_id, *(member.upn for member in audit.members or ())]
        seen = self.users.setdefault(audit.chat_thread_id, {})
        seen.update((account, None) for text in told if (account := _account(text)))
        if audit.operation == SENT and audit.message_id:
            key = f"teams:{audit.chat_thread_id}:{audit.message_id}"
            self.authors.setdefault(key, _account(audit.user_id))


@dataclass
class _Reader:
    source: Source
    threads: _Threads
    rows: ChatRows
    rooms: dict[str, Room] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.decoder = msgspec.json.Decoder(_Audit)
        self.parse: TimeParser = utc_parser(self.threads.order)

    def take(self, line: int, cells: dict[str, str]) -> None:
        """Take one row of the log."""
        tally, place = self.source.tally, f"line {line}"
        if not _is_teams(cells):
            tally.leave_out("other_record_type")
            return
        audit = _decoded(self.decoder, cells["audit"])
        if audit is None:
            tally.reject(place, f"{CODE}-002", "audit_data_damaged")
        elif _is_reading(audit.operation):
            tally.leave_out("reading_event")
        elif audit.operation != SENT:
            tally.leave_out("system_event")
        elif (fault := self._fault(audit, cells)) is not None:
            tally.reject(place, f"{CODE}-{fault[0]}", fault[1])
        else:
            self._post(audit, cells)

    def rest(self) -> Iterator[Batch]:
        """Hand over the last messages, and the accounts without an address."""
        yield from self.rows.rest()
        guests = Rows("accounts")
        for account in sorted({a for users in self.threads.users.values() for a in users}):
            if account.startswith("teams:"):
                guests.add(account, None, "guest", None, None)
        if len(guests):
            yield guests.take()

    def _fault(self, audit: _Audit, cells: dict[str, str]) -> tuple[str, str] | None:
        sent = self._sent(audit, cells)
        if sent is None:
            is_open = self.threads.order.is_open and not audit.creation_time
            return "004", "date_could_be_two_days" if is_open else "date_unparsable"
        if not self.source.is_in_time(sent):
            return "005", "date_out_of_range"
        if not _account(audit.user_id):
            return "003", "sender_missing"
        if not audit.chat_thread_id or not audit.message_id:
            return "006", "conversation_missing"
        return None

    def _sent(self, audit: _Audit, cells: dict[str, str]) -> int | None:
        # The time inside is ISO in UTC always; the column may be in a country's notation.
        if audit.creation_time:
            return self.parse(audit.creation_time)
        order = self.threads.order
        return None if order.is_open or order.is_mixed else self.parse(cells.get("created", ""))

    def _post(self, audit: _Audit, cells: dict[str, str]) -> None:
        thread = audit.chat_thread_id or ""
        if thread not in self.rooms:
            self.rooms[thread] = self.rows.room(self.threads.users.get(thread))
        key = f"teams:{thread}:{audit.message_id}"
        parent_id = audit.parent_message_id
        parent = f"teams:{thread}:{parent_id}" if parent_id not in {None, "", "0"} else None
        parent = None if parent == key else parent
        is_channel = "tacv2" in thread or audit.communication_type in {"Team", "Channel"}
        line = ChatLine(
            key=key,
            thread=parent or key,
            parent=parent,
            sender=_account(audit.user_id),
            act="reply" if parent else "post",
            visibility="closed" if is_channel else "direct",
            sent_s=self._sent(audit, cells) or 0,
        )
        author = self.threads.authors.get(parent) if parent else None
        self.rows.post(line, Heard(self.rooms[thread], author=author))


def _first_look(source: Source, table: CsvTable, places: dict[str, int]) -> _Threads:
    threads = _Threads()
    decoder = msgspec.json.Decoder(_Audit)
    uncounted = Tally(source.file, replace(source.tally.limits, rejects=10**12))
    for line, row in table.rows(uncounted):
        cells = {name: row[at].strip() for name, at in places.items()}
        threads.order.note(cells.get("created", ""), line)
        audit = _decoded(decoder, cells["audit"]) if _is_teams(cells) else None
        if audit is not None:
            threads.note(audit)
    return threads


def _is_teams(cells: dict[str, str]) -> bool:
    # Exports without the column hold it in AuditData; what is no message is left out there.
    return cells.get("type", "25").lower() in TEAMS


def _decoded(decoder: msgspec.json.Decoder[_Audit], text: str) -> _Audit | None:
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None


def _is_reading(operation: str) -> bool:
    return any(word in operation.lower() for word in _READING) and operation != SENT


def _account(text: str | None) -> str:
    """The typed account of a user id: an address, or the number of a consumer account."""
    bare = (text or "").strip()
    if bare.lower().startswith(_CONSUMER):
        return f"teams:{bare.lower()}"
    return f"email:{bare}" if "@" in bare and not any(c.isspace() for c in bare) else ""
