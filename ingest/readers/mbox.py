"""Mail in mbox files, and single mails: header blocks only; bodies never become objects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingest.batches import Batch
from ingest.mail.message import MailRows
from ingest.mail.split import begins_at, looks_like_mail, mapped, split, whole
from ingest.mail.traps import TRAPS
from ingest.registry import ReaderInfo, readers
from ingest.source import Source


def _is_single(path: Path) -> bool:
    # What a single mail quotes or forwards is no mail of its own.
    return path.suffix.lower() == ".eml"


def _continues(path: Path, start: int) -> bool:
    with mapped(path) as content:
        return not _is_single(path) and begins_at(content, start)


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
        continues=_continues,
        version=2,
    ),
)
def read_mbox(source: Source) -> Iterator[Batch]:
    """Mails of an mbox, one by one in the mapped file; only wanted headers are looked at."""
    if source.path.is_dir():
        hint = "Nothing was read. Name one mbox file, or use the reader maildir."
        raise source.error("no file but a folder", "E-MBOX-001", hint)
    rows = MailRows(source)
    see, limit = source.tally.see, source.tally.limits.header_bytes
    with mapped(source.path) as content:
        is_one = _is_single(source.path)
        for raw in whole(content, limit) if is_one else split(content, limit, source.start):
            see()
            rows.take(raw)
            if rows.is_full:
                source.tally.share = raw.offset / len(content)
                yield from rows.batches()
    yield from rows.rest()
