"""Mail of other projects' test data: everything is read, nothing fails, all counts close."""

from __future__ import annotations

import email
import email.policy
import email.utils
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from intake_runs import settings as intake_settings
from intake_runs import source
from shared_data import shared_path

from core.errors import AuditError
from ingest.mail.addresses import addresses
from ingest.mail.headers import header_text, wanted_headers
from ingest.mail.split import mapped, split
from ingest.reading import close_accounts, source_for, start_reading
from ingest.registry import readers
from ingest.sniff import sniff
from ingest.tally import Tally

LIMIT = 1 << 20


def count(reader: str, path: Path) -> tuple[int, Tally]:
    """Read a file to its end: how many mails came out, and the counts."""
    reading = start_reading(source(1, reader, path), intake_settings())
    found = list(readers.get(reader).function(source_for(reading, intake_settings())))
    reading.n_messages = sum(b.rows.num_rows for b in found if b.table == "messages")
    close_accounts(reading, 0)
    slots = sum(b.rows.num_rows for b in found if b.table == "recipients")
    told = sum(n for b in found if b.table == "messages"
               for n in b.rows.column("n_recipients").to_pylist())  # fmt: skip
    assert told == slots + reading.tally.slots["bcc"]
    return reading.n_messages, reading.tally


def single_mails() -> Iterator[tuple[str, bytes]]:
    """All mails of the data that are files of their own."""
    for path in sorted(shared_path("corpora", "mail").rglob("*")):
        if path.is_file() and path.suffix in {".msg", ".eml", ".txt", ".out", ".bin"}:
            yield path.name, path.read_bytes()
    with zipfile.ZipFile(
        shared_path("corpora", "mail", "libratom", "tests", "emails.zip")
    ) as held:
        for name in held.namelist():
            if name.endswith(".eml"):
                yield name, held.read(name)


@pytest.mark.parametrize("reader", ["mbox", "maildir", "postfix"])
def test_all_mail_of_the_corpora_is_read_and_balances(reader: str) -> None:
    n_files = n_mails = 0
    for path in sorted(shared_path("corpora", "mail").rglob("*")):
        if not path.is_file():
            continue
        try:
            n, tally = count(reader, path)
        except AuditError:
            continue  # refused as a whole, with a code: that is an answer
        n_files, n_mails = n_files + 1, n_mails + n
        assert n + tally.n_filtered + tally.n_rejected == tally.n_seen
    if reader == "mbox":
        assert (n_files > 600, n_mails > 200) == (True, True)


def test_an_archive_of_mails_is_read_mail_by_mail() -> None:
    path = shared_path("corpora", "mail", "libratom", "tests", "emails.zip")
    assert sniff(path) == "maildir"
    n, tally = count("maildir", path)
    assert tally.n_seen == 100  # by hand: entries that end in .eml; the other eleven are folders
    assert n + tally.n_rejected == 100
    assert n == 88  # by hand: eight have no date, three are of 1969 and before, one has no From


@pytest.mark.parametrize("reader", ["mbox", "maildir"])
def test_folders_of_mail_can_be_forced(reader: str) -> None:
    for name in ("mail-parser", "cpython-test_email"):
        try:
            count(reader, shared_path("corpora", "mail", name))
        except AuditError as error:
            assert error.code in {"E-MBOX-001", "E-MAILDIR-001"}


def test_the_mbox_of_mime4j_splits_as_it_expects() -> None:
    # oracle: the five expected messages that lie beside the file, split by another program
    folder = shared_path("corpora", "mail", "james-mime4j", "mbox", "src", "test", "resources",
                         "test-1")  # fmt: skip
    with mapped(folder / "mbox.rlug") as content:
        found = [
            content[raw.offset + len(raw.from_line) :][: raw.size] for raw in split(content, LIMIT)
        ]
    expected = [(folder / f"mbox.rlug-{n}").read_bytes().strip(b"\r\n") for n in range(5)]
    assert found == expected


def test_senders_and_recipients_are_those_of_the_standard_library() -> None:
    # oracle: email.message_from_bytes under compat32 with getaddresses. It is asked where it can
    # answer: no bytes above 127, one address in a place, no obsolete notation of RFC 2822.
    compared = 0
    for name, raw in single_mails():
        mails = list(split(raw, LIMIT))
        if len(mails) != 1 or not raw.isascii() or name in OTHERWISE:
            continue
        headers = wanted_headers(mails[0].headers or b"")
        parsed = email.message_from_bytes(
            raw[mails[0].offset + len(mails[0].from_line) :], policy=email.policy.compat32
        )
        for header in ("from", "to", "cc"):
            values = parsed.get_all(header, [])
            values = values[:1] if header == "from" else values
            expected = [a for _, a in email.utils.getaddresses(values) if "@" in a]
            assert addresses(header_text(headers.get(header, b""))).found == expected, name
            compared += len(expected)
    assert compared > 400


# Where we differ on purpose: no header block at all, several addresses in one place (the last in
# brackets is taken), no local part, notations that RFC 2822 calls obsolete.
OTHERWISE = {
    "frag_decoded_1_2_1_2_1_2_1_1.txt", "emails/error_emails/missing_body.eml",
    "emails/plain_emails/mix_caps_content_type.eml",
    "emails/plain_emails/raw_email_incorrect_header.eml",
    "emails/plain_emails/raw_email_multiple_from.eml",
    "emails/plain_emails/raw_email_with_at_display_name.eml",
    "emails/rfc2822/example10.eml", "emails/rfc2822/example11.eml", "emails/rfc2822/example13.eml",
}  # fmt: skip
