"""Rocket.Chat: the committed dump, damage, missing collections, members of old dumps."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from bson_writer import AT, Millis, bson_of, rocketchat_dump
from chat_runs import run_reader
from intake_runs import EXPORTS

from core.errors import SourceError
from ingest.sniff import sniff

FIXTURE = EXPORTS / "rocketchat" / "dump"


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURE, tmp_path / "dump" / "rocketchat"))


def test_the_dump_among_the_fixtures_is_what_its_script_writes() -> None:
    for file, found in rocketchat_dump().items():
        assert (FIXTURE / file).read_bytes() == b"".join(map(bson_of, found))


def test_a_dump_lies_in_the_folder_of_its_database(dump: Path) -> None:
    assert sniff(dump.parent) == "rocketchat"
    reading, _ = run_reader("rocketchat", dump.parent)
    assert reading.tally.n_seen == 15


def test_a_dump_cut_off_is_said_and_read_up_to_there(dump: Path) -> None:
    path = dump / "rocketchat_message.bson"
    path.write_bytes(path.read_bytes()[:700])
    reading, rows = run_reader("rocketchat", dump)
    assert len(rows["messages"]) >= 1
    assert dict(reading.tally.rejected) == {"file_cut_off": 1}
    assert not reading.tally.is_complete
    assert any("W-ROCKETCHAT-004" in text for text in reading.tally.warnings)


def test_without_users_and_rooms_accounts_are_ids_and_rooms_private(dump: Path) -> None:
    (dump / "users.bson").unlink()
    (dump / "rocketchat_room.bson").unlink()
    reading, rows = run_reader("rocketchat", dump)
    codes = " ".join(reading.tally.warnings)
    assert "W-ROCKETCHAT-001" in codes
    assert "W-ROCKETCHAT-002" in codes
    assert {row["visibility"] for row in rows["messages"]} == {"closed"}
    assert {row["email"] for row in rows["accounts"]} == {None}


def test_damaged_accounts_are_said(dump: Path) -> None:
    path = dump / "users.bson"
    path.write_bytes(path.read_bytes()[:-9])
    reading, _ = run_reader("rocketchat", dump)
    assert any("W-ROCKETCHAT-003" in text for text in reading.tally.warnings)
    assert not reading.tally.is_complete


def test_members_of_an_old_dump_lie_with_the_accounts(dump: Path) -> None:
    (dump / "rocketchat_subscription.bson").unlink()
    users = [{"_id": key, "username": key, "__rooms": ["R1"]} for key in ("Uana", "Uben")]
    (dump / "users.bson").write_bytes(b"".join(map(bson_of, users)))
    told = {"_id": "m1", "rid": "R1", "ts": Millis(AT), "u": {"_id": "Uana"}}
    (dump / "rocketchat_message.bson").write_bytes(bson_of(told))
    _, rows = run_reader("rocketchat", dump)
    assert [row["recipient"] for row in rows["recipients"]] == ["rocketchat:Uben"]


@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"{}", b"\xff\xff\xff\x7f", b"PK\x03\x04", bytes(50)]
)
def test_messages_that_are_no_bson_end_with_counts(dump: Path, content: bytes) -> None:
    (dump / "rocketchat_message.bson").write_bytes(content)
    reading, rows = run_reader("rocketchat", dump)
    assert not rows["messages"]
    assert reading.tally.n_seen == reading.tally.n_rejected


def test_a_packed_dump_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "rocketchat_message.bson.gz").write_bytes(b"\x1f\x8b")
    assert sniff(tmp_path) == "rocketchat"
    with pytest.raises(SourceError, match="--gzip"):
        run_reader("rocketchat", tmp_path)
