"""The year of log lines that name none: from an option or the file's date, rising at New Year."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from ingest.logs.postfix_lines import Stamp, parse_line
from ingest.source import Source

_TAIL = 256 * 1024
_HALF_YEAR = 6
_YEARS = range(1990, 2200)


@dataclass
class Years:
    """Gives each line its year. Months run forward, but for a line that is a little late."""

    year: int
    month: int = 0

    def of(self, stamp: Stamp) -> int:
        """Return the year of a line."""
        if stamp.year:
            return stamp.year
        if self.month and stamp.month > self.month + _HALF_YEAR:
            return self.year - 1  # a line of December between those of January
        if self.month and stamp.month < self.month - _HALF_YEAR:
            self.year += 1
        self.month = stamp.month
        return self.year


def first_year(source: Source, place: ZoneInfo) -> int:
    """Return the year of the first line: the option `year`, else by the date of the file.

    The file was written when its last line was, so that the last line's day lies before it.
    """
    given = source.options.get("year", 0)
    if isinstance(given, bool) or not isinstance(given, int) or (given and given not in _YEARS):
        raise source.bad_option("year", "a year such as 2026")
    first, last = _ends(source)
    if given or first is None or last is None:
        return given or 1970
    written = dt.datetime.fromtimestamp(source.path.stat().st_mtime, place)
    latest = written + dt.timedelta(days=1)
    is_before = (last.month, last.day) <= (latest.month, latest.day)
    year = latest.year if is_before else latest.year - 1
    if (first.month, first.day) > (last.month, last.day):
        year -= 1
    source.tally.warn(
        f"{source.file}: its lines name no year (W-POSTFIX-001). The first was taken to be of "
        f"{year}, by the date of the file. If that is wrong, set year under "
        f"source[{source.number}]."
    )
    return year


def _ends(source: Source) -> tuple[Stamp | None, Stamp | None]:
    """The first and the last time that name no year."""
    with source.path.open("rb") as stream:
        start = stream.read(_TAIL)
        stream.seek(max(os.fstat(stream.fileno()).st_size - _TAIL, 0))
        end = stream.read(_TAIL)
    first, last = _stamps(start), _stamps(end)
    return (first[0], last[-1]) if first and last else (None, None)


def _stamps(text: bytes) -> list[Stamp]:
    lines = (parse_line(line) for line in text.split(b"\n") if b"postfix" in line)
    return [line.stamp for line in lines if line and line.stamp and not line.stamp.year]
