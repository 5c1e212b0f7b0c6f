"""Outlook messages: told apart from old documents, damaged ones are one reject each."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from intake_runs import EXPORTS, settings, source
from shared_data import shared_path
from small_msg import at, compound, fixtures, message, person

from core.errors import SourceError
from ingest.checking import check_file
from ingest.readers.msg import read_msg
from ingest.reading import Reading, close_accounts, source_for, start_reading
from ingest.sniff import sniff

NOTE = {0x001A: "IPM.Note", 0x0039: at(9), 0x0C1E: "SMTP", 0x0C1F: "a@x.example"}


def read(path: Path) -> tuple[Reading, list[dict]]:
    reading = start_reading(source(1, "msg", path), settings())
    rows = [
        row
        for batch in read_msg(source_for(reading, settings()))
        if batch.table == "messages"
        for row in batch.rows.to_pylist()
    ]
    reading.n_messages = len(rows)
    close_accounts(reading, 0)
    return reading, rows


def test_the_fixtures_are_what_their_script_writes() -> None:
    for name, content in fixtures().items():
        assert (EXPORTS / "msg" / "mails" / name).read_bytes() == content, name


def test_an_old_document_is_not_taken_for_a_message(tmp_path: Path) -> None:
    path = tmp_path / "letter.doc"
    path.write_bytes(compound({"WordDocument": b"CANARY"}))
    with pytest.raises(SourceError, match="no reader for this kind of file"):
        sniff(path)
    reading, rows = read(path)
    assert (rows, reading.tally.n_rejected) == ([], 1)


def test_every_message_of_the_corpus_is_read_in_its_child(shared_dir: Path) -> None:
    folder = shared_path(
        "corpora", "mail", "tika", "tika-parsers", "tika-parsers-standard",
        "tika-parsers-standard-modules", "tika-parser-microsoft-module", "src", "test",
        "resources", "test-documents",
    )  # fmt: skip
    report = check_file(folder, "msg")
    # 12 files by their classes: seven notes; a contact, a task, a post, a sticky note and an
    # appointment.
    assert report.balance.n_seen == 12
    assert dict(report.balance.filtered) == {"other_item": 5}
    assert report.balance.n_accepted == 7


def test_a_message_in_two_mailboxes_without_an_id_is_one(tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    to = [person(1, "b@x.example"), person(2, "c@x.example")]
    (folder / "1.msg").write_bytes(message(NOTE, to))
    (folder / "2.msg").write_bytes(message(NOTE, to[::-1]))
    _, rows = read(folder)
    assert len({row["key"] for row in rows}) == 1
    assert rows[0]["key"].startswith("made:")


def test_times_out_of_range_are_rejects(tmp_path: Path) -> None:
    path = tmp_path / "a.msg"
    path.write_bytes(
        message(NOTE | {0x0039: at(9).replace(year=1975)}, [person(1, "b@x.example")])
    )
    reading, _ = read(path)
    assert [(r.code, r.reason) for r in reading.tally.rejects] == [
        ("E-MSG-005", "date_out_of_range")
    ]


def test_bytes_turned_over_never_end_in_a_crash(tmp_path: Path) -> None:
    chance = random.Random(3)  # noqa: S311 - turns bytes over
    whole = fixtures()["01 CANARY.msg"]
    path = tmp_path / "a.msg"
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(chance.randrange(1, 40)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content[: chance.randrange(len(content))] if chance.random() < 0.3
                         else content)  # fmt: skip
        reading, rows = read(path)
        assert len(rows) + reading.tally.n_rejected + reading.tally.n_filtered == 1


def test_without_the_package_the_error_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.msg"
    path.write_bytes(message(NOTE, [person(1, "b@x.example")]))
    monkeypatch.setitem(sys.modules, "olefile", None)
    with pytest.raises(SourceError, match=r"E-READER-002.*pip install olefile"):
        read(path)


def test_a_folder_without_messages_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "a.txt").write_text("x")
    with pytest.raises(SourceError, match=r"no .msg file in it .*E-MSG-001"):
        read(folder)
