"""Microsoft Teams exports: traps of Graph and PowerShell, damage, and files of other kinds."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from intake_runs import run_intake, settings, source
from shared_data import shared_path

from core.errors import SourceError
from ingest.chat import teams_export
from ingest.chat.teams_export import Thing, address_of, pair_of, rooms_named, small_keys
from ingest.checking import CheckReport, check_file
from ingest.readers.teams import read_teams
from ingest.reading import source_for, start_reading

A, B = (f"aaaaaaaa-0000-4000-8000-00000000000{n}" for n in (1, 2))
PAIR = f"19:{A}_{B}@unq.gbl.spaces"


def message(n: int = 1, /, **fields: object) -> dict[str, object]:
    base = {"id": str(n), "messageType": "message", "chatId": PAIR, "from": {"user": {"id": A}}}
    return base | {"createdDateTime": f"2025-03-11T10:00:{n:02d}Z"} | fields


def check(path: Path, content: object, reader: str | None = None) -> CheckReport:
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return check_file(path, reader)


def test_no_record_has_a_field_that_could_hold_content() -> None:
    kinds = [kind for kind in vars(teams_export).values()
             if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]  # fmt: skip
    names = {field.encode_name for kind in kinds for field in msgspec.structs.fields(kind)}
    content = {"body", "subject", "summary", "attachments", "eventDetail", "messageHistory",
               "topic", "description", "webUrl", "mentionText", "reactionType"}  # fmt: skip
    assert {"createdDateTime", "from", "chatId"} <= names
    assert not names & content


def test_the_powershell_export_of_another_importer_is_read_whole() -> None:
    report = check_file(shared_path("corpora", "chat", "zulip-fixtures", "teams"))
    # by hand: three messages; the first stands alone in its chat
    assert report.reader == "teams"
    assert (report.balance.n_seen, report.balance.n_accepted) == (3, 2)
    assert dict(report.balance.filtered) == {"no_usable_recipient": 1}
    assert report.balance.notes["mentions_of_everybody"] == 1


@pytest.mark.parametrize(
    ("fields", "part", "reason"),
    [
        ({"messageType": "systemEventMessage", "from": None}, "filtered", "system_event"),
        ({"messageType": "unknownFutureValue"}, "filtered", "system_event"),
        ({"deletedDateTime": "2025-03-11T10:00:09Z"}, "filtered", "deleted"),
        ({"createdDateTime": "2021-03-1706:47:05.123Z"}, "rejected", "date_unparsable"),
        ({"createdDateTime": "2025-03-11 10:00:00Z"}, "rejected", "date_unparsable"),
        ({"createdDateTime": "2025-02-30T10:00:00Z"}, "rejected", "date_unparsable"),
        ({"createdDateTime": "11/03/2025 10:00:00"}, "rejected", "date_unparsable"),
        ({"createdDateTime": None}, "rejected", "date_unparsable"),
        ({"createdDateTime": "9999-03-11T10:00:00Z"}, "rejected", "date_out_of_range"),
        ({"createdDateTime": "/Date(1)/"}, "rejected", "date_out_of_range"),
        ({"from": None}, "rejected", "sender_missing"),
        ({"from": {"user": {"id": ""}}}, "rejected", "sender_missing"),
        ({"chatId": None}, "rejected", "conversation_missing"),
        ({"from": "@{User=}"}, "rejected", "record_of_another_shape"),
        ({"id": 7}, "rejected", "record_of_another_shape"),
    ],
)
def test_a_record_that_is_no_message_is_counted_by_its_reason(
    tmp_path: Path, fields: dict[str, object], part: str, reason: str
) -> None:
    report = check(tmp_path / "x.json", [message(**fields), message(2)])
    found = report.balance.filtered if part == "filtered" else report.balance.rejected
    assert dict(found) == {reason: 1}
    assert report.balance.n_accepted == 1


@pytest.mark.parametrize(
    "written",
    ["2025-03-11T10:00:01.9Z", "2025-03-11T11:00:01.123456789+01:00", "/Date(1741687201999)/"],
)
def test_times_of_any_number_of_decimals_are_whole_utc_seconds(
    tmp_path: Path, written: str
) -> None:
    (tmp_path / "x.json").write_text(json.dumps([message(createdDateTime=written)]))
    chosen = settings()
    reading = start_reading(source(1, "teams", tmp_path / "x.json"), chosen)
    sent = [
        row["sent_s"]
        for batch in read_teams(source_for(reading, chosen))
        if batch.table == "messages"
        for row in batch.rows.to_pylist()
    ]
    assert sent == [1741687201]


def test_a_message_in_the_file_of_each_participant_is_one(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    for who in ("a", "b"):
        (folder / f"{who}.json").write_text(json.dumps({"value": [message(1), message(2)]}))
    report = run_intake(tmp_path / "run", [source(1, "teams", folder)]).report.sources[0]
    assert (report.n_seen, report.n_accepted, report.n_duplicate, report.n_rows) == (4, 2, 2, 2)


def test_five_mentions_of_one_name_and_one_of_everybody_are_one_person(tmp_path: Path) -> None:
    one = {"mentioned": {"user": {"id": B}}}
    everybody = {"mentioned": {"user": None, "conversation": {"id": "19:x@thread.v2"}}}
    chat = {"chatId": "19:x@thread.v2", "mentions": [one] * 5 + [everybody]}
    report = check(tmp_path / "x.json", [message(**chat)])
    assert report.balance.n_slots == 1
    assert report.balance.notes["mentions_of_everybody"] == 1


def test_a_chat_without_members_is_those_seen_in_it_and_a_channel_nobody(tmp_path: Path) -> None:
    chat = {"chatId": "19:x@thread.v2"}
    where = {"chatId": None, "channelIdentity": {"teamId": A, "channelId": "19:c@thread.tacv2"}}
    report = check(tmp_path / "x.json", [
        message(1, **chat), message(2, **chat, **{"from": {"user": {"id": B}}}),
        message(3, **where), message(4, **where, **{"from": {"user": {"id": B}}}),
    ])  # fmt: skip
    assert report.balance.n_slots == 2
    assert dict(report.balance.filtered) == {"members_unknown": 2}
    assert any("2 messages" in text and "W-TEAMS-001" in text for text in report.warnings)


def test_chats_listed_with_their_members_need_no_guess(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    people = [{"userId": A}, {"userId": B}, {"userId": A.replace("1", "9")}]
    chats = [{"id": "19:x@thread.v2", "chatType": "group", "topic": "x", "members": people}]
    (folder / "chats.json").write_text(json.dumps({"value": chats}))
    (folder / "messages.json").write_text(json.dumps([message(chatId="19:x@thread.v2")]))
    report = check_file(folder)
    assert report.balance.n_slots == 2
    assert report.warnings == ()


@pytest.mark.parametrize(
    ("name", "content", "n"),
    [
        ("x.json", message(), 1),
        ("x.json", {"value": [message(1), message(2)]}, 2),
        ("x.json", b"\xef\xbb\xbf" + json.dumps([message()]).encode(), 1),
        ("x.json", json.dumps([message()]).encode("utf-16"), 1),
        ("x.json", b"\n".join(json.dumps(message(n)).encode() for n in (1, 2, 3)), 3),
        ("x.jsonl", b"\n".join(json.dumps({"value": [message(n)]}).encode() for n in (1, 2)), 2),
        ("x.ndjson", json.dumps(message()).encode() + b"\r\n\r\n", 1),
    ],
)
def test_lists_pages_objects_and_lines_are_all_read(
    tmp_path: Path, name: str, content: object, n: int
) -> None:
    report = check(tmp_path / name, content)
    assert (report.reader, report.balance.n_accepted) == ("teams", n)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (json.dumps([message()]).encode()[:-9], "E-JSON-001"),
        (b"<html>sign in</html>", "E-JSON-003"),
        (b'{"value": ' + b"[" * 100_000, "E-JSON-00"),
        (b'{"value": [' + b'{"value": [' * 400 + b"]}" * 400 + b"]}", "E-JSON-005"),
        (b'{"value": [' + b'{"value": [' * 9 + b"]}" * 9 + b"]}", "E-TEAMS-001"),
        (b"[1, 2]", "E-TEAMS-002"),
        (b'{"error": {"code": "InvalidAuthenticationToken"}}', ""),
        (b"\xff\xfe[\x00", "E-JSON-001"),
    ],
)
def test_damage_and_other_json_end_in_counts_or_a_clear_error(
    tmp_path: Path, content: bytes, code: str
) -> None:
    try:
        report = check(tmp_path / "x.json", content, "teams")
    except SourceError as error:
        assert error.code == "E-TEAMS-001"
    else:
        assert report.balance.n_accepted == 0
        assert all(r.code.startswith(code) for r in report.balance.rejects)


def test_one_damaged_file_leaves_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps([message()]))
    (folder / "b.json").write_text(json.dumps([message(2)])[:-5])
    report = check_file(folder)
    assert report.balance.n_accepted == 1
    assert not report.balance.is_complete
    assert any("!file 2" in text and "W-TEAMS-003" in text for text in report.warnings)
    assert "b.json" not in str(report.warnings)


def test_keys_are_made_small_and_texts_stay() -> None:
    text = rb'{"Id":  "1", "Body": {"Content": "\"Id\": \"MessageType\":"}, "From": "Id"}'
    assert small_keys(text) == (
        rb'{"id":  "1", "Body": {"Content": "\"Id\": \"MessageType\":"}, "from": "Id"}'
    )


@pytest.mark.parametrize(
    ("mail", "principal", "address"),
    [
        ("ana@acme.example", "a.rossi@acme.onmicrosoft.com", "ana@acme.example"),
        (None, "bruno@acme.example", "bruno@acme.example"),
        (None, "kim_lee_customer.example#EXT#@acme.onmicrosoft.com", "kim_lee@customer.example"),
        (None, "#EXT#@acme.onmicrosoft.com", None),
        (None, "room 7", None),
        (None, None, None),
    ],
)
def test_an_address_is_the_mail_or_the_principal_name(
    mail: str | None, principal: str | None, address: str | None
) -> None:
    assert address_of(Thing(mail=mail, user_principal_name=principal)) == address


def test_rooms_are_found_in_paths_and_contexts() -> None:
    assert rooms_named("$metadata#chats('19%3Aab_c-1%40thread.v2')/members") == {"ab_c-1"}
    assert rooms_named(f"teams/{A.upper()}/members.json") == {A}
    assert rooms_named("chats/19_abc@thread.v2.json") == {"abc"}
    assert pair_of(PAIR) == (A, B)
    assert pair_of("19:abc@thread.v2") == ()
