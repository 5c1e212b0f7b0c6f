"""Working clocks: hours by hand, and against a clock that counts every minute."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ConfigError
from ingest.working_hours import Clock, WorkCalendar

ROME = WorkCalendar("Europe/Rome")
H = 3600
ZONES = ("Europe/Rome", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")


def at(text: str, zone: str = "Europe/Rome") -> int:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def between(clock: Clock, first: str, last: str) -> int:
    work = clock.work_seconds(np.array([at(first), at(last)]))
    return int(work[1] - work[0])


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [
        # by hand, nine to five on weekdays; 2025-03-03 is a Monday
        ("2025-03-03T09:00", "2025-03-03T12:00", 3),
        ("2025-03-03T16:00", "2025-03-04T10:00", 2),
        ("2025-03-07T16:00", "2025-03-10T10:00", 2),  # over a weekend
        ("2025-03-08T10:00", "2025-03-09T22:00", 0),  # inside one
        ("2025-03-03T03:00", "2025-03-03T23:00", 8),
        ("2025-03-28T16:00", "2025-03-31T10:00", 2),  # the clock goes forward in between
        ("2025-10-24T16:00", "2025-10-27T10:00", 2),  # and back
        ("2025-12-24T16:00", "2025-12-26T10:00", 2),  # the 25th is a holiday below
    ],
)
def test_working_time_between_two_instants(first: str, last: str, hours: int) -> None:
    calendar = WorkCalendar("Europe/Rome", holidays={"": (dt.date(2025, 12, 25),)})
    assert between(Clock("Europe/Rome", calendar), first, last) == hours * H


def test_a_holiday_of_one_site_stops_the_clock_there_alone() -> None:
    calendar = WorkCalendar("Europe/Rome", holidays={"Rome": (dt.date(2025, 6, 30),)})
    span = ("2025-06-30T09:00", "2025-06-30T17:00")
    assert between(Clock("Europe/Rome", calendar, "Rome"), *span) == 0
    assert between(Clock("Europe/Rome", calendar, "Turin"), *span) == 8 * H


def test_off_hours_begin_with_the_second_in_which_work_ends() -> None:
    instants = np.array([at("2025-03-03T08:59:59"), at("2025-03-03T09:00:00"),
                         at("2025-03-03T16:59:59"), at("2025-03-03T17:00:00")])  # fmt: skip
    off = Clock("Europe/Rome", ROME).is_off_hours(instants)
    assert off.tolist() == [True, False, False, True]


def test_a_calendar_without_working_days_never_runs() -> None:
    clock = Clock("UTC", WorkCalendar(days=()))
    now = np.array([at("2025-03-03T12:00", "UTC")])
    assert clock.is_off_hours(now).all()
    assert clock.work_seconds(now).tolist() == [0]


@given(
    zone=st.sampled_from(ZONES),
    instants=st.lists(st.integers(700_000_000, 1_900_000_000), min_size=1, max_size=20),
)
@settings(max_examples=50, deadline=None)
def test_local_day_and_hour_equal_those_of_the_time_zone_database(
    zone: str, instants: list[int]
) -> None:
    clock = Clock(zone, ROME)
    given_ = np.array(instants)
    local = [dt.datetime.fromtimestamp(s, tz=ZoneInfo(zone)) for s in instants]
    days = [(moment.date() - dt.date(1970, 1, 1)).days for moment in local]
    assert clock.local_day(given_).tolist() == days
    assert clock.local_hour(given_).tolist() == [moment.hour for moment in local]


@given(
    zone=st.sampled_from(ZONES),
    start=st.integers(0, 23),
    length=st.integers(1, 24),
    first=st.integers(1_600_000_000, 1_700_000_000),
    minutes=st.integers(0, 1440),
)
@settings(max_examples=20, deadline=None)
def test_working_time_equals_counting_every_minute(
    zone: str, start: int, length: int, first: int, minutes: int
) -> None:
    end = min(start + length, 24)
    clock = Clock(zone, WorkCalendar(zone, start, end))
    whole = first - first % 60
    work = clock.work_seconds(np.array([whole, whole + 60 * minutes]))
    # oracle: every minute asked of the time zone database, one by one
    counted = 0
    for n in range(minutes):
        moment = dt.datetime.fromtimestamp(whole + 60 * n, tz=ZoneInfo(zone))
        counted += moment.weekday() < 5 and start <= moment.hour < end
    assert int(work[1] - work[0]) == 60 * counted


@given(st.lists(st.integers(700_000_000, 1_900_000_000), min_size=2, max_size=50))
@settings(max_examples=50, deadline=None)
def test_the_working_clock_never_runs_backwards(instants: list[int]) -> None:
    # a night shift over the hour that occurs twice in autumn
    clock = Clock("Europe/Rome", WorkCalendar("Europe/Rome", 0, 24, tuple(range(7))))
    assert (np.diff(clock.work_seconds(np.sort(np.array(instants)))) >= 0).all()


def test_a_reading_that_a_clock_change_skips_or_repeats_has_one_instant() -> None:
    clock = Clock("Europe/Rome", ROME)
    midnight = np.array([dt.date(2025, 3, 30), dt.date(2025, 10, 26)], dtype="datetime64[s]")
    local = midnight.astype(np.int64) + 2 * H + 1800
    # 02:30 does not exist on the first day and occurs twice on the second
    assert clock.to_utc(local).tolist() == [
        at("2025-03-30T03:30"), int(dt.datetime(2025, 10, 26, 0, 30, tzinfo=dt.UTC).timestamp())
    ]  # fmt: skip


@pytest.mark.parametrize(
    "arguments", [("Europe/Nowhere",), ("UTC", 17, 9), ("UTC", 9, 9), ("UTC", -1, 5)]
)
def test_a_calendar_that_cannot_be_is_refused(arguments: tuple[str, float, float]) -> None:
    with pytest.raises(ConfigError, match="E-CLOCK"):
        WorkCalendar(*arguments)
