"""Rows of mail logs as batches: a unit for each row, however many rows one mail has.

Rows of one mail may stand far apart in a log. Each becomes a unit under the mail's key, and
intake unites their recipients; nothing is held back while a log is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.mail.mail_rows import MailLine, MailRows

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
class TraceRows(MailRows):
    """Collects the mails, recipients and lists of one log; `code` begins its error codes."""

    _lists: set[str] = field(default_factory=set)

    def add(self, mail: LoggedMail) -> None:
        """Take one row that was delivered; whoever cannot be written to is counted."""
        if mail.sent is None:
            self._reject(mail, "004", "date_unparsable")
            return
        if fault := self._fault(mail, mail.sent):
            self._reject(mail, *fault)
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
        key = mail_key(mail.message_id, mail.own_id)
        reason = "bounce" if mail.is_bounce else None
        line = MailLine(key, key, None, clean(mail.sender), mail.sent, auto_reason=reason)
        self._write(line, found)

    def note_list(self, address: str) -> None:
        """Note an address that stands for a list, so that it never counts as a person."""
        cleaned = clean(address)
        if cleaned and cleaned.lower() not in self._lists:
            self._lists.add(cleaned.lower())
            self._accounts.add(f"email:{cleaned}", None, "service", None, None)

    def _reject(self, mail: LoggedMail, number: str, reason: str) -> None:
        self.source.tally.reject(mail.place, f"{self.code}-{number}", reason)

    def _fault(self, mail: LoggedMail, sent_s: int) -> tuple[str, str] | None:
        if not self.source.is_in_time(sent_s):
            return "005", "date_out_of_range"
        sender = mail.sender.strip()
        if not sender:
            return "003", "sender_missing"
        if sender != NULL_SENDER and not clean(sender):
            return "003", "sender_unresolved"
        if not mail.message_id.strip(_MARKS) and not mail.own_id:
            return "006", "message_id_missing"
        return None


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
    while bare[:5].lower() == "smtp:":
        bare = bare[5:].strip(_MARKS)
    if "?" in bare or "\ufffd" in bare:
        return ""
    if bare[:3].lower() == _X500:
        return bare
    local, _, domain = bare.rpartition("@")
    return bare if local and domain and len(bare.split(None, 1)) == 1 else ""
