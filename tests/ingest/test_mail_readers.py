"""Readers of mail: what becomes of whole mails, in an mbox and in files of their own."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest
from intake_runs import EXPORTS, source
from intake_runs import settings as intake_settings

from core.errors import SourceError
from ingest.checking import check_file
from ingest.mail.names import ShownNames, plain_name
from ingest.readers.maildir import read_maildir
from ingest.readers.mbox import read_mbox
from ingest.reading import source_for, start_reading
from ingest.sniff import sniff

GOOD = b"From: a@x\nTo: b@x\nDate: Mon, 3 Mar 2025 09:00:00 +0000\n"
LINE = b"From a@x sometime in 2025\n"


def utc(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp())


def units(path: Path, content: bytes) -> tuple[list[dict[str, object]], list[tuple[str, str]]]:
    path.write_bytes(content)
    reading = start_reading(source(1, "mbox", path), intake_settings())
    rows = [
        row for batch in read_mbox(source_for(reading, intake_settings()))
        if batch.table == "messages" for row in batch.rows.to_pylist()
    ]  # fmt: skip
    assert len(rows) + reading.tally.n_filtered + reading.tally.n_rejected == reading.tally.n_seen
    return rows, [(r.code, r.reason) for r in reading.tally.rejects]


def test_the_date_falls_back_to_received_and_then_to_the_from_line(tmp_path: Path) -> None:
    rows, rejects = units(
        tmp_path / "m.mbox",
        b"From a@x Mon Mar  3 09:00:00 2025\nFrom: a@x\nTo: b@x\nDate: soon\n"
        b"Received: by y; Mon, 3 Mar 2025 10:00:00 +0000\n\n\n"
        b"From a@x Mon Mar  3 09:00:00 2025\nFrom: a@x\nTo: b@x\nDate: soon\n\n\n",
    )
    assert [row["sent_s"] for row in rows] == [utc("2025-03-03T10:00"), utc("2025-03-03T08:00")]
    assert rejects == []


@pytest.mark.parametrize(
    ("mail", "fault"),
    [
        (b"To: b@x\nDate: Mon, 3 Mar 2025 09:00:00 +0000\n", "sender_missing"),
        (b"From: a@x\nTo: b@x\n", "date_unparsable"),
        (b"From: a@x\nTo: b@x\nDate: Thu, 1 Jan 1970 00:00:00 +0000\n", "date_out_of_range"),
        (b"From: a@x\nTo: b@x\nDate: Thu, 1 Jan 2099 00:00:00 +0000\n", "date_out_of_range"),
        (b"From: Ana <ana>\nDate: Mon, 3 Mar 2025 09:00:00 +0000\n", "sender_unresolved"),
        (b"From: a@x\nDate: Mon, 3 Mar 2025 09:00:00 +0000\nTo: " + b"b@x," * 10_001 + b"\n",
         "too_many_recipients"),
        (b"From: a@x\n" + b"X-Pad: y\n" * 120_000, "header_too_big"),
    ],
)  # fmt: skip
def test_a_mail_that_is_not_understood_is_rejected_by_itself(
    tmp_path: Path, mail: bytes, fault: str
) -> None:
    good = b"From: a@x\nTo: b@x\nDate: Mon, 3 Mar 2025 09:00:00 +0000\n"
    line = b"From a@x sometime in 2025\n"
    rows, rejects = units(tmp_path / "m.mbox", line + mail + b"\n\n" + line + good + b"\n\n")
    assert len(rows) == 1
    assert [reason for _, reason in rejects] == [fault]


def test_threads_come_from_links_alone(tmp_path: Path) -> None:
    date = b"From: a@x\nTo: b@x\nDate: Mon, 3 Mar 2025 09:00:00 +0000\n"
    line = b"From a@x sometime in 2025\n"
    mails = [
        b"Message-ID: <1@x>\n", b"Message-ID: <2@x>\nIn-Reply-To: <1@x>\n",
        b"Message-ID: <3@x>\nReferences: <1@x>\n <2@x>\n", b"Message-ID: <[abc\n",
        b"Message-ID: <5@x>\nIn-Reply-To: Your mail of Monday <1@x>\n",
        b"Message-ID: <6@x>\nIn-Reply-To: <6@x>\n",
    ]  # fmt: skip
    rows, _ = units(tmp_path / "m.mbox", b"".join(line + date + m + b"\n\n" for m in mails))
    assert [(r["act"], r["parent"], r["thread"]) for r in rows if "mid:" in str(r["key"])] == [
        ("post", None, "mid:1@x"), ("reply", "mid:1@x", "mid:1@x"),
        ("reply", "mid:2@x", "mid:1@x"), ("reply", "mid:1@x", "mid:1@x"),
        ("post", None, "mid:6@x"),
    ]  # fmt: skip
    assert sum(str(r["key"]).startswith("made:") for r in rows) == 1


def test_spam_trash_drafts_and_chats_of_a_takeout_are_left_out(tmp_path: Path) -> None:
    mail = b"From: a@x\nTo: b@x\nDate: Mon, 3 Mar 2025 09:00:00 +0000\nX-Gmail-Labels: "
    line = b"From a@x sometime in 2025\n"
    labels = [b"Inbox,Important", b"Spam", b"Trash,Inbox", b"Drafts", b"Chat"]
    rows, _ = units(tmp_path / "m.mbox", b"".join(line + mail + x + b"\n\n\n" for x in labels))
    assert len(rows) == 1


def test_a_single_mail_is_an_mbox_of_one(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(b"From: a@x\r\nTo: b@x\r\nDate: Mon, 3 Mar 2025 09:00:00 +0000\r\n\r\nhi")
    report = check_file(path)
    assert (report.reader, report.balance.n_accepted) == ("mbox", 1)


def test_the_fixture_counts_what_is_in_it() -> None:
    report = check_file(EXPORTS / "mbox" / "mail.mbox")
    # by hand: five mails, one without a sender; b1 has three open recipients and one hidden
    assert (report.balance.n_seen, report.balance.n_accepted) == (5, 4)
    assert dict(report.balance.rejected) == {"sender_missing": 1}
    assert (report.balance.n_slots, report.balance.n_rows) == (7, 6)
    assert dict(report.balance.slots) == {"bcc": 1}


def test_copies_of_one_mail_have_one_key(tmp_path: Path) -> None:
    mail = GOOD + b"Message-ID: <1@x>\n\nhi\n\n"
    unnamed = GOOD + b"\nhi\n\n"
    rows, _ = units(tmp_path / "m.mbox", 2 * (LINE + mail) + 2 * (LINE + unnamed))
    assert rows[0]["key"] == rows[1]["key"] == "mid:1@x"
    assert rows[2]["key"] == rows[3]["key"] != rows[0]["key"]
    [alone], _ = units(tmp_path / "one.eml", unnamed.replace(b"\n", b"\r\n").rstrip() + b"\r\n")
    assert str(alone["key"]).startswith("made:")


def test_what_a_single_mail_forwards_is_no_mail(tmp_path: Path) -> None:
    forwarded = GOOD + b"\nsee below\n\n" + LINE + GOOD + b"\nold\n"
    assert len(units(tmp_path / "one.eml", forwarded)[0]) == 1
    assert len(units(tmp_path / "two.mbox", LINE + forwarded)[0]) == 2


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "mail",
    [
        GOOD + b"X: y\n" * 1_000_000 + b"\n",
        GOOD + b"X: " + b"y" * 20_000_000 + b"\n\n",
        GOOD + b"Cc: " + b'"' * 20_000 + b"\n\n",
        GOOD + b"References: " + b"<a@x>" * 100_000 + b"\n\n",
        GOOD + b"References: " + b"<" * 900_000 + b"\n\n",
        GOOD + b"Received: " + b";" * 500_000 + b"\nDate: x\n\n",
        b"From: a@x\nTo: b@x\nDate: " + b"1 " * 400_000 + b"\n\n",
        GOOD + b"X-Gmail-Labels: " + b"=?utf-8?q?a?= " * 50_000 + b"\n\n",
        GOOD + b"Content-Type: multipart/mixed\n\n" + b"--x\n\n" * 300_000,
        b"\n\nFrom " * 200_000,
        b"\nFrom a 2025" * 200_000,
        b"\r" * 1_000_000 + GOOD,
        b"\x00" * 1_000_000,
    ],
    ids=range(13),
)
def test_hostile_mails_are_over_in_time_and_counted(tmp_path: Path, mail: bytes) -> None:
    # the time limit is one assertion, the balance in `units` the other
    units(tmp_path / "m.mbox", LINE + mail)


def test_a_message_is_found_where_copies_of_the_file_meet(tmp_path: Path) -> None:
    # by hand: 41 mails whose sizes put `From ` lines before, on and behind every step of the copy
    mails = [LINE + GOOD + b"\n" + b"x" * (26_200 + n) + b"\n\n" for n in range(41)]
    assert len(units(tmp_path / "m.mbox", b"".join(mails))[0]) == 41


def test_names_of_addresses_are_told_once_and_only_where_they_agree(tmp_path: Path) -> None:
    heads = [
        b'From: "Rossi, Ana" <ana@x>\nTo: Boss <ben@x>, Kim Lee <kim@x>\n',
        b"From: Ana Maria Rossi <ANA@x>\nTo: Ben <ben@x>, Lee Kim (sales) <kim@x>\n",
        b"From: =?utf-8?B?QmVuIFZlcmRp?= <ben@x>\nTo: Eva One <eva@x>\n",
        b'From: c@x\nTo: Eva Two <eva@x>, "dan@x" <dan@x>, Ana via Dev <dev@x>\n',
    ]
    date = b"Date: Mon, 3 Mar 2025 09:00:00 +0000\n\n\n"
    path = tmp_path / "m.mbox"
    path.write_bytes(b"".join(LINE + head + date for head in heads))
    reading = start_reading(source(1, "mbox", path), intake_settings())
    found = [
        (row["account"], row["name"])
        for batch in read_mbox(source_for(reading, intake_settings()))
        if batch.table == "accounts" for row in batch.rows.to_pylist()
    ]  # fmt: skip
    assert found == [("email:ana@x", "Rossi, Ana"), ("email:ben@x", "Ben Verdi"),
                     ("email:kim@x", "Kim Lee")]  # fmt: skip


@pytest.mark.parametrize(
    ("shown", "name"),
    [("Ana\r\n Rossi", "Ana Rossi"), ('"Rossi, Ana" ', "Rossi, Ana"), ("'Ana Rossi'", "Ana Rossi"),
     ("=?utf-7?q?+ADw-script+AD4-?=", ""), ("=?iso-8859-1?Q?J=FCrgen_M=FCller?=", "Jürgen Müller"),
     ("ana@x", ""), ("12", ""), ("Ana [ACME] Rossi", "Ana Rossi"), ("Ana\u202eRossi", "AnaRossi")],
)  # fmt: skip
def test_a_display_name_is_made_plain(shown: str, name: str) -> None:
    assert plain_name(shown) == name


def test_the_order_of_mails_changes_no_name() -> None:
    shown = ["Ana Rossi", "Ana Maria Rossi", "Ana"]
    for names in (shown, shown[::-1]):
        seen = ShownNames()
        for name in names:
            seen.see(["a@x"], [name], is_own=True)
        assert list(seen.told()) == [("a@x", "Ana Rossi")]


def test_folders_of_other_formats_are_no_maildir(tmp_path: Path) -> None:
    (tmp_path / "chat" / "cur").mkdir(parents=True)
    for n in range(5):
        (tmp_path / "chat" / f"{n}.json").write_text("[]", encoding="utf-8")
    (tmp_path / "chat" / "attached.eml").write_bytes(GOOD)
    with pytest.raises(SourceError):
        sniff(tmp_path / "chat")
    with pytest.raises(SourceError):
        sniff(EXPORTS / "mbox")


def test_several_maildirs_in_one_folder_are_read_as_one(tmp_path: Path) -> None:
    for person in ("ana", "ben"):
        for folder in ("cur", "new", "tmp", ".Papierkorb/cur"):
            (tmp_path / "all" / person / "Maildir" / folder).mkdir(parents=True)
            file = tmp_path / "all" / person / "Maildir" / folder / "1741593600.M1P1.mx:2,S"
            file.write_bytes(GOOD)
    assert sniff(tmp_path / "all") == "maildir"
    report = check_file(tmp_path / "all")
    assert (report.balance.n_seen, dict(report.balance.filtered)["draft_spam_trash"]) == (6, 2)


def test_a_damaged_archive_of_mails_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mails.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(5):
            archive.writestr(f"{n}.eml", GOOD + bytes(range(256)) * 8)
    content = bytearray(path.read_bytes())
    content[120:140] = bytes(20)
    path.write_bytes(content)
    reading = start_reading(source(1, "maildir", path), intake_settings())
    with pytest.raises(SourceError, match="damaged"):
        list(read_maildir(source_for(reading, intake_settings())))


def test_no_name_of_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "Ana about pay.eml").write_bytes(b"To: b@x\n\n")
    (tmp_path / "mails" / "b.eml").write_bytes(GOOD)
    reading = start_reading(source(1, "maildir", tmp_path / "mails"), intake_settings())
    list(read_maildir(source_for(reading, intake_settings())))
    assert [(r.locator, r.reason) for r in reading.tally.rejects] == [("mail 1", "sender_missing")]
    assert "pay" not in str(reading.tally)
