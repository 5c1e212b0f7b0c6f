"""Working hours as arithmetic on arrays: the clock by which the made-up people answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]

DAY = 86_400
START, LENGTH = 9 * 3_600, 8 * 3_600
"""Work begins at nine and lasts eight hours, Monday to Friday."""
_FIRST_MONDAY = 4
_WORKDAYS = 5
FRIDAY = 4


@dataclass(frozen=True)
class ZoneClock:
    """Offsets from UTC per zone and day, so that local time is a table look-up."""

    first_day: int
    offset_s: IntArray
    """(zones, days)"""

    def local(self, utc_s: IntArray, zone: IntArray) -> IntArray:
        """Seconds since 1970 as the clock on the wall of the zone shows them."""
        return utc_s + self._offset(utc_s, zone)

    def utc(self, local_s: IntArray, zone: IntArray) -> IntArray:
        """Turn wall-clock seconds back; the hour of a clock change may be off by one hour."""
        return local_s - self._offset(local_s, zone)

    def _offset(self, seconds: IntArray, zone: IntArray) -> IntArray:
        day = np.clip(seconds // DAY - self.first_day, 0, self.offset_s.shape[1] - 1)
        return self.offset_s[zone, day]


def zone_clock(zones: Sequence[str], first_day: int, n_days: int) -> ZoneClock:
    """Offsets of every zone at noon of every day of the period and a month beyond."""
    noon = dt.datetime(1970, 1, 1, 12, tzinfo=dt.UTC) + dt.timedelta(days=first_day - 1)
    days = [noon + dt.timedelta(days=i) for i in range(n_days + 32)]
    rows = []
    for name in zones:
        zone = ZoneInfo(name)
        offsets = (day.astimezone(zone).utcoffset() or dt.timedelta(0) for day in days)
        rows.append([int(offset.total_seconds()) for offset in offsets])
    return ZoneClock(first_day - 1, np.array(rows, dtype=np.int64))


def worked(local_s: IntArray) -> IntArray:
    """Working seconds from the first Monday of 1970 to a wall-clock instant."""
    day = local_s // DAY - _FIRST_MONDAY
    weekday = day % 7
    whole = (day // 7) * _WORKDAYS + np.minimum(weekday, _WORKDAYS)
    today = np.clip(local_s % DAY - START, 0, LENGTH)
    return whole * LENGTH + np.where(weekday < _WORKDAYS, today, 0)


def when_worked(work_s: IntArray) -> IntArray:
    """Wall-clock instant at which that many working seconds have passed."""
    whole, today = work_s // LENGTH, work_s % LENGTH
    day = (whole // _WORKDAYS) * 7 + whole % _WORKDAYS + _FIRST_MONDAY
    return day * DAY + START + today


def weekday(local_s: IntArray) -> IntArray:
    """0 for Monday to 6 for Sunday."""
    return (local_s // DAY - _FIRST_MONDAY) % 7
