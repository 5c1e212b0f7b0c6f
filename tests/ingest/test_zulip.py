"""Zulip: damaged files, missing parts, and an archive as the tool packs it."""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path

import pytest
from chat_runs import run_reader
from intake_runs import EXPORTS

from core.errors import SourceError
from ingest.sniff import sniff

FIXTURE = EXPORTS / "zulip" / "export"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURE, tmp_path / "zulip-export-x"))


def test_the_archive_as_the_tool_packs_it_gives_the_same_rows(
    tmp_path: Path, export: Path
) -> None:
    packed = tmp_path / "zulip-export-x.tar.gz"
    with tarfile.open(packed, "w:gz") as archive:
        archive.add(export, "zulip-export-x")
    assert sniff(packed) == sniff(export) == "zulip"
    assert run_reader("zulip", packed)[1] == run_reader("zulip", export)[1]


def test_a_damaged_file_of_messages_does_not_stop_the_others(export: Path) -> None:
    (export / "messages-000001.json").write_text('{"zerver_message": [{"id": 1')
    reading, rows = run_reader("zulip", export)
    assert reading.tally.rejected["json_damaged"] == 1
    assert not reading.tally.is_complete
    assert any("W-ZULIP-003" in text for text in reading.tally.warnings)
    assert len(rows["messages"]) == 2


@pytest.mark.parametrize(
    "content", ["[]", "<html>", '{"zerver_userprofile": 3}', "", "[" * 99_999]
)
def test_a_realm_that_cannot_be_read_stops_the_import(export: Path, content: str) -> None:
    (export / "realm.json").write_text(content)
    with pytest.raises(SourceError, match="E-JSON-"):
        run_reader("zulip", export)


def test_without_a_realm_nothing_is_read(export: Path) -> None:
    (export / "realm.json").unlink()
    with pytest.raises(SourceError, match="E-ZULIP-001"):
        run_reader("zulip", export)


def test_files_are_read_in_the_order_of_their_numbers(export: Path) -> None:
    messages = json.loads((export / "messages-000002.json").read_text())
    messages["zerver_message"] = [{**messages["zerver_message"][0], "id": 2_000}]
    (export / "messages-1000000.json").write_text(json.dumps(messages))
    keys = [row["key"] for row in run_reader("zulip", export)[1]["messages"]]
    assert keys[-1] == "zulip:acme:message:2000"


def test_an_author_whom_the_realm_does_not_list_is_a_stranger(export: Path) -> None:
    told = {"zerver_message": [{"id": 1, "sender": 77, "recipient": 101, "date_sent": 1767603600}]}
    (export / "messages-000001.json").write_text(json.dumps(told))
    reading, rows = run_reader("zulip", export)
    assert rows["accounts"][-1]["account"] == "zulip:acme:77"
    assert rows["accounts"][-1]["kind"] == "guest"
    assert reading.tally.notes["accounts_not_listed"] == 1
