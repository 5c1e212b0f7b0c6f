"""Events of Google Chat in the Admin report: who posted in which room, and who is seen there."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator

from ingest.batches import Batch
from ingest.chat.chat_rows import ChatLine, ChatRows, Heard, Room
from ingest.chat.google_chat_export import JOINED, POSTED, Activity, Event, epoch_seconds
from ingest.files.json_files import JsonError, any_records, line_records, records_of
from ingest.limits import check_limit
from ingest.source import Source

_LINES = (".ndjson", ".jsonl")


def read_report(source: Source) -> Iterator[Batch]:
    """Messages of a report; each event is a unit, and only posts are messages."""
    seen = _People()
    try:
        for _, activity in _activities(source):
            if not isinstance(activity, JsonError):
                seen.note(activity)
    except JsonError as fault:
        raise source.error(
            fault.reason.replace("_", " "),
            "E-GCHAT-004",
            "Nothing was read. Export the events again as JSON or NDJSON.",
            fault.place,
        ) from fault
    reader = _Report(source, seen)
    for place, activity in _activities(source):
        yield from reader.take(place, activity)
    yield from reader.rows.rest()
    if reader.n_heard:
        source.tally.warn(
            f"{source.file}: the report names no recipients (W-GCHAT-001). For {reader.n_heard:,} "
            "messages those seen in the room were taken; the silent are missing. Takeout names "
            "the members of a room."
        )


class _People:
    """Who is seen in each room: who did something there, and who was added."""

    def __init__(self) -> None:
        self.by_room: dict[str, set[str]] = {}

    def note(self, activity: Activity) -> None:
        for event in activity.events or ():
            room = event.text("room_id")
            if not room:
                continue
            there = self.by_room.setdefault(room, set())
            if who := _actor(activity, event):
                there.add(who)
            if event.name == JOINED:
                there.update(map(_account, filter(None, event.texts("target_users"))))


class _Report:
    def __init__(self, source: Source, seen: _People) -> None:
        self.source, self.seen = source, seen
        self.rows = ChatRows(source.tally)
        self.rooms: dict[str, Room] = {}
        self.n_heard = 0

    def take(self, place: str, activity: Activity | JsonError) -> Iterator[Batch]:
        tally = self.source.tally
        if isinstance(activity, JsonError):
            tally.see()
            tally.reject(activity.place, "E-GCHAT-002", activity.reason)
            return
        for number, event in enumerate(activity.events or ()):
            tally.see()
            if event.name != POSTED:
                tally.leave_out("system_event")
            elif fault := self._post(activity, event):
                tally.reject(f"{place}.events[{number}]", *fault)
        yield from self.rows.full()

    def _post(self, activity: Activity, event: Event) -> tuple[str, str] | None:
        sent = epoch_seconds(event.text("timestamp_ms"))
        if sent is None and activity.id:
            sent = _iso_seconds(activity.id.time or "")
        sender, room, own = (
            _actor(activity, event),
            event.text("room_id"),
            event.text("message_id"),
        )
        if sent is None:
            return "E-GCHAT-003", "date_unparsable"
        if not self.source.is_in_time(sent):
            return "E-GCHAT-003", "date_out_of_range"
        if not sender:
            return "E-GCHAT-005", "sender_missing"
        if not room or not own:
            return "E-GCHAT-006", "conversation_missing"
        is_direct = "DIRECT" in event.text("conversation_type").upper()
        key = f"gchat:{own}"
        line = ChatLine(
            key, key, None, sender, visibility="direct" if is_direct else "closed", sent_s=sent
        )
        if room not in self.rooms:
            self.rooms[room] = self.rows.room(sorted(self.seen.by_room.get(room, ())))
        self.n_heard += self.rows.post(line, Heard(self.rooms[room]))
        return None


def _activities(source: Source) -> Iterator[tuple[str, Activity | JsonError]]:
    limits = source.tally.limits
    with source.path.open("rb") as stream:
        if source.path.suffix.lower() in _LINES:
            for number, found in line_records(stream, Activity, limits):
                yield from _each(f"line {number}", found)
            return
        content = stream.read(limits.json_bytes + 1)
    check_limit(len(content), limits.json_bytes, "json_bytes", source.file)
    for number, found in enumerate(any_records(content, Activity, limits)):
        yield from _each(f"$[{number}]", found)


def _each(place: str, found: Activity | JsonError) -> Iterator[tuple[str, Activity | JsonError]]:
    """A record itself; behind a page the records in it."""
    yield place, found
    if not isinstance(found, JsonError) and found.items:
        inner = records_of(found.items, Activity, f"{place}.items")
        for number, one in enumerate(inner):
            yield f"{place}.items[{number}]", one


def _actor(activity: Activity, event: Event) -> str:
    email = event.text("actor") or (activity.actor.email if activity.actor else None) or ""
    return _account(email) if "@" in email else ""


def _account(email: str) -> str:
    return f"email:{email.strip().lower()}"


def _iso_seconds(text: str) -> int | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return calendar.timegm(moment.utctimetuple())
