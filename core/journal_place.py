"""Where the audit log of a run folder lies, its key, and the places its head is copied to."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from core.errors import JournalError
from core.files import write_whole
from core.journal import Head, Journal, read_heads

LOG = "journal.jsonl"
HEADS = "journal.heads"
_FOLDER, _KEY, _COPY = "access", "journal.key", "journal.copy"
_KEY_BYTES = 32


def start_journal(root: Path, key: bytes, copy: Path | None = None) -> Journal:
    """Return the audit log of a run folder, and keep its key and `copy` for later commands.

    The key of the log opens nothing else: whoever writes to the log without the root key, such
    as the app, takes it from `access/journal.key`, readable by its owner only. Raises
    `JournalError` where the log was begun with another key.
    """
    path = root / _FOLDER / _KEY
    if path.exists():
        if _key(path) != key:
            raise JournalError(
                "The audit log of this folder was begun with another key.",
                code="E-LOG-006",
                hint="Nothing was done. Name the key file that this engagement was started with.",
            )
    else:
        root.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.parent.chmod(0o700)
        write_whole(path, key.hex().encode() + b"\n")
    if copy is not None:
        write_whole(path.parent / _COPY, os.fsencode(copy))
    return Journal(root / LOG, key, places_of(root))


def open_journal(root: Path) -> Journal | None:
    """Return the audit log of a run folder without the root key; None where none was begun.

    Raises `JournalError` where there is a log whose key is missing or can be read by others.
    """
    path = root / _FOLDER / _KEY
    if path.exists():
        return Journal(root / LOG, _key(path), places_of(root))
    if (root / LOG).exists() or (root / HEADS).exists():
        raise _lost("is missing")
    return None


def journal_key(root: Path) -> bytes:
    """Return the key of the audit log of a run folder, or raise `JournalError`."""
    path = root / _FOLDER / _KEY
    if not path.exists():
        raise _lost("is missing")
    return _key(path)


def places_of(root: Path) -> tuple[Path, ...]:
    """Return the files that the head of the log is copied to: one beside it, one elsewhere."""
    copy = root / _FOLDER / _COPY
    elsewhere = (Path(os.fsdecode(copy.read_bytes())),) if copy.exists() else ()
    return (root / HEADS, *elsewhere)


def kept_heads(root: Path, more: Sequence[Path] = ()) -> list[Head]:
    """Return the heads in all places that the log of a folder is copied to, and in `more`."""
    return [head for place in (*places_of(root), *more) for head in read_heads(place)]


def _key(path: Path) -> bytes:
    state = path.stat()
    if stat.S_IMODE(state.st_mode) & 0o077:
        raise _lost("can be read by other users")
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise _lost("is damaged")
    return key


def _lost(what: str) -> JournalError:
    return JournalError(
        f"The key of the audit log, {_FOLDER}/{_KEY}, {what}.",
        code="E-LOG-005",
        hint="Nothing was done: what cannot be recorded is not carried out. The file must be "
        "readable by its owner only; the next `run` makes a lost one again.",
    )
