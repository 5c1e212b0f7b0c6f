"""Lines of Exchange message tracking logs, and what the events in them say about a mail."""

from __future__ import annotations

import array
import csv
import datetime as dt
import io
import re
from bisect import bisect_left
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from ingest.columns import plain
from ingest.limits import Limits
from ingest.tally import Tally
from ingest.trace_rows import LoggedMail, TraceRows, clean, mail_key

WANTED = (
    "datetime",
    "eventid",
    "messageid",
    "networkmessageid",
    "recipientaddress",
    "recipientstatus",
    "relatedrecipientaddress",
    "senderaddress",
    "returnpath",
)
NEEDED = ("datetime", "eventid", "messageid", "recipientaddress", "senderaddress")
DELIVERED = {"DELIVER", "SEND", "SENDEXTERNAL"}
LISTS = "EXPAND"
FAILED = {"FAIL", "DROP", "POISONMESSAGE", "BADMAIL", "SUBMITFAIL", "DELIVERFAIL"}
COUNTED = DELIVERED | FAILED | {LISTS}
"""Events that end in more than a count of steps."""

_ROLES = {"to": "to", "cc": "cc", "bcc": "bcc"}
_FIELDS = "#fields:"
_PARTS = re.compile(r"((?:'[^']*'|[^;'])*);?")


@dataclass(frozen=True)
class LogLine:
    """One line of data: the wanted cells by plain name, or why it is no such line."""

    number: int
    cells: Mapping[str, str]
    fault: tuple[str, str] | None = None
    is_last_cut: bool = False


@dataclass(frozen=True)
class Event:
    """What one line says happened to a mail; addresses are as the log writes them."""

    name: str
    time: str
    message_id: str
    own_id: str
    recipients: tuple[str, ...]
    statuses: tuple[str, ...]
    related: tuple[str, ...]
    sender: str
    return_path: str

    @property
    def key(self) -> str:
        """Return the key of the mail."""
        return mail_key(self.message_id, self.own_id)


@dataclass
class FirstLook:
    """What must be known before lines are counted: hidden copies, carbon copies and lists.

    The line that names a copy stands apart from the line that delivers it, in another file even.
    """

    lists: set[str] = field(default_factory=set)
    _hidden: set[int] = field(default_factory=set)
    _copies: array.array[int] = field(default_factory=lambda: array.array("q"))

    def note(self, event: Event) -> None:
        """Note the roles and the lists that one line names."""
        if event.name == LISTS:
            self.lists.update(clean(address).lower() for address in event.related)
        roles = _roles_of(event)
        for address, role in zip(event.recipients, roles, strict=True):
            if role == "bcc":
                self._hidden.add(_mark(event, address))
            elif role == "cc":
                self._copies.append(_mark(event, address))

    def close(self) -> None:
        """Put the copies in order, so that they are found."""
        self._copies = array.array("q", sorted(set(self._copies)))

    def role(self, event: Event, address: str, own: str) -> str:
        """Return the role of a recipient; hidden wins, so that no hidden copy comes to light."""
        mark = _mark(event, address)
        if mark in self._hidden or own == "bcc":
            return "bcc"
        at = bisect_left(self._copies, mark)
        return "cc" if at < len(self._copies) and self._copies[at] == mark else own


def log_lines(
    stream: IO[bytes], limits: Limits, is_told: Callable[[str], bool] | None = None
) -> Iterator[LogLine]:
    """Return the data lines of a log with their cells by the last `#Fields` line above them.

    With `is_told`, of the lines whose text it turns down nothing is looked at.
    """
    fields = _Fields({}, 0)
    for number, text in _text_lines(stream, limits):
        if text.startswith("#"):
            if text.lower().startswith(_FIELDS):
                fields = _fields(text)
        elif is_told is not None and fields.is_known and not is_told(text):
            yield LogLine(number, {})
        elif text.strip():
            yield _line(number, text, fields, limits)


def names_a_copy_or_list(text: str) -> bool:
    """Return whether a line can hold a role or a list; most lines hold neither."""
    return "EXPAND" in text or "cc" in text or "Cc" in text or "CC" in text or "xpand" in text


def event_of(cells: Mapping[str, str]) -> Event:
    """Return what a line or row says, from its wanted cells by plain name."""
    return Event(
        cells.get("eventid", "").strip().upper(),
        cells.get("datetime", ""),
        cells.get("messageid", ""),
        cells.get("networkmessageid", "").strip(),
        _split(cells.get("recipientaddress", "")),
        _split(cells.get("recipientstatus", "")),
        _split(cells.get("relatedrecipientaddress", "")),
        cells.get("senderaddress", ""),
        cells.get("returnpath", "").strip(),
    )


def take_event(
    event: Event, look: FirstLook, rows: TraceRows, place: str, time: int | None
) -> None:
    """Count a delivery as a mail to its recipients, and every other step by its kind."""
    tally = rows.source.tally
    if event.name == LISTS:
        for address in event.related:
            rows.note_list(address)
        tally.leave_out("list_expanded")
    elif event.name in FAILED:
        tally.leave_out("not_delivered")
    elif event.name not in DELIVERED:
        tally.leave_out("transport_step")
    else:
        _deliver(event, look, rows, (place, time))


def utc_seconds(text: str) -> int | None:
    """Return an ISO time as UTC seconds; times of these logs are UTC also where they say none."""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    try:
        return int(moment.timestamp() // 1)
    except (OverflowError, ValueError):
        return None


def _deliver(event: Event, look: FirstLook, rows: TraceRows, at: tuple[str, int | None]) -> None:
    place, time = at
    tally: Tally = rows.source.tally
    named: list[tuple[str, str]] = []
    lost = {"bcc": 0, "list_expanded": 0}
    for address, own in zip(event.recipients, _roles_of(event), strict=True):
        role = look.role(event, address, own)
        if role == "bcc":
            lost["bcc"] += 1
        elif clean(address).lower() in look.lists:
            lost["list_expanded"] += 1
        else:
            named.append((address, role))
    if not named:
        reason = "hidden_copy" if lost["bcc"] else "list_expanded"
        tally.leave_out(reason if event.recipients else "no_usable_recipient")
        return
    is_bounce = event.return_path == "<>"
    mail = LoggedMail(
        place, event.message_id, event.own_id, event.sender, tuple(named), time, is_bounce
    )
    n_before = rows.n_units
    rows.add(mail)
    if rows.n_units > n_before:
        for reason, n in lost.items():
            tally.drop_slot(reason, n)


def _roles_of(event: Event) -> tuple[str, ...]:
    """The role of each recipient by this line alone.

    Where statuses and recipients do not run in step, one hidden copy hides all of them.
    """
    n = len(event.recipients)
    roles = tuple(_ROLES.get(status.strip("'\" ").lower(), "to") for status in event.statuses)
    if len(roles) == n:
        return roles
    return ("bcc" if "bcc" in roles else "to",) * n


def _mark(event: Event, address: str) -> int:
    return hash((event.key, clean(address).lower()))


def _split(cell: str) -> tuple[str, ...]:
    """Parts of a cell between semicolons; a quoted status may hold one."""
    if ";" not in cell:
        return (cell,) if cell.strip() else ()
    if "'" not in cell:
        return tuple(cell.rstrip(";").split(";"))
    return tuple(match.group(1) for match in _PARTS.finditer(cell) if match.group())


def _text_lines(stream: IO[bytes], limits: Limits) -> Iterator[tuple[int, str]]:
    start = stream.read(2)
    is_wide = start in (BOM_UTF16_LE, BOM_UTF16_BE)
    encoding = "utf-16-le" if start == BOM_UTF16_LE else "utf-16-be" if is_wide else "utf-8"
    rest = io.BufferedReader(_After(b"" if is_wide else start, stream), 1 << 16)
    with io.TextIOWrapper(rest, encoding, errors="replace", newline="\n") as text:
        number = 0
        while line := text.readline(limits.row_bytes + 1):
            number += 1
            yield number, line.removeprefix("\ufeff") if number == 1 else line
            while len(line) > limits.row_bytes and not line.endswith("\n"):
                line = text.readline(limits.row_bytes + 1)


class _After(io.RawIOBase):
    """A stream with bytes that were read from it put back; closing it leaves the stream open."""

    def __init__(self, before: bytes, stream: IO[bytes]) -> None:
        super().__init__()
        self._before, self._stream = before, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        found = self._before or self._stream.read(len(buffer))
        self._before = b""
        buffer[: len(found)] = found
        return len(found)


@dataclass(frozen=True)
class _Fields:
    """Where the wanted cells stand, and how many cells a line has."""

    places: Mapping[str, int]
    width: int
    is_known: bool = False


def _fields(text: str) -> _Fields:
    names = [plain(name) for name in text[len(_FIELDS) :].split(",")]
    places = {name: names.index(name) for name in WANTED if name in names}
    return _Fields(places, len(names), all(name in places for name in NEEDED))


def _line(number: int, text: str, fields: _Fields, limits: Limits) -> LogLine:
    is_cut = not text.endswith("\n")
    if len(text) > limits.row_bytes:
        return LogLine(number, {}, ("007", "line_too_long"))
    if not fields.is_known:
        return LogLine(number, {}, ("001", "no_fields_line_above"))
    if "\x00" in text:
        return LogLine(number, {}, ("008", "holds_nul"))
    cells = _cells(text)
    if cells is None or len(cells) != fields.width:
        return LogLine(number, {}, ("002", "cells_do_not_fit_the_fields"), is_cut)
    return LogLine(number, {name: cells[at] for name, at in fields.places.items()})


def _cells(text: str) -> Sequence[str] | None:
    bare = text.rstrip("\r\n")
    if '"' not in bare:
        return bare.split(",")
    try:
        return next(csv.reader([bare], strict=True))
    except (csv.Error, StopIteration):
        return None
