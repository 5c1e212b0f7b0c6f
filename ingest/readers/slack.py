"""Slack exports: who wrote, answered and reacted where and when; content is never decoded."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.archives import Archive, is_zip, open_zip
from ingest.batches import Batch, Rows, full, rest
from ingest.json_files import JsonError, records
from ingest.registry import ReaderInfo, readers
from ingest.slack_export import Layout, Message, Room, is_slack, layout_of
from ingest.source import Source

MAX_MEMBERS = 200
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
SLACKBOT = "USLACKBOT"
LONGEST_SECONDS = 12


def _is_slack_zip(path: Path, start: bytes) -> bool:
    if not is_zip(start):
        return False
    try:
        with zipfile.ZipFile(path) as opened:
            return is_slack(opened.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


@readers.add(
    "slack",
    ReaderInfo(
        title="Slack export (ZIP)",
        gives=("accounts", "messages", "recipients"),
        suffixes=(".zip",),
        options=("drop_undated",),
        sniff=_is_slack_zip,
    ),
)
def read_slack(source: Source) -> Iterator[Batch]:
    """Messages of a Slack export; typed records without a text field: no content is decoded."""
    with open_zip(source.path, source.tally.limits) as archive:
        layout = layout_of(archive)
        if not layout.rooms and not layout.users:
            raise source.error(
                "the archive is no Slack export: no users.json, no channels.json",
                "E-SLACK-002",
                "Nothing was read. Take the archive as Slack exported it.",
            )
        _say_what_is_missing(source, layout)
        reader = _Reader(source, archive, layout)
        yield from reader.accounts()
        for room in layout.rooms:
            yield from reader.messages(room)
        yield from reader.strangers()


@dataclass
class _Reader:
    source: Source
    archive: Archive
    layout: Layout
    rows: Rows = field(default_factory=lambda: Rows("messages"))
    slots: Rows = field(default_factory=lambda: Rows("recipients"))
    n_units: int = 0
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        users = self.layout.users
        teams = Counter(user.team_id for user in users if user.team_id)
        # One workspace: the team of most accounts, so that its bare user ids are told apart
        # from those of other workspaces.
        self.team = min(teams, key=lambda team: (-teams[team], team)) if teams else ""
        self.known = {user.id for user in users}
        self.bots = {SLACKBOT} | {u.id for u in users if u.is_bot or u.is_app_user}

    def accounts(self) -> Iterator[Batch]:
        rows = Rows("accounts")
        for user in self.layout.users:
            kind = "person"
            if user.id in self.bots:
                kind = "service"
            elif user.is_restricted or user.is_ultra_restricted:
                kind = "guest"
                self.source.tally.note("guest_accounts")
            email = user.profile.email if user.profile else None
            rows.add(self._account(user.id), email, kind, user.tz, None)
        yield from rest(rows)

    def strangers(self) -> Iterator[Batch]:
        """Accounts that wrote but that the export does not list: bots, other organizations."""
        yield from rest(self.rows, self.slots)
        rows = Rows("accounts")
        for user in sorted(self.seen - self.known):
            is_bot = user.startswith("B") or user == SLACKBOT
            if is_bot or self.known:
                rows.add(self._account(user), None, "service" if is_bot else "guest", None, None)
                self.source.tally.note("accounts_not_listed")
        yield from rest(rows)

    def messages(self, room: Room) -> Iterator[Batch]:
        tally = self.source.tally
        authors: dict[str, str] = {}
        for name in room.days:
            place = f"{room.room_id}/{name.rpartition('/')[2]}"
            try:
                for number, found in enumerate(records(self.archive.read(name), Message)):
                    tally.see()
                    if isinstance(found, JsonError):
                        tally.reject(f"{place} {found.place}", "E-SLACK-004", found.reason)
                    else:
                        self._take(room, found, authors, f"{place} $[{number}]")
                    yield from full(self.rows, self.slots)
            except JsonError as fault:
                tally.see()
                tally.reject(f"{place} {fault.place}".strip(), fault.code, fault.reason)
                tally.cut_off(
                    f"{self.source.file}: a day of a channel could not be read "
                    f"({fault.code}). The other days were. Export again."
                )

    def _take(self, room: Room, message: Message, authors: dict[str, str], place: str) -> None:
        tally = self.source.tally
        sender = message.user or (message.comment.user if message.comment else None)
        sender = sender or message.bot_id
        sent = _seconds(message.ts)
        if not message.ts:
            self._undated(place)
        elif sent is None or not self.source.is_in_time(sent):
            reason = "date_unparsable" if sent is None else "date_out_of_range"
            tally.reject(f"{place}.ts", "E-SLACK-005", reason)
        elif message.subtype not in PLAIN:
            tally.leave_out("tombstone" if message.subtype == "tombstone" else "system_event")
        elif not sender:
            tally.reject(f"{place}.user", "E-SLACK-006", "sender_missing")
        else:
            authors[message.ts] = sender
            line = self._line(room, message, sender, sent)
            self._post(room, message, line, authors)
            self._reactions(message, line)

    def _undated(self, place: str) -> None:
        if self.source.flag("drop_undated"):
            self.source.tally.leave_out("undated")
        else:
            self.source.tally.reject(f"{place}.ts", "E-SLACK-003", "time_missing")

    def _line(self, room: Room, message: Message, sender: str, sent: int) -> _Line:
        space = f"slack:{self.team}:{room.room_id}"
        is_bot = message.bot_id or message.subtype == "bot_message" or sender in self.bots
        is_reply = message.thread_ts not in (None, message.ts)
        return _Line(
            key=f"{space}:{message.ts}",
            thread=f"{space}:{message.thread_ts or message.ts}",
            parent=f"{space}:{message.thread_ts}" if is_reply else None,
            sender=sender,
            channel="call" if message.subtype == "huddle_thread" else "chat",
            act="reply" if is_reply else "post",
            visibility=room.visibility,
            sent_s=sent,
            auto_reason="service_account" if is_bot else None,
        )

    def _post(self, room: Room, message: Message, line: _Line, authors: dict[str, str]) -> None:
        parent = message.parent_user_id or authors.get(message.thread_ts or "")
        if line.parent and parent and parent != line.sender:
            self._add(line, [parent], "to")
            return
        members = [m for m in room.members if m != line.sender and m not in self.bots]
        if not room.members:
            self.source.tally.leave_out("members_unknown")
        elif len(room.members) > MAX_MEMBERS:
            self.source.tally.leave_out("large_channel")
        elif not members:
            self.source.tally.leave_out("no_usable_recipient")
        else:
            self._add(line, members, "member")

    def _reactions(self, message: Message, line: _Line) -> None:
        """A row per reactor, at the time of the message: the export gives no other."""
        tally = self.source.tally
        reactors: dict[str, None] = {}
        for reaction in message.reactions or ():
            users = reaction.users or []
            reactors.update(dict.fromkeys(users))
            if reaction.count is not None and reaction.count > len(users):
                tally.note("reaction_users_cut_off", reaction.count - len(users))
        for user in sorted(reactors):
            tally.see()
            tally.note("reaction_time_unknown")
            reacted = replace(
                line,
                key=f"{line.key}:reaction:{user}",
                parent=None,
                sender=user,
                act="reaction",
                auto_reason="service_account" if user in self.bots else None,
            )
            self._add(reacted, [line.sender], "to")

    def _add(self, line: _Line, to: list[str], role: str) -> None:
        unit = self.n_units
        self.n_units += 1
        self.seen.update(to, (line.sender,))
        self.rows.add(
            unit,
            line.key,
            line.thread,
            line.parent,
            self._account(line.sender),
            line.channel,
            line.act,
            line.visibility,
            len(to),
            line.sent_s,
            line.auto_reason,
        )
        for user in to:
            self.slots.add(unit, self._account(user), role)

    def _account(self, user: str) -> str:
        return f"slack:{self.team}:{user}"


@dataclass(frozen=True)
class _Line:
    key: str
    thread: str
    parent: str | None
    sender: str
    channel: str
    act: str
    visibility: str
    sent_s: int
    auto_reason: str | None


def _seconds(ts: str | None) -> int | None:
    """Whole seconds of a time such as "1433552418.000002", which is an id and never a float."""
    whole, _, micro = (ts or "").partition(".")
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
    for file, fault in layout.faults:
        tally.cut_off(
            f"{source.file}!{file} {fault.place}: {fault.reason.replace('_', ' ')} "
            f"({fault.code}). That record was left out. Export again."
        )
