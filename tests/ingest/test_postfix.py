"""Logs of Postfix: what a line says, and which lines are one mail."""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_runs import settings as intake_settings
from intake_runs import source
from property_inputs import tried
from shared_data import shared_path

from core.errors import SourceError
from ingest.logs.postfix_lines import Event, instant, parse_event, parse_line
from ingest.readers.postfix import read_postfix
from ingest.reading import close_accounts, source_for, start_reading
from ingest.sniff import sniff
from ingest.tally import Tally

PROGRAMS = {
    "CLEANUP": b"cleanup", "QMGR": b"qmgr", "SMTP": b"smtp", "LMTP": b"lmtp", "LOCAL": b"local",
    "PIPE": b"pipe", "VIRTUAL": b"virtual", "RELAY": b"relay", "ERROR": b"error",
    "DISCARD": b"discard", "SMTPD": b"smtpd", "PICKUP": b"pickup", "BOUNCE": b"bounce",
}  # fmt: skip
QID = "4F2B1C0A"


def utc(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp())


def read(path: Path, lines: list[str], **options: Any) -> tuple[list[dict[str, Any]], Tally]:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    reading = start_reading(source(1, "postfix", path, options), intake_settings())
    units: dict[int, dict[str, Any]] = {}
    for batch in read_postfix(source_for(reading, intake_settings())):
        for row in batch.rows.to_pylist():
            if batch.table == "messages":
                units[row["unit"]] = {**row, "to": []}
            else:
                units[row["unit"]]["to"].append(row["recipient"])
    reading.n_messages = len(units)
    close_accounts(reading, 0)
    return list(units.values()), reading.tally


def mail(qid: str, at: str = "2026-03-02T09:00:00+01:00", **told: str) -> list[str]:
    """The lines of one plain mail with the host, ids and addresses given."""
    said = {"host": "mx1", "sender": "ana@x.example", "to": "ben@x.example", "mid": f"{qid}@x",
            "end": "status=sent (250 2.0.0 Ok)", **told}  # fmt: skip
    head = f"{at} {said['host']} postfix"
    return [
        f"{head}/smtpd[1]: {qid}: client=pc[192.0.2.1]",
        f"{head}/cleanup[2]: {qid}: message-id=<{said['mid']}>",
        f"{head}/qmgr[3]: {qid}: from=<{said['sender']}>, size=1, nrcpt=1 (queue active)",
        f"{head}/smtp[4]: {qid}: to=<{said['to']}>, relay=r[192.0.2.2]:25, delay=1, "
        f"dsn=2.0.0, {said['end']}",
        f"{head}/qmgr[3]: {qid}: removed",
    ]


def samples() -> list[tuple[str, str, str, dict[str, str]]]:
    """The published lines: file, pattern, line, and the fields that another program finds."""
    found = []
    for file in sorted(
        shared_path("corpora", "logs", "postfix-grok-patterns", "test").glob("*.yaml")
    ):
        text = file.read_text(encoding="utf-8")
        pattern = re.search(r"POSTFIX_(\w+)", text)
        line = re.search(r'^data: "?(.*?)"?$', text, re.MULTILINE)
        fields = re.findall(r"^ {4}([\w-]+): (.*)$", text, re.MULTILINE)
        assert line is not None
        told = {name: _plain(value.strip().strip('"')) for name, value in fields}
        found.append((file.stem, pattern[1] if pattern else "", _plain(line[1]), told))
    return found


def _plain(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\")


def _field(pairs: str, name: str) -> str | None:
    found = re.search(rf"(?:^|, ){name}=<?([^>, ]*)>?", pairs)
    return found[1] if found else None


def test_every_published_line_gives_the_fields_that_we_read() -> None:
    # oracle: the expected fields of postfix-grok-patterns
    compared = 0
    for name, pattern, line, fields in samples():
        program = PROGRAMS.get(pattern)
        event = parse_event(program, line.encode()) if program else None
        pairs = fields.get("postfix_keyvalue_data", "")
        is_of_mail = fields.get("postfix_status") or fields.get("postfix_message-id") is not None
        if program in {None, b"bounce", b"smtpd"} or "postfix_queueid" not in fields:
            continue
        if event is None:
            assert not is_of_mail, name
            continue
        assert event.queue_id == fields["postfix_queueid"], name
        assert event.message_id == fields.get("postfix_message-id"), name
        assert event.to == _field(pairs, "to"), name
        assert event.orig_to == _field(pairs, "orig_to"), name
        assert event.status == fields.get("postfix_status", event.status), name
        if program == b"qmgr":
            assert event.sender == fields.get("postfix_from", _field(pairs, "from")), name
        compared += 1
    assert compared >= 25


def test_no_published_line_makes_the_reader_fail_or_tells_of_headers(tmp_path: Path) -> None:
    lines = [
        f"2026-03-02T09:00:00Z mx1 postfix/{PROGRAMS.get(pattern, b'smtpd').decode()}[1]: {line}"
        for _, pattern, line, _ in samples()
    ]
    rows, tally = read(tmp_path / "mail.log", lines)
    assert tally.n_seen > 20
    assert "Subject" not in f"{rows}{tally}"


@pytest.mark.parametrize(
    ("line", "sent"),
    [
        ("2026-03-02T09:00:00.123456+01:00 mx1 postfix/qmgr[1]: x", "2026-03-02T08:00"),
        ("2026-03-02T09:00:00Z mx1 postfix-out/smtp/qmgr[1]: x", "2026-03-02T09:00"),
        ("2026-03-02 09:00:00 mx1 postfix/qmgr[1]: x", "2026-03-02T08:00"),  # nine in Rome
        ("<22>Mar  2 09:00:00 mx1 postfix/qmgr[1]: x", "2026-03-02T08:00"),
        ("Jul  2 09:00:00 mx1 postfix/submission/smtpd[1]: x", "2026-07-02T07:00"),
        ("<22>1 2026-03-02T09:00:00Z mx1 postfix/qmgr 12 - - x", "2026-03-02T09:00"),
    ],
)
def test_the_usual_kinds_of_syslog_line_are_read(line: str, sent: str) -> None:
    found = parse_line(line.encode())
    assert found is not None
    assert found.stamp is not None
    assert (found.text, found.host) == (b"x", b"mx1")
    assert instant(found.stamp, 2026, ZoneInfo("Europe/Rome")) == utc(sent)


@given(st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2037, 1, 1)),
       st.sampled_from(["Europe/Rome", "America/St_Johns", "Asia/Kathmandu", "UTC"]))  # fmt: skip
@tried(150)
def test_local_times_are_those_of_the_standard_library(moment: dt.datetime, name: str) -> None:
    # oracle: datetime with zoneinfo
    place = ZoneInfo(name)
    line = parse_line(f"{moment:%Y-%m-%d %H:%M:%S} mx1 postfix/qmgr[1]: x".encode())
    assert line is not None
    assert line.stamp is not None
    expected = moment.replace(microsecond=0, tzinfo=place)
    assert instant(line.stamp, 0, place) == int(expected.timestamp())


def test_other_programs_and_damaged_lines_are_no_lines_of_postfix() -> None:
    for line in (b"", b"Mar  2 09:00:00 mx1 dovecot[1]: x", b"postfix/qmgr[1]: x", b"\xff" * 9):
        assert parse_line(line) is None
    damaged = parse_line(b"Mar 32 09:00:00 mx1 postfix/qmgr[1]: 0F5383D: removed")
    assert damaged is not None
    assert damaged.stamp is None


def test_lines_of_two_hosts_with_one_queue_id_are_two_mails(tmp_path: Path) -> None:
    one, two = mail(QID, mid="1@x"), mail(QID, host="mx2", sender="eva@x.example", mid="2@x")
    rows, _ = read(
        tmp_path / "m.log", [line for pair in zip(one, two, strict=True) for line in pair]
    )
    assert [(row["key"], row["sender"]) for row in rows] == [
        ("mid:1@x", "email:ana@x.example"), ("mid:2@x", "email:eva@x.example")]  # fmt: skip


def test_a_queue_id_that_is_used_again_is_another_mail(tmp_path: Path) -> None:
    unended = mail(QID, mid="1@x")[:-1]  # its "removed" is lost
    again = mail(QID, at="2026-03-02T15:00:00+01:00", mid="2@x")
    late = mail(QID, at="2026-03-09T15:00:00+01:00", mid="3@x")
    rows, _ = read(tmp_path / "m.log", unended + again + late)
    assert [row["key"] for row in rows] == ["mid:1@x", "mid:2@x", "mid:3@x"]


def test_a_mail_that_a_filter_hands_back_counts_once(tmp_path: Path) -> None:
    first = mail("AAAA1111", mid="1@x", end="status=sent (250 Ok: queued as BBBB2222)")
    second = mail("BBBB2222", mid="1@x")
    rows, tally = read(tmp_path / "m.log", first[:3] + second[:2] + first[3:] + second[2:])
    assert [(row["key"], row["to"]) for row in rows] == [("mid:1@x", ["email:ben@x.example"])]
    assert dict(tally.filtered) == {"reinjected": 1}


def test_the_queue_of_a_server_elsewhere_is_no_filter(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "m.log", mail(QID, end="status=sent (250 Ok: queued as CCCC3333)"))
    assert len(rows) == 1


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"sender": ""}, "bounce"),
        ({"end": "status=bounced (user unknown)"}, "not_delivered"),
        ({"end": "status=deferred (timed out)"}, "not_delivered"),
    ],
)
def test_what_reached_nobody_is_left_out(
    tmp_path: Path, told: dict[str, str], reason: str
) -> None:
    rows, tally = read(tmp_path / "m.log", mail(QID, **told))
    assert (rows, dict(tally.filtered)) == ([], {reason: 1})


def test_a_deferred_recipient_that_is_reached_later_counts(tmp_path: Path) -> None:
    lines = (
        mail(QID, end="status=deferred (later)")[:-1] + mail(QID, at="2026-03-02T09:50:00Z")[2:]
    )
    [row], _ = read(tmp_path / "m.log", lines)
    assert (row["to"], row["sent_s"]) == (["email:ben@x.example"], utc("2026-03-02T08:00"))


def test_the_year_rises_at_new_year(tmp_path: Path) -> None:
    days = ["Dec 31 23:59:50", "Jan  1 00:00:10", "Dec 31 23:59:59", "Jan  2 08:00:00"]
    lines = [line for n, day in enumerate(days) for line in mail(f"AAAA{n}", at=day)]
    rows, tally = read(tmp_path / "m.log", lines, year=2025, time_zone="UTC")
    years = [dt.datetime.fromtimestamp(row["sent_s"], dt.UTC).year for row in rows]
    assert (years, tally.notes["tz_assumed"]) == ([2025, 2026, 2025, 2026], 4)


@pytest.mark.parametrize(
    ("day", "written", "year"),
    [("Nov 30 09:00:00", "2025-12-01", 2025), ("Dec 31 09:00:00", "2025-01-01", 2024),
     ("Mar  1 09:00:00", "2025-03-01", 2025), ("Feb 29 09:00:00", "2024-03-05", 2024)],
)  # fmt: skip
def test_the_date_of_the_file_gives_the_year(
    tmp_path: Path, day: str, written: str, year: int
) -> None:
    path = tmp_path / "m.log"
    path.write_text("\n".join(mail(QID, at=day)), encoding="utf-8")
    at = utc(f"{written}T12:00")
    os.utime(path, (at, at))
    reading = start_reading(source(1, "postfix", path), intake_settings())
    batches = list(read_postfix(source_for(reading, intake_settings())))
    rows = [row for b in batches if b.table == "messages" for row in b.rows.to_pylist()]
    assert dt.datetime.fromtimestamp(rows[0]["sent_s"], dt.UTC).year == year
    assert any("W-POSTFIX-001" in text for text in reading.tally.warnings)


def test_what_is_no_log_of_postfix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="E-POSTFIX-004"):
        read(tmp_path / "m.log", ["Mar  2 09:00:00 mx1 dovecot[1]: login"])


def test_a_log_is_recognised_by_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "mail.log"
    path.write_text("Mar  2 09:00:00 mx1 dovecot[1]: x\n" + "\n".join(mail(QID)), encoding="utf-8")
    assert sniff(path) == "postfix"


@given(st.binary(max_size=200))
@tried(200)
def test_no_bytes_make_the_parser_fail(text: bytes) -> None:
    parse_line(b"Mar  2 09:00:00 mx1 postfix/smtp[1]: " + text)
    for program in PROGRAMS.values():
        found = parse_event(program, b"0F5383D: " + text)
        assert found is None or isinstance(found, Event)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("part", ["to=<", "a, ", "status=", "<", "queued as ", "orig_to=", " "])
def test_hostile_lines_take_linear_time(part: str) -> None:
    # the time limit is the assertion: quadratic code takes minutes over 300 kB
    text = ("0F5383D: to=<a@x>, " + part * (300_000 // len(part))).encode()
    parse_event(b"smtp", text)
    parse_line(b"Mar  2 09:00:00 mx1 postfix/smtp[1]: " + text)
    parse_line((part * (300_000 // len(part))).encode())
