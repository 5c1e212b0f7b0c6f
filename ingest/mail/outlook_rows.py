"""Outlook items as batches: mails and meetings, whichever file holds them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from core.errors import SourceError
from ingest.mail import mapi
from ingest.mail.mail_rows import MailLine, MailRows
from ingest.mail.mapi import Properties
from ingest.source import Source

LONGEST_ID = 998
_ID = re.compile(r"<\s*([^<>\s]{1,998})\s*>")
_REQUEST = "ipm.schedule.meeting.request"
_ROLES = {1: "to", 2: "cc", 3: "bcc"}
_ROLE_BITS = 0x0F
_X500 = ("/o=", "imceaex-")
_ROOT_BYTES, _GUID = 22, slice(6, 22)
_SKIPPED = (
    # What the beginning of a class says about an item that is no message between people.
    ("ipm.note.rules.", "out_of_office"),
    ("ipm.note.microsoft.", "other_item"),
    ("ipm.schedule.meeting.resp", "meeting_answer"),
    ("ipm.schedule.meeting.canceled", "meeting_cancelled"),
    ("report.", "report"),
)


@dataclass(frozen=True)
class Item:
    """One item of a file, with the properties of its recipients."""

    place: str
    properties: Properties
    recipients: tuple[Properties, ...]


class ItemError(Exception):
    """Why one item was not understood: a code and a reason."""


@dataclass
class OutlookRows(MailRows):
    """Collects the rows of items; `code` begins the error codes of the reader."""

    _known: set[str] = field(default_factory=set)

    def add(self, item: Item) -> None:
        """Take one item that was seen; whatever is wrong with it stays with it."""
        kind = item.properties.text(mapi.CLASS).lower()
        if reason := skipped(kind):
            self.source.tally.leave_out(reason)
            return
        try:
            self._take(item, is_meeting=kind.startswith(_REQUEST))
        except ItemError as fault:
            self.source.tally.reject(item.place, f"{self.code}-{fault.args[0]}", fault.args[1])

    def _take(self, item: Item, is_meeting: bool) -> None:
        properties, tally = item.properties, self.source.tally
        submitted = properties.seconds(mapi.SUBMITTED)
        sent = submitted or properties.seconds(mapi.DELIVERED)
        if sent is None:
            tally.leave_out("draft_spam_trash")
            return
        sender = self._sender(properties)
        slots = [self._slot(recipient) for recipient in item.recipients]
        asked = {"to", "cc"} if is_meeting else {"to", "cc", "bcc"}
        n_recipients = sum(role in asked for _, role in slots)
        if n_recipients > tally.limits.mail_recipients:
            raise ItemError("002", "too_many_recipients")
        named = [(address, role) for address, role in slots if address and role in {"to", "cc"}]
        when = self._start(properties, sent) if is_meeting else sent
        if is_meeting and when > self.source.latest_s:
            tally.leave_out("meeting_in_future")
            return
        if not self.source.is_in_time(when):
            raise ItemError("005", "date_out_of_range")
        self._count(slots, is_meeting)
        if submitted is None:
            tally.note("date_fallback")
        key = self._key(properties, (sender, when), named, is_meeting)
        if is_meeting:
            line = MailLine(key, key, None, sender, when, n_recipients, "meeting")
            self._write(line, [(address, "member") for address, _ in named])
        else:
            parent, thread = _links(properties, key)
            self._write(MailLine(key, thread, parent, sender, when, n_recipients), named)

    def _sender(self, properties: Properties) -> str:
        """The person: whom the mail is from, not who sent it for them."""
        author = self._address(
            properties.text(mapi.AUTHOR_SMTP),
            properties.text(mapi.AUTHOR_TYPE),
            properties.text(mapi.AUTHOR),
        )
        sender = self._address(
            properties.text(mapi.SENDER_SMTP),
            properties.text(mapi.SENDER_TYPE),
            properties.text(mapi.SENDER),
        )
        if not author and not sender:
            raise ItemError("003", "sender_missing")
        if author and sender and author.lower() != sender.lower():
            self.source.tally.note("sent_by_delegate")
        return author or sender

    def _slot(self, recipient: Properties) -> tuple[str, str]:
        kind = recipient.integer(mapi.ROLE)
        address = self._address(
            recipient.text(mapi.SMTP),
            recipient.text(mapi.ADDRESS_TYPE),
            recipient.text(mapi.ADDRESS),
        )
        return address, _ROLES.get(1 if kind is None else kind & _ROLE_BITS, "")

    def _address(self, smtp: str, kind: str, text: str) -> str:
        """The mail address, else the directory name; a name with both is noted as one account."""
        is_directory = text.lower().startswith(_X500)
        mail = next((a for a in (smtp, text) if _is_mail(a)), "")
        if is_directory and mail and text.lower() not in self._known:
            self._known.add(text.lower())
            self._accounts.add(f"x500:{text}", mail, "person", None, None)
        if mail:
            return mail
        return text if is_directory and kind.upper() in {"EX", ""} else ""

    def _start(self, properties: Properties, sent: int) -> int:
        start = properties.seconds(mapi.START_DATE)
        if start is None:
            self.source.tally.note("meeting_time_unknown")
        return sent if start is None else start

    def _count(self, slots: list[tuple[str, str]], is_meeting: bool) -> None:
        counts = {"bcc": 0, "unresolved_address": 0, "originator": 0}
        for address, role in slots:
            if role == "bcc":
                counts["bcc"] += 1
            elif not role:
                counts["originator"] += 1
            elif not address:
                counts["unresolved_address"] += 1
        if is_meeting:  # of a meeting the third kind of recipient is a room
            counts["room"] = counts.pop("bcc")
        for reason, n in counts.items():
            if n:
                self.source.tally.drop_slot(reason, n)

    def _key(
        self,
        properties: Properties,
        by: tuple[str, int],
        named: list[tuple[str, str]],
        is_meeting: bool,
    ) -> str:
        conversation = properties.binary(mapi.CONVERSATION)
        if is_meeting and len(conversation) >= _ROOT_BYTES:
            # Updates of a meeting, and its copies in many mailboxes, are one meeting.
            return f"outlook:meeting:{conversation[_GUID].hex()}:{by[1]}"
        found = _id_in(properties.text(mapi.MESSAGE_ID))
        if found:
            return f"mid:{found}"
        self.source.tally.note("message_id_made")
        told = "\x1f".join([by[0].lower(), str(by[1]), *sorted(a.lower() for a, _ in named)])
        return f"made:{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()}"


def skipped(kind: str) -> str:
    """Return why items of a class are left out; "" for mails and invitations to meetings."""
    reason = next((why for start, why in _SKIPPED if kind.startswith(start)), "")
    is_taken = kind == "ipm.note" or kind.startswith(("ipm.note.", _REQUEST))
    return reason or ("" if is_taken else "other_item")


def missing_package(source: Source, pip_name: str) -> SourceError:
    """Return the error for a format whose optional package is not installed."""
    return source.error(
        "this format needs a package that is not installed",
        "E-READER-002",
        f"Nothing was read. Install it (pip install {pip_name}) and run again.",
    )


def _links(properties: Properties, key: str) -> tuple[str | None, str]:
    """The mail answered, and the mail or conversation that began the thread."""
    replied = _ID.findall(properties.text(mapi.IN_REPLY_TO))
    chain = _ID.findall(properties.text(mapi.REFERENCES))
    parent = replied[0] if replied else chain[-1] if chain else None
    if parent is not None and f"mid:{parent}" != key:
        return f"mid:{parent}", f"mid:{chain[0] if chain else parent}"
    conversation = properties.binary(mapi.CONVERSATION)
    if len(conversation) > _ROOT_BYTES:
        return None, f"outlook:conversation:{conversation[_GUID].hex()}"
    return None, key


def _id_in(text: str) -> str:
    found = _ID.search(text)
    if found:
        return found.group(1)
    return (
        text
        if "@" in text and len(text) <= LONGEST_ID and not any(c.isspace() for c in text)
        else ""
    )


def _is_mail(text: str) -> bool:
    local, _, domain = text.rpartition("@")
    is_plain = bool(local and domain) and not any(c.isspace() for c in text)
    return is_plain and not text.lower().startswith(_X500)
