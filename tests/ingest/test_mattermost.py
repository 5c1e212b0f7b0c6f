"""Mattermost: the tool's own test export, damage, and files that are something else."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from chat_runs import run_reader
from shared_data import shared_path

from core.errors import SourceError
from ingest.limits import MEGA
from ingest.sniff import sniff

VERSION = '{"type":"version","version":1}\n'


def user(name: str) -> str:
    return (
        json.dumps({"type": "user", "user": {"username": name, "email": f"{name}@a.example"}})
        + "\n"
    )


def direct(**more: object) -> str:
    post = {"channel_members": ["ana", "ben"], "user": "ana", "create_at": 1767603600000, **more}
    return json.dumps({"type": "direct_post", "direct_post": post}) + "\n"


def test_the_export_of_the_tools_own_tests_is_read_whole() -> None:
    path = shared_path("data", "chat", "mattermost_bulk_import.zip")
    assert sniff(path) == "mattermost"
    reading, rows = run_reader("mattermost", path)
    # Counted line by line: 2,001 posts, 901 direct posts, 1,280 replies, and 638 pairs of a
    # message and somebody who reacted. 86 messages go to nobody but their author.
    assert reading.tally.n_seen == 2_001 + 901 + 1_280 + 638
    assert dict(reading.tally.filtered) == {"no_usable_recipient": 86}
    assert not reading.tally.rejected
    assert len(rows["accounts"]) == 16
    acts = Counter(row["act"] for row in rows["messages"])
    assert acts["reaction"] == 638
    assert len({row["key"] for row in rows["messages"]}) == len(rows["messages"])
    replies = [row for row in rows["messages"] if row["act"] == "reply"]
    assert all(row["parent"] == row["thread"] != row["key"] for row in replies)


def test_a_thread_of_more_than_a_megabyte_is_read(tmp_path: Path) -> None:
    path = tmp_path / "import.jsonl"
    replies = [{"user": "ben", "create_at": 1767603700000, "message": "x" * 2 * MEGA}]
    path.write_text(VERSION + user("ana") + user("ben") + direct(replies=replies))
    reading, rows = run_reader("mattermost", path)
    assert [row["act"] for row in rows["messages"]] == ["post", "reply"]
    assert not reading.tally.rejected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"type":"post","post":{', "json_damaged"),
        ('{"type":"post"}', "message_missing"),
        ('{"type":"post","post":{"user":"ana","create_at":"noon"}}', "record_of_another_shape"),
        ('{"type":"direct_post","direct_post":{"user":"ana"}}', "time_missing"),
        ('{"type":"direct_post","direct_post":{"create_at":1767603600000}}', "sender_missing"),
        (direct(create_at=1).strip(), "date_out_of_range"),
        (direct(create_at=99999999999999).strip(), "date_out_of_range"),
        ("[" * 100_000, "nested_"),
    ],
)
def test_a_bad_line_costs_itself_alone(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "import.jsonl"
    path.write_text(VERSION + line + "\n" + direct())
    reading, rows = run_reader("mattermost", path)
    assert len(rows["messages"]) == 1
    [found] = reading.tally.rejects
    assert found.reason.startswith(reason)
    assert found.locator == "line 2"


def test_a_reply_that_is_no_text_costs_itself_alone(tmp_path: Path) -> None:
    path = tmp_path / "import.jsonl"
    replies = [{"user": "ben", "create_at": 1767603700000}, {"user": "XX", "create_at": 1}]
    content = (VERSION + direct(replies=replies)).encode().replace(b"XX", b"\x90\xff")
    path.write_bytes(content)
    reading, rows = run_reader("mattermost", path)
    assert [row["act"] for row in rows["messages"]] == ["post", "reply"]
    assert reading.tally.n_rejected == 1


def test_replies_to_a_post_that_is_not_understood_go_to_the_room(tmp_path: Path) -> None:
    path = tmp_path / "import.jsonl"
    replies = [{"user": "ben", "create_at": 1767603700000}]
    path.write_text(VERSION + direct(user="", replies=replies))
    reading, rows = run_reader("mattermost", path)
    assert [(row["act"], row["parent"]) for row in rows["messages"]] == [("post", None)]
    assert dict(reading.tally.rejected) == {"sender_missing": 1}


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b'{"a":1}\n', b"<html>", b"[1,2]"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "import.jsonl"
    path.write_bytes(content)
    with pytest.raises(SourceError, match="E-MATTERMOST-001"):
        run_reader("mattermost", path)


def test_another_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(SourceError, match="E-MATTERMOST-001"):
        run_reader("mattermost", path)
