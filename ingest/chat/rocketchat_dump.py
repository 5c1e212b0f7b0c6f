"""Files of a Rocket.Chat database dump as typed records: no text, no attachment, no title."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ingest.chat.bson import BsonError, Document, Shape, Value, documents
from ingest.files.members import Members
from ingest.tally import Tally

USERS, ROOMS, MEMBERS, MESSAGES = (
    "users.bson",
    "rocketchat_room.bson",
    "rocketchat_subscription.bson",
    "rocketchat_message.bson",
)
MESSAGE: Shape = {
    "_id": None,
    "rid": None,
    "u": {"_id": None, "username": None},
    "ts": None,
    "t": None,
    "tmid": None,
    "bot": None,
    "mentions": [{"_id": None, "type": None}],
    "reactions": {"*": {"usernames": [None]}},
}
ROOT: Shape = {"_id": None, "u": {"_id": None}, "tcount": None}
_USER: Shape = {
    "_id": None,
    "username": None,
    "name": None,
    "emails": [{"address": None}],
    "type": None,
    "roles": [None],
    "__rooms": [None],
}
_ROOM: Shape = {
    "_id": None,
    "t": None,
    "uids": [None],
    "encrypted": None,
}
_MEMBER: Shape = {"rid": None, "u": {"_id": None}}
_VISIBILITY = {"c": "open", "p": "closed", "d": "direct"}


@dataclass(frozen=True)
class User:
    """An account of the dump."""

    user_id: str
    username: str
    email: str | None
    name: str | None
    is_bot: bool
    is_guest: bool


@dataclass
class Dump:
    """Accounts and rooms; messages are read from the files one by one."""

    users: dict[str, User] = field(default_factory=dict)
    members: dict[str, dict[str, None]] = field(default_factory=dict)
    rooms: dict[str, str] = field(default_factory=dict)
    n_encrypted: int = 0
    faults: list[BsonError] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)

    def visibility(self, room: str) -> str:
        """Return who can see a room; an unknown one counts as closed."""
        return _VISIBILITY.get(self.rooms.get(room, ""), "closed")


def is_dump(names: Iterable[str]) -> bool:
    """Return whether the files of an export are those of a Rocket.Chat dump."""
    base = {posixpath.basename(name) for name in names}
    return MESSAGES in base or f"{MESSAGES}.gz" in base


def load(members: Members) -> Dump:
    """Return accounts, rooms and who is in them."""
    dump = Dump()
    base = {posixpath.basename(name) for name in members.names}
    dump.missing = {USERS, ROOMS, MEMBERS} - base
    for found in _documents(members, USERS, _USER, dump):
        _add_user(dump, found)
    for found in _documents(members, ROOMS, _ROOM, dump):
        _add_room(dump, found)
    for found in _documents(members, MEMBERS, _MEMBER, dump):
        _join(dump, text(found.get("rid")), text(part(found, "u").get("_id")))
    return dump


def authors_of_roots(members: Members) -> dict[str, str]:
    """Return who began each thread."""
    found = _documents(members, MESSAGES, ROOT, Dump())
    return {text(m.get("_id")): text(part(m, "u").get("_id")) for m in found if m.get("tcount")}


def files_named(members: Members, wanted: str) -> list[str]:
    """Return the members of one name, in whatever folder of the dump they lie."""
    return [name for name in members.names if posixpath.basename(name) == wanted]


def text(value: Value) -> str:
    """Return a text, and "" for anything else."""
    return value if isinstance(value, str) else ""


def part(document: Document, name: str) -> Document:
    """Return an embedded document, and an empty one for anything else."""
    value = document.get(name)
    return value if isinstance(value, dict) else {}


def items(document: Document, name: str) -> list[Value]:
    """Return a list, and an empty one for anything else."""
    value = document.get(name)
    return value if isinstance(value, list) else []


def say_what_is_missing(dump: Dump, tally: Tally) -> None:
    """Warn of files and records of the dump that could not be used."""
    if USERS in dump.missing:
        tally.warn(
            f"{tally.file}: no {USERS} (W-ROCKETCHAT-001). Accounts are known by id only and "
            "cannot be matched to the roster. Dump that collection too."
        )
    if ROOMS in dump.missing:
        tally.warn(
            f"{tally.file}: no {ROOMS} (W-ROCKETCHAT-002). All rooms count as private. "
            "Dump that collection too."
        )
    for fault in dump.faults:
        tally.cut_off(
            f"{tally.file}: accounts or rooms at {fault.place}: "
            f"{fault.reason.replace('_', ' ')} ({fault.code}; W-ROCKETCHAT-003). "
            "The others were read. Dump again."
        )
    if dump.n_encrypted:
        tally.note("encrypted_rooms", dump.n_encrypted)


def _documents(members: Members, file: str, shape: Shape, dump: Dump) -> Iterator[Document]:
    for name in files_named(members, file):
        with members.open(name) as stream:
            for found in documents(stream, shape):
                if isinstance(found, BsonError):
                    dump.faults.append(found)
                else:
                    yield found


def _add_user(dump: Dump, found: Document) -> None:
    user_id = text(found.get("_id"))
    if not user_id:
        return
    emails = [text(part({"e": email}, "e").get("address")) for email in items(found, "emails")]
    dump.users[user_id] = User(
        user_id,
        text(found.get("username")),
        next((email for email in emails if email), None),
        text(found.get("name")) or None,
        text(found.get("type")) in {"bot", "app"},
        "guest" in items(found, "roles"),
    )
    for room in items(found, "__rooms"):
        _join(dump, text(room), user_id)


def _add_room(dump: Dump, found: Document) -> None:
    room = text(found.get("_id"))
    dump.rooms[room] = text(found.get("t"))
    dump.n_encrypted += found.get("encrypted") is True
    for user in items(found, "uids"):
        _join(dump, room, text(user))


def _join(dump: Dump, room: str, user: str) -> None:
    if room and user:
        dump.members.setdefault(room, {})[user] = None
