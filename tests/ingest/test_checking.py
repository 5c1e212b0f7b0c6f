"""`check_file`: any file is read whole or refused by name; nothing is written."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_runs import EXPORTS, slack_zip
from property_inputs import tried

from core.errors import AuditError, SourceError
from ingest.checking import check_file

LONGEST_S = 10


@pytest.mark.parametrize(
    ("file", "reader", "n_seen"),
    [
        ("roster_csv/roster.csv", "roster_csv", 6),
        ("messages_csv/trace.csv", "messages_csv", 10),
        ("mbox/mail.mbox", "mbox", 5),
        ("survey_csv/wide.csv", "survey_csv", 5),
        ("survey_csv/long.csv", "survey_csv", 5),
    ],
)
def test_the_reader_of_a_file_is_found_by_its_content(
    tmp_path: Path, file: str, reader: str, n_seen: int
) -> None:
    path = tmp_path / "unnamed"
    path.write_bytes((EXPORTS / file).read_bytes())
    report = check_file(path)
    assert (report.reader, report.balance.n_seen) == (reader, n_seen)


def test_looking_writes_nothing(tmp_path: Path) -> None:
    path = slack_zip(EXPORTS / "slack", tmp_path / "export.zip")
    before = path.read_bytes()
    check_file(path)
    assert [file.name for file in tmp_path.iterdir()] == ["export.zip"]
    assert path.read_bytes() == before


def test_a_message_table_is_read_with_a_suggested_map_that_is_shown() -> None:
    report = check_file(EXPORTS / "messages_csv" / "trace.csv")
    assert 'sender = "Sender"' in report.suggestion
    assert 'time = "iso"' in report.suggestion
    text = "\n".join(report.lines())
    assert "not understood: line 10 date unparsable (E-CSV-010)" in text
    assert "a run would stop here" in text
    assert "acme.example" not in text


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Outlook MSG"),
        (b"<!doctype html><html></html>", "web page"),
        (b'{"ok": true}', "JSON"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x05\x06" + bytes(18), "ZIP archive that is no Slack export"),
        (b"\x00\x01\x02" * 50, "binary"),
        (b"Dear all,\nhello.\n", "text"),
        (b"a,b\n1,2\n", "table whose columns no reader knows"),
    ],
)
def test_a_file_without_a_reader_is_named_by_its_kind(
    tmp_path: Path, content: bytes, kind: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=f"no reader for this kind of file yet .*{kind}") as e:
        check_file(path)
    assert e.value.exit_code == 3


def test_an_empty_file_a_missing_one_and_a_folder_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"\n \n")
    for path, code in ((tmp_path / "empty.csv", "E-FILE-002"), (tmp_path / "no", "E-FILE-001"),
                       (tmp_path, "E-READER-001")):  # fmt: skip
        with pytest.raises(SourceError, match=code):
            check_file(path)


def _sweep(folder: Path) -> dict[str, int]:
    ends = {"read": 0, "refused": 0}
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        started = time.perf_counter()
        try:
            report = check_file(path)
            report.balance.check()
            assert report.balance.n_seen > 0, path
            assert report.lines()
            ends["read"] += 1
        except SourceError as error:
            assert error.code, path
            assert str(error).startswith(path.name), path
            ends["refused"] += 1
        assert time.perf_counter() - started < LONGEST_S, path
    return ends


@pytest.mark.slow  # the sweep and the tests of mail read the same files
def test_every_mail_of_the_corpora_is_read_or_refused_with_a_reason(shared_dir: Path) -> None:
    ends = _sweep(shared_dir / "corpora" / "mail")
    assert ends["read"] + ends["refused"] >= 630
    assert ends["read"] >= 230


@pytest.mark.parametrize(
    "name", ["chat", "formats", pytest.param("survey", marks=pytest.mark.slow), "strings", "psl"]
)
def test_every_other_file_is_read_or_refused_with_a_reason(shared_dir: Path, name: str) -> None:
    assert sum(_sweep(shared_dir / "corpora" / name).values()) >= 2


def test_a_line_break_outside_the_quotes_of_a_header_is_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "damaged.csv"
    path.write_text('\x01"Team,Q1,Q2,Comments\n"Fleet,1,7,nothing\nFleet,1,7,nothing\n')
    try:
        check_file(path, "survey_csv").balance.check()
    except AuditError as error:
        assert error.exit_code in (2, 3)


@given(st.data())
@tried(60, one_folder=True)
def test_a_file_with_random_damage_is_counted_or_refused(
    tmp_path: Path, data: st.DataObject
) -> None:
    files = ["roster_csv/roster.csv", "messages_csv/trace.csv", "mbox/mail.mbox",
             "survey_csv/wide.csv", "survey_csv/long.csv", "slack"]  # fmt: skip
    name = data.draw(st.sampled_from(files))
    if name == "slack":
        raw = bytearray(slack_zip(EXPORTS / "slack", tmp_path / "slack.zip").read_bytes())
    else:
        raw = bytearray((EXPORTS / name).read_bytes())
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))
        raw = raw or bytearray(b" ")
    path = tmp_path / "damaged"
    path.write_bytes(raw)
    reader = "slack" if name == "slack" else name.partition("/")[0]
    try:
        report = check_file(path, reader)
    except AuditError as error:
        assert error.exit_code in (2, 3)
    else:
        report.balance.check()
