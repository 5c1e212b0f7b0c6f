"""Calendars (.ics): who met whom and when; titles, texts and places never become objects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from core.errors import SourceError
from ingest.batches import Batch, Rows, full, rest
from ingest.calendars.events import Event, EventError, Guest, Window, read_event, starts
from ingest.calendars.lines import CalendarText, calendars
from ingest.calendars.recurrence import Steps
from ingest.calendars.zones import Zones, zone_clock
from ingest.files.export_files import ExportFile, files_of
from ingest.files.members import names_in
from ingest.registry import ReaderInfo, readers
from ingest.source import Source
from ingest.working_hours import zone

_START = re.compile(rb"\s*BEGIN\s*:\s*(VCALENDAR|VEVENT)", re.IGNORECASE)
_SILENT = {"", ".txt", ".md", ".rst", ".html"}
_ANSWERS = {"REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"}


def _is_calendar(path: Path, start: bytes) -> bool:
    if _START.match(start):
        return True
    suffixes = {PurePosixPath(name).suffix.lower() for name in names_in(path, start)}
    return ".ics" in suffixes and suffixes <= {".ics", *_SILENT}


@readers.add(
    "ics",
    ReaderInfo(
        title="Calendars (.ics, or a folder or ZIP of them)",
        gives=("accounts", "messages", "recipients"),
        suffixes=(".ics", ".zip", ""),
        options=("time_zone",),
        sniff=_is_calendar,
        traps=(
            "one meeting lies in the calendar of everybody invited: UID and start make it one",
            "a series is one entry: every instance up to now is a meeting, the latest 1,000 of "
            "each, without cancelled days; moved ones at their new time",
            "rooms and equipment stand among the people: they get no row",
            "who declined was invited and not there: counted, no row",
            "private and confidential entries are counted and not read further",
            "all-day entries, entries over 24 hours, and ends before starts are no meetings",
            "times without a zone, or of a zone nobody knows, are on the site's clock and counted",
            "time zones come with Windows names, vendor paths or definitions of their own",
            "a cancelled meeting stays in the file: left out",
        ),
    ),
)
def read_ics(source: Source) -> Iterator[Batch]:
    """Meetings of calendars, one row per instance; unwanted lines are dropped as bytes."""
    reader = _Reader(source)
    with files_of(source.path, source.tally.limits, _is_named) as files:
        if not files:
            raise source.error(
                "no calendar file (.ics) lies in it",
                "E-ICS-002",
                "Nothing was read. Export each calendar as iCalendar (.ics).",
            )
        for n, file in enumerate(files):
            place = f"file {n + 1}" if file.name else ""
            for number, calendar in enumerate(reader.calendars(file, place)):
                reader.take(calendar, f"{place} calendar {number + 1}".strip())
                yield from full(reader.rows, reader.slots, reader.accounts)
    reader.close()
    yield from rest(reader.rows, reader.slots, reader.accounts)


def _is_named(name: str) -> bool:
    return name.lower().endswith(".ics")


@dataclass
class _Reader:
    source: Source
    rows: Rows = field(default_factory=lambda: Rows("messages"))
    slots: Rows = field(default_factory=lambda: Rows("recipients"))
    accounts: Rows = field(default_factory=lambda: Rows("accounts"))
    steps: Steps = field(default_factory=Steps)
    known: set[tuple[str, str]] = field(default_factory=set)
    n_units: int = 0

    def __post_init__(self) -> None:
        self.site = zone_clock(zone(self.source.text("time_zone", self.source.time_zone)))
        self.window = Window(self.source.earliest_s, self.source.latest_s)

    def calendars(self, file: ExportFile, place: str) -> list[CalendarText]:
        """Return the calendars of a file; of many, one that cannot be read is counted."""
        try:
            with file.open() as stream:
                found = calendars(stream, self.source.tally.limits, self.source.file)
            if not found:
                raise self.source.error(
                    "the file holds no calendar",
                    "E-ICS-001",
                    "Nothing was read of it. Export the calendar as iCalendar (.ics).",
                )
        except SourceError as fault:
            if not place:
                raise
            self._lose(place, fault)
            return []
        return found

    def take(self, calendar: CalendarText, place: str) -> None:
        """Take the events of one calendar; whatever is wrong with one stays with it."""
        zones = Zones(self.steps)
        for block in calendar.zones:
            zones.define(block)
        events: list[Event] = []
        for block in calendar.events:
            self.source.tally.see()
            try:
                if not block.is_whole:
                    raise EventError("E-ICS-007", "event_cut_off")
                events.append(read_event(block, zones, self.site))
            except EventError as fault:
                self.source.tally.reject(f"{place} line {block.number}", *fault.args)
                if not block.is_whole:
                    self._say_cut_off()
        self._take_all(events, calendar.method)

    def close(self) -> None:
        """Say that there was no event, or that rules were too many to follow to their end."""
        if self.source.tally.n_seen == 0:
            self.source.tally.warn(
                f"{self.source.file}: no event lies in it (W-ICS-004). Nothing was read. "
                "Export the calendar with its entries."
            )
        if self.steps.left < 0:
            self.source.tally.cut_off(
                f"{self.source.file}: its repeating events have too many instances (W-ICS-003). "
                "Those found so far were read. Export the calendars in smaller parts."
            )

    def _take_all(self, events: list[Event], method: str) -> None:
        newest: dict[tuple[str, int | None], int] = {}
        replaced: dict[str, set[int]] = {}
        for event in events:
            key = (event.uid, event.replaces)
            newest[key] = max(newest.get(key, 0), event.sequence)
            if event.replaces is not None:
                replaced.setdefault(event.uid, set()).add(event.replaces)
        for event in events:
            reason = _left_out(event, method)
            if event.sequence < newest[event.uid, event.replaces]:
                reason = "superseded"
            if reason:
                self.source.tally.leave_out(reason)
            elif event.organizer is None or not event.organizer.address:
                self._no_organizer(event)
            else:
                self._meetings(event, event.organizer, replaced.get(event.uid, set()))

    def _no_organizer(self, event: Event) -> None:
        if event.organizer is None:
            self.source.tally.leave_out("no_organizer")
        else:
            self.source.tally.reject(f"line {event.number}", "E-ICS-008", "sender_unresolved")

    def _meetings(self, event: Event, organizer: Guest, replaced: set[int]) -> None:
        tally = self.source.tally
        invited = {guest.address: guest for guest in event.guests if guest.kind != "room"}
        invited.pop(organizer.address, None)
        there = [guest for guest in invited.values() if guest.address and guest.is_there]
        own = set() if event.replaces is not None else replaced
        instants, is_cut = starts(event, own, self.window, self.steps)
        if is_cut:
            tally.note("series_cut_off")
        if not there or not instants:
            tally.leave_out("outside_period" if there else "no_usable_recipient")
            return
        tally.see(len(instants) - 1)
        self._note(event, organizer)
        for instant in instants:
            at = instant if event.replaces is None else event.replaces
            unit = self._add(f"cal:{event.uid}:{at}", event, organizer, instant, _addressed(event))
            for guest in there:
                self.slots.add(unit, f"email:{guest.address}", "member")
            self._count(event, organizer)

    def _add(
        self, key: str, event: Event, organizer: Guest, instant: int, n_recipients: int
    ) -> int:
        unit = self.n_units
        self.n_units += 1
        self.rows.add(
            unit,
            key,
            f"cal:{event.uid}",
            None,
            f"email:{organizer.address}",
            "meeting",
            "post",
            "direct",
            n_recipients,
            instant,
            "service_account" if organizer.kind == "service" else None,
        )
        return unit

    def _note(self, event: Event, organizer: Guest) -> None:
        tally = self.source.tally
        if event.start.is_assumed:
            tally.note("tz_assumed")
        if event.sent_by_delegate:
            tally.note("sent_by_delegate")
        if event.uid.startswith("made:"):
            tally.note("uid_made")
        for guest in (organizer, *event.guests):
            if guest.address and (guest.address, guest.kind) not in self.known:
                self.known.add((guest.address, guest.kind))
                name = guest.name if guest.kind == "person" else None
                self.accounts.add(f"email:{guest.address}", guest.address, guest.kind, None, name)

    def _count(self, event: Event, organizer: Guest) -> None:
        """Count the slots of one meeting that become no row."""
        for guest in event.guests:
            if guest.kind == "room":
                self.source.tally.drop_slot("room")
            elif not guest.address:
                self.source.tally.drop_slot("unresolved_address")
            elif guest.address == organizer.address:
                self.source.tally.drop_slot("self")
            elif not guest.is_there:
                self.source.tally.drop_slot("declined")

    def _lose(self, place: str, fault: SourceError) -> None:
        tally = self.source.tally
        tally.see()
        tally.reject(place, fault.code, "file_not_readable")
        tally.cut_off(
            f"{self.source.file}: a calendar file could not be read ({fault.code}; W-ICS-001). "
            "The others were. Export that calendar again."
        )

    def _say_cut_off(self) -> None:
        self.source.tally.cut_off(
            f"{self.source.file}: a calendar ends inside an event (W-ICS-002). "
            "The events before it were read. Export it again."
        )


def _left_out(event: Event, method: str) -> str:
    """Why an event is no meeting that took place; "" where it may be one."""
    reasons = {
        "private_event": event.is_private,
        "cancelled": event.is_cancelled or method == "CANCEL",
        "invitation_answer": method in _ANSWERS,
        "not_a_meeting": not event.is_meeting,
        "no_usable_recipient": not event.guests,
    }
    return next((reason for reason, is_so in reasons.items() if is_so), "")


def _addressed(event: Event) -> int:
    """Everybody invited, whether there or not; rooms and the organizer are not counted."""
    own = event.organizer.address if event.organizer else ""
    people = [guest for guest in event.guests if guest.kind != "room"]
    named = {guest.address for guest in people if guest.address} - {own}
    return len(named) + sum(not guest.address for guest in people)
