"""What one chat message becomes, the same in every tool: rows to people, never to a channel.

A reader makes one `ChatRows` for its source, then for every message that it understood a
`ChatLine` (keys typed, accounts typed, times checked) and says where it was written and who is
named. The rules are here alone:

* **room**: one slot per other member, role `member`; who is @-mentioned gets role `mention`
  instead. Service accounts are no members.
* **more than 200 members, or members unknown**: the mentioned only. Nobody mentioned: the message
  is left out and counted as `large_channel` or `members_unknown`.
* **reply** (`line.parent` is set): role `to` for the author of the parent, and the mentioned;
  nobody else. Where that author is unknown or answers themselves, it goes to the room as a post.
* **nobody but the sender is there**: left out, `no_usable_recipient`.
* **reaction**: one more unit per message and person who reacted, to the author of the message.

The caller has `tally.see()`n the message; `ChatRows` ends it as a row or as left out. It sees
reactions itself. A whole reader:

    rows = ChatRows(source.tally, services={"tool:bot-1"})
    team = rows.room(["tool:1", "tool:2"])        # once per room; rows.room(None): unknown
    line = ChatLine("tool:room:7", "tool:room:5", "tool:room:5", "tool:1", sent_s=1741000000)
    rows.post(line, Heard(team, author="tool:2", mentions=["tool:3"]))
    rows.reactions(line, {"tool:2": None})        # by whom; None: when is unknown
    yield from rows.full()                        # after each message, or each file
    yield from rows.rest()                        # at the end
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from ingest.batches import TABLES, Batch, Rows, rest
from ingest.tally import Tally

MAX_MEMBERS = 200
"""Members of a room beyond which a message to all of them is an announcement, not a tie."""

_FULL_LINES, _FULL_SLOTS = 50_000, 250_000
_ROLES = ("to", "mention", "member")
_TO, _MENTION, _MEMBER = range(len(_ROLES))


class ChatLine(NamedTuple):
    """One message as the `messages` table wants it; `n_recipients` is counted later."""

    key: str
    thread: str
    parent: str | None
    sender: str
    channel: str = "chat"
    act: str = "post"
    visibility: str = "direct"
    sent_s: int = 0
    auto_reason: str | None = None


class Room(NamedTuple):
    """The members of one conversation as `ChatRows` numbers them; services are left out."""

    codes: array[int]
    members: frozenset[int]
    is_known: bool
    is_large: bool


class Heard(NamedTuple):
    """Who could hear a message: its room, the author of the message it answers, who is named."""

    room: Room
    author: str | None = None
    mentions: Sequence[str] = ()


@dataclass
class ChatRows:
    """Collects the rows of chat messages and hands them over as batches.

    `services` are the accounts of bots: they hear nothing, and what they send is automated.
    """

    tally: Tally
    services: Collection[str] = frozenset()
    n_units: int = 0
    _names: list[str] = field(default_factory=list)
    _codes: dict[str, int] = field(default_factory=dict)
    _lines: list[ChatLine] = field(default_factory=list)
    _heard_by: list[int] = field(default_factory=list)
    _senders: array[int] = field(default_factory=lambda: array("i"))
    _slots: _Slots = field(init=False)
    _used: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Start with no slots."""
        self._slots = _Slots()

    def room(self, members: Iterable[str] | None) -> Room:
        """Return a room for its members; None or nobody where the export does not list them."""
        everybody = list(dict.fromkeys(members or ()))
        people = array("i", [self._code(m) for m in everybody if m not in self.services])
        return Room(
            people, frozenset(people), bool(everybody), is_large=len(everybody) > MAX_MEMBERS
        )

    def post(self, line: ChatLine, heard: Heard) -> bool:
        """Add a message or reply with its slots; False where it was left out and counted."""
        sender = self._code(line.sender)
        named = self._named(heard.mentions, sender) if heard.mentions else []
        author = heard.author if line.parent else None
        if author and author != line.sender:
            code = self._code(author)
            self._slots.add(self.n_units, _TO, [code])
            others = [n for n in named if n != code]
            self._slots.add(self.n_units, _MENTION, others)
            self._add(line, sender, 1 + len(others))
            return True
        return self._to_room(line, sender, heard.room, named)

    def reactions(
        self, line: ChatLine, reactors: Mapping[str, int | None], author: str | None = None
    ) -> None:
        """Add a unit per person who reacted to a message, with the time where it is known."""
        to = self._code(author or line.sender)
        for reactor, reacted_s in reactors.items():
            self.tally.see()
            if reacted_s is None:
                self.tally.note("reaction_time_unknown")
            reacted = line._replace(
                key=f"{line.key}:reaction:{reactor.rpartition(':')[2]}",
                parent=None,
                sender=reactor,
                act="reaction",
                sent_s=line.sent_s if reacted_s is None else reacted_s,
                auto_reason="service_account" if reactor in self.services else None,
            )
            self._slots.add(self.n_units, _TO, [to])
            self._add(reacted, self._code(reactor), 1)

    def full(self) -> Iterator[Batch]:
        """Hand over what was collected as soon as it is much."""
        if len(self._lines) >= _FULL_LINES or len(self._slots) >= _FULL_SLOTS:
            yield from self.rest()

    def rest(self) -> Iterator[Batch]:
        """Hand over what is left: messages first, then their slots."""
        if not self._lines:
            return
        yield self._messages()
        slots, heard = self._slots.take(self._names, np.array(self._senders))
        yield slots
        self._used.update(self._senders, heard)
        self._lines, self._heard_by, self._senders = [], [], array("i")
        self._slots = _Slots(first_unit=self.n_units)

    def strangers(self, listed: Collection[str]) -> list[str]:
        """Return the accounts in the rows handed over that are not listed; each is noted."""
        found = sorted({self._names[code] for code in self._used}.difference(listed))
        if found:
            self.tally.note("accounts_not_listed", len(found))
        return found

    def _to_room(self, line: ChatLine, sender: int, room: Room, named: list[int]) -> bool:
        n_members = 0
        if room.is_known and not room.is_large:
            n_members = self._members(sender, room, set(named))
        n_recipients = n_members + len(named)
        if not n_recipients:
            self.tally.leave_out(_why_nobody(room))
            return False
        self._slots.add(self.n_units, _MENTION, named)
        self._add(line, sender, n_recipients)
        return True

    def _members(self, sender: int, room: Room, named: set[int]) -> int:
        if named:
            others = [code for code in room.codes if code != sender and code not in named]
            self._slots.add(self.n_units, _MEMBER, others)
            return len(others)
        n_others = len(room.codes) - (sender in room.members)
        if n_others:
            # The sender's own slot goes too and falls out when the batch is made: all slots of
            # a room are one copy of memory.
            self._slots.add(self.n_units, _MEMBER, room.codes)
        return n_others

    def _named(self, mentions: Sequence[str], sender: int) -> list[int]:
        people = [m for m in dict.fromkeys(mentions) if m not in self.services]
        self.tally.drop_slot("service", len(set(mentions)) - len(people))
        codes = [self._code(m) for m in people]
        self.tally.drop_slot("self", sum(code == sender for code in codes))
        return [code for code in codes if code != sender]

    def _add(self, line: ChatLine, sender: int, n_recipients: int) -> None:
        self._lines.append(line)
        self._senders.append(sender)
        self._heard_by.append(n_recipients)
        self.n_units += 1

    def _code(self, account: str) -> int:
        code = self._codes.get(account)
        if code is None:
            code = self._codes[account] = len(self._names)
            self._names.append(account)
        return code

    def _messages(self) -> Batch:
        schema = TABLES["messages"]
        n = len(self._lines)
        columns: dict[str, Sequence[str | int | None]]
        columns = dict(zip(ChatLine._fields, zip(*self._lines, strict=True), strict=True))
        columns["unit"] = range(self.n_units - n, self.n_units)
        columns["n_recipients"] = self._heard_by
        arrays = [pa.array(columns[name], type=schema.field(name).type) for name in schema.names]
        return Batch("messages", pa.RecordBatch.from_arrays(arrays, schema=schema))


@dataclass
class _Slots:
    """Slots as runs: a unit, a role, and how many codes of accounts follow."""

    first_unit: int = 0
    units: array[int] = field(default_factory=lambda: array("q"))
    roles: array[int] = field(default_factory=lambda: array("b"))
    lengths: array[int] = field(default_factory=lambda: array("i"))
    codes: array[int] = field(default_factory=lambda: array("i"))

    def __len__(self) -> int:
        return len(self.codes)

    def add(self, unit: int, role: int, codes: Sequence[int]) -> None:
        """Add one run."""
        if codes:
            self.units.append(unit)
            self.roles.append(role)
            self.lengths.append(len(codes))
            self.codes.extend(codes)

    def take(
        self, names: list[str], senders: np.ndarray[tuple[int], np.dtype[np.int32]]
    ) -> tuple[Batch, list[int]]:
        """Return all runs as rows, and whom they name; a member who is the sender falls out."""
        lengths = np.array(self.lengths)
        units = np.repeat(np.array(self.units), lengths)
        roles = np.repeat(np.array(self.roles), lengths)
        codes = np.array(self.codes)
        is_own = (roles == _MEMBER) & (codes == senders[units - self.first_unit])
        units, roles, codes = units[~is_own], roles[~is_own], codes[~is_own]
        arrays = [
            pa.array(units),
            pa.array(names, type=pa.string()).take(pa.array(codes)),
            pa.array(_ROLES, type=pa.string()).take(pa.array(roles)),
        ]
        rows = pa.RecordBatch.from_arrays(arrays, schema=TABLES["recipients"])
        return Batch("recipients", rows), np.unique(codes).tolist()


def account_batches(accounts: Iterable[tuple[str | None, ...]]) -> Iterator[Batch]:
    """Return accounts as batches: account, email, kind, time zone, name."""
    rows = Rows("accounts")
    for account in accounts:
        rows.add(*account)
    yield from rest(rows)


def _why_nobody(room: Room) -> str:
    if not room.is_known:
        return "members_unknown"
    return "large_channel" if room.is_large else "no_usable_recipient"
