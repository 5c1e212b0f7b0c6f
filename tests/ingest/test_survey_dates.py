"""Days of forms: the whole column decides, nothing is guessed, zones and times do not move it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.windows import date_of, day_of
from ingest.survey.dates import FormDates, has_short_dates, is_day_first


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["05/01/2026", "13/01/2026"], True), (["1/5/26 9:00", "1/13/26 9:00"], False),
        (["05/01/2026", "06/02/2026"], None), (["13/01/2026", "01/13/2026"], None),
        (["2026-01-13", "05/01/2026"], None), (["13.01.2026 10:00"], True), ([], None),
    ],
)  # fmt: skip
def test_the_whole_column_tells_day_and_month_apart(cells: list[str], found: bool | None) -> None:
    assert is_day_first(cells) == found


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026/01/05 9:00:02 AM GMT+1", "2026-01-05"), ("2026-01-05T23:59:59Z", "2026-01-05"),
        ("05/01/2026 09:00:02", "2026-01-05"), ("5.1.26", "2026-01-05"),
        ("1980-01-01 00:00:00", None), ("0000-00-00", None), ("31/02/2026", None),
        ("soon", None), ("", None), ("05/01/1026", None), ("99999/1/1", None),
    ],
)  # fmt: skip
def test_days_are_read_without_their_time_and_zone(cell: str, day: str | None) -> None:
    dates = FormDates(is_day_first=True, no_dates=frozenset({"1980-01-01"}))
    found = dates.day(cell)
    assert (None if found is None else date_of(found).isoformat()) == day


def test_without_evidence_short_dates_are_none_and_a_pattern_reads_them() -> None:
    assert FormDates().day("05/01/2026") is None
    declared = FormDates("%d/%m/%Y", is_day_first=True)
    assert date_of(declared.day("05/01/2026 09:00:02") or 0) == dt.date(2026, 1, 5)
    assert date_of(FormDates("%d %b %Y").day("05 Jan 2026") or 0) == dt.date(2026, 1, 5)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2068, 12, 31)), st.booleans())
def test_a_written_day_comes_back(date: dt.date, day_first: bool) -> None:
    for year in (f"{date.year}", f"{date.year % 100:02d}"):
        if len(year) == 2 and date.year < 2000:
            continue
        short = (f"{date.day}/{date.month}/{year}" if day_first
                 else f"{date.month}/{date.day}/{year}")  # fmt: skip
        assert has_short_dates([short])
        assert FormDates(is_day_first=day_first).day(short) == day_of(date)
    assert FormDates().day(date.isoformat()) == day_of(date)
