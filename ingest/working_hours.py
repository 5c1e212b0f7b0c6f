"""Working clocks: scheduled seconds so far, and whether an instant lies off hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError
from core.windows import day_of
from ingest.day_tables import OffsetTable, Seconds, ShiftTable

DAY_S = 86_400
FIRST_DAY = day_of(dt.date(1985, 1, 1))
END_DAY = day_of(dt.date(2060, 1, 1))
EVERYWHERE = ""
STEP_DAYS = 5  # no zone changes its clock twice within so few days


@dataclass(frozen=True)
class WorkCalendar:
    """When people are scheduled to work: hours on the local clock, weekdays, holidays by site.

    `days` counts Monday as 0. Holidays under the empty site name hold everywhere.
    """

    time_zone: str = "UTC"
    start_hour: float = 9.0
    end_hour: float = 17.0
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    holidays: Mapping[str, tuple[dt.date, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse hours that are no working day and time zones that do not exist."""
        if not 0 <= self.start_hour < self.end_hour <= DAY_S // 3600:
            raise ConfigError(
                f"Working hours from {self.start_hour:g} to {self.end_hour:g} are no day.",
                code="E-CLOCK-001",
                hint="Give hours between 0 and 24, the start before the end.",
            )
        zone(self.time_zone)


@dataclass(frozen=True)
class Clock:
    """One time zone with one schedule; all instants are UTC seconds since 1970."""

    time_zone: str
    calendar: WorkCalendar
    site: str = EVERYWHERE

    def offsets(self, instants: Seconds) -> Seconds:
        """Return the seconds by which the local clock is ahead of UTC at each instant."""
        return offset_table(self.time_zone).of(instants)

    def local(self, instants: Seconds) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
        """Return the local day, as days since 1970, and the local hour, 0 to 23, of each instant.

        One call costs what either of the two costs alone.
        """
        return offset_table(self.time_zone).local(instants)

    def local_day(self, instants: Seconds) -> NDArray[np.int32]:
        """Return the local day of each instant, as days since 1970."""
        return self.local(instants)[0]

    def local_hour(self, instants: Seconds) -> NDArray[np.int8]:
        """Return the local hour, 0 to 23, of each instant."""
        return self.local(instants)[1]

    def to_utc(self, local: Seconds) -> Seconds:
        """Return the UTC instant of local clock readings; an hour that occurs twice is its first.

        A reading that a clock change skips is taken as if the change had not yet come.
        """
        before, after = self.offsets(local - DAY_S), self.offsets(local + DAY_S)
        early, late = local - before, local - after
        is_early = self.offsets(early) == before
        is_late = self.offsets(late) == after
        return np.where(is_early | ~is_late, early, late)

    def work(self, instants: Seconds) -> tuple[Seconds, NDArray[np.bool_]]:
        """Return the scheduled seconds so far, and whether each instant lies off hours.

        One call costs what either of the two costs alone.
        """
        return self.shifts.work(instants)

    def work_seconds(self, instants: Seconds) -> Seconds:
        """Return the scheduled seconds that have passed at each instant, from 1985 on.

        The clock stands still outside the shifts, so the working time between two instants is a
        subtraction. It never runs backwards, not even when the local clock is set back.
        """
        return self.work(instants)[0]

    def is_off_hours(self, instants: Seconds) -> NDArray[np.bool_]:
        """Return whether each instant lies outside the shifts."""
        return self.work(instants)[1]

    @cached_property
    def shifts(self) -> ShiftTable:
        """Return when this clock runs."""
        days = np.arange(FIRST_DAY, END_DAY, dtype=np.int64)
        holidays = {
            day_of(date)
            for site in {EVERYWHERE, self.site}
            for date in self.calendar.holidays.get(site, ())
        }
        works = np.isin((days + 3) % 7, self.calendar.days)
        works &= ~np.isin(days, np.array(sorted(holidays), dtype=np.int64))
        midnights = days[works] * DAY_S
        if midnights.size == 0:
            never = np.array([END_DAY * DAY_S], dtype=np.int64)
            return ShiftTable(never, never, np.zeros(1, dtype=np.int64))
        starts = self.to_utc(midnights + round(self.calendar.start_hour * 3600))
        ends = self.to_utc(midnights + round(self.calendar.end_hour * 3600))
        so_far = np.concatenate([[0], np.cumsum(ends - starts)[:-1]])
        return ShiftTable(starts, ends, so_far)


@lru_cache(maxsize=512)
def offset_table(name: str) -> OffsetTable:
    """Return by how much the clock of a time zone is ahead of UTC, and from when on."""
    place = zone(name)
    at, offset = [np.iinfo(np.int64).min], [_offset(place, FIRST_DAY * DAY_S)]
    for day in range(FIRST_DAY, END_DAY, STEP_DAYS):
        low, high = day * DAY_S, (day + STEP_DAYS) * DAY_S
        after = _offset(place, high)
        if after != offset[-1]:
            at.append(_first_change(place, low, high))
            offset.append(after)
    return OffsetTable(np.array(at, dtype=np.int64), np.array(offset, dtype=np.int64))


def zone(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name, or raise `ConfigError` that names it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(
            f"There is no time zone {name!r}.",
            code="E-CLOCK-002",
            hint='Give an IANA name such as "Europe/Rome".',
        ) from error


def is_zone(name: str) -> bool:
    """Return whether a text is the name of a time zone."""
    try:
        zone(name)
    except ConfigError:
        return False
    return True


def _offset(place: ZoneInfo, instant: int) -> int:
    moment = dt.datetime.fromtimestamp(instant, tz=place)
    return int(moment.utcoffset().total_seconds())  # type: ignore[union-attr]


def _first_change(place: ZoneInfo, low: int, high: int) -> int:
    before = _offset(place, low)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(place, middle) == before:
            low = middle
        else:
            high = middle
    return high
