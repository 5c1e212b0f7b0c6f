"""Mail in mbox files, and single mails: header blocks only; bodies never become objects."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.batches import Batch
from ingest.mail_message import MailRows
from ingest.mail_split import looks_like_mail, mapped, split
from ingest.mail_traps import TRAPS
from ingest.registry import ReaderInfo, readers
from ingest.source import Source


@readers.add(
    "mbox",
    ReaderInfo(
        title="Mail (mbox, or one mail as .eml)",
        gives=("accounts", "messages", "recipients"),
        suffixes=(".mbox", ".mbx", ".eml", ""),
        options=("time_zone", "unscramble_at"),
        sniff=lambda _path, start: looks_like_mail(start),
        traps=(
            "a line of text that begins with From splits nothing: only one after a blank line "
            "that holds a year",
            "CRLF, a byte order mark and blank lines at the start are taken as they come",
            *TRAPS,
        ),
        grows=True,
        version=2,
    ),
)
def read_mbox(source: Source) -> Iterator[Batch]:
    """Mails of an mbox, one by one in the mapped file; only wanted headers are looked at."""
    rows = MailRows(source)
    see = source.tally.see
    with mapped(source.path) as content:
        for raw in split(content, source.tally.limits.header_bytes):
            see()
            rows.take(raw)
            if rows.is_full:
                yield from rows.batches()
    yield from rows.rest()
