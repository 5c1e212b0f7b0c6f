"""What the events of a tracking log make of a mail: deliveries, lists, and who stays hidden."""

from __future__ import annotations

import array
from bisect import bisect_left
from dataclasses import dataclass, field

from ingest.logs.trace_rows import LoggedMail, TraceRows, clean
from ingest.logs.tracking_log import Event

DELIVERED = {"DELIVER", "SEND", "SENDEXTERNAL"}
LISTS = "EXPAND"
REPLACED = {LISTS, "RESOLVE", "REDIRECT"}
"""Events in which recipients stand for another address: members, mailboxes behind aliases."""

FAILED = {"FAIL", "DROP", "POISONMESSAGE", "BADMAIL", "SUBMITFAIL", "DELIVERFAIL"}
COUNTED = DELIVERED | FAILED | {LISTS}
"""Events that end in more than a count of steps."""

_ROLES = {"to": "to", "cc": "cc", "bcc": "bcc"}
_TOLD = (*sorted(REPLACED), *(name.lower() for name in sorted(REPLACED)), "cc", "Cc", "CC")
_LONGEST_CHAIN = 20


def names_a_copy_or_list(text: str) -> bool:
    """Return whether a line can hold a role or a list; most lines hold neither."""
    return any(word in text for word in _TOLD)


@dataclass
class FirstLook:
    """What must be known before lines are counted: hidden copies, carbon copies and lists.

    The line that names a copy stands apart from the line that delivers it, in another file even.
    """

    lists: set[str] = field(default_factory=set)
    _hidden: set[int] = field(default_factory=set)
    _copies: array.array[int] = field(default_factory=lambda: array.array("q"))
    _from: array.array[int] = field(default_factory=lambda: array.array("q"))
    _to: array.array[int] = field(default_factory=lambda: array.array("q"))

    def note(self, event: Event) -> None:
        """Note the roles and the lists that one line names."""
        if event.name == LISTS:
            self.lists.update(clean(address).lower() for address in event.related)
        if event.name in REPLACED:
            for address, other in _replaced(event):
                self._from.append(_mark(event, other))
                self._to.append(_mark(event, address))
        roles = _roles_of(event)
        for address, role in zip(event.recipients, roles, strict=True):
            if role == "bcc":
                self._hidden.add(_mark(event, address))
            elif role == "cc":
                self._copies.append(_mark(event, address))

    def close(self) -> None:
        """Hide whoever stands for a hidden address, and put the copies in order to be found."""
        for _ in range(_LONGEST_CHAIN):
            pairs = zip(self._from, self._to, strict=True)
            new = {to for other, to in pairs if other in self._hidden} - self._hidden
            if not new:
                break
            self._hidden |= new
        self._copies = array.array("q", sorted(set(self._copies)))

    def role(self, event: Event, address: str, own: str) -> str:
        """Return the role of a recipient; hidden wins, so that no hidden copy comes to light."""
        mark = _mark(event, address)
        if mark in self._hidden or own == "bcc":
            return "bcc"
        at = bisect_left(self._copies, mark)
        return "cc" if at < len(self._copies) and self._copies[at] == mark else own


def take_event(
    event: Event, look: FirstLook, rows: TraceRows, place: str, time: int | None
) -> None:
    """Count a delivery as a mail to its recipients, and every other step by its kind."""
    tally = rows.source.tally
    if event.name == LISTS:
        for address in event.related:
            rows.note_list(address)
        tally.leave_out("list_expanded")
    elif event.name in FAILED:
        tally.leave_out("not_delivered")
    elif event.name not in DELIVERED:
        tally.leave_out("transport_step")
    else:
        _deliver(event, look, rows, (place, time))


def _deliver(event: Event, look: FirstLook, rows: TraceRows, at: tuple[str, int | None]) -> None:
    place, time = at
    tally = rows.source.tally
    named, lost = _sorted_out(event, look)
    if not named:
        reason = "hidden_copy" if lost["bcc"] else "list_expanded"
        tally.leave_out(reason if event.recipients else "no_usable_recipient")
        return
    is_bounce = event.return_path == "<>"
    mail = LoggedMail(
        place, event.message_id, event.own_id, event.sender, tuple(named), time, is_bounce
    )
    n_before = rows.n_units
    rows.add(mail)
    if rows.n_units > n_before:
        for reason in filter(lost.__getitem__, lost):
            tally.drop_slot(reason, lost[reason])


def _sorted_out(event: Event, look: FirstLook) -> tuple[list[tuple[str, str]], dict[str, int]]:
    """Recipients with their roles, and how many are hidden or are lists."""
    named: list[tuple[str, str]] = []
    lost = {"bcc": 0, "list_expanded": 0}
    others = dict(_replaced(event))
    for address, own in zip(event.recipients, _roles_of(event), strict=True):
        role = look.role(event, address, own)
        if role != "bcc" and address in others:
            role = look.role(event, others[address], role)
        if role == "bcc":
            lost["bcc"] += 1
        elif clean(address).lower() in look.lists:
            lost["list_expanded"] += 1
        else:
            named.append((address, role))
    return named, lost


def _replaced(event: Event) -> list[tuple[str, str]]:
    """Each recipient with the address that it stands for, where the line names one."""
    n, related = len(event.recipients), event.related
    if len(related) != n:
        related = related[:1] * n
    return [
        pair for pair in zip(event.recipients, related, strict=bool(related)) if pair[1].strip()
    ]


def _roles_of(event: Event) -> tuple[str, ...]:
    """The role of each recipient by this line alone.

    Where statuses and recipients do not run in step, one hidden copy hides all of them.
    """
    n = len(event.recipients)
    roles = tuple(_ROLES.get(status.strip("'\" ").lower(), "to") for status in event.statuses)
    if len(roles) == n:
        return roles
    return ("bcc" if "bcc" in roles else "to",) * n


def _mark(event: Event, address: str) -> int:
    return hash((event.key, clean(address).lower()))
