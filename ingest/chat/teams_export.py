"""Microsoft Teams exports: Graph JSON and PowerShell JSON as typed records without a body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast
from urllib.parse import unquote

import msgspec

from ingest.files.json_files import JsonError, any_records, line_records, records_of
from ingest.files.members import Members, names_in, open_members
from ingest.limits import Limits, check_limit

LINE_SUFFIXES = (".ndjson", ".jsonl")
SUFFIXES = (".json", *LINE_SUFFIXES)
_MARKS = re.compile(rb'"messageType"\s*:', re.IGNORECASE)
_ROOM_MARKS = re.compile(rb'"(?:chatId|channelIdentity|createdDateTime)"\s*:', re.IGNORECASE)
_LOOKED_AT, _LOOKED_BYTES = 20, 1 << 16
_MOST_PAGES = 2
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ROOM = re.compile(r"19[:_%-](?:3a)?([0-9a-z_-]+)@(?:thread|unq)")
_PAIR = re.compile(rf"19:({_GUID.pattern})_({_GUID.pattern})@unq\.gbl\.spaces")


class Identity(msgspec.Struct, rename="camel", gc=False):
    """A person, a bot or a device."""

    id: str | None = None
    shown: str | None = msgspec.field(name="displayName", default=None)
    user_identity_type: str | None = None


class IdentitySet(msgspec.Struct, rename="camel", gc=False):
    """Who did something: a user, an application or a device."""

    user: Identity | None = None
    application: Identity | None = None
    device: Identity | None = None
    conversation: Identity | None = None


class Mention(msgspec.Struct, rename="camel", gc=False):
    """Who is mentioned; one name of five words is five of these."""

    mentioned: IdentitySet | None = None


class Reaction(msgspec.Struct, rename="camel", gc=False):
    """Who reacted and when; not how."""

    user: IdentitySet | None = None
    created_date_time: str | None = None


class Channel(msgspec.Struct, rename="camel", gc=False):
    """Team and channel of a message."""

    team_id: str | None = None
    channel_id: str | None = None


class More(msgspec.Struct, rename="camel", gc=False):
    """Where PowerShell puts the properties of members."""

    user_id: str | None = None
    email: str | None = None


class Member(msgspec.Struct, rename="camel", gc=False):
    """A member of a chat, channel or team."""

    user_id: str | None = None
    email: str | None = None
    shown: str | None = msgspec.field(name="displayName", default=None)
    roles: list[str] | None = None
    additional_properties: More | None = None


class Thing(Member, rename="camel", gc=False):
    """Any record of an export: a message, a user, a member, a chat, a channel, a team, a page."""

    id: str | None = None
    # of a message
    message_type: str | None = None
    created_date_time: str | None = None
    deleted_date_time: str | None = None
    reply_to_id: str | None = None
    chat_id: str | None = None
    channel_identity: Channel | None = None
    sender: IdentitySet | None = msgspec.field(name="from", default=None)
    mentions: list[Mention] | None = None
    reactions: list[Reaction] | None = None
    replies: list[msgspec.Raw] | None = None
    # of a user
    mail: str | None = None
    user_principal_name: str | None = None
    user_type: str | None = None
    # of a chat, a channel or a team
    chat_type: str | None = None
    membership_type: str | None = None
    visibility: str | None = None
    members: list[Member] | None = None
    # of a page of any of these
    value: list[msgspec.Raw] | None = None
    context: str | None = msgspec.field(name="@odata.context", default=None)

    @property
    def is_message(self) -> bool:
        """Return whether this is a message."""
        return self.message_type is not None or self.sender is not None

    @property
    def room(self) -> str:
        """Return the chat, or the team and channel, of a message; "" where it names none."""
        if self.chat_id:
            return self.chat_id
        where = self.channel_identity
        return f"{where.team_id}/{where.channel_id}" if where and where.channel_id else ""


def _keys() -> Iterator[tuple[bytes, bytes]]:
    kinds = (Thing, More, Channel, Reaction, Mention, IdentitySet, Identity)
    names = {field.encode_name for kind in kinds for field in msgspec.structs.fields(kind)}
    for name in sorted(name for name in names if name[0].isalpha()):
        large = f'"{name[0].upper()}{name[1:]}":'.encode()
        yield large, f'"{name}":'.encode()


_KEYS = tuple(_keys())


class Found(msgspec.Struct):
    """A record with its place in its file, and what names the room it belongs to."""

    thing: Thing | JsonError
    place: str
    context: str = ""


class Export(msgspec.Struct):
    """The JSON files of one export."""

    names: tuple[str, ...]
    n_others: int
    members: Members | None
    path: Path
    limits: Limits

    def place(self, name: str) -> str:
        """Return a file by its number in the order of names: a name can be a person's."""
        return f"file {self.names.index(name) + 1}" if len(self.names) > 1 else "file"

    def things(self, name: str) -> Iterator[Found]:
        """Return the records of one file; raises `JsonError` where it is no JSON."""
        if name.lower().endswith(LINE_SUFFIXES):
            with self._open(name) as stream:
                # The wrapper has the one method that is called.
                lines = line_records(cast("IO[bytes]", _SmallKeys(stream)), Thing, self.limits)
                for number, thing in lines:
                    yield from _opened(Found(thing, f"line {number}"))
            return
        with self._open(name) as stream:
            content = stream.read(self.limits.json_bytes + 1)
        check_limit(len(content), self.limits.json_bytes, "json_bytes", self.path.name)
        for number, thing in enumerate(any_records(small_keys(content), Thing, self.limits)):
            yield from _opened(Found(thing, f"$[{number}]"))

    @contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        if self.members is None:
            with self.path.open("rb") as stream:
                yield stream
            return
        with self.members.open(name) as member:
            yield member


@contextmanager
def open_export(path: Path, limits: Limits) -> Iterator[Export]:
    """Open a JSON file, or the JSON files of a folder or archive."""
    if path.is_file() and path.suffix.lower() in SUFFIXES:
        check_limit(path.stat().st_size, limits.file_bytes, "file_bytes", path.name)
        yield Export((path.name,), 0, None, path, limits)
        return
    with open_members(path, limits) as members:
        names = tuple(n for n in members.names if n.lower().endswith(SUFFIXES))
        yield Export(names, len(members.names) - len(names), members, path, limits)


def is_teams(path: Path, start: bytes) -> bool:
    """Return whether a JSON file, or the JSON files of a folder or archive, hold such messages."""
    names = [name for name in names_in(path, start) if name.lower().endswith(SUFFIXES)]
    if not names:
        return path.suffix.lower() in SUFFIXES and _has_marks(start)
    with open_members(path, Limits()) as members:
        for name in names[:_LOOKED_AT]:
            with members.open(name) as stream:
                if _has_marks(stream.read(_LOOKED_BYTES)):
                    return True
    return False


def small_keys(content: bytes) -> bytes:
    """Return JSON with its keys as Graph spells them, where PowerShell has made `Id` of `id`.

    A quote inside a text stands behind a backslash, so that nothing but a key can match.
    """
    if b'"Id"' not in content and b'"MessageType"' not in content:
        return content
    for large, small in _KEYS:
        content = content.replace(large, small)
    return content


def rooms_named(text: str) -> set[str]:
    """Return what in a path or context tells a room: the ids of chats, channels and teams."""
    plain = unquote(text).lower()
    return set(_ROOM.findall(plain)) | set(_GUID.findall(plain))


def pair_of(chat: str) -> tuple[str, ...]:
    """Return the two people that the id of a chat between two names; else none."""
    found = _PAIR.fullmatch(chat.lower())
    return found.groups() if found else ()


def address_of(thing: Thing) -> str | None:
    """Return a user's address: its mail, else its principal name, that of a guest unwrapped."""
    name = thing.mail or thing.user_principal_name or ""
    local, mark, _ = name.partition("#EXT#")
    if mark:
        # The tenant has put "_" for "@", and no domain holds a "_".
        user, _, domain = local.rpartition("_")
        name = f"{user}@{domain}" if user else ""
    return name if "@" in name else None


def _has_marks(start: bytes) -> bool:
    return bool(_MARKS.search(start) and _ROOM_MARKS.search(start))


def _opened(found: Found, depth: int = 0) -> Iterator[Found]:
    """A record itself, or those of the page that it is; behind a message its replies."""
    thing = found.thing
    if isinstance(thing, JsonError) or depth > _MOST_PAGES:
        yield found
        return
    if thing.value is None:
        yield found
    context = thing.context or found.context
    for raws, name in ((thing.value, "value"), (thing.replies, "replies")):
        place = f"{found.place}.{name}"
        for number, one in enumerate(records_of(raws or (), Thing, place)):
            inner = Found(one, f"{place}[{number}]", context)
            if name == "replies" or isinstance(one, JsonError):
                yield inner
            else:
                yield from _opened(inner, depth + 1)


class _SmallKeys:
    """Lines of a stream with the keys of Graph."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readline(self, limit: int) -> bytes:
        """Return the next line or the part of it up to the limit."""
        return small_keys(self._stream.readline(limit))
