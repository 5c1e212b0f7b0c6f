"""Mattermost bulk exports: who wrote, answered and reacted where and when; text is skipped."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.errors import SourceError
from ingest.batches import Batch
from ingest.chat.chat_rows import ChatLine, ChatRows, Heard, Room, account_batches
from ingest.chat.mattermost_export import Directory, Line, Post, Props, Reply, User
from ingest.files.export_files import ExportFile, files_of
from ingest.files.json_files import JsonError, line_records, records_of
from ingest.files.members import names_in, open_members
from ingest.limits import MEGA, Limits
from ingest.registry import ReaderInfo, readers
from ingest.source import Source

_START = re.compile(rb'\s*\{\s*"type"\s*:\s*"version"\s*,')
_START_BYTES = 200
_LONGEST_LINE = 16 * MEGA  # a thread is one line, with all its texts
_KNOWN = {"version", "user", "bot", "channel", "direct_channel", "post", "direct_post"}
_YES = (True, "true")


def _is_mattermost(path: Path, start: bytes) -> bool:
    if _START.match(start):
        return True
    names = [name for name in names_in(path, start) if _is_lines(name)]
    if not names:
        return False
    try:
        with open_members(path, Limits()) as members, members.open(names[0]) as stream:
            return _START.match(stream.read(_START_BYTES)) is not None
    except (SourceError, OSError):
        return False


@readers.add(
    "mattermost",
    ReaderInfo(
        title="Mattermost bulk export (ZIP or .jsonl)",
        gives=("accounts", "messages", "recipients"),
        suffixes=(".zip", ".jsonl", ""),
        options=(),
        sniff=_is_mattermost,
        traps=(
            "accounts are known by user name, which can change: the address joins them",
            "times are milliseconds",
            "messages have no id: channel, author and time make one",
            "replies and reactions lie inside the message they answer: each is one of its own",
            "a thread is one long line: lines of up to 16 MB are read",
            "lines of other kinds (roles, schemes, emoji) are skipped and counted",
            "join and leave notices are written as messages of a user: left out",
            "webhooks write under a person's name: counted as automated",
        ),
    ),
)
def read_mattermost(source: Source) -> Iterator[Batch]:
    """Messages of a Mattermost export; typed records without a text field."""
    limits = replace(source.tally.limits, row_bytes=_LONGEST_LINE)
    with files_of(source.path, source.tally.limits, _is_lines) as files:
        people = _people(files, limits)
        if not people.n_lines:
            raise source.error(
                "no line of it is of a Mattermost export",
                "E-MATTERMOST-001",
                "Nothing was read. Take the file that `mmctl export` wrote.",
            )
        yield from account_batches(_account(user, people) for user in people.users.values())
        yield from account_batches((_key(bot), None, "service", None, None) for bot in people.bots)
        reader = _Reader(source, people)
        for file in files:
            with file.open() as stream:
                for number, found in line_records(stream, Line, limits):
                    reader.take(found, f"line {number}")
                    yield from reader.rows.full()
    yield from reader.rows.rest()
    strangers = reader.rows.strangers({_key(name) for name in (*people.users, *people.bots)})
    yield from account_batches((name, None, "guest", None, None) for name in strangers)


@dataclass
class _People:
    """Accounts and channels of an export."""

    users: dict[str, User] = field(default_factory=dict)
    bots: dict[str, None] = field(default_factory=dict)
    kinds: dict[tuple[str, str], str] = field(default_factory=dict)
    members: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    n_lines: int = 0


def _is_lines(name: str) -> bool:
    return name.endswith(".jsonl")


def _people(files: Sequence[ExportFile], limits: Limits) -> _People:
    people = _People()
    for file in files:
        with file.open() as stream:
            for _, line in line_records(stream, Directory, limits):
                if not isinstance(line, JsonError) and line.type:
                    _enter(people, line)
    return people


def _enter(people: _People, line: Directory) -> None:
    people.n_lines += line.type in _KNOWN
    if line.bot is not None:
        people.bots[line.bot.username] = None
    elif line.channel is not None:
        place = (line.channel.team or "", line.channel.name or "")
        people.kinds[place] = "open" if line.channel.type == "O" else "closed"
    elif line.user is not None:
        people.users[line.user.username] = line.user
        for team in line.user.teams or ():
            for channel in team.channels or ():
                place = (team.name or "", channel.name or "")
                people.members.setdefault(place, []).append(line.user.username)


@dataclass(frozen=True)
class _Place:
    """Where a message was written: its space in keys, who is there, who could see it."""

    space: str
    room: Room
    visibility: str


@dataclass
class _Reader:
    source: Source
    people: _People
    rooms: dict[tuple[str, ...], _Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows = ChatRows(self.source.tally, {_key(bot) for bot in self.people.bots})

    def take(self, found: Line | JsonError, place: str) -> None:
        """Take one line; whatever is wrong with a message stays with it."""
        tally = self.source.tally
        if isinstance(found, JsonError):
            tally.see()
            tally.reject(place, "E-MATTERMOST-002", found.reason)
        elif found.type in {"post", "direct_post"}:
            tally.see()
            post = found.post or found.direct_post
            if post is None:
                tally.reject(place, "E-MATTERMOST-003", "message_missing")
            else:
                self._thread(post, place)
        elif found.type not in _KNOWN:
            tally.note("other_records")

    def _thread(self, post: Post, place: str) -> None:
        where = self._place(post)
        root = self._message(post, where, None, place)
        for number, reply in enumerate(records_of(post.replies or (), Reply)):
            self.source.tally.see()
            inside = f"{place} reply {number + 1}"
            if isinstance(reply, JsonError):
                self.source.tally.reject(inside, "E-MATTERMOST-004", reply.reason)
            else:
                self._message(reply, where, root, inside)

    def _message(
        self, message: Reply, where: _Place, root: ChatLine | None, place: str
    ) -> ChatLine | None:
        """Add one message and its reactions; None where it was left out or not understood."""
        tally = self.source.tally
        sent = None if message.create_at is None else message.create_at // 1000
        if (message.type or "").startswith("system_"):
            tally.leave_out("system_event")
        elif not message.user:
            tally.reject(place, "E-MATTERMOST-005", "sender_missing")
        elif sent is None:
            tally.reject(place, "E-MATTERMOST-006", "time_missing")
        elif not self.source.is_in_time(sent):
            tally.reject(place, "E-MATTERMOST-007", "date_out_of_range")
        else:
            line = self._line(message, where, root, sent)
            self.rows.post(line, Heard(where.room, author=root.sender if root else None))
            self.rows.reactions(line, self._reactors(message))
            return line
        return None

    def _line(self, message: Reply, where: _Place, root: ChatLine | None, sent: int) -> ChatLine:
        key = f"{where.space}:{message.user}:{message.create_at}"
        props = message.props or Props()
        by_program = props.from_webhook in _YES or props.from_bot in _YES
        is_bot = by_program or message.user in self.people.bots
        return ChatLine(
            key=key,
            thread=root.key if root else key,
            parent=root.key if root else None,
            sender=_key(message.user or ""),
            act="reply" if root else "post",
            visibility=where.visibility,
            sent_s=sent,
            auto_reason="service_account" if is_bot else None,
        )

    def _reactors(self, message: Reply) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        for reaction in message.reactions or ():
            at = None if reaction.create_at is None else reaction.create_at // 1000
            if reaction.user:
                is_fine = at is not None and self.source.is_in_time(at)
                found.setdefault(_key(reaction.user), at if is_fine else None)
        return found

    def _place(self, post: Post) -> _Place:
        if post.channel_members is not None:
            names: tuple[str, ...] = ("direct", *sorted(post.channel_members))
        else:
            names = ("channel", post.team or "", post.channel or "")
        if names not in self.rooms:
            self.rooms[names] = self._new_place(post, names)
        return self.rooms[names]

    def _new_place(self, post: Post, names: tuple[str, ...]) -> _Place:
        # Names of channels are content: a hash of them tells two channels apart.
        space = hashlib.sha256("\x1f".join(names).encode("utf-8", "surrogatepass")).hexdigest()
        if post.channel_members is not None:
            people, visibility = post.channel_members, "direct"
        else:
            at = (post.team or "", post.channel or "")
            people = self.people.members.get(at, [])
            visibility = self.people.kinds.get(at, "closed")
        return _Place(
            f"mattermost:{space[:32]}", self.rows.room([_key(name) for name in people]), visibility
        )


def _key(username: str) -> str:
    return f"mattermost:{username}"


def _account(user: User, people: _People) -> tuple[str | None, ...]:
    kind = "person"
    if user.username in people.bots:
        kind = "service"
    elif "system_guest" in (user.roles or "").split():
        kind = "guest"
    name = " ".join(part for part in (user.first_name, user.last_name) if part)
    return _key(user.username), user.email, kind, None, name or None
