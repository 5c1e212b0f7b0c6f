"""Dates of mail as the world writes them, to UTC seconds; None where there is no date."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

# English, then the spellings of other languages that differ in their first three letters or in a
# fourth or fifth that matters.
_SPELLINGS = {
    1: "jan gen janv ene",
    2: "feb fév fev",
    3: "mar mär maerz mrz maa mrt",
    4: "apr avr abr",
    5: "may mag mai mei",
    6: "jun giu juin",
    7: "jul lug juil",
    8: "aug ago aoû aou",
    9: "sep set",
    10: "oct ott okt out",
    11: "nov",
    12: "dec dic dez déc",
}
_MONTHS = {word: number for number, words in _SPELLINGS.items() for word in words.split()}
_HOURS = {
    -8: "pst",
    -7: "pdt mst",
    -6: "mdt cst",
    -5: "cdt est",
    -4: "edt",
    0: "ut utc gmt z wet",
    1: "bst cet met west",
    2: "cest mest mesz eet",
    3: "eest msk",
    9: "jst",
}
_ZONES = {name: 60 * hours for hours, names in _HOURS.items() for name in names.split()}
# What nearly every mail has; the rest goes the long way.
_USUAL = re.compile(
    rb"\s*(?:[A-Za-z]{3},\s*)?(\d{1,2} [A-Z][a-z]{2} \d{4}) ([01]\d|2[0-3]):([0-5]\d):([0-5]\d) "
    rb"([+-])(0\d|1[0-3])([0-5]\d)(?:\s*\([A-Za-z]{2,5}\))?\s*\Z"
)
_CLOCK = r"(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,]\d{1,9})?)?(?:\s*([ap]\.?m\b\.?))?"
_DAY_FIRST = re.compile(
    rf"(?:[^\W\d]+\.?,?\s*)?(\d{{1,2}})(?:\.|\s+de)?[\s-]+([^\W\d]+)\.?,?(?:\s+de)?[\s-]+"
    rf"(\d{{2,5}}),?\s+{_CLOCK}\s*(.*)",
    re.DOTALL | re.IGNORECASE,
)
_ASCTIME = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?([^\W\d]+)\.?\s+(\d{{1,2}}),?\s+{_CLOCK}\s+"
    rf"((?:[A-Za-z]{{1,5}}\s+|[+-]\d{{4}}\s+)?)(\d{{4}})\b\s*(.*)",
    re.DOTALL | re.IGNORECASE,
)
_OFFSET = re.compile(
    r"(?:GMT|UTC?|Z)?\s*([+-])(?:(\d{1,2}):?(\d{2})|(\d{1,2}))(?!\d)", re.IGNORECASE
)
_SIGNED = re.compile(r"(?:GMT|UTC?)?\s*[+-]\d", re.IGNORECASE)
_ZONE_NAME = re.compile(r"([A-Za-z]{1,5})\b")
_MAX_OFFSET = 14 * 60
_LONGEST = 200
_SHORT_YEAR, _THIS_CENTURY = 3, 50
_LEAP, _LAST_SECOND, _LAST_MINUTE = 60, 59, 59
_NOON = 12
_EPOCH = dt.date(1970, 1, 1).toordinal()


class MailDate(NamedTuple):
    """An instant, and whether its time zone was not given."""

    instant: int
    is_assumed: bool


def parse_mail_date(text: str, place: ZoneInfo) -> MailDate | None:
    """Return the instant of a date header.

    A second of 60 is 59, 24:00 is the next day, month names of seven languages are known, ISO
    8601 too. Without a zone the clock of `place` is taken.
    """
    return _any_date(" ".join(text.replace("\x00", " ").split())[:_LONGEST], place)


def usual_date(value: bytes) -> MailDate | None:
    """Return the instant of a date header in the one form that nearly all have; else None."""
    match = _USUAL.match(value)
    midnight = _midnight(match[1]) if match else None
    if match is None or midnight is None:
        return None
    _, hour, minute, second, sign, ahead_h, ahead_m = match.groups()
    ahead = int(ahead_h) * 3600 + int(ahead_m) * 60
    clock = int(hour) * 3600 + int(minute) * 60 + int(second)
    return MailDate(midnight + clock + (ahead if sign == b"-" else -ahead), False)


@lru_cache(maxsize=4096)
def _midnight(day: bytes) -> int | None:
    """UTC seconds of a day such as "3 Mar 2025"."""
    number, name, year = day.decode("ascii").split()
    month = _month(name)
    try:
        day_number = dt.date(int(year), month or 0, int(number)).toordinal()
    except ValueError:
        return None
    return (day_number - _EPOCH) * 86_400


def _any_date(bare: str, place: ZoneInfo) -> MailDate | None:
    if match := _DAY_FIRST.match(bare):
        day, month, year, hour, minute, second, half, zone = match.groups()
    elif match := _ASCTIME.match(bare):
        month, day, hour, minute, second, half, before, year, zone = match.groups()
        zone = before.strip() or zone
    else:
        return _iso(bare, place)
    number, hours = _month(month), _hours(int(hour), half)
    if number is None or hours is None:
        return None
    clock = (_year(year), number, int(day), hours, int(minute), int(second or 0))
    return _instant(clock, zone, place)


def _hours(hour: int, half: str | None) -> int | None:
    """Hours of the day; of a clock of twelve hours where it says a.m. or p.m."""
    if not half:
        return hour
    if not 1 <= hour <= _NOON:
        return None
    return hour % _NOON + (_NOON if half.lower().startswith("p") else 0)


def _month(name: str) -> int | None:
    folded = name.casefold()
    return _MONTHS.get(folded[:5], _MONTHS.get(folded[:4], _MONTHS.get(folded[:3])))


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > _SHORT_YEAR:
        return year
    # RFC 5322, 4.3: two digits up to 49 are of this century, all others count from 1900.
    return year + (2000 if len(digits) < _SHORT_YEAR and year < _THIS_CENTURY else 1900)


def _instant(
    clock: tuple[int, int, int, int, int, int], zone: str, place: ZoneInfo
) -> MailDate | None:
    year, month, day, hour, minute, second = clock
    is_midnight = (hour, minute, second) == (24, 0, 0)
    try:
        local = dt.datetime(
            year,
            month,
            day,
            0 if is_midnight else hour,
            minute,
            _LAST_SECOND if second == _LEAP else second,
        )
        if is_midnight:
            local += dt.timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    offset, is_given = _offset(zone)
    if offset is None:
        return None
    if is_given:
        return MailDate(calendar.timegm(local.timetuple()) - 60 * offset, is_assumed=False)
    return MailDate(_on_clock(local, place), is_assumed=True)


def _offset(zone: str) -> tuple[int | None, bool]:
    """Minutes ahead of UTC and whether they are given; no minutes where they cannot be."""
    if match := _OFFSET.match(zone):
        sign, hours, minutes, alone = match.groups()
        offset = int(alone or hours) * 60 + int(minutes or 0)
        if offset > _MAX_OFFSET or int(minutes or 0) > _LAST_MINUTE:
            return None, True
        return (-offset if sign == "-" else offset), True
    if _SIGNED.match(zone):
        return None, True
    if (match := _ZONE_NAME.match(zone)) and match.group(1).lower() in _ZONES:
        return _ZONES[match.group(1).lower()], True
    return 0, False


def _iso(text: str, place: ZoneInfo) -> MailDate | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return MailDate(_on_clock(moment, place), is_assumed=True)
    return MailDate(int(moment.timestamp()), is_assumed=False)


def _on_clock(local: dt.datetime, place: ZoneInfo) -> int:
    try:
        return int(local.replace(tzinfo=place).timestamp())
    except (OverflowError, ValueError, OSError):
        return calendar.timegm(local.timetuple())
