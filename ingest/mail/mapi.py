"""Properties of Outlook items by number: the few that are wanted, decoded from their bytes.

Only these are ever taken from a file. Subject, body, names and attachments have numbers too; none
stands here. Nor do the flags of an item, for they tell whether it was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CLASS = 0x001A
START_DATE = 0x0060
SUBMITTED = 0x0039
DELIVERED = 0x0E06
AUTHOR_TYPE, AUTHOR, AUTHOR_SMTP = 0x0064, 0x0065, 0x5D02
SENDER_TYPE, SENDER, SENDER_SMTP = 0x0C1E, 0x0C1F, 0x5D01
CONVERSATION = 0x0071
MESSAGE_ID, REFERENCES, IN_REPLY_TO = 0x1035, 0x1039, 0x1042
OF_ITEM = frozenset(
    (
        CLASS,
        START_DATE,
        SUBMITTED,
        DELIVERED,
        AUTHOR_TYPE,
        AUTHOR,
        AUTHOR_SMTP,
        SENDER_TYPE,
        SENDER,
        SENDER_SMTP,
        CONVERSATION,
        MESSAGE_ID,
        REFERENCES,
        IN_REPLY_TO,
    )
)
ROLE, ADDRESS_TYPE, ADDRESS, SMTP = 0x0C15, 0x3002, 0x3003, 0x39FE
OF_RECIPIENT = frozenset((ROLE, ADDRESS_TYPE, ADDRESS, SMTP))

INTEGER, TEXT_8, TEXT_16, TIME, BINARY = 0x0003, 0x001E, 0x001F, 0x0040, 0x0102
HELD_APART = frozenset((TEXT_8, TEXT_16, BINARY))
"""Types whose values lie in streams of their own in an MSG file."""

_TICKS, _EPOCH = 10_000_000, 11_644_473_600
_TIME_BYTES = 8


@dataclass(frozen=True)
class Properties:
    """The wanted properties of one item or recipient, by number: type and bytes."""

    values: Mapping[int, tuple[int, bytes]] = field(default_factory=dict)

    def text(self, number: int) -> str:
        """Return a text; "" where there is none."""
        kind, raw = self.values.get(number, (0, b""))
        if kind == TEXT_16:
            found = raw.decode("utf-16-le", "replace")
        elif kind == TEXT_8:
            found = raw.decode("utf-8" if raw.isascii() else "cp1252", "replace")
        else:
            return ""
        return found.partition("\x00")[0].strip()

    def binary(self, number: int) -> bytes:
        """Return raw bytes; empty where there are none."""
        kind, raw = self.values.get(number, (0, b""))
        return raw if kind == BINARY else b""

    def integer(self, number: int) -> int | None:
        """Return a number."""
        kind, raw = self.values.get(number, (0, b""))
        return int.from_bytes(raw[:4], "little") if kind == INTEGER and raw else None

    def seconds(self, number: int) -> int | None:
        """Return a time as UTC seconds: times of Outlook count ticks of UTC since 1601."""
        kind, raw = self.values.get(number, (0, b""))
        if kind != TIME or len(raw) < _TIME_BYTES:
            return None
        ticks = int.from_bytes(raw[:_TIME_BYTES], "little")
        return ticks // _TICKS - _EPOCH if ticks else None
