"""Microsoft Teams: chats and channels from Graph or PowerShell, without a word of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from ingest.batches import Batch
from ingest.chat.chat_rows import ChatLine, ChatRows, Heard, Room, account_batches
from ingest.chat.teams_export import Export, Thing, is_teams, open_export
from ingest.chat.teams_layout import Layout, account_of, layout_of, members_of
from ingest.files.json_files import JsonError
from ingest.registry import ReaderInfo, readers
from ingest.source import Source

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,12})?(Z|[+-]\d\d:\d\d)?")
_POWERSHELL = re.compile(r"/Date\((\d{1,15})\)/")


@readers.add(
    "teams",
    ReaderInfo(
        title="Microsoft Teams messages (Graph or PowerShell JSON)",
        gives=("accounts", "messages", "recipients"),
        suffixes=(".json", ".ndjson", ".jsonl", ".zip"),
        options=("time_zone",),
        sniff=is_teams,
        traps=(
            "one chat message stands in the file of every participant: one key, counted once",
            "one mention of a five-word name is five: counted once per person",
            "@Everyone mentions a conversation: no one in particular, and counted",
            "the newest message comes first and replies before what they answer: all is read "
            "twice",
            "PowerShell writes keys in capitals, times with any number of decimals or as "
            "/Date(...)/",
            "a time that is not written in full is rejected, never guessed",
            "no list of members for a chat: those seen in it are taken, and it is said",
            "guests carry #EXT# in their name: their own address is unwrapped",
            "system events and deleted messages: left out and counted",
        ),
    ),
)
def read_teams(source: Source) -> Iterator[Batch]:
    """Messages of a Teams export; records have no body, subject or attachment."""
    with open_export(source.path, source.tally.limits) as export:
        layout = layout_of(export)
        if not layout.message_files:
            raise source.error(
                "there is no Teams message in it",
                "E-TEAMS-001",
                "Nothing was read. Export chatMessage records as JSON, with messageType, from "
                "and chatId or channelIdentity.",
            )
        reader = _Reader(source, export, layout)
        yield from reader.accounts()
        for name in layout.message_files:
            yield from reader.messages(name)
        yield from reader.rest()


class _Reader:
    def __init__(self, source: Source, export: Export, layout: Layout) -> None:
        self.source, self.export, self.layout = source, export, layout
        bots = {f"teams:{a}" for a, known in layout.accounts.items() if known.kind == "service"}
        self.rows = ChatRows(source.tally, bots)
        self.rooms: dict[str, tuple[Room, bool]] = {}
        self.zone = ZoneInfo(source.text("time_zone", source.time_zone))
        self.n_guessed = 0

    def accounts(self) -> Iterator[Batch]:
        found = []
        for account, known in sorted(self.layout.accounts.items()):
            if known.kind == "guest":
                self.source.tally.note("guest_accounts")
            if not known.is_listed:
                self.source.tally.note("accounts_not_listed")
            name = known.shown if known.kind == "person" else None
            found.append((f"teams:{account}", known.email, known.kind, None, name))
        yield from account_batches(found)

    def messages(self, name: str) -> Iterator[Batch]:
        tally, place = self.source.tally, self.export.place(name)
        try:
            for found in self.export.things(name):
                thing = found.thing
                if isinstance(thing, JsonError):
                    tally.see()
                    self._damaged(f"{place} {thing.place}", thing)
                elif thing.is_message:
                    tally.see()
                    if fault := self._take(thing):
                        tally.reject(f"{place} {found.place}{fault[0]}", fault[1], fault[2])
                yield from self.rows.full()
        except JsonError as fault:
            tally.see()
            tally.reject(f"{place} {fault.place}".strip(), fault.code, fault.reason)
            tally.cut_off(
                f"{self.source.file}!{place}: {fault.reason.replace('_', ' ')} (W-TEAMS-003). "
                "That file was left out. Export it again."
            )

    def rest(self) -> Iterator[Batch]:
        yield from self.rows.rest()
        tally = self.source.tally
        if self.n_guessed:
            tally.warn(
                f"{self.source.file}: {self.n_guessed:,} messages stand in chats without a list "
                "of members (W-TEAMS-001). Those seen in a chat were taken for its members; the "
                "silent are missing. Export the members of each chat too."
            )
        if self.layout.n_others:
            tally.note("files_not_read", self.layout.n_others)
        for file, fault in self.layout.faults:
            tally.cut_off(
                f"{self.source.file}!{file} {fault.place}: {fault.reason.replace('_', ' ')} "
                "(W-TEAMS-003). That record was left out. Export again."
            )

    def _damaged(self, place: str, fault: JsonError) -> None:
        self.source.tally.reject(place, "E-TEAMS-002", fault.reason)
        if fault.reason == "record_of_another_shape":
            self.source.tally.warn(
                f"{self.source.file}: some records have texts where objects should be "
                "(W-TEAMS-002). They were rejected. PowerShell cuts nested objects off: export "
                "with ConvertTo-Json -Depth 10."
            )

    def _take(self, thing: Thing) -> tuple[str, str, str] | None:
        """Add a message, or leave it out and count it; what is wrong with it is returned."""
        if thing.message_type not in {None, "message"} or thing.deleted_date_time:
            reason = "deleted" if thing.deleted_date_time else "system_event"
            self.source.tally.leave_out(reason)
            return None
        sent = self._seconds(thing.created_date_time)
        sender, kind, _ = account_of(thing.sender)
        fault = None
        if sent is None:
            fault = ".createdDateTime", "E-TEAMS-003", "date_unparsable"
        elif not self.source.is_in_time(sent):
            fault = ".createdDateTime", "E-TEAMS-003", "date_out_of_range"
        elif not sender:
            fault = ".from", "E-TEAMS-004", "sender_missing"
        elif not thing.room or not thing.id:
            fault = ".chatId", "E-TEAMS-005", "conversation_missing"
        else:
            self._add(thing, f"teams:{sender}", sent, kind == "service")
        return fault

    def _add(self, thing: Thing, sender: str, sent: int, is_bot: bool) -> None:
        space = f"teams:{thing.room}:"
        root = thing.reply_to_id if thing.reply_to_id != thing.id else None
        author = self.layout.authors.get((thing.room, root)) if root else None
        line = ChatLine(
            f"{space}{thing.id}",
            f"{space}{root or thing.id}",
            f"{space}{root}" if root else None,
            sender,
            act="reply" if root else "post",
            visibility=self._visibility(thing),
            sent_s=sent,
            auto_reason="service_account" if is_bot else None,
        )
        heard = Heard(
            self._room(thing), f"teams:{author}" if author else None, self._mentioned(thing)
        )
        self.rows.post(line, heard)
        if thing.reactions:
            self._reactions(thing, line)

    def _visibility(self, thing: Thing) -> str:
        where = thing.channel_identity
        if thing.chat_id or not where:
            return "direct"
        is_closed = (where.channel_id or "") in self.layout.closed_channels
        is_open = (where.team_id or "").lower() in self.layout.open_teams
        return "open" if is_open and not is_closed else "closed"

    def _room(self, thing: Thing) -> Room:
        known = self.rooms.get(thing.room)
        if known is None:
            members, is_listed = members_of(self.layout, thing)
            people = sorted(f"teams:{member}" for member in members or ())
            known = self.rows.room(people), is_listed or not members
            self.rooms[thing.room] = known
        room, is_sure = known
        self.n_guessed += not is_sure
        return room

    def _mentioned(self, thing: Thing) -> list[str]:
        found = []
        for mention in thing.mentions or ():
            who = account_of(mention.mentioned)[0]
            if who:
                found.append(f"teams:{who}")
            elif mention.mentioned and mention.mentioned.conversation:
                self.source.tally.note("mentions_of_everybody")
        return found

    def _reactions(self, thing: Thing, line: ChatLine) -> None:
        reactors: dict[str, int | None] = {}
        for reaction in thing.reactions or ():
            who = account_of(reaction.user)[0]
            if not who:
                self.source.tally.note("reactions_of_nobody")
                continue
            reacted = self._seconds(reaction.created_date_time)
            if reacted is not None and not self.source.is_in_time(reacted):
                reacted = None
            before = reactors.get(f"teams:{who}")
            times = [moment for moment in (before, reacted) if moment is not None]
            reactors[f"teams:{who}"] = min(times, default=None)
        self.rows.reactions(line, reactors)

    def _seconds(self, text: str | None) -> int | None:
        """Whole UTC seconds of a time written in full; a time without a zone is counted."""
        if found := _POWERSHELL.fullmatch(text or ""):
            return int(found[1]) // 1000
        told = _TIME.fullmatch(text or "")
        if text is None or told is None:
            return None
        try:
            moment = dt.datetime.fromisoformat(text)
            if told[1] is None:
                self.source.tally.note("tz_assumed")
                moment = moment.replace(tzinfo=self.zone)
            return int(moment.timestamp() // 1)
        except (ValueError, OverflowError):
            return None
