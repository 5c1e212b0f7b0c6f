"""Zulip exports: who wrote to whom and when; text is skipped, topics leave as hashes."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.batches import Batch
from ingest.chat.chat_rows import ChatLine, ChatRows, Heard, Room, account_batches
from ingest.chat.zulip_export import (
    PERSONAL,
    REALM,
    STREAM,
    Directory,
    Message,
    MessageFile,
    directory_of,
    has_partial_files,
    is_guest,
    is_zulip,
    message_files,
)
from ingest.files.json_files import JsonError, document, records_of
from ingest.files.members import Members, names_in, open_members
from ingest.registry import ReaderInfo, readers
from ingest.source import Source


@readers.add(
    "zulip",
    ReaderInfo(
        title="Zulip export (tar.gz or its folder)",
        gives=("accounts", "messages", "recipients"),
        suffixes=(".tar.gz", ".tgz", ".tar", ".zip", ""),
        options=(),
        sniff=lambda path, start: is_zulip(names_in(path, start)),
        traps=(
            "a topic is a subject: it becomes a hash that keeps the thread together",
            "every message is repeated for each reader, with what was read: skipped",
            "times are seconds, whole or with a fraction",
            "direct messages to one person name that person, not the pair",
            "reactions lie apart, without a time: they take that of the message",
            "addresses are hidden behind made-up ones: the real one is `delivery_email`",
            "system bots belong to no organization: automated",
            "an export that stopped leaves .partial files: said, not complete",
        ),
    ),
)
def read_zulip(source: Source) -> Iterator[Batch]:
    """Messages of a Zulip export; typed records without a text field."""
    with open_members(source.path, source.tally.limits) as members:
        directory = _directory(source, members)
        _say_what_is_missing(source, members, directory)
        reader = _Reader(source, directory)
        yield from account_batches(reader.accounts())
        for number, name in enumerate(message_files(members)):
            yield from reader.file(members, name, f"file {number + 1}")
    yield from reader.rows.rest()
    strangers = reader.rows.strangers(reader.listed)
    yield from account_batches((name, None, "guest", None, None) for name in strangers)


def _directory(source: Source, members: Members) -> Directory:
    names = [name for name in members.names if posixpath.basename(name) == REALM]
    if not names:
        raise source.error(
            "no realm.json lies in it",
            "E-ZULIP-001",
            "Nothing was read. Take the archive that `manage.py export` wrote.",
        )
    try:
        return directory_of(members.read(min(names, key=len)))
    except JsonError as fault:
        raise source.error(
            f"realm.json: {fault.reason.replace('_', ' ')}",
            fault.code,
            "Nothing was read. Export again.",
            fault.place,
        ) from fault


def _say_what_is_missing(source: Source, members: Members, directory: Directory) -> None:
    tally = source.tally
    if has_partial_files(members):
        tally.cut_off(
            f"{source.file}: some messages lie in .partial files (W-ZULIP-001). They were left "
            "out. Let the export run to its end."
        )
    if directory.n_damaged:
        tally.cut_off(
            f"{source.file}: records of another shape in realm.json: {directory.n_damaged:,} "
            "(W-ZULIP-002). They were left out. Export again."
        )


@dataclass
class _Reader:
    source: Source
    directory: Directory
    rooms: dict[tuple[int, int], Room] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        known = {*self.directory.users, *self.directory.system_bots}
        bots = {self._key(user) for user in known if self.directory.is_bot(user)}
        self.listed = {self._key(user) for user in known}
        self.rows = ChatRows(self.source.tally, bots)

    def accounts(self) -> Iterator[tuple[str | None, ...]]:
        """Return the accounts of the organization and the system's bots."""
        for user in self.directory.users.values():
            kind = "guest" if is_guest(user) else "person"
            if self.directory.is_bot(user.id):
                yield self._key(user.id), None, "service", None, None
                continue
            email = user.delivery_email or user.email
            yield self._key(user.id), email, kind, user.timezone or None, user.full_name
        for bot in sorted(self.directory.system_bots - set(self.directory.users)):
            yield self._key(bot), None, "service", None, None

    def file(self, members: Members, name: str, place: str) -> Iterator[Batch]:
        """Read one file of messages; one that is damaged is said and does not stop the others."""
        tally = self.source.tally
        try:
            told = document(members.read(name), MessageFile)
        except JsonError as fault:
            tally.see()
            tally.reject(f"{place} {fault.place}".strip(), fault.code, fault.reason)
            tally.cut_off(
                f"{self.source.file}: a file of messages could not be read ({fault.code}; "
                "W-ZULIP-003). The others were. Export again."
            )
            return
        for number, found in enumerate(records_of(told.zerver_message, Message)):
            tally.see()
            if isinstance(found, JsonError):
                tally.reject(f"{place} {found.place}", "E-ZULIP-002", found.reason)
            else:
                self._take(found, f"{place} $[{number}]")
            yield from self.rows.full()

    def _take(self, message: Message, place: str) -> None:
        tally = self.source.tally
        recipient = self.directory.recipients.get(message.recipient or 0)
        if message.date_sent is None:
            tally.reject(place, "E-ZULIP-003", "time_missing")
        elif not self.source.is_in_time(int(message.date_sent)):
            tally.reject(place, "E-ZULIP-004", "date_out_of_range")
        elif message.sender is None or message.id is None:
            tally.reject(place, "E-ZULIP-005", "sender_missing")
        elif recipient is None:
            tally.reject(place, "E-ZULIP-006", "recipient_unknown")
        else:
            self._add(message, message.sender, int(message.date_sent))

    def _add(self, message: Message, sender: int, sent: int) -> None:
        recipient = self.directory.recipients[message.recipient or 0]
        is_bot = self.directory.is_bot(sender)
        key = f"zulip:{self.directory.realm}:message:{message.id}"
        line = ChatLine(
            key=key,
            thread=self._thread(message) if recipient.type == STREAM else key,
            parent=None,
            sender=self._key(sender),
            visibility=self._visibility(recipient.type, recipient.type_id),
            sent_s=sent,
            auto_reason="service_account" if is_bot else None,
        )
        self.rows.post(line, Heard(self._room(recipient.id, sender)))
        reactors = sorted(self.directory.reactions.get(message.id or 0, ()))
        self.rows.reactions(line, dict.fromkeys(map(self._key, reactors)))

    def _thread(self, message: Message) -> str:
        """A topic of a stream as a hash; capitals make no other topic."""
        told = f"{message.recipient}\x1f{(message.subject or '').lower()}"
        digest = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
        return f"zulip:{self.directory.realm}:topic:{digest}"

    def _visibility(self, kind: int, stream: int) -> str:
        if kind != STREAM:
            return "direct"
        return "closed" if stream in self.directory.private else "open"

    def _room(self, recipient_id: int, sender: int) -> Room:
        recipient = self.directory.recipients[recipient_id]
        is_personal = recipient.type == PERSONAL
        place = (recipient_id, sender if is_personal else 0)
        if place not in self.rooms:
            members = self.directory.members.get(recipient_id, [])
            if is_personal:
                members = [recipient.type_id, sender]
            self.rooms[place] = self.rows.room([self._key(user) for user in members])
        return self.rooms[place]

    def _key(self, user: int) -> str:
        return f"zulip:{self.directory.realm}:{user}"
