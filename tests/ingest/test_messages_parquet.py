"""Message tables in Parquet: types, limits, damage, and the same messages as from CSV."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from intake_runs import settings as intake_settings

from core.errors import SourceError
from ingest.limits import Limits
from ingest.readers.messages_parquet import read_messages_parquet
from ingest.running import batches_of
from ingest.source import Source
from ingest.tally import Tally

MAP = {"sender": "who", "recipients": "whom", "sent": "when", "message_id": "id"}
LIMITS = Limits()
CANARY = "CANARY-TEXT-01"


def table(**changes: pa.Array) -> pa.Table:
    columns = {
        "id": pa.array([1, 2, 3]),
        "who": pa.array(["ana@x.example", None, " ben@x.example "]),
        "whom": pa.array([["b@x.example", "c@x.example"], ["a@x.example"], ["a@x.example"]]),
        "when": pa.array([dt.datetime(2025, 3, 3, 9, 0, 0, 999)] * 3, pa.timestamp("us")),
        "text": pa.array([CANARY] * 3),
    }
    return pa.table(columns | changes)


def read(
    path: Path, columns: dict[str, str] = MAP, limits: Limits = LIMITS, **options: Any
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Tally]:
    tally = Tally(path.name, limits)
    given = {"columns": columns, **options}
    source = Source(0, path, tally, given, "Europe/Rome", 0, 1 << 33)
    batches = list(read_messages_parquet(source))
    rows = {name: [r for b in batches if b.table == name for r in b.rows.to_pylist()]
            for name in ("messages", "recipients")}  # fmt: skip
    return rows["messages"], rows["recipients"], tally


def written(path: Path, made: pa.Table, **how: Any) -> Path:
    pq.write_table(made, path, **how)
    return path


def test_columns_of_every_usual_type_become_messages(tmp_path: Path) -> None:
    messages, slots, tally = read(written(tmp_path / "t.parquet", table(), row_group_size=1))
    assert [m["key"] for m in messages] == ["csv:email:1", "csv:email:3"]
    assert [m["sender"] for m in messages] == ["email:ana@x.example", "email:ben@x.example"]
    # 09:00 in Rome in winter is 08:00 in UTC
    assert {m["sent_s"] for m in messages} == {
        int(dt.datetime(2025, 3, 3, 8, tzinfo=dt.UTC).timestamp())
    }
    assert [m["n_recipients"] for m in messages] == [2, 1]
    assert [(s["unit"], s["recipient"]) for s in slots] == [
        (0, "email:b@x.example"), (0, "email:c@x.example"), (1, "email:a@x.example"),
    ]  # fmt: skip
    assert tally.n_seen == 3
    assert tally.notes == {"tz_assumed": 3, "columns_not_read": 1}
    assert [(r.locator, r.reason) for r in tally.rejects] == [("row 2", "sender_missing")]
    assert tally.remarks == ['not read: "text"']


@pytest.mark.parametrize(
    ("when", "options"),
    [
        (pa.array([1741597200] * 3), {"time": "epoch_s"}),
        (pa.array([1741597200000] * 3, pa.timestamp("ms", "America/New_York")), {}),
        (pa.array(["2025-03-10T09:00:00Z"] * 3, pa.large_string()), {}),
        (pa.array(["2025-03-10T09:00:00Z"] * 3).dictionary_encode(), {}),
        (pa.array([1741597200] * 3, pa.timestamp("s", "UTC")), {}),
    ],
)
def test_times_of_every_usual_type_are_utc(
    tmp_path: Path, when: pa.Array, options: dict[str, str]
) -> None:
    made = table(when=when, who=pa.array(["a", "b", "c"]).dictionary_encode())
    messages, _, tally = read(written(tmp_path / "t.parquet", made), **options)
    assert [m["sent_s"] for m in messages] == [1741597200] * 3  # 2025-03-10 09:00 UTC
    assert "tz_assumed" not in tally.notes


def test_cells_with_nul_or_beyond_the_limit_are_rejected_with_their_row(tmp_path: Path) -> None:
    made = table(who=pa.array(["a\0b", "x" * 101, "c"]))
    messages, _, tally = read(
        written(tmp_path / "t.parquet", made), limits=Limits(field_chars=100)
    )
    assert len(messages) == 1
    assert [(r.locator, r.reason) for r in tally.rejects] == [
        ("row 1", "holds_nul"), ("row 2", "field_too_long"),
    ]  # fmt: skip


def test_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    path = written(tmp_path / "t.parquet", table())
    with pytest.raises(SourceError, match=r'E-COLUMN-002.*Columns found: "id", "who"'):
        read(path, {"sender": "who"})
    with pytest.raises(SourceError, match="E-COLUMN-001"):
        read(path, {**MAP, "sender": "nobody"})
    made = table(who=pa.array([1.5, 2.5, 3.5]))
    with pytest.raises(SourceError, match=r'"who" holds double.*E-PARQUET-003'):
        read(written(tmp_path / "float.parquet", made))
    slashed = table(when=pa.array(["05/01/2026 09:00:00"] * 3))
    with pytest.raises(SourceError, match="E-CSV-009"):
        read(written(tmp_path / "slashed.parquet", slashed))


def test_text_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    bad = pa.array([b"\xff\xfe", b"b", b"c"], pa.binary()).view(pa.string())
    with pytest.raises(SourceError, match="E-PARQUET-001"):
        read(written(tmp_path / "t.parquet", table(who=bad)))


@pytest.mark.parametrize("damage", ["cut", "foot", "page", "encrypted", "text"])
def test_damaged_files_are_refused(tmp_path: Path, damage: str) -> None:
    content = bytearray(written(tmp_path / "t.parquet", table()).read_bytes())
    if damage == "cut":
        content = content[: len(content) * 65 // 100]
    elif damage == "foot":
        content[-40:-10] = b"\xff" * 30
    elif damage == "page":
        content[4:120] = bytes(116)
    elif damage == "encrypted":
        content[:4] = b"PARE"
    else:
        content = bytearray(b"PAR1 or perhaps not")
    path = tmp_path / "bad.parquet"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"E-PARQUET-00[12]"):
        read(path)


def test_it_runs_in_a_child_process_and_gives_the_same(tmp_path: Path) -> None:
    path = written(tmp_path / "t.parquet", table())
    tally = Tally(path.name, intake_settings().limits)
    source = Source(0, path, tally, {"columns": MAP}, "Europe/Rome", 0, 1 << 33)
    found = list(batches_of("messages_parquet", source))
    assert [b.rows.to_pylist() for b in found if b.table == "messages"] == [read(path)[0]]
    assert (tally.n_seen, dict(tally.rejected)) == (3, {"sender_missing": 1})
    assert CANARY not in str([b.rows.to_pylist() for b in found])
