"""Recurrence rules of calendars (RFC 5545): the text taken apart, every number in bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BY_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_LONGEST_LIST = 400
_LONGEST_NUMBER = 9
_PARTS = {
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYHOUR": (0, 23),
    "BYMINUTE": (0, 59),
    "BYSECOND": (0, 59),
    "BYSETPOS": (-366, 366),
}


@dataclass(frozen=True)
class Rule:
    """A recurrence rule: its frequency, step, count, and the numbers of its BY parts.

    `until` stays text: it means an instant or a local time, which the caller knows.
    """

    frequency: str
    interval: int = 1
    count: int | None = None
    until: str = ""
    week_start: int = 0
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    days: tuple[tuple[int, int], ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()


def parse_rule(text: str) -> Rule:
    """Return the rule that an RRULE value states; raises `ValueError` where it states none."""
    parts: dict[str, str] = {}
    for piece in text.strip().strip(";").upper().split(";"):
        name, equals, value = piece.partition("=")
        if not equals or name in parts:
            raise ValueError("a part of the rule has no value or stands twice")
        parts[name.strip()] = value.strip()
    frequency = parts.get("FREQ", "")
    if frequency not in _FREQUENCIES:
        raise ValueError("the rule has no known frequency")
    by = {name: _numbers(parts.get(name, ""), *_PARTS[name]) for name in _PARTS}
    if parts.get("WKST", "MO") not in _DAYS:
        raise ValueError("the week starts on no day")
    return Rule(
        frequency=frequency,
        interval=_number(parts.get("INTERVAL", "1")),
        count=_number(parts["COUNT"]) if "COUNT" in parts else None,
        until=parts.get("UNTIL", ""),
        week_start=_DAYS.index(parts.get("WKST", "MO")),
        months=by["BYMONTH"],
        month_days=by["BYMONTHDAY"],
        year_days=by["BYYEARDAY"],
        weeks=by["BYWEEKNO"],
        days=_week_days(parts.get("BYDAY", "")),
        hours=by["BYHOUR"],
        minutes=by["BYMINUTE"],
        seconds=by["BYSECOND"],
        positions=by["BYSETPOS"],
    )


def _number(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    if not is_number or int(text) == 0:
        raise ValueError("a number of the rule is none")
    return int(text)


def _numbers(text: str, low: int, high: int) -> tuple[int, ...]:
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    if len(pieces) > _LONGEST_LIST:
        raise ValueError("a list of the rule is too long")
    found = []
    for piece in pieces:
        digits = piece[1:] if piece[:1] in "+-" else piece
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER):
            raise ValueError("a number of the rule is none")
        if not low <= int(piece) <= high or (low < 0 and int(piece) == 0):
            raise ValueError("a number of the rule is out of its range")
        found.append(int(piece))
    return tuple(found)


def _week_days(text: str) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for piece in [part.strip() for part in text.split(",") if part.strip()]:
        match = _BY_DAY.fullmatch(piece)
        if match is None or len(found) >= _LONGEST_LIST:
            raise ValueError("a day of the rule is none")
        found.append((int(match.group(1) or 0), _DAYS.index(match.group(2))))
    return tuple(found)
