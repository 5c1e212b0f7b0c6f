"""Dates as Google Takeout writes them, in the language of the account."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from zoneinfo import ZoneInfo

LANGUAGES = ("en", "it", "de", "fr", "es", "pt", "nl")
_MONTH_NAMES = {
    "en": "january february march april may june july august september october november december",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
    "dicembre",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro "
    "dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november "
    "december",
}
_MONTHS = {
    name: number for names in _MONTH_NAMES.values() for number, name in enumerate(names.split(), 1)
} | {"jänner": 1, "setiembre": 9}
_WEEKDAY = r"(?:[^\W\d]+(?:-feira)?,? )?"
_CLOCK = (
    r"(?:(?:at|alle ore|alle|ore|um|à|a las|a la|às|as|om) )?"
    r"(\d{1,2})[:.](\d{2})[:.](\d{2})(?: ?([ap])\.? ?m\.?)?(?: uhr)?"
    r"(?: ?\(?(utc|gmt|z)?(?:([+-]\d{1,2})(?::?(\d{2}))?)?\)?)?"
)
_DAY_FIRST = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:\.|er|o)? (?:de )?([^\W\d]+) (?:de |del )?(\d{{4}}),? {_CLOCK}"
)
_MONTH_FIRST = re.compile(rf"{_WEEKDAY}([^\W\d]+) (\d{{1,2}}), (\d{{4}}),? {_CLOCK}")
_LONGEST = 100
_NOON = 12


def seconds_of(text: str, zone: ZoneInfo, assumed: Callable[[], None]) -> int | None:
    """Return the UTC second of a date in one of `LANGUAGES`; None where it is no date.

    A date that names no zone is taken on the clock of `zone`, and `assumed` is called.
    """
    if len(text) > _LONGEST:
        return None
    # NFKC turns the narrow no-break space before AM and PM into a plain one.
    plain = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    if found := _DAY_FIRST.fullmatch(plain):
        day, month, *rest = found.groups()
    elif found := _MONTH_FIRST.fullmatch(plain):
        month, day, *rest = found.groups()
    else:
        return None
    year, hour, minute, second, half, name, shift, shift_minutes = rest
    if month not in _MONTHS:
        return None
    place: dt.tzinfo = zone
    if name or shift:
        place = _offset(shift, shift_minutes)
    else:
        assumed()
    clock = (_hour(int(hour), half), int(minute), int(second))
    try:
        moment = dt.datetime(int(year), _MONTHS[month], int(day), *clock, tzinfo=place)
        return int(moment.timestamp())
    except (ValueError, OverflowError):
        return None


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= _NOON:
        return -1  # no such hour: no date comes of it
    return hour % _NOON + (_NOON if half == "p" else 0)


def _offset(hours: str | None, minutes: str | None) -> dt.timezone:
    if hours is None:
        return dt.UTC
    sign = -1 if hours.startswith("-") else 1
    hour = min(abs(int(hours)), 23)
    return dt.timezone(sign * dt.timedelta(hours=hour, minutes=min(int(minutes or 0), 59)))
