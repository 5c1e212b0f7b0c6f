"""iCalendar files as events and zones: wanted lines only, the rest is dropped before it is text.

A property that is not on the list below is skipped as bytes, its folded lines included: titles,
descriptions and places of meetings never become objects.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from ingest.limits import Limits, check_limit

_OF_CALENDAR = {b"METHOD"}
_OF_ZONE = {b"TZID", b"DTSTART", b"RRULE", b"RDATE", b"TZOFFSETFROM", b"TZOFFSETTO"}
_OF_EVENT = {
    b"UID",
    b"DTSTART",
    b"DTEND",
    b"DURATION",
    b"RRULE",
    b"RDATE",
    b"EXDATE",
    b"RECURRENCE-ID",
    b"SEQUENCE",
    b"STATUS",
    b"CLASS",
    b"ORGANIZER",
    b"ATTENDEE",
    b"X-MICROSOFT-CDO-ALLDAYEVENT",
}
_WANTED = _OF_CALENDAR | _OF_ZONE | _OF_EVENT | {b"BEGIN", b"END"}
_NAME = re.compile(rb"\s*([A-Za-z0-9-]{1,40})\s*[;:]")
_PARAMETER = re.compile(
    r';\s*([A-Za-z0-9-]{1,40})\s*=((?:"[^"]*"|[^";:,])*(?:,(?:"[^"]*"|[^";:,])*)*)'
)
_CALENDAR, _EVENT, _ZONE = b"VCALENDAR", b"VEVENT", b"VTIMEZONE"
_ZONE_PARTS = (b"STANDARD", b"DAYLIGHT")
_ALONE = {_EVENT, _ZONE, b"VTODO", b"VJOURNAL", b"VFREEBUSY", b"VALARM", b"VAVAILABILITY"}
_DEEPEST = 32


@dataclass(frozen=True)
class Line:
    """One property: its parameters by upper-case name, and its value."""

    name: str
    parameters: dict[str, str]
    value: str


@dataclass
class Block:
    """The wanted lines of one event, or of one zone with its parts; and the line it starts on."""

    number: int
    lines: list[bytes] = field(default_factory=list)
    is_whole: bool = False
    is_too_long: bool = False


@dataclass
class CalendarText:
    """One calendar of a file: what it is a message about, its zones and its events."""

    method: str = ""
    zones: list[Block] = field(default_factory=list)
    events: list[Block] = field(default_factory=list)


def calendars(stream: IO[bytes], limits: Limits, file: str) -> list[CalendarText]:
    """Return the calendars of a file; what stands outside any calendar makes one of its own."""
    sorter = _Sorter()
    size = 0
    for number, name, text in _logical_lines(stream, limits.row_bytes):
        size += len(text)
        check_limit(size, limits.json_bytes, "json_bytes", file)
        sorter.take(number, name, text)
    return sorter.found


def parsed(text: bytes) -> Line:
    """Return a property line taken apart; raises `ValueError` where it is none."""
    try:
        line = text.decode("utf-8")
    except UnicodeDecodeError:
        line = text.decode("cp1252", "replace")
    head = _NAME.match(text)
    if head is None:
        raise ValueError("the line has no name")
    at = head.end() - 1
    parameters: dict[str, str] = {}
    while line[at : at + 1] == ";":
        match = _PARAMETER.match(line, at)
        if match is None:
            raise ValueError("a parameter of the line is damaged")
        parameters.setdefault(match.group(1).upper(), match.group(2).strip(' "'))
        at = match.end()
    if line[at : at + 1] != ":":
        raise ValueError("the line has no value")
    return Line(head.group(1).decode("ascii").upper(), parameters, line[at + 1 :].strip())


@dataclass
class _Sorter:
    """Puts lines where they belong; what stands deeper than an event, such as alarms, goes."""

    found: list[CalendarText] = field(default_factory=list)
    stack: list[bytes] = field(default_factory=list)
    block: Block | None = None

    def take(self, number: int, name: bytes, text: bytes) -> None:
        if name == b"BEGIN":
            self._begin(number, text.partition(b":")[2].strip().upper())
        elif name == b"END":
            self._end(text.partition(b":")[2].strip().upper())
        elif self.block is not None and self._is_direct():
            if text:
                self.block.lines.append(text)
            else:
                self.block.is_too_long = True
        elif name in _OF_CALENDAR and self.stack == [_CALENDAR]:
            self.found[-1].method = (
                text.partition(b":")[2].strip().decode("ascii", "replace").upper()
            )

    def _begin(self, number: int, what: bytes) -> None:
        if what == _CALENDAR or (what == _EVENT and self.block is not None):
            # A calendar or an event that was never closed: the next one starts all the same.
            self.stack = self.stack[:1] if what == _EVENT and self.stack[:1] == [_CALENDAR] else []
            self.block = None
        if what == _CALENDAR or (not self.found and what in _ALONE):
            self.found.append(CalendarText())
        if len(self.stack) < _DEEPEST:
            self.stack.append(what)
        if what in (_EVENT, _ZONE) and self.stack in ([what], [_CALENDAR, what]) and self.found:
            self.block = Block(number)
            calendar = self.found[-1]
            (calendar.events if what == _EVENT else calendar.zones).append(self.block)
        elif self.block is not None and what in _ZONE_PARTS:
            self.block.lines.append(b"BEGIN:" + what)

    def _end(self, what: bytes) -> None:
        if what not in self.stack:
            return
        while self.stack.pop() != what:
            pass
        if what in (_EVENT, _ZONE) and self.block is not None:
            self.block.is_whole = True
            self.block = None

    def _is_direct(self) -> bool:
        return bool(self.stack) and self.stack[-1] in (_EVENT, _ZONE, *_ZONE_PARTS)


def _logical_lines(stream: IO[bytes], longest: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Wanted lines, unfolded, with number and name; one that is too long comes without text."""
    name, parts, size, started = b"", [b""], 0, 0
    for number, raw in _raw_lines(stream, longest):
        if raw[:1] in (b" ", b"\t") and started:
            if name:
                size += len(raw)
                parts.append(raw[1:] if size <= longest else b"")
            continue
        if name:
            yield started, name, b"".join(parts) if size <= longest else b""
        match = _NAME.match(raw)
        name = match.group(1).upper() if match else b""
        name = name if name in _WANTED else b""
        parts, size, started = [raw], len(raw), number
    if name:
        yield started, name, b"".join(parts) if size <= longest else b""


def _raw_lines(stream: IO[bytes], longest: int) -> Iterator[tuple[int, bytes]]:
    number = 0
    while raw := stream.readline(longest + 1):
        number += 1
        whole = raw
        while whole and not whole.endswith(b"\n") and len(whole) > longest:
            whole = stream.readline(longest + 1)
        if number == 1:
            raw = raw.removeprefix(codecs.BOM_UTF8)
        yield number, raw.rstrip(b"\r\n")
