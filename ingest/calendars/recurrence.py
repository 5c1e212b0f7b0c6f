"""Repeating events: the instances of a recurrence rule (RFC 5545), lazily and within bounds.

Times are naive, on the clock of the event's zone, as the standard counts them. A hostile rule
(every second for ever, 30 February) costs a bounded number of steps and then ends.
"""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.calendars.recurrence_rule import Rule

RULE_STEPS = 50_000
_SOURCE_STEPS, _STEPS_PER_RULE = 1_000_000, 5_000
_WEEK = 7
_STEP_S = {"HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}
_LAST_YEAR = 9998


@dataclass
class Steps:
    """How many steps may still be taken for all rules of one source, and how many were cut.

    Each rule brings what an ordinary series of many years needs; the rest is shared.
    """

    left: int = _SOURCE_STEPS
    n_cut: int = 0


def instances(
    rule: Rule, start: dt.datetime, not_before: dt.datetime, steps: Steps
) -> Iterator[dt.datetime]:
    """Return the instances of a rule in order, from `start` on; UNTIL is left to the caller.

    Rules without a count begin near `not_before`, so that a series of many years costs little;
    some instances before it may still come. Ends after `RULE_STEPS` steps of a rule, or when
    `steps` are used up, and counts that as cut.
    """
    steps.left += _STEPS_PER_RULE
    left = rule.count if rule.count is not None else -1
    for found in _from(rule, start, not_before, _Meter(steps)):
        if left == 0 or found.year > _LAST_YEAR:
            return
        left -= 1
        yield found


class _SpentError(Exception):
    """A rule has used up its steps."""


@dataclass
class _Meter:
    """Takes the steps of one rule from those of its source."""

    steps: Steps
    left: int = RULE_STEPS

    def take(self, n: int) -> None:
        self.left -= n
        self.steps.left -= n
        if self.left < 0 or self.steps.left < 0:
            raise _SpentError


def _from(
    rule: Rule, start: dt.datetime, not_before: dt.datetime, meter: _Meter
) -> Iterator[dt.datetime]:
    skip_to = start if rule.count is not None else max(start, not_before)
    walk = _by_clock if rule.frequency in _STEP_S else _by_day
    try:
        for found in walk(rule, start, skip_to, meter):
            if found >= start:
                yield found
    except _SpentError:
        meter.steps.n_cut += 1
    except (OverflowError, ValueError):
        return  # behind the last year that dates can tell


def _by_day(
    rule: Rule, start: dt.datetime, skip_to: dt.datetime, meter: _Meter
) -> Iterator[dt.datetime]:
    rule = _with_defaults(rule, start)
    n_times = max(len(rule.hours), 1) * max(len(rule.minutes), 1) * max(len(rule.seconds), 1)
    meter.take(n_times)
    times = [dt.time(*parts) for parts in _clock_times(rule, start.time())]
    for days in _periods(rule, start.date(), skip_to.date()):
        meter.take(len(days))
        fitting = [day for day in days if _fits(rule, day)]
        if not rule.positions:
            for day in fitting:
                meter.take(n_times)
                yield from (dt.datetime.combine(day, time) for time in times)
        elif fitting:
            yield from _at_positions(rule.positions, fitting, times)


def _at_positions(
    positions: tuple[int, ...], days: list[dt.date], times: list[dt.time]
) -> Iterator[dt.datetime]:
    """BYSETPOS: the n-th of all instances of a period, counted from either end."""
    total = len(days) * len(times)
    places = {at - 1 if at > 0 else total + at for at in positions}
    for place in sorted(at for at in places if 0 <= at < total):
        day, time = divmod(place, len(times))
        yield dt.datetime.combine(days[day], times[time])


def _periods(rule: Rule, start: dt.date, skip_to: dt.date) -> Iterator[list[dt.date]]:
    """The days of each year, month, week or single day that the rule looks at."""
    if rule.frequency == "YEARLY":
        first = _first(start.year, skip_to.year, rule.interval)
        for year in itertools.count(first, rule.interval):
            yield _days_of_year(rule, year)
    elif rule.frequency == "MONTHLY":
        begin = start.year * 12 + start.month - 1
        first = _first(begin, skip_to.year * 12 + skip_to.month - 1, rule.interval)
        for at in itertools.count(first, rule.interval):
            yield _days_of_month(at // 12, at % 12 + 1)
    else:
        width = _WEEK if rule.frequency == "WEEKLY" else 1
        back = (start.weekday() - rule.week_start) % _WEEK if width == _WEEK else 0
        begin = start.toordinal() - back
        first = _first(begin, skip_to.toordinal() - width + 1, rule.interval * width)
        for at in itertools.count(first, rule.interval * width):
            yield [dt.date.fromordinal(at + n) for n in range(width)]


def _first(begin: int, skip_to: int, interval: int) -> int:
    return begin + max(0, (skip_to - begin) // interval) * interval


def _days_of_year(rule: Rule, year: int) -> list[dt.date]:
    months = sorted(set(rule.months)) if rule.months else range(1, 13)
    return [day for month in months for day in _days_of_month(year, month)]


def _days_of_month(year: int, month: int) -> list[dt.date]:
    return [dt.date(year, month, day + 1) for day in range(calendar.monthrange(year, month)[1])]


def _with_defaults(rule: Rule, start: dt.datetime) -> Rule:
    """A rule that names no day repeats the day of its start."""
    if rule.weeks or rule.year_days or rule.month_days or rule.days:
        return rule
    if rule.frequency == "WEEKLY":
        return replace(rule, days=((0, start.weekday()),))
    if rule.frequency == "MONTHLY":
        return replace(rule, month_days=(start.day,))
    if rule.frequency == "YEARLY":
        return replace(rule, months=rule.months or (start.month,), month_days=(start.day,))
    return rule


def _fits(rule: Rule, day: dt.date) -> bool:
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days and not _has(rule.month_days, day.day, _month_length(day)):
        return False
    if rule.year_days and not _has(rule.year_days, _year_day(day), _year_length(day.year)):
        return False
    if rule.weeks and not _has(rule.weeks, *_week_of(day, rule.week_start)):
        return False
    return not rule.days or any(_is_day(rule, day, n, wanted) for n, wanted in rule.days)


def _has(wanted: tuple[int, ...], place: int, length: int) -> bool:
    """A place counts from the front, or from the back where it is below zero."""
    return place in wanted or place - length - 1 in wanted


def _is_day(rule: Rule, day: dt.date, n: int, wanted: int) -> bool:
    if day.weekday() != wanted:
        return False
    if n == 0 or rule.frequency not in ("YEARLY", "MONTHLY"):
        return True
    in_month = rule.frequency == "MONTHLY" or bool(rule.months)
    place = day.day if in_month else _year_day(day)
    length = _month_length(day) if in_month else _year_length(day.year)
    return n == (place - 1) // _WEEK + 1 or n == -((length - place) // _WEEK + 1)


def _week_of(day: dt.date, week_start: int) -> tuple[int, int]:
    """The number of the week that holds a day, and how many weeks its year has."""
    fourth = day + dt.timedelta(days=3 - (day.weekday() - week_start) % _WEEK)
    number = (_year_day(fourth) - 1) // _WEEK + 1
    # The last week is the one that holds the fourth day of the week before 29 December.
    last = dt.date(fourth.year, 12, 31)
    last -= dt.timedelta(days=((last.weekday() - week_start) % _WEEK - 3) % _WEEK)
    length = (_year_day(last) - 1) // _WEEK + 1
    return number, length


def _by_clock(
    rule: Rule, start: dt.datetime, skip_to: dt.datetime, meter: _Meter
) -> Iterator[dt.datetime]:
    """Rules of hours, minutes and seconds: one step after the other from the start."""
    step = dt.timedelta(seconds=rule.interval * _STEP_S[rule.frequency])
    at = start + max(0, (skip_to - start) // step) * step
    while True:
        meter.take(1)
        if _fits(rule, at.date()) and _fits_clock(rule, at):
            times = _finer_times(rule, at)
            meter.take(len(times))
            day = at.date()
            if rule.positions:
                yield from _at_positions(rule.positions, [day], times)
            else:
                yield from (dt.datetime.combine(day, time) for time in times)
        at += step


def _fits_clock(rule: Rule, at: dt.datetime) -> bool:
    if rule.hours and at.hour not in rule.hours:
        return False
    if rule.frequency != "HOURLY" and rule.minutes and at.minute not in rule.minutes:
        return False
    return rule.frequency != "SECONDLY" or not rule.seconds or at.second in rule.seconds


def _finer_times(rule: Rule, at: dt.datetime) -> list[dt.time]:
    minutes = rule.minutes if rule.frequency == "HOURLY" else ()
    seconds = rule.seconds if rule.frequency != "SECONDLY" else ()
    finer = Rule(rule.frequency, hours=(), minutes=minutes, seconds=seconds)
    return [dt.time(*parts) for parts in _clock_times(finer, at.time())]


def _clock_times(rule: Rule, start: dt.time) -> Iterator[tuple[int, int, int]]:
    return itertools.product(
        sorted(set(rule.hours)) or (start.hour,),
        sorted(set(rule.minutes)) or (start.minute,),
        sorted(set(rule.seconds)) or (start.second,),
    )


def _year_day(day: dt.date) -> int:
    return day.timetuple().tm_yday


def _year_length(year: int) -> int:
    return 366 if calendar.isleap(year) else 365


def _month_length(day: dt.date) -> int:
    return calendar.monthrange(day.year, day.month)[1]
