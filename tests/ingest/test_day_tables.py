"""Clocks by tables: what a search through all changes and shifts finds, for every instant."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.day_tables import BLOCK, ShiftTable
from ingest.working_hours import DAY_S, Clock, WorkCalendar, offset_table

Ints = NDArray[np.int64]
ZONES = (
    "UTC",
    "Europe/Rome",
    "America/St_Johns",  # changes a minute past midnight, half an hour off UTC
    "Australia/Lord_Howe",  # changes by half an hour
    "Asia/Kathmandu",
    "Pacific/Apia",  # leaves out 30 December 2011
    "Africa/Casablanca",  # changes four times a year
)
EVERY_DAY = tuple(range(7))
HOLIDAYS = {"": (dt.date(2025, 12, 25), dt.date(2011, 12, 29)), "Turin": (dt.date(2025, 6, 24),)}
HOURS = [
    (9, 17, (0, 1, 2, 3, 4)),
    (0, 24, EVERY_DAY),
    (0, 24, (0, 2, 4)),
    (1, 23.5, EVERY_DAY),
    (22, 24, (4, 5)),
    (2.5, 3, EVERY_DAY),  # in the hour that clocks leave out
    (9, 17, ()),
]


def clocks() -> list[Clock]:
    """Return a clock for each time zone and hours."""
    return [
        Clock(zone, WorkCalendar(zone, start, end, days, HOLIDAYS), "Turin")
        for zone in ZONES
        for start, end, days in HOURS
    ]


def searched_offsets(clock: Clock, instants: Ints) -> Ints:
    """Return the offsets as a search among the changes finds them: the oracle."""
    table = offset_table(clock.time_zone)
    found: Ints = table.offset[np.searchsorted(table.at, instants, side="right") - 1]
    return found


def searched_work(table: ShiftTable, instants: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Return what a search among the shifts finds: the oracle."""
    starts, ends = table.starts, table.ends
    shift = np.clip(np.searchsorted(starts, instants, side="right") - 1, 0, None)
    inside = np.clip(instants - starts[shift], 0, ends[shift] - starts[shift])
    is_off = (instants < starts[shift]) | (instants >= ends[shift])
    return table.so_far[shift] + inside, is_off


def assert_equal(clock: Clock, instants: Ints) -> None:
    """Compare everything a clock says with the oracles."""
    offsets = searched_offsets(clock, instants)
    local = instants + offsets
    days, hours = clock.local(instants)
    passed, is_off = clock.work(instants)
    expected, expected_off = searched_work(clock.shifts, instants)
    np.testing.assert_array_equal(clock.offsets(instants), offsets)
    np.testing.assert_array_equal(days, local // DAY_S)
    np.testing.assert_array_equal(hours, local % DAY_S // 3600)
    np.testing.assert_array_equal(passed, expected)
    np.testing.assert_array_equal(is_off, expected_off)
    kinds = [str(found.dtype) for found in (days, hours, passed, is_off)]
    assert kinds == ["int32", "int8", "int64", "bool"]


@pytest.mark.parametrize("clock", clocks(), ids=lambda c: f"{c.time_zone}-{c.calendar.end_hour}")
def test_every_boundary_and_any_instant_are_what_a_search_finds(clock: Clock) -> None:
    shifts = clock.shifts
    edges = np.concatenate([shifts.starts, shifts.ends, offset_table(clock.time_zone).at[1:]])
    midnights = np.arange(-400, 40_000) * DAY_S
    sharp = np.concatenate([edges, midnights])
    near = np.concatenate([sharp - 1, sharp, sharp + 1])
    rng = np.random.default_rng(5)
    anywhere = rng.integers(-(10**10), 10**10, 5_000)
    assert_equal(clock, rng.permutation(np.concatenate([near, anywhere])))


@given(
    clock=st.sampled_from(clocks()),
    instants=st.lists(st.integers(-(2**40), 2**40), max_size=30),
)
@settings(max_examples=100, deadline=None)
def test_any_list_of_instants_is_what_a_search_finds(clock: Clock, instants: list[int]) -> None:
    assert_equal(clock, np.array(instants, dtype=np.int64))


@pytest.mark.parametrize("n", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK])
def test_blocks_leave_no_instant_out(n: int) -> None:
    clock = Clock("Europe/Rome", WorkCalendar("Europe/Rome"))
    assert_equal(clock, np.arange(n, dtype=np.int64) * 977 + 1_700_000_000)


@given(
    gaps=st.lists(st.integers(0, 100_000), min_size=1, max_size=12),
    lengths=st.lists(st.integers(-5_000, 120_000), min_size=12, max_size=12),
)
@settings(max_examples=200, deadline=None)
def test_shifts_that_touch_overlap_or_end_before_they_start_are_kept_as_they_are(
    gaps: list[int], lengths: list[int]
) -> None:
    starts = np.cumsum(np.array(gaps, dtype=np.int64))
    ends = starts + np.array(lengths[: len(gaps)], dtype=np.int64)
    so_far = np.concatenate([[0], np.cumsum(ends - starts)[:-1]])
    table = ShiftTable(starts, ends, so_far)
    edges = np.concatenate([starts, ends, ends + DAY_S, np.arange(-3, 20) * DAY_S])
    instants = np.concatenate([edges - 1, edges, edges + 1, np.arange(-200, 1_600) * 997])
    passed, is_off = table.work(instants)
    expected, expected_off = searched_work(table, instants)
    np.testing.assert_array_equal(passed, expected)
    np.testing.assert_array_equal(is_off, expected_off)
