"""Columns of cells: what is done to all at once is what would be done to each."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from property_inputs import tried

from ingest.cells import Typed, has_one_each, mapped, stripped, valid_bits
from ingest.tables.column_times import TimeColumns
from ingest.tables.parsing import time_parser

CELLS = st.lists(st.text(st.sampled_from("ab@ \t\u00a0\u2003é\x00\x7f\x85"), max_size=4))
UTC = ZoneInfo("UTC")


def both_ways(texts: list[str]) -> list[pa.StringArray]:
    """As a column, and as a slice: Arrow columns may begin inside their buffers."""
    return [pa.array(texts, pa.string()), pa.array(["@ ", *texts, " "], pa.string())[1:-1]]


@given(texts=CELLS)
@tried(200)
def test_columns_are_stripped_and_mapped_cell_by_cell(texts: list[str]) -> None:
    for column in both_ways(texts):
        assert stripped(column).to_pylist() == [text.strip() for text in texts]
        assert mapped(column, lambda t: t.upper() or None).to_pylist() == [
            text.upper() or None for text in texts
        ]


@given(texts=st.lists(st.sampled_from(["", "@", "a@b", "ab", "@@", "é@", "a@"]), max_size=5))
@tried(200)
def test_a_mark_is_found_once_in_every_filled_cell_or_not(texts: list[str]) -> None:
    filled = [text for text in texts if text]
    expected = bool(filled) and all(text.count("@") == 1 for text in filled)
    for column in both_ways(texts):
        assert has_one_each(column, "@") is expected


@given(texts=st.lists(st.one_of(st.none(), st.sampled_from(["", "x"])), max_size=20))
@tried(60)
def test_texts_that_begin_alike_have_no_value_where_their_rest_has_none(
    texts: list[str | None],
) -> None:
    column = pa.array(["x", *texts], pa.string())[1:]
    for start in ("", "mid:"):
        found = Typed(start, column).texts().to_pylist()
        assert found == [None if text is None else start + text for text in texts]
    bits = valid_bits(column)
    is_valid = [True] * len(texts) if bits is None else [
        bool(bits[n // 8] >> n % 8 & 1) for n in range(len(texts))
    ]  # fmt: skip
    assert is_valid == [text is not None for text in texts]


@pytest.mark.parametrize(
    "odd",
    [
        "2024-02-29T23:59:59Z", "2023-02-29T00:00:00Z", "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2024-01-01T24:00:00Z",
        "2024-01-01T23:59:60Z", "2024-01-01 23:59:50Z", "2024-01-01t23:59:50Z",
        "2024-01-01T23:59:50z", "2024-01-01T235950.00Z", "20240101T235950+0000",
        "2024-01-01T23:59+000", "2024-01-01T2359+0100", "-024-01-01T00:00:00Z", "",
    ],
)  # fmt: skip
def test_times_in_utc_are_read_at_once_as_one_by_one(odd: str) -> None:
    texts = ["2024-03-03T09:00:00Z", odd, "1969-12-31T23:59:59Z"]
    parse = time_parser("iso", UTC, lambda: None)
    for some in (texts, [odd]):
        for column in both_ways(some):
            found = TimeColumns("iso", UTC).parse(column)
            told = zip(found.values.tolist(), found.is_known.tolist(), strict=True)
            assert [v if is_known else None for v, is_known in told] == [parse(t) for t in some]
