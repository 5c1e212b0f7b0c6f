"""Times in the notation of a country; the whole column decides whether day or month is first."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from ingest.tables.parsing import TimeParser

_CLOCK = (
    r"(?P<h>\d{1,2})[:.](?P<mi>\d{2})(?:[:.](?P<s>\d{2}))?(?:[.,]\d{1,9})?"
    r"(?: ?(?P<half>[AP])\.? ?M\.?)?(?: ?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d))?"
)
_YEAR_FIRST = re.compile(
    rf"(?P<y>\d{{4}})[-/.](?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}})(?:[T, ] ?{_CLOCK})?", re.IGNORECASE
)
_YEAR_LAST = re.compile(
    rf"(?P<a>\d{{1,2}})(?P<mark>[-/.])(?P<b>\d{{1,2}})(?P=mark)(?P<y>\d{{4}})(?:[T, ] ?{_CLOCK})?",
    re.IGNORECASE,
)
_LONGEST = 60
_MONTHS, _NOON = 12, 12
_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass
class DateOrder:
    """Whether the day or the month stands first in a column, as far as its cells tell.

    Years in front and dates between dots (the day first in every notation that has them) leave
    nothing open.
    """

    highest_first: int = 0
    highest_second: int = 0
    example: str = ""
    example_line: int = 0

    def note(self, cell: str, line: int = 0) -> None:
        """Note one cell of the column."""
        match = _YEAR_LAST.fullmatch(_bare(cell))
        if match is None or match["mark"] == ".":
            return
        first, second = int(match["a"]), int(match["b"])
        if min(first, second) > _MONTHS:
            return  # no date either way
        self.highest_first = max(self.highest_first, first)
        self.highest_second = max(self.highest_second, second)
        if not self.example:
            self.example, self.example_line = _bare(cell).partition(" ")[0], line

    @property
    def is_open(self) -> bool:
        """Return whether each cell can be read both ways."""
        return bool(self.example) and max(self.highest_first, self.highest_second) <= _MONTHS

    @property
    def is_mixed(self) -> bool:
        """Return whether some cells can be read one way only, and some the other way only."""
        return min(self.highest_first, self.highest_second) > _MONTHS

    @property
    def month_first(self) -> bool:
        """Return whether the month stands before the day."""
        return self.highest_second > _MONTHS

    def readings(self) -> tuple[str, str]:
        """Return what an open example would be with the day first, and with the month first."""
        first, second = (int(part) for part in re.split(r"[-/.]", self.example)[:2])
        return f"{first} {_NAMES[second - 1]}", f"{_NAMES[first - 1]} {second}"


def utc_parser(order: DateOrder) -> TimeParser:
    """Return the function that turns a cell into UTC seconds, or None where it is no time.

    Cells that name no zone are UTC, as the formats that use this state.
    """
    month_first = order.month_first

    def parse(cell: str) -> int | None:
        bare = _bare(cell)
        match = _YEAR_FIRST.fullmatch(bare)
        if match is not None:
            return _instant(match, int(match["a"]), int(match["b"]))
        match = _YEAR_LAST.fullmatch(bare)
        if match is None:
            return None
        first, second = int(match["a"]), int(match["b"])
        if match["mark"] != "." and month_first:
            return _instant(match, first, second)
        return _instant(match, second, first)

    return parse


def _bare(cell: str) -> str:
    # Newer runtimes put a narrow no-break space before AM and PM.
    return " ".join(cell[:_LONGEST].split())


def _instant(match: re.Match[str], month: int, day: int) -> int | None:
    hour = int(match["h"] or 0)
    half = (match["half"] or "").upper()
    if half:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half == "P" else 0)
    try:
        moment = dt.datetime(
            int(match["y"]), month, day, hour, int(match["mi"] or 0), int(match["s"] or 0)
        )
    except ValueError:
        return None
    return calendar.timegm(moment.timetuple()) - _offset(match["zone"] or "")


def _offset(zone: str) -> int:
    if zone[:1] not in {"+", "-"}:
        return 0
    digits = zone[1:].replace(":", "")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if zone[0] == "-" else seconds
