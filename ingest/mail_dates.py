"""Dates of mail as the world writes them, to UTC seconds; None where there is no date."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

_MONTHS = {
    # English, then the spellings of other languages that differ in their first three letters
    # or in a fourth that matters.
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
    "gen": 1,
    "mag": 5,
    "giu": 6,
    "lug": 7,
    "ago": 8,
    "set": 9,
    "ott": 10,
    "dic": 12,
    "mär": 3,
    "maerz": 3,
    "mrz": 3,
    "mai": 5,
    "okt": 10,
    "dez": 12,
    "janv": 1,
    "fév": 2,
    "fev": 2,
    "avr": 4,
    "juin": 6,
    "juil": 7,
    "aoû": 8,
    "aou": 8,
    "déc": 12,
    "ene": 1,
    "abr": 4,
    "out": 10,
    "maa": 3,
    "mrt": 3,
    "mei": 5,
}
_ZONES = {
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "wet": 0,
    "bst": 60,
    "cet": 60,
    "met": 60,
    "west": 60,
    "cest": 120,
    "mest": 120,
    "mesz": 120,
    "eet": 120,
    "eest": 180,
    "msk": 180,
    "ist": 330,
    "jst": 540,
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
}
_CLOCK = r"(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,]\d{1,9})?)?"
_DAY_FIRST = re.compile(
    rf"(?:[^\W\d]+\.?,?\s*)?(\d{{1,2}})(?:\.|\s+de)?[\s-]+([^\W\d]+)\.?,?(?:\s+de)?[\s-]+"
    rf"(\d{{2,5}}),?\s+{_CLOCK}\s*(.*)",
    re.DOTALL,
)
_ASCTIME = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?([^\W\d]+)\.?\s+(\d{{1,2}}),?\s+{_CLOCK}\s+"
    rf"((?:[A-Za-z]{{1,5}}\s+|[+-]\d{{4}}\s+)?)(\d{{4}})\b\s*(.*)",
    re.DOTALL,
)
_OFFSET = re.compile(r"(?:GMT|UTC)?\s*([+-])(\d{1,2}):?(\d{2})\b", re.IGNORECASE)
_ZONE_NAME = re.compile(r"([A-Za-z]{1,5})\b")
_MAX_OFFSET = 14 * 60
_LONGEST = 200
_SHORT_YEAR, _THIS_CENTURY = 3, 50
_LEAP, _LAST_SECOND, _LAST_MINUTE = 60, 59, 59


@dataclass(frozen=True)
class MailDate:
    """An instant, and whether its time zone was not given."""

    instant: int
    is_assumed: bool


def parse_mail_date(text: str, place: ZoneInfo) -> MailDate | None:
    """Return the instant of a date header.

    A second of 60 is 59, 24:00 is the next day, month names of seven languages are known, ISO
    8601 too. Without a zone the clock of `place` is taken.
    """
    bare = " ".join(text.replace("\x00", " ").split())[:_LONGEST]
    if match := _DAY_FIRST.match(bare):
        day, month, year, hour, minute, second, zone = match.groups()
    elif match := _ASCTIME.match(bare):
        month, day, hour, minute, second, before, year, zone = match.groups()
        zone = before.strip() or zone
    else:
        return _iso(bare, place)
    number = _month(month)
    if number is None:
        return None
    clock = (_year(year), number, int(day), int(hour), int(minute), int(second or 0))
    return _instant(clock, zone, place)


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
        sign, hours, minutes = match.groups()
        offset = int(hours) * 60 + int(minutes)
        if offset > _MAX_OFFSET or int(minutes) > _LAST_MINUTE:
            return None, True
        return (-offset if sign == "-" else offset), True
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
