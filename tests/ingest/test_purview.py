"""Audit logs of Purview: recipients are who is seen in a conversation, nothing of content."""

from __future__ import annotations

import csv
import json
import typing
from pathlib import Path

import msgspec
import pytest
from intake_runs import settings, source

from core.errors import SourceError
from ingest.readers import purview
from ingest.reading import Reading, close_accounts, source_for, start_reading

HEADER = ["RecordId", "CreationDate", "RecordType", "Operation", "UserId", "AuditData"]


def sent(user: str, thread: str, number: int, **more: object) -> dict[str, object]:
    return {"Operation": "MessageSent", "UserId": user, "ChatThreadId": thread,
            "MessageId": str(number), "CreationTime": "2026-01-05T09:00:02", **more}  # fmt: skip


def read(path: Path, audits: list[object], created: str = "") -> tuple[Reading, list[dict]]:
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        for audit in audits:
            text = audit if isinstance(audit, str) else json.dumps(audit)
            writer.writerow(["r", created, 25, "", "", text])
    reading = start_reading(source(1, "purview", path), settings())
    rows = [
        row
        for batch in purview.read_purview(source_for(reading, settings()))
        if batch.table == "messages"
        for row in batch.rows.to_pylist()
    ]
    reading.n_messages = len(rows)
    close_accounts(reading, 0)
    return reading, rows


def test_no_record_has_a_field_that_could_hold_content() -> None:
    kinds = [kind for kind in vars(purview).values()
             if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]  # fmt: skip
    assert {kind.__name__ for kind in kinds} == {"_Audit", "_Member"}
    told = {name for kind in kinds for name in typing.get_type_hints(kind)}
    assert not told & {"chat_name", "team_name", "channel_name", "item_name", "message_urls",
                       "client_ip", "display_name", "extra_properties"}  # fmt: skip


def test_a_conversation_of_more_than_200_is_no_tie_to_each(tmp_path: Path) -> None:
    crowd = [sent(f"p{n}@x.example", "19:all", n) for n in range(201)]
    reading, rows = read(tmp_path / "audit.csv", crowd)
    assert rows == []
    assert dict(reading.tally.filtered) == {"large_channel": 201}


def test_an_answer_goes_to_who_wrote_the_message_it_answers(tmp_path: Path) -> None:
    _, rows = read(
        tmp_path / "audit.csv",
        [
            sent("b@x.example", "19:t@thread.tacv2", 2, ParentMessageId="1"),
            sent("a@x.example", "19:t@thread.tacv2", 1),
            sent("c@x.example", "19:t@thread.tacv2", 3, ParentMessageId="0"),
        ],
    )
    assert [row["n_recipients"] for row in rows] == [1, 2, 2]
    assert [row["act"] for row in rows] == ["reply", "post", "post"]
    assert {row["visibility"] for row in rows} == {"closed"}


@pytest.mark.parametrize(
    ("created", "reason"),
    [("5/1/2026 9:00:00 AM", "date_could_be_two_days"), ("soon", "date_unparsable")],
)
def test_without_a_time_inside_the_column_must_be_plain(
    tmp_path: Path, created: str, reason: str
) -> None:
    audits = [sent("a@x.example", "19:g", 1, CreationTime=None)]
    reading, _ = read(tmp_path / "audit.csv", audits, created)
    assert [reject.reason for reject in reading.tally.rejects] == [reason]


@pytest.mark.parametrize("cell", ["{", "[]", "null", "[" * 5_000, '{"UserId": 3}', '"x"', ""])
def test_a_damaged_cell_is_one_reject(tmp_path: Path, cell: str) -> None:
    reading, _ = read(tmp_path / "audit.csv", [cell, sent("a@x.example", "19:g", 1)])
    assert [r.reason for r in reading.tally.rejects] == ["audit_data_damaged"]
    assert [r.locator for r in reading.tally.rejects] == ["line 2"]


def test_a_table_without_audit_data_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "audit.csv"
    path.write_text("CreationDate,UserId\n1,2\n")
    reading = start_reading(source(1, "purview", path), settings())
    with pytest.raises(SourceError, match=r"no column AuditData .*E-PURVIEW-001"):
        list(purview.read_purview(source_for(reading, settings())))
