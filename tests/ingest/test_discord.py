"""Discord: a real exporter file, answers in circles, damage, and direct chats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from chat_runs import run_reader
from shared_data import shared_path

from core.errors import SourceError
from ingest.sniff import sniff


def channel(*messages: dict[str, Any], kind: str = "GuildTextChat") -> dict[str, Any]:
    return {
        "guild": {"id": "1"},
        "channel": {"id": "100", "type": kind},
        "messages": list(messages),
        "messageCount": len(messages),
    }


def message(key: str, user: str, answers: str = "", **more: object) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": key,
        "type": "Reply" if answers else "Default",
        "timestamp": "2026-01-05T09:00:00+00:00",
        "author": {"id": user, "name": user},
        **more,
    }
    return {**told, "reference": {"messageId": answers}} if answers else told


def written(tmp_path: Path, told: object) -> Path:
    path = tmp_path / "channel.json"
    path.write_text(json.dumps(told))
    return path


def test_a_file_of_the_exporter_is_read_and_its_false_count_said() -> None:
    folder = shared_path("corpora", "chat", "zulip-fixtures", "discord")
    [path] = folder.glob("*.json")
    assert sniff(path) == "discord"
    reading, rows = run_reader("discord", path)
    # By hand: 5 messages and a reaction. A join and a pin are notices; the members of a channel
    # are not exported and nobody is named, so three are heard by nobody known (one of them is
    # an answer to oneself). The file says 7 messages.
    assert reading.tally.n_seen == 6
    assert dict(reading.tally.filtered) == {"system_event": 2, "members_unknown": 3}
    assert "W-DISCORD-001" in reading.tally.warnings[0]
    assert [row["act"] for row in rows["messages"]] == ["reaction"]
    kinds = {row["account"]: row["kind"] for row in rows["accounts"]}
    assert kinds["discord:bot001"] == "service"


def test_answers_in_a_circle_end(tmp_path: Path) -> None:
    told = channel(message("1", "a", "2"), message("2", "b", "1"), message("3", "b", "3"))
    reading, rows = run_reader("discord", written(tmp_path, told))
    assert len(rows["messages"]) == 2
    assert dict(reading.tally.filtered) == {"members_unknown": 1}


def test_an_answer_to_a_message_outside_the_export_goes_to_nobody_known(tmp_path: Path) -> None:
    reading, _ = run_reader("discord", written(tmp_path, channel(message("1", "a", "99"))))
    assert dict(reading.tally.filtered) == {"members_unknown": 1}


def test_a_thread_holds_its_messages_together(tmp_path: Path) -> None:
    named = {"mentions": [{"id": "b"}]}
    told = channel(
        message("1", "a", **named), message("2", "a", **named), kind="GuildPrivateThread"
    )
    _, rows = run_reader("discord", written(tmp_path, told))
    assert {row["thread"] for row in rows["messages"]} == {"discord:100"}
    assert {row["visibility"] for row in rows["messages"]} == {"closed"}


def test_a_time_without_a_zone_is_the_sites(tmp_path: Path) -> None:
    told = channel(message("1", "a", timestamp="2026-01-05T09:00:00", mentions=[{"id": "b"}]))
    reading, rows = run_reader("discord", written(tmp_path, told))
    assert rows["messages"][0]["sent_s"] == 1_767_600_000  # 08:00 UTC: the site is Rome
    assert reading.tally.notes["tz_assumed"] == 1


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", "<html>", '{"guild":{', '{"channel":{"id":"1"},"messages":{}}', "[" * 99_999],
)
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "channel.json"
    path.write_text(content)
    with pytest.raises(SourceError, match="E-DISCORD-001"):
        run_reader("discord", path)


def test_a_file_cut_off_in_a_folder_is_said_and_the_others_are_read(tmp_path: Path) -> None:
    whole = json.dumps(channel(message("1", "a", mentions=[{"id": "b"}])))
    (tmp_path / "one.json").write_text(whole)
    (tmp_path / "two.json").write_text(whole[: len(whole) // 2])
    reading, rows = run_reader("discord", tmp_path)
    assert len(rows["messages"]) == 1
    assert not reading.tally.is_complete
    assert reading.tally.rejected == {"json_damaged": 1}
