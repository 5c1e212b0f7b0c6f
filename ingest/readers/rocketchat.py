"""Rocket.Chat database dumps (BSON): who wrote where and when; text is stepped over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ingest.batches import Batch
from ingest.chat.bson import BsonError, Document, documents
from ingest.chat.chat_rows import ChatLine, ChatRows, Heard, Room, account_batches
from ingest.chat.rocketchat_dump import (
    MESSAGE,
    MESSAGES,
    Dump,
    User,
    authors_of_roots,
    files_named,
    is_dump,
    items,
    load,
    part,
    say_what_is_missing,
    text,
)
from ingest.files.members import names_in, open_members
from ingest.registry import ReaderInfo, readers
from ingest.source import Source

_ENCRYPTED = "e2e"
_CALLS = {"videoconf", "jitsi_call_started"}
_REMOVED = "rm"
_LIVECHAT = {"l", "v"}


@readers.add(
    "rocketchat",
    ReaderInfo(
        title="Rocket.Chat database dump (folder, ZIP or tar of .bson files)",
        gives=("accounts", "messages", "recipients"),
        suffixes=(".zip", ".tar", ".tgz", ""),
        options=(),
        sniff=lambda path, start: is_dump(names_in(path, start)),
        traps=(
            "join, leave and other notices are messages with a type: left out; calls stay",
            "messages do not lie in the order of time: threads are found in a first reading",
            "reactions name people by user name, not by id: put back to the id, at the time of "
            "the message",
            "members of a room lie in the subscriptions, of old dumps with the account",
            "end-to-end encrypted messages have a type: they count, nothing of them is read; "
            "encrypted rooms are counted",
            "live chats with visitors of a website are left out",
            "a file copied in part ends inside a document: what came before is read, and said",
        ),
    ),
)
def read_rocketchat(source: Source) -> Iterator[Batch]:
    """Messages of a Rocket.Chat dump; documents are size-checked, unwanted fields skipped."""
    with open_members(source.path, source.tally.limits) as members:
        files = files_named(members, MESSAGES)
        if not files:
            raise source.error(
                "no rocketchat_message.bson lies in it",
                "E-ROCKETCHAT-001",
                "Nothing was read. Dump with mongodump, without --gzip and without --archive.",
            )
        dump = load(members)
        say_what_is_missing(dump, source.tally)
        yield from account_batches(_account(user) for user in dump.users.values())
        reader = _Reader(source, dump, authors_of_roots(members))
        for file in files:
            with members.open(file) as stream:
                for found in documents(stream, MESSAGE):
                    reader.take(found)
                    yield from reader.rows.full()
    yield from reader.rows.rest()
    strangers = reader.rows.strangers({_key(user) for user in dump.users})
    yield from account_batches((name, None, "guest", None, None) for name in strangers)


@dataclass
class _Reader:
    source: Source
    dump: Dump
    roots: Mapping[str, str]
    rooms: dict[str, Room] = field(default_factory=dict)
    n_documents: int = 0

    def __post_init__(self) -> None:
        users = self.dump.users.values()
        self.bots = {user.user_id for user in users if user.is_bot}
        self.rows = ChatRows(self.source.tally, {_key(user) for user in self.bots})
        self.by_name = {user.username: user.user_id for user in users if user.username}

    def take(self, found: Document | BsonError) -> None:
        """Take one message; whatever is wrong with it stays with it."""
        tally = self.source.tally
        tally.see()
        self.n_documents += 1
        if isinstance(found, BsonError):
            tally.reject(found.place, found.code, found.reason)
            if found.code == "E-BSON-001":
                tally.cut_off(
                    f"{self.source.file}: the messages end at {found.place} "
                    f"({found.code}; W-ROCKETCHAT-004). Those before were read. Dump again."
                )
        elif reason := self._left_out(found):
            tally.leave_out(reason)
        else:
            self._message(found)

    def _left_out(self, found: Document) -> str:
        kind = text(found.get("t"))
        if kind == _REMOVED:
            return "tombstone"
        if kind and kind != _ENCRYPTED and kind not in _CALLS:
            return "system_event"
        is_livechat = self.dump.rooms.get(text(found.get("rid"))) in _LIVECHAT
        return "livechat" if is_livechat else ""

    def _message(self, found: Document) -> None:
        tally = self.source.tally
        place = f"document {self.n_documents}"
        sender = text(part(found, "u").get("_id"))
        sent = found.get("ts")
        is_time = isinstance(sent, int) and not isinstance(sent, bool)
        if not (text(found.get("_id")) and text(found.get("rid"))):
            tally.reject(place, "E-ROCKETCHAT-002", "id_missing")
        elif not sender:
            tally.reject(place, "E-ROCKETCHAT-003", "sender_missing")
        elif not is_time:
            tally.reject(place, "E-ROCKETCHAT-004", "time_missing")
        elif not self.source.is_in_time(int(str(sent)) // 1000):
            tally.reject(place, "E-ROCKETCHAT-005", "date_out_of_range")
        else:
            self._add(found, sender, int(str(sent)) // 1000)

    def _add(self, found: Document, sender: str, sent: int) -> None:
        room = text(found.get("rid"))
        space = f"rocketchat:{room}"
        root = text(found.get("tmid"))
        kind = text(found.get("t"))
        key = f"{space}:{text(found.get('_id'))}"
        line = ChatLine(
            key=key,
            thread=f"{space}:{root}" if root else key,
            parent=f"{space}:{root}" if root else None,
            sender=_key(sender),
            channel="call" if kind in _CALLS else "chat",
            act="reply" if root else "post",
            visibility=self.dump.visibility(room),
            sent_s=sent,
            auto_reason="service_account" if sender in self.bots or "bot" in found else None,
        )
        if kind == _ENCRYPTED:
            self.source.tally.note("encrypted_messages")
        author = self.roots.get(root, "")
        heard = Heard(self._room(room), _key(author) if author else None, self._mentioned(found))
        self.rows.post(line, heard)
        self.rows.reactions(line, dict.fromkeys(self._reactors(found)))

    def _room(self, room: str) -> Room:
        if room not in self.rooms:
            members = self.dump.members.get(room, {})
            self.rooms[room] = self.rows.room([_key(user) for user in members])
        return self.rooms[room]

    def _mentioned(self, found: Document) -> list[str]:
        """People named by an @; @all, @here and teams are nobody in particular."""
        named = [part({"m": mention}, "m") for mention in items(found, "mentions")]
        users = [text(m.get("_id")) for m in named if text(m.get("type")) in {"", "user"}]
        return [_key(user) for user in users if user and user not in {"all", "here"}]

    def _reactors(self, found: Document) -> list[str]:
        names = [
            text(name).removeprefix("@")
            for kind in part(found, "reactions").values()
            if isinstance(kind, dict)
            for name in items(kind, "usernames")
        ]
        return sorted({self._by_name(name) for name in names if name})

    def _by_name(self, name: str) -> str:
        known = self.by_name.get(name)
        return _key(known) if known else f"rocketchat:name:{name}"


def _key(user: str) -> str:
    return f"rocketchat:{user}"


def _account(user: User) -> tuple[str | None, ...]:
    kind = "service" if user.is_bot else "guest" if user.is_guest else "person"
    name = user.name if kind != "service" else None
    return _key(user.user_id), user.email, kind, None, name
