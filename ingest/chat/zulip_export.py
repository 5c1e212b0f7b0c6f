"""Files of a Zulip export as typed records: no text, no topic in clear, no name of a stream."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from ingest.files.json_files import JsonError, document, records_of
from ingest.files.members import Members

REALM = "realm.json"
MESSAGE_FILE = re.compile(r"messages-\d+\.json")
_PARTIAL = re.compile(r"messages-\d+\.json\.partial")
PERSONAL, STREAM = 1, 2
_GUEST_ROLE = 600

Record = TypeVar("Record", bound=msgspec.Struct)


class Realm(msgspec.Struct):
    """The organization, by what tells it from others."""

    string_id: str | None = None
    uuid: str | None = None


class User(msgspec.Struct):
    """An account."""

    id: int
    email: str | None = None
    delivery_email: str | None = None
    full_name: str | None = None
    is_bot: bool = False
    role: int | None = None
    timezone: str | None = None


class Stream(msgspec.Struct):
    """A channel; only whether it is private."""

    id: int
    invite_only: bool | None = None


class Recipient(msgspec.Struct):
    """Whom messages go to: a person (1), a stream (2) or a group (3), and which."""

    id: int
    type: int
    type_id: int


class Subscription(msgspec.Struct):
    """Who is in a stream or group."""

    user_profile: int
    recipient: int
    active: bool = True


class Reaction(msgspec.Struct):
    """Who reacted to which message; not how."""

    user_profile: int
    message: int


class Message(msgspec.Struct):
    """A message: who, to whom, when; its topic serves to tell threads apart, as a hash."""

    id: int | None = None
    sender: int | None = None
    recipient: int | None = None
    subject: str | None = None
    date_sent: int | float | None = None


class MessageFile(msgspec.Struct):
    """One file of messages; the rows of who has read them are skipped while decoding."""

    zerver_message: list[msgspec.Raw]


class _RealmFile(msgspec.Struct):
    zerver_realm: list[msgspec.Raw] = []
    zerver_userprofile: list[msgspec.Raw] = []
    zerver_userprofile_crossrealm: list[msgspec.Raw] = []
    zerver_userprofile_mirrordummy: list[msgspec.Raw] = []
    zerver_stream: list[msgspec.Raw] = []
    zerver_recipient: list[msgspec.Raw] = []
    zerver_subscription: list[msgspec.Raw] = []
    zerver_reaction: list[msgspec.Raw] = []


@dataclass
class Directory:
    """Accounts, streams, who is where, and who reacted to what."""

    realm: str = ""
    users: dict[int, User] = field(default_factory=dict)
    system_bots: set[int] = field(default_factory=set)
    private: set[int] = field(default_factory=set)
    recipients: dict[int, Recipient] = field(default_factory=dict)
    members: dict[int, list[int]] = field(default_factory=dict)
    reactions: dict[int, set[int]] = field(default_factory=dict)
    n_damaged: int = 0

    def is_bot(self, user: int) -> bool:
        """Return whether an account is a program."""
        return user in self.system_bots or (user in self.users and self.users[user].is_bot)


def is_zulip(names: Iterable[str]) -> bool:
    """Return whether the files of an export are those of Zulip."""
    base = {posixpath.basename(name) for name in names}
    return REALM in base and any(MESSAGE_FILE.fullmatch(name) for name in base)


def message_files(members: Members) -> list[str]:
    """Return the files of messages in their order."""
    found = (n for n in members.names if MESSAGE_FILE.fullmatch(posixpath.basename(n)))
    return sorted(found, key=lambda name: (len(name), name))


def has_partial_files(members: Members) -> bool:
    """Return whether the export stopped before it had turned all its files into messages."""
    return any(_PARTIAL.fullmatch(posixpath.basename(name)) for name in members.names)


def directory_of(content: bytes) -> Directory:
    """Return what realm.json says; raises `JsonError` where it is not readable."""
    told = document(content, _RealmFile)
    found = Directory()
    for realm in _good(found, told.zerver_realm, Realm):
        found.realm = realm.uuid or realm.string_id or found.realm
    for users in (told.zerver_userprofile, told.zerver_userprofile_mirrordummy):
        found.users.update({user.id: user for user in _good(found, users, User)})
    bots = _good(found, told.zerver_userprofile_crossrealm, User)
    found.system_bots = {user.id for user in bots}
    streams = _good(found, told.zerver_stream, Stream)
    found.private = {stream.id for stream in streams if stream.invite_only}
    recipients = _good(found, told.zerver_recipient, Recipient)
    found.recipients = {recipient.id: recipient for recipient in recipients}
    for entry in _good(found, told.zerver_subscription, Subscription):
        if entry.active:
            found.members.setdefault(entry.recipient, []).append(entry.user_profile)
    for reaction in _good(found, told.zerver_reaction, Reaction):
        found.reactions.setdefault(reaction.message, set()).add(reaction.user_profile)
    return found


def is_guest(user: User) -> bool:
    """Return whether an account is a guest's."""
    return user.role == _GUEST_ROLE


def _good(found: Directory, raws: list[msgspec.Raw], kind: type[Record]) -> Iterator[Record]:
    for record in records_of(raws, kind):
        if isinstance(record, JsonError):
            found.n_damaged += 1
        else:
            yield record
