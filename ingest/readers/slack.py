"""Slack exports: who wrote, answered and reacted where and when; content is never decoded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.batches import Batch
from ingest.chat.chat_rows import ChatLine, ChatRows, Heard, Room, account_batches
from ingest.chat.slack_export import (
    Layout,
    Message,
    MessageNaming,
    Talk,
    User,
    ids_named,
    is_slack,
    layout_of,
)
from ingest.files.json_files import JsonError, records
from ingest.files.members import Members, names_in, open_members
from ingest.registry import ReaderInfo, readers
from ingest.source import Source

PLAIN = {
    None,
    "",
    "file_share",
    "thread_broadcast",
    "reply_broadcast",
    "me_message",
    "file_comment",
    "bot_message",
    "huddle_thread",
}
HUDDLE = "huddle_thread"
SLACKBOT = "USLACKBOT"
LONGEST_SECONDS = 12


def _is_slack(path: Path, start: bytes) -> bool:
    return is_slack(names_in(path, start))


@readers.add(
    "slack",
    ReaderInfo(
        title="Slack export (ZIP or folder)",
        gives=("accounts", "messages", "recipients"),
        suffixes=(".zip",),
        options=("drop_undated", "mentions"),
        sniff=_is_slack,
        traps=(
            "a standard export lacks private channels and direct messages: said, not taken as "
            "none",
            "reactions bear no time: that of the message is used and counted",
            "the list of who reacted is cut at about 50: how many are missing is counted",
            "a reply shown to the channel holds its root again: counted once",
            "a call is posted by Slack itself: who started it is the sender",
            "an export of a Grid nests its workspaces: one message in two of them is one",
            "conversations about files, tombstones, joins and topics: left out and counted",
            "accounts of other organizations are not listed: kept as guests",
            "mentions stand in the text alone: read only where asked for, and then only the ids",
        ),
        version=2,
    ),
)
def read_slack(source: Source) -> Iterator[Batch]:
    """Messages of a Slack export; typed records without a text field: no content is decoded."""
    with open_members(source.path, source.tally.limits) as members:
        layout = layout_of(members)
        if not layout.talks and not layout.users:
            raise source.error(
                "this is no Slack export: no users.json, no channels.json",
                "E-SLACK-002",
                "Nothing was read. Take the archive as Slack exported it.",
            )
        _say_what_is_missing(source, layout)
        reader = _Reader(source, members, layout)
        yield from reader.accounts()
        for number, talk in enumerate(layout.talks):
            source.tally.share = number / len(layout.talks)
            yield from reader.messages(talk)
        yield from reader.strangers()


@dataclass
class _Talking:
    """A conversation while it is read: who wrote what so far, for replies to it."""

    talk: Talk
    room: Room
    space: str
    authors: dict[str, str] = field(default_factory=dict)


class _Reader:
    def __init__(self, source: Source, members: Members, layout: Layout) -> None:
        self.source, self.members, self.layout = source, members, layout
        users = layout.users
        teams = Counter(user.team_id for user in users if user.team_id)
        # One workspace: the team of most accounts, so that its bare user ids are told apart
        # from those of other workspaces.
        self.team = min(teams, key=lambda team: (-teams[team], team)) if teams else ""
        self.prefix = f"slack:{self.team}:"
        self.bots = {SLACKBOT} | {u.id for u in users if u.is_bot or u.is_app_user}
        self.rows = ChatRows(source.tally, {self.prefix + bot for bot in self.bots})
        self.with_mentions = source.flag("mentions")
        self.drop_undated = source.flag("drop_undated")

    def accounts(self) -> Iterator[Batch]:
        yield from account_batches(self._account(user) for user in self.layout.users)

    def strangers(self) -> Iterator[Batch]:
        """Accounts that wrote but that the export does not list: bots, other organizations."""
        yield from self.rows.rest()
        known = {self.prefix + user.id for user in self.layout.users}
        found = []
        for account in self.rows.strangers(known):
            user = account.removeprefix(self.prefix)
            is_bot = user.startswith("B") or user == SLACKBOT
            if is_bot or known:
                found.append((account, None, "service" if is_bot else "guest", None, None))
        yield from account_batches(found)

    def messages(self, talk: Talk) -> Iterator[Batch]:
        room = self.rows.room(self.prefix + member for member in talk.members)
        talking = _Talking(talk, room, f"{self.prefix}{talk.talk_id}:")
        for name in talk.days:
            place = f"{talk.place}/{name.rpartition('/')[2]}"
            try:
                self._day(talking, name, place)
            except JsonError as fault:
                self.source.tally.see()
                self.source.tally.reject(
                    f"{place} {fault.place}".strip(), fault.code, fault.reason
                )
                self.source.tally.cut_off(
                    f"{self.source.file}: a day of a channel could not be read "
                    f"({fault.code}). The other days were. Export again."
                )
            yield from self.rows.full()

    def _day(self, talking: _Talking, name: str, place: str) -> None:
        tally, content = self.source.tally, self.members.read(name)
        if self.with_mentions:
            found: Iterator[Message | JsonError] = records(content, MessageNaming, ids_named)
        else:
            found = records(content, Message)
        for number, message in enumerate(found):
            tally.see()
            if isinstance(message, JsonError):
                tally.reject(f"{place} {message.place}", "E-SLACK-004", message.reason)
            elif fault := self._take(talking, message):
                tally.reject(f"{place} $[{number}]{fault[0]}", fault[1], fault[2])

    def _take(self, talking: _Talking, message: Message) -> tuple[str, str, str] | None:
        """Add a message, or leave it out and count it; what is wrong with it is returned."""
        if not message.ts:
            return self._undated(message)
        sent = _seconds(message.ts)
        if sent is None:
            return ".ts", "E-SLACK-005", "date_unparsable"
        if not self.source.is_in_time(sent):
            return ".ts", "E-SLACK-005", "date_out_of_range"
        if message.subtype not in PLAIN:
            reason = "tombstone" if message.subtype == "tombstone" else "system_event"
            self.source.tally.leave_out(reason)
            return None
        sender = _sender(message)
        if sender:
            self._add(talking, message, sender, sent)
        elif message.subtype == "bot_message":
            self.source.tally.leave_out("bot_without_id")
        else:
            return ".user", "E-SLACK-006", "sender_missing"
        return None

    def _undated(self, message: Message) -> tuple[str, str, str] | None:
        if message.type not in {None, "message"}:
            self.source.tally.leave_out("no_message")
        elif self.drop_undated:
            self.source.tally.leave_out("undated")
        else:
            return ".ts", "E-SLACK-003", "time_missing"
        return None

    def _add(self, talking: _Talking, message: Message, sender: str, sent: int) -> None:
        ts, root, space, prefix = str(message.ts), message.thread_ts, talking.space, self.prefix
        is_reply = root is not None and root != ts
        is_bot = message.bot_id or message.subtype == "bot_message" or sender in self.bots
        key = space + ts
        thread = space + root if is_reply and root else key
        line = ChatLine(
            key,
            thread,
            thread if is_reply else None,
            prefix + sender,
            "call" if message.subtype == HUDDLE else "chat",
            "reply" if is_reply else "post",
            talking.talk.visibility,
            sent,
            "service_account" if is_bot else None,
        )
        talking.authors[ts] = sender
        room = talking.room if message.room is None else self._called(talking, message)
        self.rows.post(line, Heard(room, self._author(talking, message), self._named(message)))
        if message.reactions:
            self._reactions(message, line)

    def _author(self, talking: _Talking, message: Message) -> str | None:
        """Who started the thread of a reply."""
        if not message.thread_ts:
            return None
        author = message.parent_user_id or talking.authors.get(message.thread_ts)
        if not author and message.root:
            author = message.root.user
        return self.prefix + author if author else None

    def _named(self, message: Message) -> tuple[str, ...]:
        if not isinstance(message, MessageNaming) or not message.named:
            return ()
        return tuple(self.prefix + user for user in message.named)

    def _called(self, talking: _Talking, message: Message) -> Room:
        """Who was in a call; the room it was held in where the export does not say."""
        call = message.room
        if call is None or message.subtype != HUDDLE:
            return talking.room
        people = [*(call.participant_history or ()), *(call.participants or ())]
        return self.rows.room(self.prefix + user for user in people) if people else talking.room

    def _reactions(self, message: Message, line: ChatLine) -> None:
        reactors: set[str] = set()
        for reaction in message.reactions or ():
            users = reaction.users or []
            reactors.update(users)
            if reaction.count is not None and reaction.count > len(users):
                missing = reaction.count - len(users)
                self.source.tally.note("reaction_users_cut_off", missing)
        self.rows.reactions(line, {self.prefix + user: None for user in sorted(reactors)})

    def _account(self, user: User) -> tuple[str | None, ...]:
        kind = "person"
        if user.id in self.bots:
            kind = "service"
        elif user.is_restricted or user.is_ultra_restricted:
            kind = "guest"
            self.source.tally.note("guest_accounts")
        email = user.profile.email if user.profile else None
        name = user.profile.shown if user.profile and kind == "person" else None
        return self.prefix + user.id, email, kind, user.tz, name


def _sender(message: Message) -> str | None:
    if message.subtype == HUDDLE and message.room and message.room.created_by:
        return message.room.created_by
    commented = message.comment.user if message.comment else None
    return message.user or commented or message.bot_id


def _seconds(ts: str) -> int | None:
    """Whole seconds of a time such as "1433552418.000002", which is an id and never a float."""
    whole, _, micro = ts.partition(".")
    is_number = whole.isascii() and whole.isdigit() and (not micro or micro.isdigit())
    return int(whole) if is_number and len(whole) <= LONGEST_SECONDS else None


def _say_what_is_missing(source: Source, layout: Layout) -> None:
    tally = source.tally
    private = sorted(layout.missing & {"groups.json", "dms.json", "mpims.json"})
    if private:
        tally.warn(
            f"{source.file}: no {', '.join(private)} (W-SLACK-001). Public channels only; "
            "coverage is lower. Ask for a full export."
        )
    if "users.json" in layout.missing:
        tally.warn(
            f"{source.file}: no users.json (W-SLACK-002). Accounts are known by id only and "
            "cannot be matched to the roster. Ask for a full export."
        )
    if layout.n_unknown_files:
        tally.note("files_of_no_conversation", layout.n_unknown_files)
    if layout.n_file_talks:
        tally.note("files_of_file_conversations", layout.n_file_talks)
    for file, fault in layout.faults:
        tally.cut_off(
            f"{source.file}!{file} {fault.place}: {fault.reason.replace('_', ' ')} "
            f"({fault.code}). That record was left out. Export again."
        )
