"""Dates, numbers and ids as exports write them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from ingest.tables.parsing import (
    day_pattern,
    explained_dates,
    is_scientific,
    number,
    parse_day,
    time_parser,
)

ROME = ZoneInfo("Europe/Rome")


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        # by hand: 2025-03-03 10:00 UTC is 1740996000
        ("iso", "2025-03-03T10:00:00Z", 1740996000),
        ("iso", " 2025-03-03 11:00:00 ", 1740996000),
        ("iso", "2025-03-03T10:00:00.999+00:00", 1740996000),
        ("iso", "03/03/2025", None),
        ("epoch_s", "1740996000", 1740996000),
        ("epoch_s", "1740996000.9", 1740996000),
        ("epoch_ms", "1740996000123", 1740996000),
        ("epoch_us", "1740996000123456", 1740996000),
        ("epoch_s", "1e9", None),
        ("epoch_s", "", None),
        ("epoch_s", "9" * 30, None),
        ("%d/%m/%Y %H:%M", "03/03/2025 11:00", 1740996000),
        ("%d/%m/%Y %H:%M", "2025", None),
    ],
)
def test_a_time_cell_is_an_instant_or_nothing(kind: str, cell: str, expected: int | None) -> None:
    assert time_parser(kind, ROME, lambda: None)(cell) == expected


def test_a_time_without_a_zone_is_counted() -> None:
    assumed: list[bool] = []
    parse = time_parser("iso", ROME, lambda: assumed.append(True))
    parse("2025-03-03T10:00:00Z")
    parse("2025-03-03T10:00:00")
    assert len(assumed) == 1


@pytest.mark.parametrize(
    ("cells", "pattern"),
    [
        (["2025-03-03", "", "0000-00-00"], ""),
        (["03/04/2025", "25/04/2025"], "%d/%m/%Y"),
        (["03/04/2025", "04/25/2025"], "%m/%d/%Y"),
        (["03.04.2025", "25.04.2025"], "%d.%m.%Y"),
        (["03/04/2025", "05/06/2025"], None),
        (["13/04/2025", "04/25/2025"], None),  # both ways in one column
        (["25/04/2025"] * 9 + ["soon"], "%d/%m/%Y"),
    ],
)
def test_the_whole_column_decides_how_dates_are_written(
    cells: list[str], pattern: str | None
) -> None:
    assert day_pattern(cells) == pattern


def test_text_is_not_explained_as_dates() -> None:
    assert explained_dates(["soon", "later"]) is None


@pytest.mark.parametrize(
    ("cell", "pattern", "day"),
    [
        ("1970-01-02", "", 1),
        ("1970-01-02 23:59:59", "", 1),
        ("02/01/1970", "%d/%m/%Y", 1),
        ("0000-00-00", "", None),
        ("1970-02-30", "", None),
        ("0070-01-02", "", None),
        ("", "", None),
    ],
)
def test_a_date_cell_is_a_day_or_nothing(cell: str, pattern: str, day: int | None) -> None:
    assert parse_day(cell, pattern) == day


def test_ids_that_a_spreadsheet_destroyed_are_recognised() -> None:
    assert is_scientific("1.14E+11")
    assert is_scientific("1,14e+11")
    assert not is_scientific("0007")
    assert not is_scientific("E1")


@pytest.mark.parametrize(
    ("cell", "value"),
    [("4,5", 4.5), (" 4 ", 4.0), ("", None), ("1_0", None), ("nan", None), ("four", None)],
)
def test_a_number_cell(cell: str, value: float | None) -> None:
    assert number(cell) == value
