"""Slack exports: every message, reaction and fault counted; no text in any record."""

from __future__ import annotations

import json
import typing
import zipfile
from pathlib import Path

import msgspec
import pytest
from intake_runs import EXPORTS, run_intake, slack_zip, source

from core.errors import SourceError
from ingest.chat import slack_export
from ingest.checking import CheckReport, check_file

USERS = [
    {"id": "U1", "team_id": "T1", "profile": {"email": "ana@acme.example"}},
    {"id": "U2", "team_id": "T1", "profile": {"email": "bruno@acme.example"}},
    {"id": "UB", "team_id": "T1", "is_bot": True, "profile": {}},
]
ROOMS = [{"id": "C1", "name": "room", "members": ["U1", "U2", "UB"]}]
CONTENT = {"text", "blocks", "files", "attachments", "name_of", "real_name", "topic", "title"}


def make(path: Path, files: dict[str, object]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            raw = content if isinstance(content, bytes) else json.dumps(content).encode()
            archive.writestr(name, raw)
    return path


def check(path: Path, messages: object, **more: object) -> CheckReport:
    files = {"users.json": USERS, "channels.json": ROOMS, "groups.json": [], "dms.json": [],
             "mpims.json": [], "room/2025-03-03.json": messages, **more}  # fmt: skip
    return check_file(make(path, files))


def message(n: int, **fields: object) -> dict[str, object]:
    return {"type": "message", "user": "U1", "ts": f"{1741000000 + n}.000100", **fields}


def test_no_record_has_a_field_that_could_hold_content() -> None:
    kinds = [kind for kind in vars(slack_export).values()
             if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]  # fmt: skip
    assert len(kinds) >= 6
    for kind in kinds:
        assert not CONTENT & set(typing.get_type_hints(kind)), kind


def test_the_community_export_is_counted_whole(shared_dir: Path) -> None:
    # facts of the data's own description: 71 users, 1,382 messages, 2015-06-06 to 2016-07-27
    report = check_file(shared_dir / "data" / "chat" / "slack_community_export.zip")
    n_reactions = report.balance.notes["reaction_time_unknown"]
    assert report.balance.n_seen - n_reactions == 1382
    assert report.facts["accounts listed"] == "71"
    assert report.facts["days"] == "2015-06-06 to 2016-07-27 (UTC)"
    assert report.balance.rejected == {}
    assert any("W-SLACK-001" in text for text in report.warnings)


def test_reactions_are_rows_to_the_author_and_never_replies(tmp_path: Path) -> None:
    taken = run_intake(tmp_path / "run", [
        source(1, "roster_csv", EXPORTS / "roster_csv" / "roster.csv"),
        source(2, "slack", slack_zip(EXPORTS / "slack", tmp_path / "slack.zip")),
    ])  # fmt: skip
    rows = taken.table("messages")
    reactions = rows[rows["act"] == "reaction"]
    # by hand: U2 (twice) and U3 reacted to U1's message; three emojis, two reactors
    assert len(reactions) == 2
    assert reactions["recipient_id"].nunique() == 1
    assert reactions["reply_to_id"].isna().all()
    assert (reactions["reply_quality"] == "none").all()
    assert reactions["thread_id"].nunique() == 1


def test_a_thread_reply_goes_to_the_author_of_its_root(tmp_path: Path) -> None:
    report = check(tmp_path / "x.zip", [
        message(1, thread_ts="1741000001.000100"),
        message(2, user="U2", thread_ts="1741000001.000100"),  # no parent_user_id: looked up
        message(3, user="U1", thread_ts="1741000001.000100"),  # the author in the own thread
    ])  # fmt: skip
    assert report.facts["acts"] == "1 post, 2 reply"
    assert report.balance.n_rows == 3  # to U2; to U1; to the other members, U2


@pytest.mark.parametrize(
    ("record", "part", "reason"),
    [
        (message(1, subtype="channel_join"), "filtered", "system_event"),
        (message(1, subtype="tombstone"), "filtered", "tombstone"),
        ({"type": "message", "user": "U1"}, "rejected", "time_missing"),
        (message(1) | {"ts": "soon"}, "rejected", "date_unparsable"),
        (message(1) | {"ts": "0.1"}, "rejected", "date_out_of_range"),
        (message(1) | {"ts": 1741000001.0001}, "rejected", "record_of_another_shape"),
        (message(1) | {"user": None}, "rejected", "sender_missing"),
        (message(1) | {"user": 7}, "rejected", "record_of_another_shape"),
        ("text", "rejected", "record_of_another_shape"),
    ],
)
def test_a_record_that_is_no_message_is_counted_by_its_reason(
    tmp_path: Path, record: object, part: str, reason: str
) -> None:
    report = check(tmp_path / "x.zip", [record, message(2)])
    found = report.balance.filtered if part == "filtered" else report.balance.rejected
    assert dict(found) == {reason: 1}
    assert report.balance.n_accepted == 1


def test_the_place_of_a_fault_names_the_channel_by_its_id(tmp_path: Path) -> None:
    report = check(tmp_path / "x.zip", [message(2), message(1) | {"user": 7}])
    assert [r.locator for r in report.balance.rejects] == ["C1/2025-03-03.json $[1].user"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'[{"ts": "1741000001.0001", "user": "U1"}, {"ts": ', "E-JSON-001"),
        (b"<!doctype html><html>sign in</html>", "E-JSON-003"),
        (b'{"ok": false, "error": "not_authed"}', "E-JSON-004"),
        (b"[" * 100_000, "E-JSON-00"),
        (b'[{"ts": "1", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]", "E-JSON-00"),
        (b"\xff\xfe[\x00", "E-JSON-001"),
        (b"", "E-JSON-001"),
    ],
)
def test_one_bad_day_leaves_the_other_days(tmp_path: Path, content: bytes, code: str) -> None:
    report = check(tmp_path / "x.zip", [message(1)], **{"room/2025-03-04.json": content})
    assert report.balance.n_accepted == 1
    assert report.balance.rejects[0].code.startswith(code)
    assert not report.balance.is_complete


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_json_with_a_byte_order_mark_is_read(tmp_path: Path, encoding: str) -> None:
    day = json.dumps([message(1)]).encode(encoding)
    assert check(tmp_path / "x.zip", day).balance.n_accepted == 1


def test_channels_too_large_or_of_unknown_members_give_no_rows(tmp_path: Path) -> None:
    rooms = [{"id": "C1", "name": "room", "members": [f"U{n}" for n in range(201)]},
             {"id": "C2", "name": "other", "members": []}]  # fmt: skip
    report = check(tmp_path / "x.zip", [message(1)], **{
        "channels.json": rooms, "other/2025-03-03.json": [message(2)],
        "lost/2025-03-03.json": [message(3)],
    })  # fmt: skip
    assert dict(report.balance.filtered) == {"large_channel": 1, "members_unknown": 2}


def test_a_bot_is_a_service_and_its_messages_are_automated(tmp_path: Path) -> None:
    path = make(tmp_path / "x.zip", {
        "users.json": USERS, "channels.json": ROOMS,
        "room/2025-03-03.json": [
            message(1, user="UB"), message(2, user=None, bot_id="B7", subtype="bot_message"),
            message(3, bot_id="B7"), message(4),
        ],
    })  # fmt: skip
    taken = run_intake(tmp_path / "run", [source(1, "slack", path)])
    rows = taken.table("messages").drop_duplicates("message_id")
    assert rows["is_automated"].sum() == 3
    assert (taken.table("people")["kind"] == "service").sum() == 2


def test_an_export_of_a_grid_nests_its_workspaces(tmp_path: Path) -> None:
    files = {
        "grid/org_users.json": USERS,
        "grid/teams/red/channels.json": ROOMS,
        "grid/teams/red/room/2025-03-03.json": [message(1)],
        "grid/teams/red/FC:F123:report/2025-03-03.json": [message(2)],
    }
    report = check_file(make(tmp_path / "x.zip", files))
    assert report.balance.n_accepted == 1


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "x.zip", {"letter.txt": b"hello"})
    with pytest.raises(SourceError, match="ZIP archive that is no Slack export"):
        check_file(path)
    with pytest.raises(SourceError, match="E-SLACK-002"):
        check_file(path, "slack")


def test_a_folder_reads_as_its_archive_does(tmp_path: Path) -> None:
    packed = slack_zip(EXPORTS / "slack", tmp_path / "slack.zip")
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path / "open")
    one, other = check_file(packed), check_file(tmp_path / "open")
    assert one.reader == other.reader == "slack"
    assert one.facts == other.facts
    assert one.balance.as_json() | {"file_sha256": ""} == other.balance.as_json() | {
        "file_sha256": ""
    }


def test_a_folder_whose_name_a_file_system_spelled_anew_is_found(tmp_path: Path) -> None:
    rooms = [{"id": "C1", "name": "b\u00fcro", "members": ["U1", "U2"]}]
    report = check_file(make(tmp_path / "x.zip", {
        "users.json": USERS, "channels.json": rooms, "bu\u0308ro/2025-03-03.json": [message(1)],
    }))  # fmt: skip
    assert report.balance.n_accepted == 1


def test_mentions_are_read_only_where_asked_for(tmp_path: Path) -> None:
    rooms = [{"id": "C1", "name": "room", "members": [f"U{n}" for n in range(201)]}]
    path = make(tmp_path / "x.zip", {
        "users.json": USERS, "channels.json": rooms,
        "room/2025-03-03.json": [message(1, text="<@U2> and <@U2|bruno> and <@here>"), 7],
    })  # fmt: skip
    assert dict(check_file(path).balance.filtered) == {"large_channel": 1}
    asked = check_file(path, "slack", {"mentions": True}).balance
    assert (asked.n_accepted, asked.n_slots) == (1, 1)


def test_a_text_is_let_go_while_it_is_decoded() -> None:
    text = b'{"ts": "1.2", "text": "<@U1> secret <@W2|name> <!here> <#C3|room> <@X4> <@u5>"}'
    found = msgspec.json.decode(text, type=slack_export.MessageNaming,
                                dec_hook=slack_export.ids_named)  # fmt: skip
    assert found.named == ("U1", "W2")
    assert b"secret" not in msgspec.json.encode(found, enc_hook=list)


def test_the_root_that_a_broadcast_reply_holds_names_its_author(tmp_path: Path) -> None:
    root = "1740000000.000100"  # of a day that the export does not hold
    broadcast = message(1, subtype="thread_broadcast", thread_ts=root,
                        root={"ts": root, "user": "U2", "text": "x"})  # fmt: skip
    report = check(tmp_path / "x.zip", [broadcast])
    assert (report.balance.n_seen, report.balance.n_slots) == (1, 1)
    assert report.facts["acts"] == "1 reply"


@pytest.mark.parametrize(
    "export",
    ["corpora/chat/slack-export-viewer/tests/testarchive.zip"],
)
def test_a_real_export_balances(export: str, shared_dir: Path) -> None:
    # the corpora's own description: 158 messages, 94 of them by bots
    report = check_file(shared_dir / export)
    n_reactions = report.balance.notes.get("reaction_time_unknown", 0)
    assert report.balance.n_seen - n_reactions == 158
    assert report.balance.rejected == {}


def test_a_reply_shown_to_the_channel_is_read_as_another_reader_expects(
    shared_dir: Path, tmp_path: Path
) -> None:
    day = (shared_dir / "corpora" / "chat" / "zulip-fixtures" / "slack"
           / "thread_with_broadcast_reply.json").read_bytes()  # fmt: skip
    rooms = [{"id": "C1", "name": "random", "members": ["U061A5N1G", "U061A1R2R"]}]
    report = check_file(make(tmp_path / "x.zip", {
        "channels.json": rooms, "random/2015-06-12.json": day,
    }))  # fmt: skip
    assert report.facts["acts"] == "1 post, 2 reply"
    assert (report.balance.n_seen, report.balance.n_slots) == (3, 3)


@pytest.mark.parametrize("half", ["\\ud83d", "\\ude00", "\\ude00\\ud83d", "\\ud83d\\ud83d"])
def test_half_an_emoji_in_a_text_costs_no_day(tmp_path: Path, half: str) -> None:
    day = json.dumps([message(1, text="HALF"), message(2)]).replace("HALF", half).encode()
    assert check(tmp_path / "x.zip", day).balance.n_accepted == 2
    asked = check_file(tmp_path / "x.zip", "slack", {"mentions": True})
    assert asked.balance.n_accepted == 2


def test_half_a_character_in_an_id_costs_its_message(tmp_path: Path) -> None:
    day = json.dumps([message(1, user="HALF"), message(2)]).replace("HALF", "\\ud83d").encode()
    report = check(tmp_path / "x.zip", day)
    assert report.balance.n_accepted == 1
    assert [(r.locator, r.reason) for r in report.balance.rejects] == [
        ("C1/2025-03-03.json $[0]", "json_damaged")
    ]
