"""Message traces of Exchange: dates are read by the whole column, shared rows count once."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_runs import run_intake, source
from property_inputs import tried
from read_logs import read

from core.errors import SourceError
from ingest.logs.trace_tables import outcomes
from ingest.tables.locale_times import DateOrder, utc_parser

TRACE = '"Received","SenderAddress","RecipientAddress","Status","MessageId","MessageTraceId"\n'


def trace(path: Path, dates: list[str], **options: str) -> list[int]:
    rows = [
        f'"{date}","ana@x.example","ben@x.example","Delivered","<m{n}@x.example>","t{n}"\n'
        for n, date in enumerate(dates)
    ]
    path.write_text(TRACE + "".join(rows), encoding="utf-8")
    _, found = read("exchange_trace", path, **options)
    return [row["sent_s"] for row in found["messages"]]


def utc(*parts: int) -> int:
    return int(dt.datetime(*parts, tzinfo=dt.UTC).timestamp())


@pytest.mark.parametrize(
    "dates",
    [
        ["05/01/2026 09:00:02", "13/01/2026 17:30:00"],
        ["1/5/2026 9:00:02 AM", "1/13/2026 5:30:00 PM"],
        ["1/5/2026 9:00:02\u202fAM", "1/13/2026 5:30:00\u202fPM"],
        ["05.01.2026 09:00:02", "13.01.2026 17:30:00"],
        ["05-01-2026 09:00:02", "13-01-2026 17:30"],
        ["2026-01-05T09:00:02.0000000Z", "2026-01-13T19:30:00+02:00"],
        ["2026/01/05 09:00:02 UTC", "2026-01-13 17:30:00"],
    ],
)
def test_the_whole_column_tells_day_and_month(tmp_path: Path, dates: list[str]) -> None:
    expected = [utc(2026, 1, 5, 9, 0, 2), utc(2026, 1, 13, 17, 30)]
    assert trace(tmp_path / "trace.csv", dates) == expected


def test_dates_that_can_be_read_both_ways_are_never_guessed(tmp_path: Path) -> None:
    path = tmp_path / "trace.csv"
    with pytest.raises(SourceError) as error:
        trace(path, ["05/01/2026 09:00:02", "06/02/2026 09:00:02"])
    assert str(error.value).startswith(
        "trace.csv:2: 05/01/2026 can be 5 January or May 1, in every row (E-CSV-009) "
        'Nothing was read. Set time = "%d/%m/%Y %H:%M:%S"'
    )
    with pytest.raises(SourceError, match="some dates have the day first, others the month"):
        trace(path, ["13/01/2026 09:00:02", "01/14/2026 09:00:02"])
    found = trace(path, ["05/01/2026 09:00:02"], time="%m/%d/%Y %H:%M:%S")
    assert found == [utc(2026, 5, 1, 9, 0, 2)]


@given(
    st.lists(
        st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2039, 12, 31)).map(
            lambda moment: moment.replace(microsecond=0)
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["%d/%m/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%d.%m.%Y %H:%M:%S"]),
)
@tried(80)
def test_what_is_not_refused_is_read_as_it_was_written(
    moments: list[dt.datetime], pattern: str
) -> None:
    cells = [moment.strftime(pattern) for moment in moments]
    order = DateOrder()
    for cell in cells:
        order.note(cell)
    assert not order.is_mixed
    if not order.is_open:
        expected = [int(moment.replace(tzinfo=dt.UTC).timestamp()) for moment in moments]
        assert [utc_parser(order)(cell) for cell in cells] == expected


def test_exactly_the_most_rows_of_a_query_are_said_to_be_cut_off(tmp_path: Path) -> None:
    row = '"2026-01-05T09:00:00Z","a@x.example","b@x.example","Delivered","<m@x.example>","t"\n'
    path = tmp_path / "trace.csv"
    path.write_text(TRACE + row * 5_000)
    reading, _ = read("exchange_trace", path)
    assert not reading.tally.is_complete
    assert "trace.csv: exactly 5,000 rows" in reading.tally.warnings[0]
    path.write_text(TRACE + row * 4_999)
    assert read("exchange_trace", path)[0].tally.is_complete


def test_rows_that_two_queries_share_count_once(tmp_path: Path) -> None:
    row = '"2026-01-05T09:00:00Z","a@x.example","{}@x.example","Delivered","<m@x.example>","t"\n'
    folder = tmp_path / "traces"
    folder.mkdir()
    (folder / "1.csv").write_text(TRACE + row.format("b") + row.format("c"))
    (folder / "2.csv").write_text(TRACE + row.format("c") + row.format("d"))
    taken = run_intake(tmp_path / "run", [source(1, "exchange_trace", folder)])
    [balance] = taken.report.sources
    assert (balance.n_seen, balance.n_accepted, balance.n_duplicate) == (4, 3, 1)
    assert len(taken.table("messages")) == 3


def test_outcomes_of_a_summary_are_told_one_by_one() -> None:
    cell = "a@x##Receive, Deliver;b@x##Receive, Fail;c@x##Receive, Expand;d@x##Receive;e@x##;"
    assert [outcome for _, outcome in outcomes(cell)] == [
        "delivered",
        "not_delivered",
        "list_expanded",
        "not_delivered",
        "not_delivered",
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"value": [{"id": "1", ', "json damaged"),
        (b'{"error": {"code": "x", "senderAddress": 1, "value": 2}}', "document of another shape"),
        (b"[" * 100_000, "nested deeper than json depth = 64"),
        (b"Date,Name\n1,2\n", "not those of a message trace"),
    ],
)
def test_what_is_no_trace_is_refused_with_its_place(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "trace.json"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=f"trace.json.*({says}).*Nothing was read"):
        read("exchange_trace", path)


def test_a_list_of_records_and_a_bare_page_give_the_same(tmp_path: Path) -> None:
    records = [
        {
            "id": "g",
            "messageId": "<m@x.example>",
            "receivedDateTime": "2026-01-05T09:00:00Z",
            "senderAddress": "a@x.example",
            "recipientAddress": "b@x.example",
            "status": "delivered",
        }
    ]
    found = []
    for n, content in enumerate((records, {"value": records})):
        path = tmp_path / f"{n}.json"
        path.write_text(json.dumps(content))
        found.append(read("exchange_trace", path)[1])
    assert found[0] == found[1]
    assert found[0]["messages"][0]["sent_s"] == utc(2026, 1, 5, 9)
