"""Google mail logs: sent and received alone, everything about reading dropped."""

from __future__ import annotations

import json
import typing
from pathlib import Path

import msgspec
import pytest
from intake_runs import run_intake, settings, source

from core.errors import SourceError
from ingest.logs import google_logs
from ingest.readers.google_mail import read_google_mail
from ingest.reading import Reading, close_accounts, source_for, start_reading

SEARCH = "Message ID,Start date,Sender,Recipient address,Event target,Event status\n"


def event(kind: object, **more: object) -> dict[str, object]:
    return {
        "event_info": {"timestamp_usec": "1767603602000000", "mail_event_type": kind},
        "message_info": {
            "rfc2822_message_id": "<m1@x.example>",
            "source": {"address": "a@x.example"},
            "destination": [{"address": "b@x.example"}],
            **more,
        },
    }


def read(path: Path) -> tuple[Reading, list[dict]]:
    reading = start_reading(source(1, "google_mail", path), settings())
    rows = [
        row
        for batch in read_google_mail(source_for(reading, settings()))
        if batch.table == "messages"
        for row in batch.rows.to_pylist()
    ]
    reading.n_messages = len(rows)
    close_accounts(reading, 0)
    return reading, rows


def test_no_record_has_a_field_that_could_hold_content() -> None:
    kinds = [kind for kind in vars(google_logs).values()
             if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]  # fmt: skip
    assert len(kinds) == 5
    told = {name for kind in kinds for name in typing.get_type_hints(kind)}
    assert not told & {"subject", "attachment", "link_domain", "client_context", "file_name",
                       "from_header_displayname"}  # fmt: skip


# 7 opened, 8 marked unread, 12 to 19 moved, deleted, clicked, downloaded, saved: the schema of
# the log in BigQuery.
@pytest.mark.parametrize("kind", [7, 8, *range(12, 20), "7", 1_000])
def test_what_somebody_did_with_a_mail_is_dropped(tmp_path: Path, kind: object) -> None:
    path = tmp_path / "log.ndjson"
    path.write_text(json.dumps(event(kind)))
    reading, rows = read(path)
    assert rows == []
    assert dict(reading.tally.filtered) == {"reading_event": 1}


@pytest.mark.parametrize("kind", [None, "", "x", -1, "99999999999999999999"])
def test_an_event_of_no_known_type_is_a_reject(tmp_path: Path, kind: object) -> None:
    path = tmp_path / "log.ndjson"
    path.write_text(json.dumps(event(kind)))
    assert [r.reason for r in read(path)[0].tally.rejects] == ["event_type_unknown"]


def test_many_rows_of_one_mail_are_one_message_to_each(tmp_path: Path) -> None:
    to = [{"address": "b@x.example"}, {"address": "c@x.example"}]
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "000.json").write_text(json.dumps(event(1, destination=to)) + "\n")
    (folder / "001.json").write_text(json.dumps(event(2)) + "\n" + json.dumps(event(7)) + "\n")
    taken = run_intake(tmp_path / "run", [source(1, "google_mail", folder)])
    assert len(taken.table("messages")) == 2
    assert set(taken.table("messages").n_recipients) == {2}
    [balance] = taken.report.sources
    assert (balance.n_accepted, balance.n_duplicate) == (1, 1)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("BOUNCED", "not_delivered"),
        ("Marked spam", "not_delivered"),
        ("Bypassed spam", "transport_step"),
        ("In progress", "transport_step"),
        ("Opened", "reading_event"),
        ("MARKED_UNREAD", "reading_event"),
    ],
)
def test_a_status_that_is_no_delivery_is_counted_by_its_kind(
    tmp_path: Path, status: str, reason: str
) -> None:
    path = tmp_path / "search.csv"
    row = f"m1@x.example,2026/01/05 09:00:02 UTC,a@x.example,b@x.example,GMAIL_INBOX,{status}\n"
    path.write_text(SEARCH + row)
    reading, rows = read(path)
    assert (rows, dict(reading.tally.filtered)) == ([], {reason: 1})


def test_a_query_that_picks_fields_gives_the_same_flat_as_json_and_as_csv(tmp_path: Path) -> None:
    flat = {
        "timestamp_usec": "1767603602000000",
        "mail_event_type": "1",
        "success": True,
        "rfc2822_message_id": "<m1@x.example>",
        "from_header_address": "a@x.example",
        "flattened_destinations": "gmail-ui:received:b@x.example",
        "is_spam": False,
    }
    (tmp_path / "log.ndjson").write_text(json.dumps(flat))
    (tmp_path / "log.csv").write_text(",".join(flat) + "\n" + ",".join(map(str, flat.values())))
    of_json, of_csv = (read(tmp_path / name)[1] for name in ("log.ndjson", "log.csv"))
    assert of_json == of_csv
    assert of_json[0]["sender"] == "email:a@x.example"


def test_another_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "search.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match=r"neither those of Gmail log events .*E-GOOGLE-001"):
        read(path)
