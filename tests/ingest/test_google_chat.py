"""Google Chat: dates of every language, rooms, apps, events of the Admin report, and damage."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import shared_path

from core.errors import SourceError
from ingest.chat import google_chat_export
from ingest.chat.google_chat_export import epoch_seconds, room_of
from ingest.checking import CheckReport, check_file
from ingest.logs.google_dates import seconds_of

ROME = ZoneInfo("Europe/Rome")
GERMAN = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
NINE = 1767603602  # 2026-01-05 09:00:02 UTC, by `date -u`
ANA, BOB = (
    {"name": n, "email": f"{n}@acme.example", "user_type": "Human"} for n in ("ana", "bob")
)


def message(n: int = 1, /, **fields: object) -> dict[str, object]:
    base = {"creator": ANA, "created_date": "Monday, January 5, 2026 at 9:00:02 AM UTC",
            "topic_id": f"t{n}", "message_id": f"R/t{n}/t{n}"}  # fmt: skip
    return base | fields


def room(folder: Path, messages: object, members: object = (ANA, BOB)) -> CheckReport:
    place = folder / "Takeout" / "Google Chat" / "Groups" / "Space R"
    place.mkdir(parents=True)
    raw = messages if isinstance(messages, bytes) else json.dumps({"messages": messages}).encode()
    (place / "messages.json").write_bytes(raw)
    (place / "group_info.json").write_text(json.dumps({"members": members}))
    return check_file(folder, "google_chat")


def assume_nothing() -> None:
    raise AssertionError("a zone was assumed")


@pytest.mark.parametrize(
    "text",
    [
        "Monday, January 5, 2026 at 9:00:02\u202fAM UTC",
        "Monday, January 5, 2026 at 9:00:02 AM UTC",
        "Monday, 5 January 2026 at 09:00:02 UTC",
        "lunedì 5 gennaio 2026 alle ore 09:00:02 UTC",
        "Montag, 5. Januar 2026 um 09:00:02 UTC",
        "lundi 5 janvier 2026 à 09:00:02 UTC",
        "lunes, 5 de enero de 2026, 9:00:02 UTC",
        "lunes, 5 de enero de 2026 a las 9:00:02\u202fa.\u00a0m. (UTC)",
        "segunda-feira, 5 de janeiro de 2026 às 09:00:02 UTC",
        "maandag 5 januari 2026 om 09:00:02 UTC",
        "Monday, January 5, 2026 at 2:30:02 PM UTC+5:30",
        "Monday, January 5, 2026 at 4:00:02 AM GMT-5",
        "lunedi\u0300 5 gennaio 2026 alle ore 09:00:02 UTC",
    ],
)
def test_a_date_of_each_language_is_one_instant(text: str) -> None:
    assert seconds_of(text, ROME, assume_nothing) == NINE


def test_a_date_without_a_zone_is_on_the_clock_of_the_source_and_counted() -> None:
    assumed: list[int] = []
    text = "lunedì 5 gennaio 2026 alle ore 10:00:02"
    assert seconds_of(text, ROME, lambda: assumed.append(1)) == NINE
    assert assumed == [1]


@pytest.mark.parametrize(
    "text",
    ["", "soon", "5/1/2026 9:00:02 UTC", "Monday, Janvember 5, 2026 at 9:00:02 AM UTC",
     "Monday, January 32, 2026 at 9:00:02 AM UTC", "Monday, January 5, 2026 at 13:00:02 PM UTC",
     "Monday, January 5, 2026 at 25:00:02 UTC", "Monday, January 5, 0000 at 9:00:02 AM UTC",
     "x" * 200, "9" * 99, " " * 99, "a " * 49],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert seconds_of(text, ROME, lambda: None) is None


@given(st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 12, 31)))
def test_english_and_german_dates_come_back_as_they_were_written(moment: dt.datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=dt.UTC)
    german = GERMAN.split()
    written = (
        moment.strftime(f"%A, %B {moment.day}, %Y at %-I:%M:%S\u202f%p UTC"),
        f"Montag, {moment.day}. {german[moment.month - 1]} "
        + moment.strftime("%Y um %H:%M:%S UTC"),
    )
    for text in written:
        assert seconds_of(text, ROME, assume_nothing) == int(moment.timestamp())


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1767603602500000", NINE), ("1767603602500", NINE), ("", None), ("-5", None),
     ("1e9", None), ("9" * 40, None), ("²", None)],
)  # fmt: skip
def test_microseconds_called_milliseconds_are_told_by_their_size(
    text: str, seconds: int | None
) -> None:
    assert epoch_seconds(text) == seconds


def test_no_record_has_a_field_that_could_hold_content() -> None:
    kinds = [kind for kind in vars(google_chat_export).values()
             if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]  # fmt: skip
    names = {field.encode_name for kind in kinds for field in msgspec.structs.fields(kind)}
    assert {"creator", "created_date", "events"} <= names
    assert not names & {"text", "annotations", "attached_files", "emoji", "ipAddress",
                        "quoted_message_metadata", "previous_message_versions"}  # fmt: skip


def test_the_takeout_of_the_corpora_is_a_post_and_an_answer_of_an_app() -> None:
    report = check_file(shared_path("corpora", "formats", "google", "Takeout"))
    # by hand: Ana's post in English, the app's answer in Italian, three seconds later
    assert (report.reader, report.facts["acts"]) == ("google_chat", "1 post, 1 reply")
    assert report.facts["automated by the export"] == "1 service_account"
    assert report.facts["days"] == "2026-01-05 to 2026-01-05 (UTC)"


@pytest.mark.parametrize(
    ("fields", "part", "reason"),
    [
        ({"message_state": "DELETED"}, "filtered", "deleted"),
        ({"creator": {"name": "x", "user_type": "Human"}}, "filtered", "sender_without_address"),
        ({"creator": None}, "filtered", "system_event"),
        ({"created_date": "soon"}, "rejected", "date_unparsable"),
        ({"created_date": None}, "rejected", "date_unparsable"),
        ({"created_date": "Monday, 5 January 1970 at 09:00:02 UTC"}, "rejected",
         "date_out_of_range"),
        ({"creator": "ana"}, "rejected", "record_of_another_shape"),
    ],
)  # fmt: skip
def test_a_record_that_is_no_message_is_counted_by_its_reason(
    tmp_path: Path, fields: dict[str, object], part: str, reason: str
) -> None:
    report = room(tmp_path, [message(**fields), message(2)])
    found = report.balance.filtered if part == "filtered" else report.balance.rejected
    assert dict(found) == {reason: 1}
    assert report.balance.n_accepted == 1


def test_messages_of_old_exports_without_an_id_stay_apart(tmp_path: Path) -> None:
    old = message(message_id=None, topic_id=None)
    report = room(tmp_path, [old, old, message(2, message_id=None, topic_id=None, creator=BOB)])
    assert (report.balance.n_accepted, report.facts["distinct messages"]) == (3, "3")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"messages": [', "E-JSON-001"),
        (b"[]", "E-JSON-004"),
        (b"<html>", "E-JSON-003"),
        (b'{"messages": ' + b"[" * 100_000, "E-JSON-00"),
        (b'{"messages": "none"}', "E-JSON-002"),
    ],
)
def test_a_damaged_room_is_told_and_not_complete(
    tmp_path: Path, content: bytes, code: str
) -> None:
    report = room(tmp_path, content)
    assert report.balance.rejects[0].code.startswith(code)
    assert not report.balance.is_complete
    assert any("W-GCHAT-002" in text for text in report.warnings)


@pytest.mark.parametrize("shape", ["lines", "list", "page"])
def test_the_report_is_read_in_every_shape(tmp_path: Path, shape: str) -> None:
    def posted(who: str, n: int) -> dict[str, object]:
        told = {"room_id": "R", "message_id": f"m{n}", "actor": who}
        stamp = {"name": "timestamp_ms", "intValue": str(NINE * 1_000_000 + n)}
        parameters = [*({"name": k, "value": v} for k, v in told.items()), stamp]
        return {"kind": "admin#reports#activity", "id": {"time": "2026-01-05T09:00:02Z"},
                "events": [{"name": "message_posted", "parameters": parameters}]}  # fmt: skip

    records = [posted("ana@acme.example", 1), posted("bob@acme.example", 2)]
    text = {"lines": "\n".join(map(json.dumps, records)), "list": json.dumps(records),
            "page": json.dumps({"items": records})}[shape]  # fmt: skip
    path = tmp_path / ("x.ndjson" if shape == "lines" else "x.json")
    path.write_text(text)
    report = check_file(path)
    assert (report.reader, report.balance.n_accepted, report.balance.n_slots) == (
        "google_chat", 2, 2,
    )  # fmt: skip


def test_a_report_that_is_no_json_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b'[{"id": ')
    with pytest.raises(SourceError, match="E-GCHAT-004"):
        check_file(path, "google_chat")


def test_an_archive_without_rooms_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("hello")
    with pytest.raises(SourceError, match="E-GCHAT-001"):
        check_file(tmp_path, "google_chat")


@pytest.mark.parametrize(
    ("name", "room_found"),
    [
        ("Takeout/Google Chat/Groups/DM AAAA1/messages.json", ("DM", "AAAA1")),
        ("Space B-2/messages.json", ("Space", "B-2")),
        ("Takeout/Google Chat/Groups/DM AAAA1/group_info.json", None),
        ("inbox/messages.json", None),
        ("messages.json", None),
    ],
)
def test_a_room_is_told_by_its_folder(name: str, room_found: tuple[str, str] | None) -> None:
    assert room_of(name) == room_found
