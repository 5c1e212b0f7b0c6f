"""Mail in files of its own: a Maildir, a folder of .eml files, or an archive of either."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ingest.batches import Batch
from ingest.files.members import Members, names_in, open_members
from ingest.mail.folders import decoded_folder, is_left_out
from ingest.mail.message import MailRows
from ingest.mail.split import head_of
from ingest.mail.traps import TRAPS
from ingest.registry import ReaderInfo, readers
from ingest.source import Source

_BOXES = {"cur", "new"}
# Names of Maildir files begin with the second of delivery; flags follow, which are not looked at.
_DELIVERED = re.compile(r"\d{5,}\.\S+")
_ASIDE = ("._", ".DS_Store")
_MOST_NAMES = 5_000


def _is_maildir(path: Path, start: bytes) -> bool:
    """Most files are mails by their place and name; a folder of one format holds nothing else."""
    names = [name for name in names_in(path, start)[:_MOST_NAMES] if not _is_aside(name)]
    mails = [name for name in names if _is_mail(name)]
    return bool(mails) and 2 * len(mails) > len([n for n in names if not _is_index(n)])


@readers.add(
    "maildir",
    ReaderInfo(
        title="Mail (Maildir, or a folder or archive of .eml files)",
        gives=("accounts", "messages", "recipients"),
        suffixes=("", ".zip", ".tar", ".tar.gz", ".tgz"),
        options=("time_zone", "unscramble_at"),
        sniff=_is_maildir,
        traps=(
            "flags in file names tell who read what: never looked at",
            "only cur/ and new/ hold mail: tmp/ and index files are passed over",
            "folders of drafts, spam and trash, in seven languages, are left out",
            "a file is one mail, whatever its text looks like",
            *TRAPS,
        ),
    ),
)
def read_maildir(source: Source) -> Iterator[Batch]:
    """Mails one by one in the order of their names; no more than the header block is read."""
    rows = MailRows(source)
    tally, limit = source.tally, source.tally.limits.header_bytes
    with open_members(source.path, tally.limits) as members:
        mails = _mails(members, source)
        for number, name in enumerate(mails, 1):
            tally.see()
            if _is_in_left_out(name):
                tally.leave_out("draft_spam_trash")
                continue
            with members.open(name) as stream:
                raw = head_of(stream, members.size(name), limit)
            # File names are no locators: those of .eml files tell subjects and people.
            rows.take(raw, f"mail {number}")
            if rows.is_full:
                yield from rows.batches()
    yield from rows.rest()


def _mails(members: Members, source: Source) -> list[str]:
    names = [name for name in members.names if not _is_aside(name)]
    mails = [name for name in names if _is_mail(name)]
    if not mails:
        raise source.error(
            "no mail in it: neither cur/ and new/ nor files that end in .eml",
            "E-MAILDIR-001",
            "Nothing was read. Name the folder that holds the mail.",
        )
    n_others = len(names) - len(mails)
    if n_others:
        source.tally.note("other_files", n_others)
    return mails


def _is_mail(name: str) -> bool:
    path = PurePosixPath(name)
    if path.suffix.lower() == ".eml":
        return True
    return path.parent.name in _BOXES and _DELIVERED.match(path.name) is not None


def _is_aside(name: str) -> bool:
    """What a Mac leaves in folders and archives."""
    path = PurePosixPath(name)
    return path.name.startswith(_ASIDE) or path.parts[0] == "__MACOSX"


def _is_index(name: str) -> bool:
    """What a mail server keeps beside the mail of a Maildir."""
    path = PurePosixPath(name)
    return path.parent.name == "tmp" or path.suffix == "" or path.name.startswith("dovecot")


def _is_in_left_out(name: str) -> bool:
    """A Maildir names a folder within a folder `.INBOX.Trash`; a mail program `INBOX/Trash`."""
    parts = PurePosixPath(name).parts[:-1]
    folders = [folder for part in parts for folder in part.split(".") if folder]
    return any(is_left_out(decoded_folder(folder)) for folder in folders)
