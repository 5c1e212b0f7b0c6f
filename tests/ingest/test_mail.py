"""Mail: splitting, addresses, dates, and what headers say of machines."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import email.utils
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_runs import EXPORTS, source
from intake_runs import settings as intake_settings

from ingest.automation import header_reason
from ingest.checking import check_file
from ingest.mail_addresses import addresses
from ingest.mail_dates import parse_mail_date
from ingest.mail_headers import header_text, wanted_headers
from ingest.mail_split import mapped, split
from ingest.readers.mbox import read_mbox
from ingest.reading import source_for, start_reading

ROME = ZoneInfo("Europe/Rome")
LIMIT = 1 << 20


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


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\n\n"])
def test_an_mbox_is_split_at_from_lines_with_a_year_after_a_blank_line(
    end: bytes, start: bytes
) -> None:
    lines = [
        b"From a@x Mon Mar  3 09:00:00 2025", b"From: a@x", b"", b"one",
        b"From here nothing is split in 2025", b"", b"From now on neither", b"",
        b"From b@x Mon Mar  3 10:00:00 2025", b"From: b@x", b"", b"two", b"",
    ]  # fmt: skip
    found = list(split(start + end.join(lines), LIMIT))
    assert [message.headers for message in found] == [b"From: a@x", b"From: b@x"]


def test_the_mbox_of_a_mailing_list_splits_into_its_five_mails(shared_dir: Path) -> None:
    # oracle: the five expected messages that lie beside the file, split by another program
    [folder] = {p.parent for p in (shared_dir / "corpora" / "mail").rglob("mbox.rlug")
                if "src/test" in p.as_posix()} or {None}  # fmt: skip
    assert folder is not None
    with mapped(folder / "mbox.rlug") as content:
        found = [message.headers for message in split(content, LIMIT)]
    expected = [(folder / f"mbox.rlug-{n}").read_bytes().split(b"\n\n")[0] for n in range(5)]
    pattern = re.compile(rb"^Message-ID: *(\S+)", re.MULTILINE | re.IGNORECASE)
    assert [pattern.findall(h or b"") for h in found] == [pattern.findall(h) for h in expected]


def test_a_header_block_over_the_limit_is_not_taken() -> None:
    mail = b"From: a@x\n" + b"X: y\n" * 1000 + b"\nbody"
    assert [m.headers for m in split(mail, 500)] == [None]
    assert [m.headers for m in split(mail, 50_000)] == [mail[:-6]]


def test_only_wanted_headers_of_the_header_block_are_looked_at() -> None:
    found = wanted_headers(
        b"Subject: secret\r\nFROM: a@x\r\nTo: b@x,\r\n c@x\r\nX-To: d@x\r\nto: e@x\r\nfrom: f@x"
    )
    assert found == {"from": b" a@x\r", "to": b" b@x,\r\n c@x\r,  e@x\r"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@x, b@x", ["a@x", "b@x"]),
        ("a@x; b@x", ["a@x", "b@x"]),
        ('"Rossi, Ana; CEO" <a@x>, Bob <b@x>', ["a@x", "b@x"]),
        ("Team: a@x, b@x; c@x", ["a@x", "b@x", "c@x"]),
        ("undisclosed-recipients:;", []),
        ("a@x (Ana (at work), or b@x)", ["a@x"]),
        ("<@relay,@other:a@x>", ["a@x"]),
        ("<a@x", ["a@x"]),
        ("<a@x, b@x>", ["a@x", "b@x"]),
        ("=?utf-8?q?Ana?= <a@x>", ["a@x"]),
        ("=?utf-8?q?Ana_=3Ca=40x=3E?=", ["a@x"]),
        ("=?utf-7?q?+ADw-a+AEA-x+AD4-?=", []),
        ("Ana", []),
        ("", []),
        ("a@x,,;, ,", ["a@x"]),
        ("<>", []),
        ("'a@x'", ["a@x"]),
    ],
)
def test_addresses_of_a_header(text: str, found: list[str]) -> None:
    assert addresses(text).found == found


def test_of_two_addresses_the_last_in_brackets_wins_and_is_counted() -> None:
    for text in ("ceo@x <evil@y>", "a@x<evil@y>", '"ceo@x" <evil@y>'):
        result = addresses(text)
        assert (result.found, result.n_ambiguous) == (["evil@y"], 1)
    assert addresses('"a@x" <a@x>').n_ambiguous == 0


def test_exchange_names_are_no_addresses() -> None:
    result = addresses("</O=CORP/OU=FIRST/CN=ANA>, IMCEAEX-_O=CORP_CN=ANA@x.example")
    assert (result.found, result.n_x500) == (["/o=corp/ou=first/cn=ana", "/o=corp/cn=ana"], 2)


def test_scrambled_addresses_are_read_on_request_alone() -> None:
    assert addresses("ana at corp.example (Ana)").found == []
    assert addresses("ana at corp.example (Ana)", unscramble=True).found == ["ana@corp.example"]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "part",
    ['"', "<", "(", "a@x,", "\\", "a", "@", " ", "=?a?q?", "=?utf-8?q?a?=", "at ", "(a", "<@"],
)
def test_hostile_address_headers_take_linear_time(part: str) -> None:
    # the time limit is the assertion: quadratic code takes minutes over 300 kB
    addresses(part * (300_000 // len(part)), unscramble=True)


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=12),
                  st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.example", fullmatch=True)),
        max_size=5,
    )
)  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_well_formed_headers_are_read_as_the_standard_library_reads_them(
    people: list[tuple[str, str]],
) -> None:
    # oracle: email.utils, which writes and reads well-formed lists
    named = [(name.replace("@", ""), address) for name, address in people]
    text = ", ".join(email.utils.formataddr(pair) for pair in named)
    expected = [address for _, address in email.utils.getaddresses([text])]
    assert addresses(text).found == [address for address in expected if address]


def test_raw_header_bytes_are_decoded_without_surrogates() -> None:
    assert header_text("Müller".encode()) == "Müller"
    assert header_text("Müller".encode("cp1252")) == "Müller"
    header_text(bytes(range(128, 256))).encode("utf-8")


@pytest.mark.parametrize(
    ("text", "instant", "is_assumed"),
    [
        ("Mon, 03 Mar 2025 09:00:00 +0100", "2025-03-03T08:00:00", False),
        ("3 Mar 2025 09:00 +0100", "2025-03-03T08:00:00", False),
        ("Mon, 3 Mar 2025 09:00:00 GMT+0100 (CET)", "2025-03-03T08:00:00", False),
        ("Mon, 3 Mar 2025 09:00:00 EST", "2025-03-03T14:00:00", False),
        ("Mon, 3 Mar 2025 09:00:00 -0000", "2025-03-03T09:00:00", False),
        ("Mon, 3 Mar 2025 09:00:00", "2025-03-03T08:00:00", True),  # nine in Rome
        ("Mon, 3 Mar 2025 09:00:00 +0100\x00", "2025-03-03T08:00:00", False),
        ("Mon, 3 Mar 2025 23:59:60 +0000", "2025-03-03T23:59:59", False),
        ("Mon, 3 Mar 2025 24:00:00 +0000", "2025-03-04T00:00:00", False),
        ("Mon Mar  3 09:00:00 2025", "2025-03-03T08:00:00", True),
        ("Mon Mar  3 09:00:00 EST 2025", "2025-03-03T14:00:00", False),
        ("lun, 3 mar 2025 09:00:00 +0100", "2025-03-03T08:00:00", False),
        ("Mo, 3 Mai 2021 09:00:00 +0200", "2021-05-03T07:00:00", False),
        ("Mo., 3. Dez. 2018 09:00:00 +0100", "2018-12-03T08:00:00", False),
        ("jeu., 3 août 2017 09:00:00 +0200", "2017-08-03T07:00:00", False),
        ("2025-03-03T09:00:00+01:00", "2025-03-03T08:00:00", False),
        ("Fri, 3 Mar 95 09:00:00 +0000", "1995-03-03T09:00:00", False),
        ("Thu, 3 Mar 05 09:00:00 +0000", "2005-03-03T09:00:00", False),
        ("Thu, 3 Mar 105 09:00:00 +0000", "2005-03-03T09:00:00", False),
    ],
)
def test_dates_as_the_world_writes_them(text: str, instant: str, is_assumed: bool) -> None:
    found = parse_mail_date(text, ROME)
    assert found is not None
    assert (found.instant, found.is_assumed) == (utc(instant), is_assumed)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "Mon, 32 Mar 2025 09:00:00 +0000", "Mon, 3 Foo 2025 09:00:00 +0000",
     "Mon, 3 Mar 10000 09:00:00 +0000", "Mon, 3 Mar 2025 09:00:00 +9999",
     "Mon, 3 Mar 2025 25:00:00 +0000", "Mon, 3 Mar 2025 09:61:00 +0000", "9" * 100_000],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_mail_date(text, ROME) is None


@given(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2040, 1, 1)), st.integers(-720, 840))
@settings(max_examples=100, deadline=None)
def test_dates_that_the_standard_library_writes_are_read_back(
    moment: dt.datetime, minutes: int
) -> None:
    # oracle: email.utils.format_datetime
    aware = moment.replace(microsecond=0, tzinfo=dt.timezone(dt.timedelta(minutes=minutes)))
    found = parse_mail_date(email.utils.format_datetime(aware), ROME)
    assert found is not None
    assert found.instant == int(aware.timestamp())


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_no_text_makes_the_parsers_fail(text: str) -> None:
    parse_mail_date(text, ROME)
    addresses(text, unscramble=True)
    wanted_headers(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, None),
        ({"auto-submitted": "no (of course)"}, None),
        ({"auto-submitted": "auto-generated (failure)"}, "header"),
        ({"content-type": "multipart/report; report-type=delivery-status"}, "bounce"),
        ({"return-path": "<>"}, "bounce"),
        ({"x-failed-recipients": "a@x"}, "bounce"),
        ({"precedence": "Bulk"}, "bulk"),
        ({"feedback-id": "x"}, "bulk"),
        ({"list-id": "<dev.x>"}, "list"),
        ({"precedence": "list"}, "list"),
        ({"list-unsubscribe": "<mailto:a@x>"}, "list"),
        ({"x-auto-response-suppress": "All"}, None),  # only asks others not to answer
    ],
)
def test_headers_tell_automated_mail(headers: dict[str, str], reason: str | None) -> None:
    assert header_reason(headers) == reason


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


def test_senders_of_the_corpus_equal_those_of_the_standard_library(shared_dir: Path) -> None:
    # oracle: email.message_from_bytes under compat32; only mails with one plain sender are asked
    compared = 0
    for path in sorted((shared_dir / "corpora" / "mail").rglob("*.eml")):
        raw = path.read_bytes()
        parsed = email.message_from_bytes(raw, policy=email.policy.compat32)
        expected = [a for _, a in email.utils.getaddresses(parsed.get_all("From", []))]
        if len(expected) != 1 or "@" not in expected[0] or "$" in expected[0]:
            continue
        [message] = split(raw, LIMIT)
        assert addresses(header_text(wanted_headers(message.headers or b"")["from"])).found == expected
        compared += 1
    assert compared >= 5


def test_the_fixture_counts_what_is_in_it() -> None:
    report = check_file(EXPORTS / "mbox" / "mail.mbox")
    # by hand: five mails, one without a sender; b1 has three open recipients and one hidden
    assert (report.balance.n_seen, report.balance.n_accepted) == (5, 4)
    assert dict(report.balance.rejected) == {"sender_missing": 1}
    assert (report.balance.n_slots, report.balance.n_rows) == (7, 6)
    assert dict(report.balance.slots) == {"bcc": 1}
