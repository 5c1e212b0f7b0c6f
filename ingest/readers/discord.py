"""Discord channels as DiscordChatExporter writes them (JSON): who, when, in answer to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import SourceError
from ingest.batches import Batch
from ingest.chat.chat_rows import ChatLine, ChatRows, Heard, Room, account_batches
from ingest.chat.discord_export import Answers, Author, Channel, Message, Place
from ingest.files.export_files import ExportFile, files_of
from ingest.files.json_files import JsonError, document, records_of
from ingest.files.members import Members, names_in, open_members
from ingest.limits import Limits, check_limit
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.tables.parsing import time_parser
from ingest.working_hours import zone

_START = re.compile(rb'\s*\{\s*"guild"\s*:\s*\{')
_START_BYTES = 200
_LOOKED_AT = 20
_CALL = "Call"
# 20 and 23 are commands to a bot, which the exporter has no word for.
_PLAIN = {"Default", "Reply", "20", "23", _CALL}
_DIRECT = {"DirectTextChat", "DirectGroupTextChat"}
_THREADS = {"GuildPublicThread", "GuildPrivateThread", "GuildNewsThread"}
_PRIVATE = {"GuildPrivateThread"}
_CHUNK = 1 << 20


def _is_discord(path: Path, start: bytes) -> bool:
    if _START.match(start):
        return True
    names = [name for name in names_in(path, start) if _is_json(name)]
    if not names:
        return False
    try:
        with open_members(path, Limits()) as members:
            return all(_begins_like_one(members, name) for name in names[:_LOOKED_AT])
    except (SourceError, OSError):
        return False


def _begins_like_one(members: Members, name: str) -> bool:
    with members.open(name) as stream:
        return _START.match(stream.read(_START_BYTES)) is not None


@readers.add(
    "discord",
    ReaderInfo(
        title="Discord channels (DiscordChatExporter, JSON)",
        gives=("accounts", "messages", "recipients"),
        suffixes=(".json", ".zip", ""),
        options=(),
        sniff=_is_discord,
        traps=(
            "the file says how many messages it holds: fewer found is not complete, and said",
            "a channel may lie in several files, [part 2] and so on, and not in order of time: "
            "answers are found across all of them",
            "who is in a channel is not exported: answers and mentions count, other messages "
            "are left out; in direct chats the members are those who write",
            "a forwarded message refers to another one and is no answer",
            "joins, pins, boosts and the like are messages of a type of their own: left out",
            "reactions name their users in new exports only, and carry no time",
        ),
    ),
)
def read_discord(source: Source) -> Iterator[Batch]:
    """Messages of Discord channels; typed records without a content field."""
    with files_of(source.path, source.tally.limits, _is_json) as files:
        reader = _Reader(source)
        reader.look_through(files)
        for number, file in enumerate(files):
            place = f"file {number + 1}" if file.name else ""
            yield from reader.messages(file, place)
    yield from reader.rows.rest()
    yield from account_batches(reader.accounts())


def _is_json(name: str) -> bool:
    return name.lower().endswith(".json")


@dataclass
class _Reader:
    source: Source
    answers: Answers = field(default_factory=Answers)
    seen: dict[str, Author] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)

    def look_through(self, files: Sequence[ExportFile]) -> None:
        """Read all files once for who wrote what, who is a bot, and what answers what."""
        n_fine = 0
        for file in files:
            try:
                told = self._channel(file)
            except JsonError:
                continue
            n_fine += 1
            for found in records_of(told.messages, Message):
                if not isinstance(found, JsonError):
                    self._note(told.channel.id, found)
        if not n_fine:
            raise self.source.error(
                "no channel of DiscordChatExporter lies in it",
                "E-DISCORD-001",
                "Nothing was read. Export the channels as JSON.",
            )
        bots = {_key(author.id) for author in self.seen.values() if author.isBot}
        self.rows = ChatRows(self.source.tally, bots)
        place = zone(self.source.time_zone)
        self.time = time_parser("iso", place, lambda: self.source.tally.note("tz_assumed"))

    def accounts(self) -> Iterator[tuple[str | None, ...]]:
        """Return all accounts that wrote, reacted or were named."""
        for author in self.seen.values():
            kind = "service" if author.isBot else "person"
            name = None if author.isBot else author.nickname or author.name
            yield _key(author.id), None, kind, None, name

    def messages(self, file: ExportFile, place: str) -> Iterator[Batch]:
        """Read the messages of one file; one that is damaged is said, the others are read."""
        tally = self.source.tally
        try:
            told = self._channel(file)
        except JsonError as fault:
            tally.see()
            tally.reject(f"{place} {fault.place}".strip(), fault.code, fault.reason)
            tally.cut_off(
                f"{self.source.file}: a channel could not be read ({fault.code}; W-DISCORD-002). "
                "The others were. Export it again."
            )
            return
        if told.messageCount is not None and told.messageCount != len(told.messages):
            tally.cut_off(
                f"{self.source.file}: a channel says it holds {told.messageCount:,} messages and "
                f"has {len(told.messages):,} (W-DISCORD-001). Those were read. Export it again."
            )
        for number, found in enumerate(records_of(told.messages, Message)):
            tally.see()
            at = f"{place} $.messages[{number}]".strip()
            if isinstance(found, JsonError):
                tally.reject(at, "E-DISCORD-002", found.reason)
            else:
                self._take(told.channel, found, at)
            yield from self.rows.full()

    def _channel(self, file: ExportFile) -> Channel:
        """The whole file, since nothing else tells where a message begins; bounded."""
        limit = self.source.tally.limits.json_bytes
        parts, size = [], 0
        with file.open() as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                check_limit(size, limit, "json_bytes", self.source.file)
                parts.append(chunk)
        return document(b"".join(parts), Channel)

    def _note(self, channel: str, message: Message) -> None:
        author = message.author
        reactors = [user for kind in message.reactions or () for user in kind.users or ()]
        for user in (*((author,) if author else ()), *(message.mentions or ()), *reactors):
            known = self.seen.setdefault(user.id, user)
            known.isBot = known.isBot or user.isBot
        if author is None:
            return
        self.answers.authors[message.id] = author.id
        self.answers.people.setdefault(channel, {})[author.id] = None
        if message.type == "Reply" and message.reference and message.reference.messageId:
            self.answers.parents[message.id] = message.reference.messageId

    def _take(self, channel: Place, message: Message, place: str) -> None:
        tally = self.source.tally
        sent = self.time(message.timestamp or "")
        if not message.timestamp:
            tally.reject(place, "E-DISCORD-003", "time_missing")
        elif sent is None or not self.source.is_in_time(sent):
            reason = "date_unparsable" if sent is None else "date_out_of_range"
            tally.reject(place, "E-DISCORD-004", reason)
        elif message.type not in _PLAIN:
            tally.leave_out("system_event")
        elif message.author is None:
            tally.reject(place, "E-DISCORD-005", "sender_missing")
        else:
            self._add(channel, message, message.author, sent)

    def _add(self, channel: Place, message: Message, author: Author, sent: int) -> None:
        space = f"discord:{channel.id}"
        parent = self.answers.parents.get(message.id)
        is_thread = channel.type in _THREADS
        root = space if is_thread else f"{space}:{self.answers.root(message.id)}"
        is_bot = self.seen[author.id].isBot
        line = ChatLine(
            key=f"{space}:{message.id}",
            thread=root,
            parent=f"{space}:{parent}" if parent else None,
            sender=_key(author.id),
            channel="call" if message.type == _CALL else "chat",
            act="reply" if parent else "post",
            visibility=_visibility(channel.type or ""),
            sent_s=sent,
            auto_reason="service_account" if is_bot else None,
        )
        answered = self.answers.authors.get(parent or "")
        mentions = [_key(user.id) for user in message.mentions or ()]
        heard = Heard(self._room(channel), _key(answered) if answered else None, mentions)
        self.rows.post(line, heard)
        self._reactions(message, line)

    def _reactions(self, message: Message, line: ChatLine) -> None:
        reactors: set[str] = set()
        for reaction in message.reactions or ():
            users = reaction.users or []
            reactors |= {user.id for user in users}
            if reaction.count is not None and reaction.count > len(users):
                self.source.tally.note("reaction_users_cut_off", reaction.count - len(users))
        self.rows.reactions(line, {_key(user): None for user in sorted(reactors)})

    def _room(self, channel: Place) -> Room:
        if channel.id not in self.rooms:
            people = self.answers.people.get(channel.id, {}) if channel.type in _DIRECT else {}
            self.rooms[channel.id] = self.rows.room([_key(user) for user in people])
        return self.rooms[channel.id]


def _visibility(kind: str) -> str:
    if kind in _DIRECT:
        return "direct"
    return "closed" if kind in _PRIVATE else "open"


def _key(user: str) -> str:
    return f"discord:{user}"
