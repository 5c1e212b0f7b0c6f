"""The layout of a Slack export: typed records without a text field, channels and their members."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from ingest.archives import Archive
from ingest.json_files import JsonError, records

KINDS = {
    "channels.json": "open",
    "groups.json": "closed",
    "dms.json": "direct",
    "mpims.json": "direct",
}
USER_FILES = ("users.json", "org_users.json")
DAY_FILE = re.compile(r"\d{4}-\d{2}-\d{2}\.json")


class Profile(msgspec.Struct):
    """Of a profile, the address alone."""

    email: str | None = None


class User(msgspec.Struct):
    """An account; no name of any kind."""

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


class Reaction(msgspec.Struct):
    """One kind of reaction to a message; not which."""

    users: list[str] | None = None
    count: int | None = None


class Comment(msgspec.Struct):
    """Who commented on a file, in old exports."""

    user: str | None = None


class Message(msgspec.Struct):
    """A message: who, when, in which thread; no text, blocks, files or attachments."""

    ts: str | None = None
    type: str | None = None
    subtype: str | None = None
    user: str | None = None
    bot_id: str | None = None
    thread_ts: str | None = None
    parent_user_id: str | None = None
    reactions: list[Reaction] | None = None
    comment: Comment | None = None


@dataclass(frozen=True)
class Room:
    """One conversation: its folder in the archive, who can see it, and who is in it."""

    room_id: str
    folder: str
    visibility: str
    members: tuple[str, ...]
    days: tuple[str, ...]


@dataclass
class Layout:
    """Where things lie in one export."""

    users: list[User] = field(default_factory=list)
    rooms: list[Room] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    faults: list[tuple[str, JsonError]] = field(default_factory=list)
    n_unknown_files: int = 0


def is_slack(names: Iterator[str] | list[str]) -> bool:
    """Return whether the entries of an archive look like a Slack export."""
    base = {posixpath.basename(name) for name in names}
    return bool(base & set(KINDS)) and any(DAY_FILE.fullmatch(name) for name in base)


def layout_of(archive: Archive) -> Layout:
    """Return the users and the conversations of an export, with the files of each."""
    layout = Layout()
    roots = sorted(
        {
            posixpath.dirname(name)
            for name in archive.members
            if posixpath.basename(name) in (*KINDS, *USER_FILES)
        }
    )
    days = _day_files(archive)
    for root in roots:
        for file in USER_FILES:
            layout.users += _load(archive, layout, posixpath.join(root, file), User)
        for file, visibility in KINDS.items():
            _add_rooms(archive, layout, posixpath.join(root, file), visibility, days)
    for number, folder in enumerate(sorted(days)):
        if posixpath.dirname(folder) in roots:
            layout.rooms.append(
                Room(f"folder {number + 1}", folder, "closed", (), tuple(sorted(days[folder])))
            )
        else:
            layout.n_unknown_files += len(days[folder])
    base = {posixpath.basename(name) for name in archive.members}
    layout.missing = set(KINDS) - base
    if not base & set(USER_FILES):
        layout.missing.add("users.json")
    return layout


def _day_files(archive: Archive) -> dict[str, list[str]]:
    days: dict[str, list[str]] = {}
    for name in archive.members:
        folder, file = posixpath.split(name)
        if DAY_FILE.fullmatch(file) and not posixpath.basename(folder).startswith("FC:"):
            days.setdefault(folder, []).append(name)
    return days


def _add_rooms(
    archive: Archive, layout: Layout, file: str, visibility: str, days: dict[str, list[str]]
) -> None:
    root = posixpath.dirname(file)
    for channel in _load(archive, layout, file, Channel):
        for folder in (channel.name, channel.id):
            path = posixpath.join(root, folder) if folder else ""
            if path in days:
                members = tuple(dict.fromkeys(channel.members or ()))
                layout.rooms.append(
                    Room(channel.id, path, visibility, members, tuple(sorted(days.pop(path))))
                )
                break


def _load(archive: Archive, layout: Layout, name: str, kind: type[msgspec.Struct]) -> list:  # type: ignore[type-arg]
    if name not in archive.members:
        return []
    found = []
    try:
        for record in records(archive.read(name), kind):
            if isinstance(record, JsonError):
                layout.faults.append((posixpath.basename(name), record))
            else:
                found.append(record)
    except JsonError as fault:
        layout.faults.append((posixpath.basename(name), fault))
    return found
