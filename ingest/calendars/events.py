"""Events of calendars as typed records: who invites whom, when, how often; no title, no place."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from icalendar.prop import vDDDTypes

from ingest.calendars.lines import Block, Line, parsed
from ingest.calendars.recurrence import Steps, instances
from ingest.calendars.recurrence_rule import Rule, parse_rule
from ingest.calendars.zones import UTC_CLOCK, Clock, Zones, naive

MAX_INSTANCES = 1_000
_DAY_S = 86_400
_NOT_THERE = {"DECLINED", "DELEGATED"}
_ROOM_DOMAINS = ("@resource.calendar.google.com",)
_LIST_DOMAINS = ("@group.calendar.google.com",)
_FAULTS = (ValueError, TypeError, OverflowError, LookupError, ArithmeticError, RecursionError)


class EventError(Exception):
    """Why one event was not understood: a code and a reason."""


@dataclass(frozen=True)
class Guest:
    """An organizer or attendee: an address, what it stands for, and whether they were there."""

    address: str
    kind: str = "person"
    name: str | None = None
    is_there: bool = True


@dataclass(frozen=True)
class Moment:
    """A time on the clock of its zone; `is_assumed` where the file does not say which."""

    local: dt.datetime
    clock: Clock
    is_date: bool = False
    is_assumed: bool = False

    @property
    def instant(self) -> int:
        """Return the UTC second."""
        return self.clock(self.local)


@dataclass(frozen=True)
class Event:
    """One event or series, or one moved instance of a series (`replaces` says which)."""

    number: int
    uid: str
    start: Moment
    length_s: int
    is_all_day: bool
    organizer: Guest | None
    guests: tuple[Guest, ...]
    is_private: bool = False
    is_cancelled: bool = False
    sent_by_delegate: bool = False
    sequence: int = 0
    replaces: int | None = None
    rule: Rule | None = None
    more_starts: tuple[Moment, ...] = ()
    but_not: tuple[Moment, ...] = ()

    @property
    def is_meeting(self) -> bool:
        """Return whether it lasts no longer than a day, and no less than nothing."""
        return not self.is_all_day and 0 <= self.length_s <= _DAY_S


@dataclass(frozen=True)
class Window:
    """The seconds between which instances count."""

    earliest_s: int
    latest_s: int


def read_event(block: Block, zones: Zones, site: Clock) -> Event:
    """Return the event of a block; raises `EventError` where it cannot be understood."""
    if block.is_too_long:
        raise EventError("E-ICS-006", "line_too_long")
    lines = _lines(block)
    if "DTSTART" not in lines:
        raise EventError("E-ICS-003", "time_missing")
    try:
        return _checked(_event(block.number, lines, _Times(zones, site)))
    except _FAULTS as error:
        raise EventError("E-ICS-004", "date_unparsable") from error


def starts(
    event: Event, replaced: set[int], window: Window, steps: Steps
) -> tuple[list[int], bool]:
    """Return the instants at which an event takes place, and whether some were cut off.

    Of a series, the latest `MAX_INSTANCES` inside the window; `replaced` ones are events of
    their own.
    """
    if event.rule is None and not event.more_starts:
        at = event.start.instant
        return ([at] if window.earliest_s <= at <= window.latest_s else []), False
    cut_before = steps.n_cut
    found = {event.start.instant} | {moment.instant for moment in event.more_starts}
    if event.rule is not None:
        found.update(_series(event, event.rule, window, steps))
    found -= replaced | {moment.instant for moment in event.but_not if not moment.is_date}
    days = {moment.local.date() for moment in event.but_not if moment.is_date}
    if days:
        found = {at for at in found if _local_day(event.start, at) not in days}
    kept = sorted(at for at in found if window.earliest_s <= at <= window.latest_s)
    is_cut = len(kept) > MAX_INSTANCES or steps.n_cut > cut_before
    return kept[-MAX_INSTANCES:], is_cut


def _series(event: Event, rule: Rule, window: Window, steps: Steps) -> Iterator[int]:
    clock = event.start.clock
    margin = dt.timedelta(days=2)
    not_before = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=window.earliest_s) - margin
    until = naive(rule.until) if rule.until else dt.datetime.max
    if rule.until and "T" not in rule.until:
        until += dt.timedelta(seconds=_DAY_S - 1)
    is_utc = rule.until.endswith("Z")
    for local in instances(rule, event.start.local, not_before, steps):
        at = clock(local)
        is_over = at > UTC_CLOCK(until) if is_utc else local > until
        if is_over or at > window.latest_s:
            return
        yield at


def _local_day(start: Moment, instant: int) -> dt.date:
    """The day of an instance on the clock of its series, whose offset is less than a day."""
    guess = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=instant)
    return (guess + dt.timedelta(seconds=instant - start.clock(guess))).date()


@dataclass
class _Times:
    """Reads times, and remembers whether a zone had to be assumed."""

    zones: Zones
    site: Clock
    is_assumed: bool = field(default=False)

    def moment(self, line: Line) -> Moment:
        return self._moment(line.value, line.parameters.get("TZID", ""))

    def moments(self, lines: list[Line]) -> tuple[Moment, ...]:
        """Of RDATE and EXDATE: many values a line, periods by their start."""
        return tuple(
            self._moment(value.partition("/")[0], line.parameters.get("TZID", ""))
            for line in lines
            for value in line.value.split(",")
            if value.strip()
        )

    def _moment(self, value: str, zone: str) -> Moment:
        local = naive(value)
        is_date = "T" not in value.upper()
        if value.strip().upper().endswith("Z"):
            return Moment(local, UTC_CLOCK)
        clock = self.zones.clock(zone) if zone else None
        is_assumed = clock is None and not is_date
        return Moment(local, clock or self.site, is_date, is_assumed)


def _event(number: int, lines: dict[str, list[Line]], times: _Times) -> Event:
    start = times.moment(lines["DTSTART"][0])
    organizer = _guest(lines["ORGANIZER"][0]) if "ORGANIZER" in lines else None
    guests = tuple(_guest(line) for line in lines.get("ATTENDEE", ()))
    uid = _first(lines, "UID") or _made_uid(organizer, start, guests)
    all_day = start.is_date or _first(lines, "X-MICROSOFT-CDO-ALLDAYEVENT").upper() == "TRUE"
    series = "RECURRENCE-ID" not in lines
    return Event(
        number=number,
        uid=uid,
        start=start,
        length_s=_length(lines, start, times),
        is_all_day=all_day,
        organizer=organizer,
        guests=guests,
        is_private=_first(lines, "CLASS").upper() in {"PRIVATE", "CONFIDENTIAL"},
        is_cancelled=_first(lines, "STATUS").upper() == "CANCELLED",
        sent_by_delegate="ORGANIZER" in lines and "SENT-BY" in lines["ORGANIZER"][0].parameters,
        sequence=_sequence(_first(lines, "SEQUENCE")),
        replaces=None if series else times.moment(lines["RECURRENCE-ID"][0]).instant,
        rule=parse_rule(_first(lines, "RRULE")) if series and "RRULE" in lines else None,
        more_starts=times.moments(lines.get("RDATE", [])) if series else (),
        but_not=times.moments(lines.get("EXDATE", [])),
    )


def _checked(event: Event) -> Event:
    """The event itself, once all its times have proven to be instants."""
    for moment in (event.start, *event.more_starts, *event.but_not):
        UTC_CLOCK(moment.local)
        moment.clock(moment.local)
    if event.rule is not None and event.rule.until:
        naive(event.rule.until)
    return event


def _length(lines: dict[str, list[Line]], start: Moment, times: _Times) -> int:
    if "DTEND" in lines:
        return times.moment(lines["DTEND"][0]).instant - start.instant
    if text := _first(lines, "DURATION"):
        found = vDDDTypes.from_ical(text)  # type: ignore[no-untyped-call]
        if not isinstance(found, dt.timedelta):
            raise EventError("E-ICS-004", "date_unparsable")
        return int(found.total_seconds())
    return 0


def _guest(line: Line) -> Guest:
    scheme, _, rest = line.value.partition(":")
    address = unquote(rest) if scheme.lower() == "mailto" else line.value
    address = address.strip().lower()
    if not _is_address(address):
        address = line.parameters.get("EMAIL", "").strip().lower()
    if not _is_address(address):
        address = ""
    name = line.parameters.get("CN", "")
    status = line.parameters.get("PARTSTAT", "").upper()
    return Guest(
        address,
        _kind(line.parameters.get("CUTYPE", "").upper(), address),
        name if name and "@" not in name else None,
        status not in _NOT_THERE,
    )


def _kind(user_type: str, address: str) -> str:
    if user_type in {"ROOM", "RESOURCE"} or address.endswith(_ROOM_DOMAINS):
        return "room"
    if user_type == "GROUP" or address.endswith(_LIST_DOMAINS):
        return "service"
    return "person"


def _is_address(text: str) -> bool:
    local, _, domain = text.partition("@")
    return bool(local and domain) and "@" not in domain and not set(text) & set(" \t<>/\"',;")


def _lines(block: Block) -> dict[str, list[Line]]:
    """The properties by name; an attendee line that is damaged is an address nobody can read."""
    found: dict[str, list[Line]] = {}
    for text in block.lines:
        try:
            line = parsed(text)
        except ValueError:
            if not text[:8].upper().startswith(b"ATTENDEE"):
                raise EventError("E-ICS-005", "line_damaged") from None
            line = Line("ATTENDEE", {}, "")
        found.setdefault(line.name, []).append(line)
    return found


def _first(lines: dict[str, list[Line]], name: str) -> str:
    return lines[name][0].value if name in lines else ""


def _sequence(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004


def _made_uid(organizer: Guest | None, start: Moment, guests: tuple[Guest, ...]) -> str:
    told = [organizer.address if organizer else "", start.local.isoformat()]
    told += sorted(guest.address for guest in guests)
    return f"made:{hashlib.sha256(chr(31).join(told).encode()).hexdigest()}"
