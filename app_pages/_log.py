"""Entries of the app in the audit log of a run: who by pseudonym, what by id."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

from core.errors import JournalError
from core.journal import Fact
from core.journal_place import journal_key, open_journal

LOCAL = "local"
NO_LOG = (
    "This release was written before there was an audit log, and nothing is shown that cannot be "
    "recorded."
)
_DIGITS = 12


def record(run: Path, event: str, **facts: Fact) -> None:
    """Write one entry, or raise `JournalError`: what cannot be recorded is not shown."""
    journal = open_journal(run)
    if journal is None:
        raise JournalError(
            NO_LOG,
            code="E-LOG-010",
            hint="Run the audit again (`python -m audit run CONFIG`, or `demo` for the sample).",
        )
    journal.write(event, **facts)
    if event == "export":
        journal.anchor()  # what leaves prints the head; a tail cut off later shows


def head(run: Path) -> str:
    """Return how far the log goes, as documents print it at their foot."""
    journal = open_journal(run)
    return journal.head().short if journal else ""


def who(run: Path, subject: str) -> str:
    """Return the pseudonym of a viewer in the log of this run; only its key leads back."""
    if subject == LOCAL:
        return LOCAL
    if open_journal(run) is None:
        return ""
    digest = hmac.new(journal_key(run), b"viewer\0" + subject.encode(), hashlib.sha256)
    return digest.hexdigest()[:_DIGITS]
