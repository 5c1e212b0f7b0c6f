"""The layout of a Slack export: typed records without a text field, channels and their members."""

from __future__ import annotations

import hashlib
import posixpath
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from ingest.files.json_files import JsonError, Record, records
from ingest.files.members import Members

KINDS = {
    "channels.json": "open",
    "groups.json": "closed",
    "dms.json": "direct",
    "mpims.json": "direct",
}
USER_FILES = ("users.json", "org_users.json")
OTHER_FILES = {
    "integration_logs.json",
    "canvases.json",
    "content_flags.json",
    "file_conversations.json",
    "huddle_transcripts.json",
    "lists.json",
}
DAY_FILE = re.compile(r"\d{4}-\d{2}-\d{2}\.json")
FILE_TALK = re.compile(r"FC[:_]")
MENTION = re.compile(r"<@([UW][A-Z0-9]{1,20})[|>]")


class Profile(msgspec.Struct, gc=False):
    """Of a profile, the address, and the name that finds its person on the roster."""

    email: str | None = None
    shown: str | None = msgspec.field(name="real_name", default=None)


class User(msgspec.Struct):
    """An account."""

    id: str
    team_id: str | None = None
    is_bot: bool = False
    is_app_user: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    tz: str | None = None
    profile: Profile | None = None


class Channel(msgspec.Struct):
    """A channel; its name serves to find its folder and goes no further."""

    id: str
    name: str | None = None
    members: list[str] | None = None


class Reaction(msgspec.Struct, gc=False):
    """One kind of reaction to a message; not which."""

    users: list[str] | None = None
    count: int | None = None


class Author(msgspec.Struct, gc=False):
    """Who wrote something that a message holds: a comment of old exports, the root of a thread."""

    user: str | None = None


class Huddle(msgspec.Struct, gc=False):
    """Who started a call and who was in it."""

    created_by: str | None = None
    participants: list[str] | None = None
    participant_history: list[str] | None = None


class Message(msgspec.Struct, gc=False):
    """A message: who, when, in which thread; no text, blocks, files or attachments."""

    ts: str | None = None
    type: str | None = None
    subtype: str | None = None
    user: str | None = None
    bot_id: str | None = None
    thread_ts: str | None = None
    parent_user_id: str | None = None
    reactions: list[Reaction] | None = None
    comment: Author | None = None
    root: Author | None = None
    room: Huddle | None = None


class Named(tuple[str, ...]):
    """The ids that a text names; the text itself is let go while it is decoded."""

    __slots__ = ()


class MessageNaming(Message, gc=False):
    """A message with the ids named in its text, for those who ask for mentions."""

    named: Named | None = msgspec.field(name="text", default=None)


def ids_named(_: type, text: object) -> Named:
    """Return the ids that a text names and nothing else of it."""
    return Named(MENTION.findall(text)) if isinstance(text, str) else Named()


@dataclass(frozen=True)
class Talk:
    """One conversation: its files, who can see it, and who is in it."""

    talk_id: str
    place: str
    """What it is called in messages to the administrator: never its name."""
    visibility: str
    members: tuple[str, ...]
    days: tuple[str, ...]


@dataclass
class Layout:
    """Where things lie in one export."""

    users: list[User] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    faults: list[tuple[str, JsonError]] = field(default_factory=list)
    n_file_talks: int = 0
    n_unknown_files: int = 0


def is_slack(names: Iterable[str]) -> bool:
    """Return whether the entries of an archive or folder look like a Slack export."""
    base = {posixpath.basename(name) for name in names}
    return bool(base & set(KINDS)) and any(DAY_FILE.fullmatch(name) for name in base)


def layout_of(members: Members) -> Layout:
    """Return the users and the conversations of an export, with the files of each."""
    layout = Layout()
    named = (*KINDS, *USER_FILES)
    roots = sorted({posixpath.dirname(n) for n in members.names if posixpath.basename(n) in named})
    days = _day_files(members, layout)
    for root in roots:
        for file in USER_FILES:
            layout.users += _load(members, layout, posixpath.join(root, file), User)
        for file, visibility in KINDS.items():
            _add_talks(members, layout, posixpath.join(root, file), visibility, days)
    for number, folder in enumerate(sorted(days), 1):
        if posixpath.dirname(folder) in roots:
            layout.talks.append(_unlisted(folder, number, days[folder]))
        else:
            layout.n_unknown_files += len(days[folder])
    base = {posixpath.basename(name) for name in members.names}
    layout.missing = set(KINDS) - base
    if not base & set(USER_FILES):
        layout.missing.add("users.json")
    return layout


def _unlisted(folder: str, number: int, days: list[str]) -> Talk:
    """A folder that no list of channels knows; a hash stands for its name in message keys."""
    name = posixpath.basename(folder)
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:16]
    return Talk(digest, f"folder {number}", "closed", (), tuple(sorted(days)))


def _day_files(members: Members, layout: Layout) -> dict[str, list[str]]:
    """Day files by folder; names in one spelling, as file systems change the accents of them."""
    days: dict[str, list[str]] = {}
    known = {*KINDS, *USER_FILES, *OTHER_FILES}
    for name in members.names:
        folder, file = posixpath.split(unicodedata.normalize("NFC", name))
        if FILE_TALK.match(posixpath.basename(folder)):
            layout.n_file_talks += 1
        elif DAY_FILE.fullmatch(file):
            days.setdefault(folder, []).append(name)
        elif file not in known:
            layout.n_unknown_files += 1
    return days


def _add_talks(
    members: Members, layout: Layout, file: str, visibility: str, days: dict[str, list[str]]
) -> None:
    root = posixpath.dirname(file)
    for channel in _load(members, layout, file, Channel):
        for folder in (channel.name, channel.id):
            path = unicodedata.normalize("NFC", posixpath.join(root, folder)) if folder else ""
            if path in days:
                people = tuple(dict.fromkeys(channel.members or ()))
                found = tuple(sorted(days.pop(path)))
                layout.talks.append(Talk(channel.id, channel.id, visibility, people, found))
                break


def _load(members: Members, layout: Layout, name: str, kind: type[Record]) -> list[Record]:
    found: list[Record] = []
    if name not in set(members.names):
        return found
    try:
        for record in records(members.read(name), kind):
            if isinstance(record, JsonError):
                layout.faults.append((posixpath.basename(name), record))
            else:
                found.append(record)
    except JsonError as fault:
        layout.faults.append((posixpath.basename(name), fault))
    return found
