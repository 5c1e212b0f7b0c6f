"""Google Chat from Takeout or the Admin report: who wrote to whom when, without a text."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from ingest.batches import Batch
from ingest.chat.chat_rows import ChatLine, ChatRows, Heard, Room, account_batches
from ingest.chat.google_chat_export import (
    GROUP,
    Group,
    Message,
    Messages,
    Person,
    is_admin_report,
    is_takeout,
    room_of,
)
from ingest.chat.google_chat_report import read_report
from ingest.files.json_files import JsonError, document, records_of
from ingest.files.members import Members, names_in, open_members
from ingest.logs.google_dates import LANGUAGES, seconds_of
from ingest.registry import ReaderInfo, readers
from ingest.source import Source

REPORT_SUFFIXES = (".json", ".ndjson", ".jsonl")


def _is_google_chat(path: Path, start: bytes) -> bool:
    if path.is_file() and path.suffix.lower() in REPORT_SUFFIXES:
        return is_admin_report(start)
    return is_takeout(names_in(path, start))


@readers.add(
    "google_chat",
    ReaderInfo(
        title="Google Chat (Takeout, or events of the Admin report)",
        gives=("accounts", "messages", "recipients"),
        suffixes=(".zip", ".tgz", ".json", ".ndjson", ".jsonl"),
        options=("time_zone",),
        sniff=_is_google_chat,
        traps=(
            "dates are written in the language of the account, with a narrow no-break space "
            "before AM and PM: " + ", ".join(LANGUAGES) + " are read",
            "timestamp_ms holds microseconds: told by its size",
            "the same message stands in the Takeout of everybody in the room: one key",
            "apps have no address: they are kept as services",
            "people without an address cannot be told: their messages are left out and counted",
            "a topic is a thread: an answer in it goes to who started it",
            "the Admin report names no recipients: those seen in the room are taken, and it is "
            "said",
        ),
    ),
)
def read_google_chat(source: Source) -> Iterator[Batch]:
    """Messages of Google Chat; records have no text, annotation or attached file."""
    if source.path.is_file() and source.path.suffix.lower() in REPORT_SUFFIXES:
        yield from read_report(source)
        return
    with open_members(source.path, source.tally.limits) as members:
        rooms = [name for name in members.names if room_of(name)]
        if not rooms:
            raise source.error(
                "there is no room of Google Chat in it",
                "E-GCHAT-001",
                "Nothing was read. Take the folder or archive as Takeout made it, with Google "
                "Chat/Groups.",
            )
        reader = _Takeout(source, members)
        for name in rooms:
            yield from reader.messages(name)
        yield from reader.rest()


class _Takeout:
    def __init__(self, source: Source, members: Members) -> None:
        self.source, self.members = source, members
        self.names = set(members.names)
        self.bots: set[str] = set()
        self.rows = ChatRows(source.tally, self.bots)
        self.accounts: dict[str, tuple[str, str | None]] = {}
        self.zone = ZoneInfo(source.text("time_zone", source.time_zone))

    def messages(self, name: str) -> Iterator[Batch]:
        """Return the messages of one room."""
        kind, room_id = room_of(name) or ("", "")
        tally, place = self.source.tally, f"{kind} {room_id}/messages.json"
        try:
            raws = document(self.members.read(name), Messages).messages
        except JsonError as fault:
            tally.see()
            tally.reject(f"{place} {fault.place}".strip(), fault.code, fault.reason)
            tally.cut_off(
                f"{self.source.file}!{place}: {fault.reason.replace('_', ' ')} (W-GCHAT-002). "
                "That room was left out. Export it again."
            )
            return
        talk = _Talk(self, kind, room_id, self._listed(name))
        found = list(records_of(raws, Message, "$.messages"))
        talk.meet(found)
        for number, message in enumerate(found):
            tally.see()
            if isinstance(message, JsonError):
                tally.reject(f"{place} {message.place}", "E-GCHAT-002", message.reason)
            elif fault_at := talk.take(message):
                spot = f"{place} $.messages[{number}]{fault_at[0]}"
                tally.reject(spot, fault_at[1], fault_at[2])
            yield from self.rows.full()

    def rest(self) -> Iterator[Batch]:
        """Return the last rows and the accounts."""
        yield from self.rows.rest()
        yield from account_batches(
            (account, None, kind, None, shown)
            for account, (kind, shown) in sorted(self.accounts.items())
        )

    def account(self, person: Person | None) -> str:
        """Return the account of a person or app and remember it; "" where nobody can tell."""
        if person is None or not (person.email or person.is_bot):
            return ""
        if person.is_bot:
            # An app has no address; a hash of what it is called tells it from other apps.
            mark = hashlib.sha256((person.email or person.shown or "").encode("utf-8", "replace"))
            account = f"gchat:app:{mark.hexdigest()[:16]}"
            self.bots.add(account)
            self.accounts[account] = ("service", None)
            return account
        account = f"email:{(person.email or '').strip().lower()}"
        shown = self.accounts.get(account, ("", None))[1]
        self.accounts[account] = ("person", shown or person.shown)
        return account

    def _listed(self, name: str) -> list[str] | None:
        """Who `group_info.json` says is in a room; None where it does not say."""
        info = f"{name.rpartition('/')[0]}/{GROUP}"
        if info not in self.names:
            return None
        try:
            people = document(self.members.read(info), Group).members
        except JsonError as fault:
            self.source.tally.cut_off(
                f"{self.source.file}!{GROUP}: {fault.reason.replace('_', ' ')} (W-GCHAT-002). "
                "Who is in that room was taken from its messages. Export it again."
            )
            return None
        return [account for account in map(self.account, people) if account]


class _Talk:
    """One room while it is read."""

    def __init__(
        self, takeout: _Takeout, kind: str, room_id: str, listed: list[str] | None
    ) -> None:
        self.takeout, self.source, self.room_id = takeout, takeout.source, room_id
        self.visibility = "closed" if kind == "Space" else "direct"
        self.listed = listed
        self.starters: dict[str, str] = {}
        self.keys: Counter[str] = Counter()
        self.room: Room = takeout.rows.room(listed)

    def meet(self, messages: list[Message | JsonError]) -> None:
        """Note who started each topic, and who is there where no list tells."""
        seen: dict[str, None] = {}
        for message in messages:
            if isinstance(message, JsonError):
                continue
            account = self.takeout.account(message.creator)
            if account:
                seen[account] = None
                if message.topic_id and self._is_root(message):
                    self.starters[message.topic_id] = account
        if not self.listed:
            self.room = self.takeout.rows.room(seen)
            self.source.tally.warn(
                f"{self.source.file}: a room has no list of members (W-GCHAT-001). Those who "
                "wrote in it were taken; the silent are missing. Export with group_info.json."
            )

    def take(self, message: Message) -> tuple[str, str, str] | None:
        """Add a message, or leave it out and count it; what is wrong with it is returned."""
        tally = self.source.tally
        if (message.message_state or "").upper() == "DELETED":
            tally.leave_out("deleted")
            return None
        written = message.created_date or ""
        sent = seconds_of(written, self.takeout.zone, lambda: tally.note("tz_assumed"))
        if sent is None or not self.source.is_in_time(sent):
            reason = "date_unparsable" if sent is None else "date_out_of_range"
            return ".created_date", "E-GCHAT-003", reason
        sender = self.takeout.account(message.creator)
        if sender:
            self._add(message, sender, sent)
        elif message.creator is None:
            tally.leave_out("system_event")
        else:
            tally.leave_out("sender_without_address")
        return None

    def _add(self, message: Message, sender: str, sent: int) -> None:
        topic, key = message.topic_id or "", self._key(message, sender, sent)
        space = (message.message_id or "").rpartition("/")[0] or f"{self.room_id}/{topic}"
        root = f"gchat:{space}/{topic}" if topic else key
        is_reply = bool(topic) and not self._is_root(message)
        line = ChatLine(
            key,
            root,
            root if is_reply else None,
            sender,
            act="reply" if is_reply else "post",
            visibility=self.visibility,
            sent_s=sent,
            auto_reason="service_account" if sender in self.takeout.bots else None,
        )
        self.takeout.rows.post(line, Heard(self.room, self.starters.get(topic)))
        emails = [e for one in message.reactions or () for e in one.reactor_emails or () if e]
        reactors = sorted({f"email:{email.strip().lower()}" for email in emails})
        self.takeout.rows.reactions(line, dict.fromkeys(reactors))

    def _key(self, message: Message, sender: str, sent: int) -> str:
        if message.message_id:
            return f"gchat:{message.message_id}"
        # Old exports give messages no id: who and when, and which of that second.
        made = f"{self.room_id}:{sender}:{sent}"
        self.keys[made] += 1
        digest = hashlib.sha256(f"{made}:{self.keys[made]}".encode()).hexdigest()
        return f"gchat:{self.room_id}:made:{digest[:24]}"

    def _is_root(self, message: Message) -> bool:
        """Whether a message starts its topic: its own id is that of the topic."""
        own = (message.message_id or "").rpartition("/")[2]
        return not own or own == message.topic_id
