"""Clocks of calendars: what instant a local time means in a zone named in an iCalendar file.

A name is looked up as an IANA zone, as a Windows zone, as a vendor's path that ends in an IANA
zone, and last in the zones that the file itself defines. Nothing carries over between files.
"""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar.prop import vDDDTypes
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from ingest.calendars.lines import Block, Line, parsed
from ingest.calendars.recurrence import Steps, instances
from ingest.calendars.recurrence_rule import parse_rule

Clock = Callable[[dt.datetime], int]
_EPOCH = dt.datetime(1970, 1, 1)
_FIRST = dt.datetime(1985, 1, 1)
_LAST = dt.datetime(2060, 1, 1)
_MOST_CHANGES = 1_000
_OFFSET = re.compile(r"([+-]?)(\d{2}):?(\d{2}):?(\d{2})?")
_UTC_NAMES = {"UTC", "GMT", "ETC/UTC", "Z"}


def zone_clock(place: ZoneInfo | dt.tzinfo) -> Clock:
    """Return the clock of a zone; a reading that occurs twice is its first instant."""

    def instant(moment: dt.datetime) -> int:
        return math.floor(moment.replace(tzinfo=place, fold=0).timestamp())

    return instant


UTC_CLOCK = zone_clock(dt.UTC)


@dataclass
class Zones:
    """The zones that the events of one calendar can name."""

    steps: Steps
    blocks: dict[str, Block] = field(default_factory=dict)
    _clocks: dict[str, Clock | None] = field(default_factory=dict)

    def define(self, block: Block) -> None:
        """Keep a zone that the file defines; of two of one name the first counts."""
        for text in block.lines:
            if text[:4].upper() == b"TZID":
                try:
                    self.blocks.setdefault(parsed(text).value, block)
                except ValueError:
                    return
                return

    def clock(self, name: str) -> Clock | None:
        """Return the clock of a zone by its name; None where nobody knows the name."""
        if name not in self._clocks:
            self._clocks[name] = _known(name) or self._defined(name)
        return self._clocks[name]

    def _defined(self, name: str) -> Clock | None:
        block = self.blocks.get(name)
        if block is None:
            return None
        try:
            return _clock_of(block, self.steps)
        except (ValueError, OverflowError, TypeError):
            return None


def _known(name: str) -> Clock | None:
    if name.upper() in _UTC_NAMES:
        return UTC_CLOCK
    parts = name.strip("/").split("/")
    names = [name, WINDOWS_TO_OLSON.get(name, "")]
    names += ["/".join(parts[-n:]) for n in (3, 2) if len(parts) > n]
    for candidate in names:
        try:
            if candidate:
                return zone_clock(ZoneInfo(candidate))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return None


@dataclass(frozen=True)
class _Part:
    """STANDARD or DAYLIGHT of a zone: when it begins, and the offsets before and from then on."""

    starts: list[dt.datetime]
    before_s: int
    after_s: int


def _clock_of(block: Block, steps: Steps) -> Clock:
    changes: list[tuple[dt.datetime, int, int]] = []
    for part in _parts(block, steps):
        changes += [(start, part.after_s, part.before_s) for start in part.starts]
    if not changes:
        raise ValueError("the zone has no offset")
    changes.sort()
    starts = [start for start, _, _ in changes]

    def instant(moment: dt.datetime) -> int:
        at = bisect.bisect_right(starts, moment) - 1
        offset = changes[at][1] if at >= 0 else changes[0][2]
        return math.floor((moment - _EPOCH).total_seconds()) - offset

    return instant


def _parts(block: Block, steps: Steps) -> list[_Part]:
    found: list[dict[str, Line]] = []
    for text in block.lines:
        if text.startswith(b"BEGIN:"):
            found.append({})
        elif found:
            line = parsed(text)
            found[-1].setdefault(line.name, line)
    return [_part(lines, steps) for lines in found]


def _part(lines: dict[str, Line], steps: Steps) -> _Part:
    if "DTSTART" not in lines or "TZOFFSETTO" not in lines:
        raise ValueError("a part of the zone has no start or no offset")
    begin = naive(lines["DTSTART"].value)
    starts = [begin]
    if "RRULE" in lines:
        rule = parse_rule(lines["RRULE"].value)
        until = min(naive(rule.until), _LAST) if rule.until else _LAST
        series = instances(rule, begin, max(begin, _FIRST - dt.timedelta(days=366)), steps)
        series = itertools.takewhile(lambda at: at <= until, series)
        starts += itertools.islice(series, _MOST_CHANGES)
    if "RDATE" in lines:
        starts += [naive(value) for value in lines["RDATE"].value.split(",")[:_MOST_CHANGES]]
    after = _seconds(lines["TZOFFSETTO"].value)
    before = _seconds(lines["TZOFFSETFROM"].value) if "TZOFFSETFROM" in lines else after
    return _Part(starts, before, after)


def naive(value: str) -> dt.datetime:
    """Return a date or date-time value without its zone; raises `ValueError` for other values."""
    found = vDDDTypes.from_ical(value.strip())  # type: ignore[no-untyped-call]
    if isinstance(found, dt.datetime):
        return found.replace(tzinfo=None)
    if isinstance(found, dt.date):
        return dt.datetime.combine(found, dt.time())
    raise ValueError("the value is no time")


def _seconds(text: str) -> int:
    match = _OFFSET.fullmatch(text.strip())
    if match is None:
        raise ValueError("the offset is no time")
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    if hours >= 24 or minutes >= 60 or seconds >= 60:  # noqa: PLR2004 - as clocks have them
        raise ValueError("the offset is more than a day")
    total = hours * 3600 + minutes * 60 + seconds
    return -total if match.group(1) == "-" else total
