"""Mail in mbox files, and single mails: header blocks only; bodies never become objects."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from ingest.automation import header_reason
from ingest.batches import Batch, Rows, full, rest
from ingest.identity import canonical
from ingest.mail_addresses import Addresses, addresses, header_text
from ingest.mail_dates import MailDate, parse_mail_date
from ingest.mail_split import RawMessage, looks_like_mail, mapped, split
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.working_hours import zone

WANTED = (
    "from",
    "sender",
    "to",
    "cc",
    "bcc",
    "date",
    "received",
    "message-id",
    "in-reply-to",
    "references",
    "auto-submitted",
    "precedence",
    "list-id",
    "list-unsubscribe",
    "return-path",
    "x-failed-recipients",
    "content-type",
    "feedback-id",
    "x-gmail-labels",
)
MANY = {"to", "cc", "bcc"}  # may stand several times; of the others the first counts
SKIPPED_LABELS = {"spam", "trash", "draft", "drafts", "chat", "chats"}
_HEADER = re.compile(
    rb"^(" + b"|".join(name.encode() for name in WANTED) + rb")[ \t]*:"
    rb"([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_ID = re.compile(r"<\s*([^<>\s]{1,998})\s*>")
_LIST_ID = re.compile(r"<([^<>@\s]{1,255})>")


@readers.add(
    "mbox",
    ReaderInfo(
        title="Mail (mbox, or one mail as .eml)",
        gives=("accounts", "messages", "recipients"),
        suffixes=(".mbox", ".mbx", ".eml", ""),
        options=("time_zone", "unscramble_at"),
        sniff=lambda _path, start: looks_like_mail(start),
    ),
)
def read_mbox(source: Source) -> Iterator[Batch]:
    """Mails of an mbox, one by one in the mapped file; only wanted headers are looked at."""
    reader = _Reader(source, zone(source.text("time_zone", source.time_zone)))
    with mapped(source.path) as content:
        for raw in split(content, source.tally.limits.header_bytes):
            source.tally.see()
            reader.take(raw)
            yield from full(reader.rows, reader.slots)
    yield from rest(reader.rows, reader.slots, reader.lists)


class _MailError(Exception):
    """Why one mail was not understood: a code and a reason."""


@dataclass
class _Reader:
    source: Source
    place: ZoneInfo
    rows: Rows = field(default_factory=lambda: Rows("messages"))
    slots: Rows = field(default_factory=lambda: Rows("recipients"))
    lists: Rows = field(default_factory=lambda: Rows("accounts"))
    known_lists: set[str] = field(default_factory=set)
    n_units: int = 0

    def __post_init__(self) -> None:
        self.unscramble = self.source.flag("unscramble_at")

    def take(self, raw: RawMessage) -> None:
        """Take one mail; whatever is wrong with it stays with it."""
        try:
            self._take(raw)
        except _MailError as fault:
            self.source.tally.reject(f"byte {raw.offset}", *fault.args)
        except (ValueError, RecursionError, MemoryError, LookupError, ArithmeticError):
            self.source.tally.reject(f"byte {raw.offset}", "E-MAIL-009", "headers_not_readable")

    def _take(self, raw: RawMessage) -> None:
        if raw.headers is None:
            raise _MailError("E-MAIL-001", "header_too_big")
        headers = wanted_headers(raw.headers)
        tally = self.source.tally
        if _labels(headers) & SKIPPED_LABELS:
            tally.leave_out("draft_spam_trash")
            return
        sender = self._sender(headers)
        date = self._date(headers, raw)
        to, cc = self._to(headers, "to"), self._to(headers, "cc")
        bcc = addresses(headers.get("bcc", "")).found
        n_recipients = len(to.found) + len(cc.found) + len(bcc)
        if n_recipients > tally.limits.mail_recipients:
            raise _MailError("E-MAIL-002", "too_many_recipients")
        key = self._key(headers, (sender, date.instant), to.found + cc.found, raw.size)
        parent, thread = _links(headers, key)
        unit = self.n_units
        self.n_units += 1
        self.rows.add(
            unit,
            key,
            thread,
            parent,
            f"email:{sender}",
            "email",
            "reply" if parent else "post",
            "closed" if "list-id" in headers else "direct",
            n_recipients,
            date.instant,
            header_reason(headers),
        )
        for role, found in (("to", to), ("cc", cc)):
            for address in found.found:
                self.slots.add(unit, f"email:{address}", role)
        self._count(headers, date, (to, cc), len(bcc))
        self._note_list(headers, to.found + cc.found)

    def _sender(self, headers: Mapping[str, str]) -> str:
        author = addresses(headers.get("from", ""), self.unscramble)
        sender = addresses(headers.get("sender", ""), self.unscramble)
        found = author.found or sender.found
        if not found:
            reason = "sender_unresolved" if author.n_unresolved else "sender_missing"
            raise _MailError("E-MAIL-003", reason)
        if author.n_ambiguous:
            self.source.tally.note("addr_ambiguous")
        is_other = bool(author.found and sender.found) and not _same(author, sender)
        # A list writes itself into the Sender header of human mail: no delegate.
        if is_other and header_reason(headers) is None:
            self.source.tally.note("sent_by_delegate")
        return found[0]

    def _to(self, headers: Mapping[str, str], name: str) -> Addresses:
        return addresses(headers.get(name, ""), self.unscramble)

    def _date(self, headers: Mapping[str, str], raw: RawMessage) -> MailDate:
        """The date header, else the first Received, else the `From ` line."""
        date = parse_mail_date(headers.get("date", ""), self.place)
        if date is None:
            received = headers.get("received", "").rpartition(";")[2]
            _, _, after_from = raw.from_line.decode("ascii", "replace").partition(" ")
            date = parse_mail_date(received, self.place)
            date = date or parse_mail_date(after_from.partition(" ")[2], self.place)
            if date is None:
                raise _MailError("E-MAIL-004", "date_unparsable")
            self.source.tally.note("date_fallback")
        if not self.source.is_in_time(date.instant):
            raise _MailError("E-MAIL-005", "date_out_of_range")
        return date

    def _key(
        self, headers: Mapping[str, str], by: tuple[str, int], to: list[str], size: int
    ) -> str:
        found = _ID.search(headers.get("message-id", ""))
        if found:
            return f"mid:{found.group(1)}"
        self.source.tally.note("message_id_made")
        told = "\x1f".join([by[0].lower(), str(by[1]), *sorted(a.lower() for a in to), str(size)])
        return f"made:{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()}"

    def _count(
        self,
        headers: Mapping[str, str],
        date: MailDate,
        to: tuple[Addresses, Addresses],
        n_bcc: int,
    ) -> None:
        tally = self.source.tally
        if date.is_assumed:
            tally.note("tz_assumed")
        n_ambiguous = sum(part.n_ambiguous for part in to)
        n_unresolved = sum(part.n_unresolved for part in to)
        if n_ambiguous:
            tally.note("addr_ambiguous", n_ambiguous)
        if n_unresolved:
            tally.drop_slot("unresolved_address", n_unresolved)
        if n_bcc:
            tally.drop_slot("bcc", n_bcc)
        if not headers.get("to") and not headers.get("cc"):
            tally.note("no_recipient_header")

    def _note_list(self, headers: Mapping[str, str], to: list[str]) -> None:
        """The address of a mailing list is a service, so that no list counts as a person."""
        found = _LIST_ID.search(headers.get("list-id", ""))
        name, _, domain = found.group(1).lower().partition(".") if found else ("", "", "")
        for address in to if name else ():
            local, _, host = canonical(f"email:{address}")[6:].rpartition("@")
            same_place = host == domain or domain.endswith(f".{host}")
            if local == name and same_place and address not in self.known_lists:
                self.known_lists.add(address)
                self.lists.add(f"email:{address}", None, "service", None, None)


def wanted_headers(block: bytes) -> dict[str, str]:
    """Return the wanted headers of a block as text by lower-case name; no other is decoded."""
    found: dict[str, str] = {}
    for name, value in _HEADER.findall(block):
        key = name.decode("ascii").lower()
        text = header_text(value).strip()
        if key not in found:
            found[key] = text
        elif key in MANY:
            found[key] += f", {text}"
    return found


def _links(headers: Mapping[str, str], key: str) -> tuple[str | None, str]:
    """The mail answered, and the mail that began the thread."""
    replied = _ID.findall(headers.get("in-reply-to", ""))
    chain = _ID.findall(headers.get("references", ""))
    parent = replied[0] if replied else chain[-1] if chain else None
    root = chain[0] if chain else parent
    if parent is None or f"mid:{parent}" == key:
        return None, key
    return f"mid:{parent}", f"mid:{root}"


def _same(one: Addresses, other: Addresses) -> bool:
    return one.found[0].lower() == other.found[0].lower()


def _labels(headers: Mapping[str, str]) -> set[str]:
    return {label.strip().lower() for label in headers.get("x-gmail-labels", "").split(",")}
