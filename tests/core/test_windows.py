"""Windows and periods: whole weeks from Monday, laid from the end. Dates checked by hand."""

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.windows import cut_periods, cut_windows, date_of, day_of, week_of

MONDAY = day_of(dt.date(2026, 1, 5))


def test_a_week_begins_on_monday() -> None:
    assert date_of(week_of(day_of(dt.date(2026, 1, 11)))) == dt.date(2026, 1, 5)
    assert week_of(MONDAY) == MONDAY


def test_odd_weeks_at_the_start_are_left_out() -> None:
    windows = cut_windows(MONDAY, MONDAY + 26 * 7, 4)
    assert len(windows) == 6
    assert windows[0].first_day == MONDAY + 2 * 7
    assert windows[-1].end_day == MONDAY + 26 * 7


def test_half_weeks_at_the_ends_are_left_out() -> None:
    windows = cut_windows(MONDAY + 1, MONDAY + 5 * 7 + 3, 4)
    assert [(w.first_day, w.end_day) for w in windows] == [(MONDAY + 7, MONDAY + 35)]


def test_six_windows_make_two_periods_named_by_their_last_window() -> None:
    periods = cut_periods(cut_windows(MONDAY, MONDAY + 24 * 7, 4), 3)
    assert [p.period_id for p in periods] == [2, 5]


def test_too_few_windows_make_one_short_period_and_none_makes_none() -> None:
    short = cut_periods(cut_windows(MONDAY, MONDAY + 8 * 7, 4), 3)
    assert [len(p.windows) for p in short] == [2]
    assert cut_periods([], 3) == []


@given(st.integers(0, 40000), st.integers(0, 1000), st.integers(1, 8))
def test_windows_touch_and_lie_inside(first: int, length: int, weeks: int) -> None:
    windows = cut_windows(first, first + length, weeks)
    for window in windows:
        assert window.first_day % 7 == 4  # 1970-01-05 was a Monday
        assert first <= window.first_day < window.end_day <= first + length
    for before, after in pairwise(windows):
        assert before.end_day == after.first_day
