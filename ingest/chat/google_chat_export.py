"""Google Chat: the records of Takeout and of the Admin report, none with a text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

import msgspec

ROOM_FOLDER = re.compile(r"(DM|Space|Group Chat) (\S{1,100})")
MESSAGES, GROUP = "messages.json", "group_info.json"
POSTED = "message_posted"
JOINED = "add_room_member"
_ADMIN = (b'"room_id"', b'"message_posted"', b'"admin#reports#activity')
_MICROSECONDS = 10**14
"""A number above this is no time in milliseconds: it would lie beyond the year 5000."""


class Person(msgspec.Struct, gc=False):
    """A creator or member; without an address nobody can tell who it is."""

    email: str | None = None
    shown: str | None = msgspec.field(name="name", default=None)
    user_type: str | None = None

    @property
    def is_bot(self) -> bool:
        """Return whether this is an app."""
        return (self.user_type or "").lower() == "bot"


class Reaction(msgspec.Struct, gc=False):
    """Who reacted; not how."""

    reactor_emails: list[str] | None = None


class Message(msgspec.Struct, gc=False):
    """A message of Takeout: who, when, in which topic."""

    creator: Person | None = None
    created_date: str | None = None
    topic_id: str | None = None
    message_id: str | None = None
    message_state: str | None = None
    reactions: list[Reaction] | None = None


class Messages(msgspec.Struct):
    """The messages of one room."""

    messages: list[msgspec.Raw] = []


class Group(msgspec.Struct):
    """Who is in a room; its name is not read."""

    members: list[Person] = []


class Parameter(msgspec.Struct, rename="camel", gc=False):
    """One property of an event, in the field of its type."""

    name: str
    value: str | None = None
    int_value: str | int | None = None
    multi_value: list[str] | None = None


class Event(msgspec.Struct, gc=False):
    """Something that happened in a room."""

    name: str | None = None
    parameters: list[Parameter] | None = None

    def text(self, name: str) -> str:
        """Return a parameter as text; "" where it is missing."""
        for one in self.parameters or ():
            if one.name == name:
                return one.value or str(one.int_value or "")
        return ""

    def texts(self, name: str) -> list[str]:
        """Return a parameter of several values."""
        for one in self.parameters or ():
            if one.name == name:
                return one.multi_value or ([one.value] if one.value else [])
        return []


class Actor(msgspec.Struct, gc=False):
    """Who did it."""

    email: str | None = None


class Moment(msgspec.Struct, gc=False):
    """When it was done."""

    time: str | None = None


class Activity(msgspec.Struct, gc=False):
    """A record of the Admin report, or a page of them."""

    id: Moment | None = None
    actor: Actor | None = None
    events: list[Event] | None = None
    items: list[msgspec.Raw] | None = None


def is_takeout(names: Iterable[str]) -> bool:
    """Return whether some names are those of rooms in Takeout."""
    return any(room_of(name) for name in names)


def is_admin_report(start: bytes) -> bool:
    """Return whether a JSON text starts as a report of chat events does."""
    return (
        start.lstrip()[:1] in (b"{", b"[")
        and _ADMIN[0] in start
        and (_ADMIN[1] in start or _ADMIN[2] in start)
    )


def room_of(name: str) -> tuple[str, str] | None:
    """Return the kind and the id of the room whose messages a file holds; else None."""
    folder, file = posixpath.split(name)
    found = ROOM_FOLDER.fullmatch(posixpath.basename(folder))
    return (found[1], found[2]) if found and file == MESSAGES else None


def epoch_seconds(text: str) -> int | None:
    """Return seconds from `timestamp_ms`, which holds microseconds in truth."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_MICROSECONDS)) + 2):
        return None
    number = int(text)
    return number // (1_000_000 if number > _MICROSECONDS else 1_000)
