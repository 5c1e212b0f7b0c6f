"""Message tables: the fast way gives what the plain way gives, on clean and on messy files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_messages import PlainMap, PlainMessages, read_plainly
from property_inputs import tried

from ingest.limits import Limits
from ingest.readers.messages_csv import read_messages_csv
from ingest.source import Source
from ingest.tables import csv_columns
from ingest.tables.column_times import TimeColumns
from ingest.tables.csv_table import CsvShape, open_table
from ingest.tables.parsing import time_parser
from ingest.tally import Tally

LIMITS = Limits(field_chars=400, row_bytes=600, rejects=1 << 40)
LATEST = int(dt.datetime(2026, 1, 1, tzinfo=dt.UTC).timestamp())
HEADER = "id,thread,parent,sender,recipients,sent,role,auto,note"
COLUMNS = {
    "message_id": "id", "thread_id": "thread", "reply_to": "parent", "sender": "sender",
    "recipients": "recipients", "sent": "sent", "role": "role", "is_automated": "auto",
}  # fmt: skip

cells = st.sampled_from(
    ["", "a", "<m1@x.example>", "m2", " padded ", "\u00a0nbsp\u2003", "ümläut@x.example", "İx",
     'qu"ote', '"whole"', '"two ""in"" one"', '"open', 'closed"', "\x1f", "yes", "CC", "bcc",
     "\x00", "a;b|c", " ; ", "x" * 401, '"a,b"', "\u2028", "\x85", "1741597200"]
)  # fmt: skip
times = st.sampled_from(
    ["2025-03-03T09:00:00Z", "2025-03-03 09:00:00", "2025-03-30T02:30:00", "2025-10-26T02:30:00",
     "2025-02-29T00:00:00Z", "2025-03-03T09:00:00+01:00", "2025-03-03", "yesterday", "",
     "2025-03-03T09:00:00.999999-23:59", "1969-01-01T00:00:00Z", "2099-01-01T00:00:00Z",
     "2025-03-03T24:00:00Z", "2025-03-03T09:00:60Z", " 2025-03-03T09:00:00Z "]
)  # fmt: skip
good_rows = st.builds(
    lambda n, sent: (
        f"<{n}@x.example>,t{n % 3},,a{n % 5}@x.example,b@x.example;c@x.example,{sent},,,"
    ),
    st.integers(0, 50),
    times,
)
messy_rows = st.builds(
    lambda before, sent, after: ",".join([*before, sent, *after]),
    st.lists(cells, min_size=4, max_size=6),
    times,
    st.lists(cells, min_size=2, max_size=5),
)
ends = st.sampled_from(["\n", "\n", "\n", "\r\n", "\n\n", "\r", " \n"])
lines = st.tuples(st.one_of(good_rows, messy_rows), ends).map("".join)


def fast(source: Source) -> PlainMessages:
    """What the reader gives, as plain rows."""
    found = PlainMessages()
    for batch in read_messages_csv(source):
        for row in batch.rows.to_pylist():
            if batch.table == "recipients":
                found.slots.append((row["unit"], row["recipient"], row["role"]))
                continue
            assert row["unit"] == len(found.messages)
            names = ("key", "thread", "parent", "sender", "act", "n_recipients", "sent_s",
                     "auto_reason")  # fmt: skip
            found.messages.append(tuple(row[name] for name in names))  # type: ignore[arg-type]
    return found


def both(path: Path, options: dict[str, Any]) -> tuple[PlainMessages, PlainMessages]:
    """Read a file both ways; what was counted and rejected must be the same, line for line."""
    tallies = [Tally(path.name, LIMITS), Tally(path.name, LIMITS)]
    source = Source(0, path, tallies[0], options, "Europe/Rome", 0, LATEST)
    quick = fast(source)
    shape = CsvShape(options.get("separator", ""), options.get("encoding", ""),
                     options.get("quote") != "off")  # fmt: skip
    table = open_table(path, shape, LIMITS)
    places = {name: table.header.index(column) for name, column in options["columns"].items()}
    how = PlainMap(places, options.get("time", "iso"), latest_s=LATEST)
    plain = read_plainly(table, how, tallies[1])
    for count in ("n_seen", "rejected", "slots"):
        assert getattr(tallies[0], count) == getattr(tallies[1], count), count
    assert tallies[0].notes["tz_assumed"] == tallies[1].notes["tz_assumed"]
    told = [sorted((r.locator, r.code) for r in tally.rejects) for tally in tallies]
    assert told[0] == told[1]
    return quick, plain


@pytest.fixture(params=[1 << 9, 1 << 20], ids=["blocks", "one block"])
def small_pieces(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_columns, "SMALL", 128)
    monkeypatch.setattr(csv_columns, "LARGE", 1 << 11)
    monkeypatch.setattr(csv_columns, "BLOCK", request.param)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("quote", ["on", "off"])
@given(rows=st.lists(lines, max_size=40), clean=st.integers(0, 30))
@tried(60)
def test_messy_tables_are_read_like_row_by_row(
    tmp_path_factory: pytest.TempPathFactory, quote: str, rows: list[str], clean: int
) -> None:
    path = tmp_path_factory.mktemp("table") / "t.csv"
    calm = "<c@x.example>,t,,a@x.example,b@x.example,2025-03-03T09:00:00Z,to,,plain\n" * clean
    path.write_text(HEADER + "\n" + calm + "".join(rows), encoding="utf-8", newline="")
    quick, plain = both(path, {"columns": COLUMNS, "quote": quote, "encoding": "utf-8"})
    assert quick == plain


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("separator", ["tab", ";", "|"])
@given(rows=st.lists(lines, max_size=20))
@tried(25)
def test_other_separators_are_read_like_row_by_row(
    tmp_path_factory: pytest.TempPathFactory, separator: str, rows: list[str]
) -> None:
    path = tmp_path_factory.mktemp("table") / "t.csv"
    mark = "\t" if separator == "tab" else separator
    calm = "<c@x.example>,t,,a@x.example,b@x.example,2025-03-03T09:00:00Z,to,,plain\n" * 9
    text = (HEADER + "\n" + calm + "".join(rows)).replace(",", mark)
    path.write_text(text, encoding="utf-8", newline="")
    quick, plain = both(path, {"columns": COLUMNS, "separator": mark, "encoding": "utf-8"})
    assert quick == plain


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_other_encodings_are_read_like_row_by_row(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.csv"
    row = '{0},t,,jürgen{1}@x.example,"b@x.example;ç@x.example",2025-03-03T09:00:00Z,to,,é\r\n'
    text = "".join(row.format(n, n % 7) for n in range(900))
    path.write_text(HEADER + "\r\n" + text, encoding=encoding, newline="")
    quick, plain = both(path, {"columns": COLUMNS})
    assert quick == plain
    assert len(quick.messages) == 900


def test_a_clean_table_is_read_in_pieces_and_a_stray_quote_costs_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = "{0},t,,a@x.example,b@x.example,2025-03-03T09:00:00Z,to,,plain\n"
    rows = [row.format(n) for n in range(20_000)]
    rows[9_000] = rows[9_000].replace("plain", 'pl"ain')
    path = tmp_path / "t.csv"
    path.write_text(HEADER + "\n" + "".join(rows), encoding="utf-8")
    slowly: list[int] = []
    chunk_of = csv_columns.chunk_of
    monkeypatch.setattr(
        csv_columns, "chunk_of", lambda n, cells: (slowly.append(len(n)), chunk_of(n, cells))[1]
    )
    quick, plain = both(path, {"columns": COLUMNS})
    assert quick == plain
    assert len(quick.messages) == 19_999
    assert sum(slowly) < 1_000  # the head of the file and some lines about the quote


WRITTEN = st.one_of(
    times,
    st.from_regex(
        r"(19[6-9][0-9]|20[0-4][0-9])-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9]"
        r"(\.[0-9]{3}|\.[0-9]{6,7}|,123)?(Z|[+-][0-2][0-9]:[0-7][0-9])?",
        fullmatch=True,
        alphabet=st.characters(max_codepoint=127),
    ),
    st.datetimes(dt.datetime(1960, 1, 1), dt.datetime(2060, 1, 1)).map(dt.datetime.isoformat),
    st.integers(-10, 10**19).map(str),
    st.decimals(0, 2_000_000_000, places=3).map(str),
    st.datetimes().map(lambda t: t.strftime("%d/%m/%Y %H:%M:%S")),
    st.datetimes().map(lambda t: t.strftime("%d.%m.%Y")),
    cells,
)


@pytest.mark.parametrize(
    "kind", ["iso", "epoch_s", "epoch_ms", "%d/%m/%Y %H:%M:%S", "%d.%m.%Y", "%Y%m%d", "%d %b %Y"]
)
@given(texts=st.lists(WRITTEN.map(str.strip), max_size=30))
@tried(80)
def test_times_of_a_column_are_those_of_its_cells(kind: str, texts: list[str]) -> None:
    place = ZoneInfo("Europe/Rome")
    n_assumed = [0]
    parse = time_parser(kind, place, lambda: n_assumed.__setitem__(0, n_assumed[0] + 1))
    far = 1 << 62
    instants = [parse(text) for text in texts]
    expected = [t if t is None else max(-far, min(far, t)) for t in instants]
    # Twice, the second time as a slice: Arrow columns may begin inside their buffers.
    for column in (pa.array(texts, pa.string()), pa.array(["x", *texts], pa.string())[1:]):
        found = TimeColumns(kind, place).parse(column)
        told = zip(found.values.tolist(), found.is_known.tolist(), strict=True)
        assert [value if is_known else None for value, is_known in told] == expected
        assert found.n_assumed == n_assumed[0]
