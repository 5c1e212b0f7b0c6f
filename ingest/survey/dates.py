"""Days of survey forms: how a file writes them is decided by all its dates together."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.windows import day_of
from ingest.tables.parsing import is_no_date

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_SHORT = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
_MONTHS = 12
_CENTURY = 2000
_SHORT_YEAR = 100
_YEARS = range(1990, 2201)


@dataclass(frozen=True)
class FormDates:
    """Reads the days of one file; `is_day_first` None: nothing tells, and such dates are none."""

    pattern: str = ""
    is_day_first: bool | None = None
    no_dates: frozenset[str] = frozenset()

    def day(self, cell: str) -> int | None:
        """Return a day since 1970; None where the cell holds none or cannot be understood."""
        text = cell.strip()
        if is_no_date(text) or text[:10] in self.no_dates:
            return None
        if self.pattern and (found := _by_pattern(text, self.pattern)) is not None:
            return found
        if (match := _ISO.match(text)) is not None:
            return _day(*(int(part) for part in match.groups()))
        match = _SHORT.match(text)
        if match is None or self.is_day_first is None:
            return None
        first, second, year = (int(part) for part in match.groups())
        year += _CENTURY if year < _SHORT_YEAR else 0
        day, month = (first, second) if self.is_day_first else (second, first)
        return _day(year, month, day)


def is_day_first(cells: Iterable[str]) -> bool | None:
    """Return how dates such as 05/01/2026 are written; None where they fit both or neither way."""
    day_first = month_first = False
    for cell in cells:
        match = _SHORT.match(cell.strip())
        if match is not None and _ISO.match(cell.strip()) is None:
            day_first |= int(match.group(1)) > _MONTHS
            month_first |= int(match.group(2)) > _MONTHS
    return day_first if day_first != month_first else None


def has_short_dates(cells: Iterable[str]) -> bool:
    """Return whether any date of a file needs to know if the day or the month comes first."""
    return any(_SHORT.match(cell.strip()) and not _ISO.match(cell.strip()) for cell in cells)


def _by_pattern(text: str, pattern: str) -> int | None:
    # A pattern of the day alone also reads a cell with a time behind it.
    for given in (text, text.partition(" ")[0], text.partition("T")[0]):
        try:
            date = dt.datetime.strptime(given, pattern).date()
        except ValueError:
            continue
        return day_of(date) if date.year in _YEARS else None
    return None


def _day(year: int, month: int, day: int) -> int | None:
    try:
        date = dt.date(year, month, day)
    except ValueError:
        return None
    return day_of(date) if date.year in _YEARS else None
