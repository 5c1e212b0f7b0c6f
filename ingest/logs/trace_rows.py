"""Rows of mail logs as batches: a unit for each row, however many rows one mail has.

Rows of one mail may stand far apart in a log. Each becomes a unit under the mail's key, and
intake unites their recipients; nothing is held back while a log is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ingest.batches import Batch, Rows, full, rest
from ingest.mail.addresses import identity
from ingest.source import Source

NULL_SENDER = "<>"
LONGEST_ID = 998
_X500 = "/o="
_MARKS = "<>'\" \t"


@dataclass(frozen=True)
class LoggedMail:
    """What one row of a log says about a mail; recipients of hidden copies are not among them.

    `own_id` is the log's id of the mail, for mails without a Message-ID.
    """

    place: str
    message_id: str
    own_id: str
    sender: str
    recipients: tuple[tuple[str, str], ...]
    sent: int | None
    is_bounce: bool = False


@dataclass
class TraceRows:
    """Collects the mails, recipients and lists of one log; `code` begins its error codes."""

    source: Source
    code: str
    n_units: int = 0
    _rows: Rows = field(default_factory=lambda: Rows("messages"))
    _slots: Rows = field(default_factory=lambda: Rows("recipients"))
    _accounts: Rows = field(default_factory=lambda: Rows("accounts"))
    _lists: set[str] = field(default_factory=set)

    def add(self, mail: LoggedMail) -> None:
        """Take one row that was delivered; whoever cannot be written to is counted."""
        fault = self._fault(mail)
        if fault is not None:
            self.source.tally.reject(mail.place, f"{self.code}-{fault[0]}", fault[1])
            return
        if mail.sender.strip() == NULL_SENDER:
            self.source.tally.leave_out("bounce")
            return
        found = [(address, role) for text, role in mail.recipients if (address := clean(text))]
        if not found:
            self.source.tally.leave_out("no_usable_recipient")
            return
        if n_lost := len(mail.recipients) - len(found):
            self.source.tally.drop_slot("unresolved_address", n_lost)
        self._write(mail, found)

    def note_list(self, address: str) -> None:
        """Note an address that stands for a list, so that it never counts as a person."""
        cleaned = clean(address)
        if cleaned and cleaned.lower() not in self._lists:
            self._lists.add(cleaned.lower())
            self._accounts.add(f"email:{cleaned}", None, "service", None, None)

    def full(self) -> Iterator[Batch]:
        """Hand over batches as soon as they are full."""
        yield from full(self._rows, self._slots)

    def rest(self) -> Iterator[Batch]:
        """Hand over what is left."""
        yield from rest(self._rows, self._slots, self._accounts)

    def _fault(self, mail: LoggedMail) -> tuple[str, str] | None:
        if mail.sent is None:
            return "004", "date_unparsable"
        if not self.source.is_in_time(mail.sent):
            return "005", "date_out_of_range"
        sender = mail.sender.strip()
        if not sender:
            return "003", "sender_missing"
        if sender != NULL_SENDER and not clean(sender):
            return "003", "sender_unresolved"
        if not mail.message_id.strip(_MARKS) and not mail.own_id:
            return "006", "message_id_missing"
        return None

    def _write(self, mail: LoggedMail, found: Iterable[tuple[str, str]]) -> None:
        unit = self.n_units
        self.n_units += 1
        key = mail_key(mail.message_id, mail.own_id)
        self._rows.add(
            unit,
            key,
            key,
            None,
            self._identity(mail.sender),
            "email",
            "post",
            "direct",
            0,
            mail.sent,
            "bounce" if mail.is_bounce else None,
        )
        for address, role in found:
            self._slots.add(unit, self._identity(address), role)

    def _identity(self, address: str) -> str:
        typed = identity(clean(address))
        if typed.startswith("x500:"):
            self.source.tally.note("x500_address")
        return typed


def mail_key(message_id: str, own_id: str) -> str:
    """Return the key of a mail: its Message-ID as every reader writes it, else the log's own."""
    bare = message_id.strip(_MARKS)[:LONGEST_ID]
    return f"mid:{bare}" if bare else f"log:{own_id}"


def clean(text: str) -> str:
    """Return the one address a cell holds; "" where it holds none that means somebody.

    The name of an Exchange directory is kept as it stands: the roster may know it. A question
    mark stands where the export could not write a letter.
    """
    bare = text.strip(_MARKS)
    if bare[:5].lower() == "smtp:":
        bare = bare[5:]
    if "?" in bare or "\ufffd" in bare:
        return ""
    if bare[:3].lower() == _X500:
        return bare
    local, _, domain = bare.rpartition("@")
    return bare if local and domain and len(bare.split(None, 1)) == 1 else ""
