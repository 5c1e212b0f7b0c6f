"""Lines of a Postfix log: when, on which host, and what was logged of one mail."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

# <22> is a priority, 1 the version of RFC 5424, which puts process ids between spaces.
_LINE = re.compile(
    rb"(?:<\d{1,3}>)?(?:1 )?"
    rb"(?:([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?"
    rb"|(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,]\d{1,9})?(Z|[+-]\d\d:?\d\d)?)"
    rb" (\S{1,255}) [\w.-]*postfix[\w.-]*/(?:[\w-]+/)*([\w-]+)(?:\[\d+\]:| \d+ \S+ \S+) (.*)",
    re.DOTALL,
)
_QUEUE_ID = re.compile(rb"(?=[A-Za-z]*\d)([0-9A-Za-z]{5,25}): ")
_MESSAGE_ID = re.compile(rb"message-id=(.*)", re.DOTALL)
_FROM = re.compile(rb"from=(?:<([^>]*)>|([^\s,]*))(?:, size=\d+, nrcpt=(\d+))?")
_TO = re.compile(
    rb"to=(?:<([^>]*)>|([^\s,]*)), (?:orig_to=(?:<([^>]*)>|([^\s,]*)), )?.*?"
    rb"\bstatus=([\w-]+)(?: \((.*))?",
    re.DOTALL,
)
_EXPIRED = re.compile(rb"from=(?:<([^>]*)>|([^\s,]*)), status=([\w-]+)")
_QUEUED_AS = re.compile(rb"queued as ([0-9A-Za-z]{5,25})\b")
_DELIVERIES = {b"smtp", b"local", b"lmtp", b"virtual", b"pipe", b"relay", b"error", b"discard"}
_NAMES = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_MONTHS = {name: number for number, name in enumerate(_NAMES.split(), 1)}


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as logged. `year` is 0 where the line names none, `offset` None without a zone."""

    year: int
    month: int
    day: int
    second: int
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of Postfix; `stamp` is None where the time is none."""

    stamp: Stamp | None
    host: bytes
    program: bytes
    text: bytes


@dataclass(frozen=True, slots=True)
class Event:
    """What one line says of the mail with a queue id; None where it says nothing of a field."""

    queue_id: str
    message_id: str | None = None
    sender: str | None = None
    n_recipients: int = 0
    to: str | None = None
    orig_to: str | None = None
    status: str | None = None
    queued_as: str | None = None
    is_begin: bool = False
    is_end: bool = False


def parse_line(line: bytes) -> Line | None:
    """Return a line that Postfix wrote; None for any other."""
    found = _LINE.match(line)
    if found is None:
        return None
    month, day, hour, minute, second, iso, offset, host, program, text = found.groups()
    if iso is not None:
        stamp = _iso_stamp(iso, offset)
    else:
        clock = (int(hour), int(minute), min(int(second), 59))
        stamp = _stamp(0, _MONTHS.get(month, 0), int(day), clock, None)
    return Line(stamp, host, program, text.rstrip())


def parse_event(program: bytes, text: bytes) -> Event | None:
    """Return what a line says of a mail; None where it is about none."""
    found = _QUEUE_ID.match(text)
    if found is None:
        return None
    queue_id, said = found[1].decode("ascii"), text[found.end() :]
    if program in _DELIVERIES:
        return _of_delivery(queue_id, said)
    if program == b"cleanup":
        id_found = _MESSAGE_ID.match(said)
        return Event(queue_id, message_id=_bare(id_found[1])) if id_found else None
    if program in {b"qmgr", b"postsuper"}:
        return _of_queue(queue_id, said)
    is_begin = program in {b"smtpd", b"pickup"} and said.startswith((b"client=", b"uid="))
    return Event(queue_id, is_begin=True) if is_begin else None


def instant(stamp: Stamp, year: int, place: ZoneInfo) -> int | None:
    """Return a stamp in UTC seconds; on the clock of `place` where it names no zone."""
    day = _midnight(stamp.year or year, stamp.month, stamp.day)
    if stamp.offset is None:
        return None if day is None else _local(day, stamp.second, place)
    return None if day is None else day + stamp.second - stamp.offset


def _of_queue(queue_id: str, said: bytes) -> Event | None:
    if said == b"removed":
        return Event(queue_id, is_end=True)
    if expired := _EXPIRED.match(said):
        return Event(queue_id, sender=_text(expired[1], expired[2]), status=_word(expired[3]))
    if found := _FROM.match(said):
        return Event(queue_id, sender=_text(found[1], found[2]), n_recipients=int(found[3] or 0))
    return None


def _of_delivery(queue_id: str, said: bytes) -> Event | None:
    found = _TO.match(said)
    if found is None:
        return None
    orig_to = _text(found[3], found[4]) if found[3] is not None or found[4] is not None else None
    response = _QUEUED_AS.search(found[6] or b"")
    return Event(
        queue_id,
        to=_text(found[1], found[2]),
        orig_to=orig_to,
        status=_word(found[5]),
        queued_as=response[1].decode("ascii") if response else None,
    )


def _bare(value: bytes) -> str:
    text = value.strip().decode("utf-8", "replace")
    return text[1:-1] if text.startswith("<") and text.endswith(">") else text


def _text(inside: bytes | None, bare: bytes | None) -> str:
    return (inside if inside is not None else bare or b"").decode("utf-8", "replace").strip()


def _word(value: bytes) -> str:
    return value.decode("ascii", "replace")


def _iso_stamp(text: bytes, offset: bytes | None) -> Stamp | None:
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    clock = (int(text[11:13]), int(text[14:16]), min(int(text[17:19]), 59))
    ahead: int | None = None
    if offset == b"Z":
        ahead = 0
    elif offset:
        ahead = int(offset[1:3]) * 3600 + int(offset[-2:]) * 60
        ahead = -ahead if offset[:1] == b"-" else ahead
    return _stamp(year, month, day, clock, ahead)


def _stamp(
    year: int, month: int, day: int, clock: tuple[int, int, int], offset: int | None
) -> Stamp | None:
    try:
        dt.date(year or 2000, month, day)  # a leap year: whose it is shows later
        dt.time(*clock)
    except ValueError:
        return None
    return Stamp(year, month, day, clock[0] * 3600 + clock[1] * 60 + clock[2], offset)


@lru_cache(maxsize=1024)
def _midnight(year: int, month: int, day: int) -> int | None:
    try:
        return (dt.date(year, month, day).toordinal() - dt.date(1970, 1, 1).toordinal()) * 86_400
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _hour_offset(hour_s: int, place: ZoneInfo) -> int:
    local = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=hour_s)
    ahead = local.replace(tzinfo=place).utcoffset()
    return int(ahead.total_seconds()) if ahead is not None else 0


def _local(midnight: int, second: int, place: ZoneInfo) -> int:
    # Zones change on the full hour, or at worst on the half: the quarter is enough to ask for.
    local = midnight + second
    return local - _hour_offset(local - local % 900, place)
