"""Mails that are read one by one, as batches: a unit each, with a slot per recipient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.batches import Batch, Rows, full, rest
from ingest.mail.addresses import identity
from ingest.source import Source


class MailLine(NamedTuple):
    """One mail as the `messages` table wants it, its sender as an address."""

    key: str
    thread: str
    parent: str | None
    sender: str
    sent_s: int
    n_recipients: int = 0
    channel: str = "email"
    auto_reason: str | None = None


@dataclass
class MailRows:
    """Collects the mails, recipients and accounts of one source; `code` begins its error codes."""

    source: Source
    code: str
    n_units: int = 0
    _rows: Rows = field(default_factory=lambda: Rows("messages"))
    _slots: Rows = field(default_factory=lambda: Rows("recipients"))
    _accounts: Rows = field(default_factory=lambda: Rows("accounts"))

    def full(self) -> Iterator[Batch]:
        """Hand over batches as soon as they are full."""
        yield from full(self._rows, self._slots)

    def rest(self) -> Iterator[Batch]:
        """Hand over what is left."""
        yield from rest(self._rows, self._slots, self._accounts)

    def _write(self, line: MailLine, recipients: Iterable[tuple[str, str]]) -> None:
        """Add a mail and its recipients, each an address and a role."""
        unit = self.n_units
        self.n_units += 1
        self._rows.add(
            unit,
            line.key,
            line.thread,
            line.parent,
            self._identity(line.sender),
            line.channel,
            "reply" if line.parent else "post",
            "direct",
            line.n_recipients,
            line.sent_s,
            line.auto_reason,
        )
        for address, role in recipients:
            self._slots.add(unit, self._identity(address), role)

    def _identity(self, address: str) -> str:
        typed = identity(address)
        if typed.startswith("x500:"):
            self.source.tally.note("x500_address")
        return typed
