"""Mail logs of Postfix: lines are joined to mails; addresses and times alone are read."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from ingest.batches import Batch, Rows, full, rest
from ingest.logs.postfix_lines import Event, Line, instant, parse_event, parse_line
from ingest.logs.postfix_years import Years, first_year
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.working_hours import DAY_S, zone

_SNIFFED = re.compile(
    rb"^(?:<\d+>)?(?:1 )?(?:[A-Z][a-z]{2} +\d+ [\d:.]+|\d{4}-\d\d-\d\d[T ]\S+) \S+ "
    rb"[\w.-]*postfix[\w.-]*/[\w/-]+[\[ ]\d+",
    re.MULTILINE,
)
_NO_DELIVERY = {b"error", b"discard"}  # agents that hand the mail to nobody
_REMEMBERED = 50_000


@readers.add(
    "postfix",
    ReaderInfo(
        title="Mail log of Postfix (syslog)",
        gives=("messages", "recipients"),
        suffixes=(".log", ".txt", ""),
        options=("time_zone", "year"),
        sniff=lambda _path, start: _SNIFFED.search(start) is not None,
        traps=(
            "lines of one mail lie apart: joined by host and queue id, which is free again after "
            "the mail is removed or a day has passed",
            "lines name no year: it is taken from the file's date, or the option, and rises at "
            "New Year",
            "times without a zone are taken on the clock of the source, and counted",
            "a content filter hands mail back under a new queue id: counted once",
            "only status=sent is a delivery: deferred, bounced and discarded mail is left out",
            "an empty sender is a notice of non-delivery: left out",
            "hidden recipients look like all others in a log: they cannot be told apart",
        ),
    ),
)
def read_postfix(source: Source) -> Iterator[Batch]:
    """Mails of a log, each once it is removed from the queue or the log ends."""
    if not source.path.is_file():
        raise source.error("no file but a folder", "E-POSTFIX-003",
                           "Nothing was read. Name one log file.")  # fmt: skip
    place = zone(source.text("time_zone", source.time_zone))
    mails = _Mails(source)
    years = Years(first_year(source, place))
    n_lines = 0
    with source.path.open("rb") as stream:
        for number, line in _postfix_lines(stream, source.tally.limits.row_bytes):
            n_lines += 1
            event = parse_event(line.program, line.text)
            if event is None:
                continue
            at = instant(line.stamp, years.of(line.stamp), place) if line.stamp else None
            if at is None or line.stamp is None:
                source.tally.see()
                source.tally.reject(f"line {number}", "E-POSTFIX-001", "date_unparsable")
                continue
            mails.take(line, event, at, number)
            yield from full(mails.rows, mails.slots)
    if not n_lines:
        raise source.error("no line that Postfix wrote", "E-POSTFIX-004",
                           "Nothing was read. Name the log of the mail server.")  # fmt: skip
    mails.close_all()
    yield from rest(mails.rows, mails.slots)


@dataclass
class _Mail:
    """What the log has said so far of one mail in the queue."""

    begun: int
    line: int
    last: int
    is_assumed: bool
    message_id: str = ""
    sender: str | None = None
    n_recipients: int = 0
    ends: dict[str, str] = field(default_factory=dict)
    """How the mail ended for each recipient: sent, reinjected, or what Postfix says."""


@dataclass
class _Mails:
    source: Source
    rows: Rows = field(default_factory=lambda: Rows("messages"))
    slots: Rows = field(default_factory=lambda: Rows("recipients"))
    n_units: int = 0
    swept: int = 0
    queue: dict[tuple[bytes, str], _Mail] = field(default_factory=dict)
    known: OrderedDict[str, str] = field(default_factory=OrderedDict)
    """Message-ID by queue id, of the last many: a filter may have handed the mail back."""

    def take(self, line: Line, event: Event, at: int, number: int) -> None:
        """Take one line about a mail."""
        if at // DAY_S > self.swept:
            self._sweep(at)
        key = line.host, event.queue_id
        mail = self.queue.get(key)
        if mail is not None and _is_another(mail, event, at):
            self._close(key, mail)
            mail = None
        if mail is None:
            if event.is_end:
                return  # the log began after the mail
            self.source.tally.see()
            is_assumed = line.stamp is not None and line.stamp.offset is None
            mail = self.queue[key] = _Mail(at, number, at, is_assumed)
        mail.last = at
        self._learn(mail, event, is_delivery=line.program not in _NO_DELIVERY)
        if event.is_end:
            self._close(key, mail)

    def close_all(self) -> None:
        """End what is still in the queue when the log ends."""
        for key, mail in list(self.queue.items()):
            self._close(key, mail)

    def _learn(self, mail: _Mail, event: Event, is_delivery: bool) -> None:
        if event.message_id:
            mail.message_id = event.message_id
            self.known[event.queue_id] = event.message_id
            if len(self.known) > _REMEMBERED:
                self.known.popitem(last=False)
        if event.sender is not None:
            mail.sender = event.sender
            mail.n_recipients = max(mail.n_recipients, event.n_recipients)
        if event.to:
            end = event.status or ""
            if end == "sent" and not is_delivery:
                end = "discarded"
            elif end == "sent" and self._is_handed_back(mail, event.queued_as):
                end = "reinjected"
            if mail.ends.get(event.to) != "sent":
                mail.ends[event.to] = end

    def _is_handed_back(self, mail: _Mail, queued_as: str | None) -> bool:
        """Whether a delivery went to a filter that handed the mail back to a logged queue."""
        other = self.known.get(queued_as or "", "")
        return bool(other) and other == mail.message_id

    def _sweep(self, at: int) -> None:
        """End mails of which nothing was heard for a day: Postfix tries every hour or so."""
        self.swept = at // DAY_S
        for key, mail in list(self.queue.items()):
            if at - mail.last > DAY_S:
                self._close(key, mail)

    def _close(self, key: tuple[bytes, str], mail: _Mail) -> None:
        del self.queue[key]
        tally = self.source.tally
        if reason := _left_out(mail):
            tally.leave_out(reason)
        elif not self.source.is_in_time(mail.begun):
            tally.reject(f"line {mail.line}", "E-POSTFIX-002", "date_out_of_range")
        else:
            self._add(key, mail)

    def _add(self, key: tuple[bytes, str], mail: _Mail) -> None:
        tally, unit = self.source.tally, self.n_units
        self.n_units += 1
        name = _message_key(key, mail)
        n_recipients = max(mail.n_recipients, len(mail.ends))
        self.rows.add(unit, name, name, None, f"email:{mail.sender}", "email", "post", "direct",
                      n_recipients, mail.begun, None)  # fmt: skip
        for address, end in mail.ends.items():
            if end == "sent":
                self.slots.add(unit, f"email:{address}", "to")
            else:
                tally.drop_slot("reinjected" if end == "reinjected" else "not_delivered")
        if mail.is_assumed:
            tally.note("tz_assumed")


def _postfix_lines(stream: IO[bytes], longest: int) -> Iterator[tuple[int, Line]]:
    number = 0
    while raw := stream.readline(longest):
        number += 1
        if b"postfix" in raw and (line := parse_line(raw)) is not None:
            yield number, line


def _is_another(mail: _Mail, event: Event, at: int) -> bool:
    """Whether a queue id has come to another mail: ids are used again."""
    other_id = event.message_id and mail.message_id and event.message_id != mail.message_id
    begins_anew = event.is_begin and mail.ends
    return bool(other_id or begins_anew) or at - mail.last > DAY_S


def _left_out(mail: _Mail) -> str:
    ends = set(mail.ends.values())
    if mail.sender == "":
        return "bounce"
    if "sent" in ends:
        return "" if mail.sender else "sender_not_in_log"
    return "reinjected" if "reinjected" in ends else "not_delivered"


def _message_key(key: tuple[bytes, str], mail: _Mail) -> str:
    if mail.message_id and not re.search(r"[\s<>]", mail.message_id):
        return f"mid:{mail.message_id}"
    host, queue_id = key
    return f"postfix:{host.decode('utf-8', 'replace')}:{mail.begun // DAY_S}:{queue_id}"
