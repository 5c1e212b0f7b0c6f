"""Logs and traces of Exchange: a delivery once, nothing hidden comes out, dates by column."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_runs import run_intake, settings, source
from property_inputs import tried

from core.errors import SourceError
from ingest.batches import Batch
from ingest.logs.trace_tables import outcomes
from ingest.reading import Reading, close_accounts, source_for, start_reading
from ingest.registry import readers
from ingest.tables.locale_times import DateOrder, utc_parser

FIELDS = (
    "#Fields: date-time,source,event-id,message-id,network-message-id,recipient-address,"
    "recipient-status,related-recipient-address,message-subject,sender-address,return-path"
)
TRACE = '"Received","SenderAddress","RecipientAddress","Status","MessageId","MessageTraceId"\n'


def line(event: str, to: str, status: str = "", **more: str) -> str:
    told = {"at": "2026-01-05T09:00:00.000Z", "id": "<m1@x.example>", "related": ""} | more
    return (
        f"{told['at']},SMTP,{event},{told['id']},net-1,{to},{status},{told['related']},"
        '"CANARY, ""it""",ana@x.example,ana@x.example'
    )


def log(*lines: str, fields: str = FIELDS) -> bytes:
    head = ["#Software: Microsoft Exchange Server", "#Log-type: Message Tracking Log", fields]
    return ("\r\n".join([*head, *lines]) + "\r\n").encode()


def read(reader: str, path: Path, **options: str) -> tuple[Reading, dict[str, list[dict]]]:
    reading = start_reading(source(1, reader, path, options), settings())
    rows: dict[str, list[dict]] = {"messages": [], "recipients": [], "accounts": []}
    batch: Batch
    for batch in readers.get(reader).function(source_for(reading, settings())):
        rows[batch.table] += batch.rows.to_pylist()
    reading.n_messages = len(rows["messages"])
    close_accounts(reading, 0)
    return reading, rows


def tracked(path: Path, content: bytes) -> tuple[Reading, dict[str, list[dict]]]:
    path.write_bytes(content)
    return read("exchange_tracking", path)


def test_a_hidden_copy_named_in_another_log_of_the_folder_stays_hidden(tmp_path: Path) -> None:
    received = log(line("RECEIVE", "ben@x.example;dora@x.example", "To;Bcc"))
    delivered = log(line("DELIVER", "ben@x.example;DORA@x.example"), "short,line")
    folder = tmp_path / "logs"
    folder.mkdir()
    # The file that delivers comes before the file that says who is hidden.
    (folder / "MSGTRKMD2026010509-1.LOG").write_bytes(delivered)
    (folder / "MSGTRKMS2026010509-1.LOG").write_bytes(received)
    (folder / "readme.txt").write_text("CANARY")
    packed = tmp_path / "logs.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"server-1/{file.name}")
    for path in (folder, packed):
        reading, rows = read("exchange_tracking", path)
        assert [row["recipient"] for row in rows["recipients"]] == ["email:ben@x.example"]
        assert dict(reading.tally.slots) == {"bcc": 1}
        [reject] = reading.tally.rejects
        assert reject.locator.endswith("MSGTRKMD2026010509-1.LOG line 5")


def test_where_statuses_and_recipients_do_not_run_in_step_nobody_is_named(tmp_path: Path) -> None:
    reading, rows = tracked(
        tmp_path / "a.log",
        log(
            line("RECEIVE", "ben@x.example;dora@x.example;emil@x.example", "To;Bcc"),
            line("DELIVER", "ben@x.example"),
        ),
    )
    assert rows["recipients"] == []
    assert reading.tally.filtered["hidden_copy"] == 1


def test_who_stands_for_a_hidden_address_is_hidden_too(tmp_path: Path) -> None:
    # The alias, and the member of a list in a list, are delivered under other addresses.
    reading, rows = tracked(
        tmp_path / "a.log",
        log(
            line("DELIVER", "dora@x.example;emil@x.example;ben@x.example"),
            line("DELIVER", "fay@x.example", related="f.a.y@x.example"),
            line("EXPAND", "emil@x.example", related="inner@x.example"),
            line("EXPAND", "inner@x.example", related="outer@x.example"),
            line("RESOLVE", "dora@x.example", related="d.ora@x.example"),
            line(
                "RECEIVE",
                "ben@x.example;d.ora@x.example;outer@x.example;f.a.y@x.example",
                "To;Bcc;Bcc;Bcc",
            ),
        ),
    )
    assert [row["recipient"] for row in rows["recipients"]] == ["email:ben@x.example"]
    assert dict(reading.tally.slots) == {"bcc": 2}
    assert reading.tally.filtered["hidden_copy"] == 1


def test_a_status_in_quotes_may_hold_a_semicolon(tmp_path: Path) -> None:
    _, rows = tracked(
        tmp_path / "a.log",
        log(line("SEND", "a@y.example;b@y.example", "'250 ok; queued';'250 ok; queued'")),
    )
    assert [row["role"] for row in rows["recipients"]] == ["to", "to"]


def test_a_log_without_fields_is_refused_and_one_cut_off_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no line fits a #Fields line .*E-EXCHANGE-001"):
        tracked(tmp_path / "a.log", log(line("DELIVER", "ben@x.example"), fields="#Fields: a,b"))
    whole = log(line("DELIVER", "ben@x.example"), line("DELIVER", "emil@x.example"))
    reading, rows = tracked(tmp_path / "b.log", whole[:-60])
    assert len(rows["messages"]) == 1
    assert not reading.tally.is_complete
    assert "b.log:5: the last line is cut off (W-EXCHANGE-001)" in reading.tally.warnings[0]


def test_a_line_over_the_limit_and_one_with_nul_are_rejects_of_their_own(tmp_path: Path) -> None:
    long = line("DELIVER", "x" * (1 << 20) + "@x.example")
    reading, rows = tracked(
        tmp_path / "a.log",
        log(long, line("DELIVER", "a\x00@x.example"), line("DELIVER", "ben@x.example")),
    )
    assert [r.reason for r in reading.tally.rejects] == ["line_too_long", "holds_nul"]
    assert len(rows["messages"]) == 1


def test_eight_lines_of_one_mail_become_one_message_to_three_people(
    tmp_path: Path, shared_dir: Path
) -> None:
    path = shared_dir / "corpora" / "formats" / "exchange" / "MSGTRK20260105-1.LOG"
    taken = run_intake(tmp_path / "run", [source(1, "exchange_tracking", path)])
    messages = taken.table("messages")
    # By hand: m01 to bob, carla and dmitri; m03 was sent to its own sender.
    assert messages.message_id.nunique() == 1
    assert sorted(messages.role) == ["cc", "cc", "to"]
    assert set(messages.n_recipients) == {3}
    [balance] = taken.report.sources
    assert balance.n_seen == 10


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["RECEIVE", "DELIVER", "SEND", "EXPAND", "FAIL", "", "deliver", "#X"]),
            st.lists(
                st.sampled_from(["a@x.example", "B@x.example", "", "'", "/o=X/cn=y"]), max_size=4
            ),
            st.lists(st.sampled_from(["To", "Cc", "Bcc", "'250; x'", ""]), max_size=4),
            st.sampled_from(["2026-01-05T09:00:00Z", "soon", "", "9999-12-31T23:59:59Z"]),
            st.sampled_from(["<m1@x.example>", ""]),
        ),
        max_size=12,
    )
)
@tried(60)
def test_every_line_ends_somewhere(tmp_path_factory: pytest.TempPathFactory, lines: list) -> None:
    told = [
        line(event, ";".join(to), ";".join(status), at=at, id=key)
        for event, to, status, at, key in lines
    ]
    path = tmp_path_factory.mktemp("log") / "MSGTRK.LOG"
    reading, rows = tracked(path, log(*told, line("RECEIVE", "a@x.example")))
    assert reading.tally.n_seen == len(lines) + 1
    units = {row["unit"] for row in rows["recipients"]}
    assert units == {row["unit"] for row in rows["messages"]}


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
