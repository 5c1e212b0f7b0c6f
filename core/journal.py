"""The audit log: an append-only file of chained entries that shows when it has been changed."""

from __future__ import annotations

import fcntl
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.errors import JournalError
from core.files import sync_file
from core.journal_lines import (
    EVENTS,
    MAX_LINE,
    NO_HEAD,
    Entry,
    Fact,
    Head,
    check_entry,
    follow,
    head_line,
    lines,
    parsed,
    read_heads,
    sealed,
)

__all__ = [
    "EVENTS",
    "Check",
    "Entry",
    "Fact",
    "Head",
    "Journal",
    "entries",
    "read_heads",
    "verify",
]


@dataclass(frozen=True)
class Check:
    """What a check of the log found: `n` entries hold, `first_bad` is the first that does not."""

    n: int
    first_bad: int | None = None
    why: str = ""
    is_torn: bool = False
    head: Head = NO_HEAD

    @property
    def is_good(self) -> bool:
        """Whether the log is as it was written."""
        return self.first_bad is None


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


class Journal:
    """Writes entries to an audit log, each on disk before the action that it records goes on.

    h_i = HMAC-SHA-256(key, h_(i-1) || canonical JSON of entry i), so that nobody without the
    key can change, remove or add an entry unseen. A tail cut off leaves a valid chain: therefore
    `anchor` copies the head to `places`, and so does the first entry of each new day.
    """

    def __init__(
        self,
        path: Path,
        key: bytes,
        places: Sequence[Path] = (),
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._path = path
        self._key = key
        self._places = tuple(places)
        self._now = now

    def __repr__(self) -> str:
        """Return a text without the key."""
        return f"Journal({self._path.name})"

    def write(self, event: str, **facts: Fact) -> Entry:
        """Append an entry and return it; when it cannot be written the action must not go on.

        Raises `JournalError` for an unknown event, for facts that are no plain values, are too
        long or may hold an address, and for whatever keeps the entry from the disk. A last line
        that an interrupted write has left is dealt with first, and an entry `recover` says so.
        """
        check_entry(event, facts)
        with _failing(), _appending(self._path) as handle:
            last = self._last(handle)
            entry = self._append(handle, last, event, facts)
            if last.seq > 0 and last.time[:10] < entry.time[:10]:
                self._copy(last)
        return entry

    def head(self) -> Head:
        """Return the seal on the last whole entry; seq 0 where there is none."""
        if not self._path.exists():
            return NO_HEAD
        with _failing(), self._path.open("rb") as stream:
            return _tail(stream.fileno())[0] or NO_HEAD

    def anchor(self) -> Head:
        """Copy the head to the second places, so that a cut tail shows, and return it."""
        head = self.head()
        with _failing():
            self._copy(head)
        return head

    def _append(self, handle: int, last: Head, event: str, facts: Mapping[str, Fact]) -> Entry:
        time = self._now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        entry = sealed(self._key, last, time, event, facts)
        size = os.fstat(handle).st_size
        try:
            _write_through(handle, entry.line + b"\n")
        except OSError:
            os.ftruncate(handle, size)
            raise
        return entry

    def _last(self, handle: int) -> Head:
        head, torn = _tail(handle)
        if head is None:
            head = self._start()
        return self._recovered(handle, head, torn) if torn else head

    def _start(self) -> Head:
        """Return the head of an empty log, unless copies of its head know of entries."""
        known = max((head.seq for place in self._places for head in read_heads(place)), default=0)
        if known:
            raise JournalError(
                f"The audit log is missing or empty, and {known} entries were written to it.",
                code="E-LOG-003",
                hint="Nothing was done. Put the log back, then run `audit-log verify`.",
            )
        return NO_HEAD

    def _recovered(self, handle: int, head: Head, torn: bytes) -> Head:
        """Keep an entry that lacks its line end alone, take a shorter rest off; record which."""
        whole, _ = follow(torn, head, self._key)
        if whole is not None:
            _write_through(handle, b"\n")
            head = whole
        else:
            os.ftruncate(handle, os.fstat(handle).st_size - len(torn))
        rest: dict[str, Fact] = {"bytes": len(torn), "is_kept": whole is not None}
        return self._append(handle, head, "recover", rest).head

    def _copy(self, head: Head) -> None:
        for place in self._places:
            with _appending(place) as handle:
                _write_through(handle, head_line(head))


def verify(path: Path, key: bytes, anchors: Sequence[Head] = ()) -> Check:
    """Return the first entry of a log that is changed, missing, added or out of order.

    `anchors` are heads kept elsewhere; the first digits of a hash will do, as in a footer.
    Without them a tail that was cut off at the end of a line does not show.
    """
    kept: dict[int, list[str]] = defaultdict(list)
    for anchor in anchors:
        kept[anchor.seq].append(anchor.hash)
    last = NO_HEAD
    for line in lines(path):
        n = last.seq + 1
        if not line.endswith(b"\n") and len(line) < MAX_LINE:
            return Check(last.seq, n, _TORN.format(n=n), is_torn=True, head=last)
        head, why = follow(line.removesuffix(b"\n"), last, key)
        if head is None:
            return Check(last.seq, n, why, head=last)
        if not all(head.hash.startswith(digits) for digits in kept.get(n, ())):
            why = f"entry {n}, or one before it, is not the one whose seal was copied elsewhere"
            return Check(last.seq, n, why, head=last)
        last = head
    known = max(kept, default=0)
    if known > last.seq:
        why = f"the end was cut off: entry {last.seq + 1} is missing, entry {known} was written"
        return Check(last.seq, last.seq + 1, why, head=last)
    return Check(last.seq, head=last)


def entries(path: Path) -> Iterator[Entry]:
    """Yield the lines of a log as entries, unchecked, up to the first that is none."""
    for line in lines(path):
        entry = parsed(line.removesuffix(b"\n"))
        if entry is None:
            return
        yield entry


_TORN = (
    "entry {n} is incomplete: an interrupted write leaves this, and so does cutting; "
    "the next entry takes it off and records that"
)


def _tail(handle: int) -> tuple[Head | None, bytes]:
    """Return the head of the last whole line, none without one, and what stands after it."""
    size = os.fstat(handle).st_size
    start = max(0, size - 2 * MAX_LINE)
    whole, newline, torn = os.pread(handle, size - start, start).rpartition(b"\n")
    if not newline and not start:
        return None, torn
    entry = parsed(whole.rpartition(b"\n")[2]) if newline else None
    if entry is None:
        raise JournalError(
            "The last entry of the audit log cannot be read; it is not as it was written.",
            code="E-LOG-004",
            hint="Nothing was done. `audit-log verify` names the first bad entry.",
        )
    return entry.head, torn


@contextmanager
def _appending(path: Path) -> Iterator[int]:
    """Open a file to append to, readable by its owner only, and keep other writers waiting."""
    is_new = not path.exists()
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(path, flags, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if is_new:
            sync_file(path.parent)
        yield handle
    finally:
        os.close(handle)


def _write_through(handle: int, content: bytes) -> None:
    while content:
        content = content[os.write(handle, content) :]
    os.fsync(handle)


@contextmanager
def _failing() -> Iterator[None]:
    """Tell whatever the disk refuses as an action that must not go on."""
    try:
        yield
    except OSError as error:
        raise JournalError(
            f"The audit log could not be written: {os.strerror(error.errno or 0)}.",
            code="E-LOG-002",
            hint="Nothing was done: what cannot be recorded is not carried out.",
        ) from error
