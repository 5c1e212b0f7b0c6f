"""Logs of Google mail: which form a file has, and what each row says about a mail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from ingest.logs.trace_rows import LoggedMail, TraceRows
from ingest.mail.addresses import addresses
from ingest.tables.parsing import TimeParser, time_parser
from ingest.working_hours import zone

SENT, RECEIVED = 1, 2
SPAM_TYPES = frozenset(range(3, 7))
STEP_TYPES = frozenset({0, 9, 10, 11})
EVENT_COLUMNS = {
    "type": ("eventinfomaileventtype", "maileventtype"),
    "time": ("eventinfotimestampusec", "timestampusec"),
    "success": ("eventinfosuccess", "success"),
    "message_id": ("messageinforfc2822messageid", "rfc2822messageid"),
    "from_header": (
        "messageinfosourcefromheaderaddress",
        "sourcefromheaderaddress",
        "fromheaderaddress",
    ),
    "source": ("messageinfosourceaddress", "sourceaddress"),
    "destination": ("messageinfodestinationaddress", "destinationaddress"),
    "flattened": ("messageinfoflatteneddestinations", "flatteneddestinations"),
    "is_spam": ("messageinfoisspam", "isspam"),
}
SEARCH_COLUMNS = {
    "message_id": ("messageid",),
    "time": ("startdate",),
    "source": ("sender",),
    "destination": ("recipientaddress",),
    "target": ("eventtarget",),
    "status": ("eventstatus",),
}
_PARTS = re.compile(r"[,;\s]+")
_FALSE, _TRUE = {"false", "0"}, {"true", "1"}
_DIGITS = 4
_REFUSED = "SMTPIN_ADDED_REJECT_SESSION"
_STATUS = (
    # Which words of a status mean what; the first that fits decides.
    ("transport_step", re.compile(r"bypass|progress|queue|pending|retr[iy]", re.IGNORECASE)),
    (
        "not_delivered",
        re.compile(r"bounc|reject|drop|fail|spam|quarantin|defer|error", re.IGNORECASE),
    ),
    ("reading_event", re.compile(r"open|\bread|unread|view|click|delet|trash|mov", re.IGNORECASE)),
)


def is_log_search(header: frozenset[str]) -> bool:
    """Return whether plain column names are those of an Email Log Search."""
    return {"messageid", "startdate", "recipientaddress", "eventstatus"} <= header


class _Source(msgspec.Struct):
    address: str | None = None
    from_header_address: str | None = None


class _Destination(msgspec.Struct):
    address: str | None = None


class _Event(msgspec.Struct):
    timestamp_usec: str | int | None = None
    mail_event_type: str | int | None = None
    success: str | bool | None = None


class _Message(msgspec.Struct):
    rfc2822_message_id: str | None = None
    source: _Source | None = None
    destination: list[_Destination] | None = None
    flattened_destinations: str | None = None
    is_spam: str | bool | None = None


class GmailEvent(msgspec.Struct):
    """One row of the mail log in BigQuery; subject, links, attachments, devices undeclared.

    A query that picks single fields gives them flat, without the records around them.
    """

    event_info: _Event | None = None
    message_info: _Message | None = None
    timestamp_usec: str | int | None = None
    mail_event_type: str | int | None = None
    success: str | bool | None = None
    rfc2822_message_id: str | None = None
    from_header_address: str | None = None
    flattened_destinations: str | None = None
    is_spam: str | bool | None = None

    def cells(self) -> dict[str, str]:
        """Return the wanted fields as the flattened table has them."""
        event = self.event_info or _Event(self.timestamp_usec, self.mail_event_type, self.success)
        message = self.message_info or _Message(
            self.rfc2822_message_id,
            _Source(None, self.from_header_address),
            None,
            self.flattened_destinations,
            self.is_spam,
        )
        source = message.source or _Source()
        to = [d.address for d in message.destination or () if d.address]
        return {
            "type": str(event.mail_event_type),
            "time": str(event.timestamp_usec),
            "success": str(event.success),
            "message_id": message.rfc2822_message_id or "",
            "from_header": source.from_header_address or "",
            "source": source.address or "",
            "destination": ",".join(to),
            "flattened": message.flattened_destinations or "",
            "is_spam": str(message.is_spam),
        }


@dataclass(frozen=True)
class EventTaker:
    """Turns rows of the log in BigQuery into mails: sent and received, nothing of reading."""

    rows: TraceRows
    parse: TimeParser

    def take(self, place: str, cells: Mapping[str, str]) -> None:
        """Take one row."""
        tally = self.rows.source.tally
        kind = _number(cells["type"])
        if kind is None:
            tally.reject(place, f"{self.rows.code}-007", "event_type_unknown")
        elif kind not in {SENT, RECEIVED}:
            tally.leave_out(_why_no_mail(kind))
        elif cells["success"].lower() in _FALSE or cells["is_spam"].lower() in _TRUE:
            tally.leave_out("not_delivered")
        else:
            self.rows.add(
                LoggedMail(
                    place,
                    cells["message_id"],
                    "",
                    cells["from_header"] or cells["source"],
                    tuple((address, "to") for address in _recipients(cells)),
                    self.parse(cells["time"]),
                )
            )


@dataclass(frozen=True)
class SearchTaker:
    """Turns rows of an Email Log Search into mails, once for each recipient's delivery."""

    rows: TraceRows
    parse: TimeParser

    def take(self, place: str, cells: Mapping[str, str]) -> None:
        """Take one row."""
        tally = self.rows.source.tally
        status = cells.get("status", "").replace("_", " ")
        why = next((why for why, words in _STATUS if words.search(status)), "")
        recipients = _split(cells["destination"])
        if _REFUSED in cells["message_id"]:
            tally.leave_out("not_delivered")
        elif why:
            tally.leave_out(why)
        elif "LIST_SERVER" in cells.get("target", "").upper():
            for address in recipients:
                self.rows.note_list(address)
            tally.leave_out("list_expanded")
        else:
            # Where an assistant sent for somebody, both stand in the cell, the person first.
            senders = addresses(cells["source"]).found or [cells["source"]]
            self.rows.add(
                LoggedMail(
                    place,
                    cells["message_id"],
                    "",
                    senders[0],
                    tuple((address, "to") for address in recipients),
                    self.parse(cells["time"]),
                )
            )


def microseconds() -> TimeParser:
    """Return the parser of the log's times."""
    return time_parser("epoch_us", zone("UTC"), lambda: None)


def _why_no_mail(kind: int) -> str:
    if kind in SPAM_TYPES:
        return "not_delivered"
    # Opened, marked unread, moved, clicked, downloaded: who did what with a mail is no message.
    return "transport_step" if kind in STEP_TYPES else "reading_event"


def _recipients(cells: Mapping[str, str]) -> list[str]:
    found = _split(cells.get("destination", ""))
    # Each part of the flattened list is service:selector:address.
    return found or [part.rpartition(":")[2] for part in _split(cells.get("flattened", ""))]


def _split(cell: str) -> list[str]:
    return list(dict.fromkeys(part for part in _PARTS.split(cell) if part))


def _number(text: str) -> int | None:
    bare = text.strip()
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= _DIGITS else None
