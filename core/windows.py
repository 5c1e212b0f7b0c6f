"""Weeks, windows and periods: how the time of an audit is cut."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

_EPOCH = dt.date(1970, 1, 1)


def day_of(date: dt.date) -> int:
    """Return days since 1970-01-01."""
    return (date - _EPOCH).days


def date_of(day: int) -> dt.date:
    """Return the date of a day number."""
    return _EPOCH + dt.timedelta(days=int(day))


def week_of(day: int) -> int:
    """Return the Monday, as a day number, of the week that holds `day`."""
    return day - (day + 3) % 7


@dataclass(frozen=True)
class Window:
    """Whole weeks seen together; `end_day` is exclusive."""

    window_id: int
    first_day: int
    end_day: int


@dataclass(frozen=True)
class Period:
    """The windows that one set of verdicts pools; named by the id of its last window."""

    windows: tuple[Window, ...]

    @property
    def period_id(self) -> int:
        """Return the id of the last window, which names the period in every table."""
        return self.windows[-1].window_id

    @property
    def first_day(self) -> int:
        """Return the first day of the first window."""
        return self.windows[0].first_day

    @property
    def end_day(self) -> int:
        """Return the day after the last window."""
        return self.windows[-1].end_day


def cut_windows(first_day: int, end_day: int, weeks: int) -> list[Window]:
    """Return the complete windows of `weeks` weeks inside [first_day, end_day), oldest first.

    Windows are unions of whole weeks that begin on Monday and are laid from the end backwards,
    so that the most recent weeks are always used; odd weeks at the start are left out.
    """
    first_week = week_of(first_day + 6)
    last = week_of(end_day)
    length = 7 * weeks
    count = max(0, (last - first_week) // length)
    start = last - count * length
    return [Window(i, start + i * length, start + (i + 1) * length) for i in range(count)]


def cut_periods(windows: list[Window], per_period: int) -> list[Period]:
    """Return non-overlapping periods of `per_period` windows, oldest first, laid from the end.

    With fewer windows than one period needs, all windows form one short period; with none the
    list is empty.
    """
    if not windows:
        return []
    count = len(windows) // per_period
    if count == 0:
        return [Period(tuple(windows))]
    start = len(windows) - count * per_period
    return [
        Period(tuple(windows[start + i * per_period : start + (i + 1) * per_period]))
        for i in range(count)
    ]
