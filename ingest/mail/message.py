"""One mail's header block as rows; shared by all readers of mail."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.batches import BATCH_ROWS, Batch, Cell, Rows, rest
from ingest.mail.dates import MailDate, parse_mail_date, usual_date
from ingest.mail.folders import is_left_out
from ingest.mail.headers import (
    Headers,
    decoded_words,
    first_received,
    header_text,
    links,
    own_id,
    texts,
    wanted_headers,
)
from ingest.mail.parties import NOBODY, Parties, PartyReader
from ingest.mail.split import RawMessage
from ingest.merging.automation import AUTOMATION, header_reason
from ingest.people.identity import canonical
from ingest.source import Source
from ingest.working_hours import zone

_LIST_ID = re.compile(r"<([^<>@\s]{1,255})>")


class MailError(Exception):
    """Why one mail was not understood: a code and a reason."""


class _Mail(NamedTuple):
    """What was understood of one mail."""

    sender: str
    to: Parties
    cc: Parties
    n_bcc: int
    date: MailDate
    auto_reason: str | None


@dataclass
class MailRows:
    """Turns mails into rows of batches, and counts what becomes none."""

    source: Source
    _messages: Rows = field(default_factory=lambda: Rows("messages"))
    _slots: Rows = field(default_factory=lambda: Rows("recipients"))
    _accounts: Rows = field(default_factory=lambda: Rows("accounts"))
    _given: list[tuple[Cell, ...]] = field(default_factory=list)
    _lists: set[str] = field(default_factory=set)
    _n_units: int = 0
    _n_slots: int = 0

    def __post_init__(self) -> None:
        """Take the options that all readers of mail have."""
        self._place = zone(self.source.text("time_zone", self.source.time_zone))
        self._who = PartyReader(self.source.flag("unscramble_at"))

    def take(self, raw: RawMessage, locator: str = "") -> None:
        """Take one mail that was seen; whatever is wrong with it stays with it."""
        try:
            self._take(raw)
        except MailError as fault:
            self.source.tally.reject(locator or f"byte {raw.offset}", *fault.args)
        except (ValueError, RecursionError, MemoryError, LookupError, ArithmeticError):
            self.source.tally.reject(
                locator or f"byte {raw.offset}", "E-MAIL-009", "headers_not_readable"
            )

    @property
    def is_full(self) -> bool:
        """Return whether there are enough rows to hand over."""
        return self._n_slots >= BATCH_ROWS

    def batches(self) -> Iterator[Batch]:
        """Hand over the rows so far."""
        self._n_slots = 0
        if self._given:
            self._messages.extend(*zip(*self._given, strict=True))
            self._given.clear()
        yield from rest(self._messages, self._slots)

    def rest(self) -> Iterator[Batch]:
        """Hand over what is left, then the lists and the names that addresses show."""
        for address, name in self._who.names.told():
            if f"email:{address}" not in self._lists:
                self._accounts.add(f"email:{address}", None, "person", None, name)
        yield from self.batches()
        yield from rest(self._accounts)

    def _take(self, raw: RawMessage) -> None:
        if raw.headers is None:
            raise MailError("E-MAIL-001", "header_too_big")
        headers = wanted_headers(raw.headers)
        if "x-gmail-labels" in headers and _is_left_out(headers["x-gmail-labels"]):
            self.source.tally.leave_out("draft_spam_trash")
            return
        mail = self._understood(headers, raw)
        key = self._key(headers, mail, raw.size)
        parent, thread = links(headers, key)
        self._add(mail, (key, thread, parent), "closed" if "list-id" in headers else "direct")
        self._count(headers, mail)

    def _understood(self, headers: Headers, raw: RawMessage) -> _Mail:
        reason = _reason(headers)
        sender = self._sender(headers, reason)
        date = self._date(headers, raw)
        read = self._who.read
        to = read(headers.get("to"))
        cc = read(headers["cc"]) if "cc" in headers else NOBODY
        n_bcc = len(read(headers["bcc"]).identities) if "bcc" in headers else 0
        n_recipients = len(to.identities) + len(cc.identities) + n_bcc
        if n_recipients > self.source.tally.limits.mail_recipients:
            raise MailError("E-MAIL-002", "too_many_recipients")
        if "list-id" in headers:
            self._note_list(headers, to.identities + cc.identities)
        return _Mail(sender, to, cc, n_bcc, date, reason)

    def _sender(self, headers: Headers, reason: str | None) -> str:
        author = self._who.read(headers.get("from"), is_own=True)
        sender = self._who.read(headers["sender"]) if "sender" in headers else NOBODY
        found = author.identities or sender.identities
        if not found:
            why = "sender_unresolved" if author.n_unresolved else "sender_missing"
            raise MailError("E-MAIL-003", why)
        if author.n_ambiguous:
            self.source.tally.note("addr_ambiguous")
        if author.n_x500:
            self.source.tally.note("x500_address")
        # A list writes itself into the Sender header of human mail: no delegate.
        if (
            sender.identities
            and reason is None
            and sender.identities[0].lower() != found[0].lower()
        ):
            self.source.tally.note("sent_by_delegate")
        if "list-id" in headers and "reply-to" in headers:
            return self._author_behind_list(headers, found[0])
        return found[0]

    def _author_behind_list(self, headers: Headers, shown: str) -> str:
        """A list that writes its own address into From names the author in Reply-To."""
        answers = self._who.read(headers["reply-to"]).identities
        others = [who for who in answers if canonical(who) != canonical(shown)]
        if len(others) != 1 or not _is_of_list(shown, _list_name(headers)):
            return shown
        self.source.tally.note("author_from_reply_to")
        return others[0]

    def _date(self, headers: Headers, raw: RawMessage) -> MailDate:
        """The date header, else the first Received, else the `From ` line."""
        given = headers.get("date", b"")
        date = usual_date(given) or parse_mail_date(header_text(given), self._place)
        if date is None:
            received = first_received(raw.headers or b"").rpartition(";")[2]
            _, _, after_from = raw.from_line.decode("ascii", "replace").partition(" ")
            date = parse_mail_date(received, self._place)
            date = date or parse_mail_date(after_from.partition(" ")[2], self._place)
            if date is None:
                raise MailError("E-MAIL-004", "date_unparsable")
            self.source.tally.note("date_fallback")
        if not self.source.is_in_time(date.instant):
            raise MailError("E-MAIL-005", "date_out_of_range")
        return date

    def _key(self, headers: Headers, mail: _Mail, size: int) -> str:
        given = own_id(headers)
        if given:
            return f"mid:{given}"
        self.source.tally.note("message_id_made")
        to = sorted(who.lower() for who in mail.to.identities + mail.cc.identities)
        told = "\x1f".join([mail.sender.lower(), str(mail.date.instant), *to, str(size)])
        return f"made:{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()}"

    def _add(self, mail: _Mail, keys: tuple[str, str, str | None], visibility: str) -> None:
        unit = self._n_units
        key, thread, parent = keys
        to, cc = mail.to.identities, mail.cc.identities
        n_recipients = len(to) + len(cc)
        self._n_units += 1
        self._n_slots += 1 + n_recipients
        self._given.append(
            (
                unit,
                key,
                thread,
                parent,
                mail.sender,
                "email",
                "reply" if parent else "post",
                visibility,
                n_recipients + mail.n_bcc,
                mail.date.instant,
                mail.auto_reason,
            )
        )
        if n_recipients:
            roles = ["to"] * len(to) + ["cc"] * len(cc)
            self._slots.extend([unit] * n_recipients, to + cc, roles)

    def _count(self, headers: Headers, mail: _Mail) -> None:
        tally = self.source.tally
        if mail.date.is_assumed:
            tally.note("tz_assumed")
        for part in (mail.to, mail.cc):
            if part.n_ambiguous:
                tally.note("addr_ambiguous", part.n_ambiguous)
            if part.n_x500:
                tally.note("x500_address", part.n_x500)
            if part.n_unresolved:
                tally.drop_slot("unresolved_address", part.n_unresolved)
        if mail.n_bcc:
            tally.drop_slot("bcc", mail.n_bcc)
        if not headers.get("to") and not headers.get("cc"):
            tally.note("no_recipient_header")

    def _note_list(self, headers: Headers, to: list[str]) -> None:
        """The address of a mailing list is a service, so that no list counts as a person."""
        name = _list_name(headers)
        for who in to if name[0] else ():
            if who.lower() not in self._lists and _is_of_list(who, name):
                self._lists.add(who.lower())
                self._accounts.add(who, None, "service", None, None)


def _reason(headers: Headers) -> str | None:
    """What `header_reason` says; most mail has none of its headers but two harmless ones."""
    n_harmless = 0
    if b"report" not in headers.get("content-type", b"").lower():
        n_harmless += "content-type" in headers
    if b"@" in headers.get("return-path", b""):
        n_harmless += "return-path" in headers
    if len(AUTOMATION & headers.keys()) == n_harmless:
        return None
    return header_reason(texts(headers, AUTOMATION))


def _list_name(headers: Headers) -> tuple[str, str]:
    """What stands before the first dot of a List-Id, and what behind it."""
    found = _LIST_ID.search(header_text(headers["list-id"]))
    name, _, domain = found.group(1).lower().partition(".") if found else ("", "", "")
    return name, domain


def _is_of_list(who: str, name: tuple[str, str]) -> bool:
    local, _, host = canonical(who).partition(":")[2].rpartition("@")
    return bool(name[0]) and local == name[0] and (host == name[1] or name[1].endswith(f".{host}"))


def _is_left_out(labels: bytes) -> bool:
    return any(is_left_out(label) for label in decoded_words(header_text(labels)).split(","))
