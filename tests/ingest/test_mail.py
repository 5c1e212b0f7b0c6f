"""Mail: splitting, addresses, dates, and what headers say of machines."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import email.utils
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property_inputs import tried

from ingest.mail.addresses import addresses
from ingest.mail.dates import parse_mail_date
from ingest.mail.headers import header_text, wanted_headers
from ingest.mail.split import split
from ingest.merging.automation import header_reason

ROME = ZoneInfo("Europe/Rome")
LIMIT = 1 << 20


def utc(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp())


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
@tried(100)
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
@tried(100)
def test_dates_that_the_standard_library_writes_are_read_back(
    moment: dt.datetime, minutes: int
) -> None:
    # oracle: email.utils.format_datetime
    aware = moment.replace(microsecond=0, tzinfo=dt.timezone(dt.timedelta(minutes=minutes)))
    found = parse_mail_date(email.utils.format_datetime(aware), ROME)
    assert found is not None
    assert found.instant == int(aware.timestamp())


@given(st.text(max_size=80))
@tried(200)
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
