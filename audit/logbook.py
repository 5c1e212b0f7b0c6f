"""The audit log as commands use it: begun with the root key, or opened with its own."""

from __future__ import annotations

from pathlib import Path

from core.errors import JournalError, UsageError
from core.journal import Journal
from core.journal_lines import MAX_TEXT, check_fact
from core.journal_place import open_journal, start_journal
from core.stop import is_stopped, refuse_if_stopped
from core.store import RunFolder
from ingest.keys.pseudonyms import Pseudonymiser


def logbook(folder: RunFolder, key: Pseudonymiser, copy: Path | None = None) -> Journal:
    """Return the audit log of a run folder; its own key is kept beside it at first use.

    `copy` is a file elsewhere that heads are copied to; it holds for all later commands.
    """
    return start_journal(folder.root, key.subkey("audit"), copy)


def log_of(folder: RunFolder) -> Journal:
    """Return the audit log of a run folder without the root key, or say that there is none."""
    found = open_journal(folder.root)
    if found is None:
        raise UsageError(
            f"{folder.root.name} has no audit log.",
            hint="It was written before there was one, or handed over without it: run it again.",
        )
    return found


def refuse_while_stopped(root: Path, action: str) -> None:
    """Raise `PrivacyError` while a run folder holds a file STOP; the log has what was refused."""
    if is_stopped(root):
        journal = open_journal(root)
        if journal is not None:
            journal.write("denied", action=action, why="stopped")
    refuse_if_stopped(root)


def checked_reason(text: str) -> str:
    """Return a reason as the audit log takes it; raise `UsageError` where it is none."""
    reason = " ".join(text.split())
    if not reason:
        raise UsageError("A reason is needed.", hint='Say why: --reason "..."; it is recorded.')
    try:
        check_fact("reason", reason)
    except JournalError as error:
        raise UsageError(
            f"The reason cannot be recorded: at most {MAX_TEXT} characters, and no address.",
            hint="Name a ticket or a decision, never a person.",
        ) from error
    return reason
