"""What the column map of a message table must say, and how its times are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from ingest.source import Source
from ingest.tables.column_times import TimeColumns
from ingest.tables.columns import Heading, names_of
from ingest.tables.parsing import explained_dates, time_parser
from ingest.working_hours import zone

MESSAGE_COLUMNS = (
    "message_id",
    "thread_id",
    "reply_to",
    "sender",
    "recipients",
    "recipient",
    "sent",
    "role",
    "is_automated",
)
MAP_OPTIONS = (
    "channel",
    "visibility",
    "time",
    "time_zone",
    "identity",
    "namespace",
    "columns",
)
Places = Mapping[str, tuple[int, ...]]


def check_map(source: Source, places: Places, table: Heading, is_joined: bool = False) -> None:
    """Raise `SourceError` where the map names no column for something a message must have."""
    missing = [name for name in ("sender", "sent") if name not in places]
    if is_joined and "message_id" not in places:
        missing.append("message_id")
    if not is_joined and "recipient" not in places and "recipients" not in places:
        missing.append("recipient or recipients")
    if missing:
        raise source.error(
            f"the column map names no column for {', '.join(missing)}",
            "E-COLUMN-002",
            f"Nothing was read. Add it under [source.columns] of source[{source.number}]. "
            f"Columns found: {names_of(table)}.",
        )


def note_unread(source: Source, table: Heading, places: Places) -> None:
    """Say once which columns nobody reads."""
    read = {place for at in places.values() for place in at}
    unread = [name for place, name in enumerate(table.header) if place not in read and name]
    if table.width > len(read):
        source.tally.note("columns_not_read", table.width - len(read))
    if unread:
        source.tally.remarks.append("not read: " + ", ".join(f'"{name}"' for name in unread))


def times_of(source: Source, cells: Sequence[str], place: str) -> TimeColumns:
    """Return how a source's times are read; some of its cells show whether that can be right.

    Raises `SourceError` where none of them fits and day and month could be either way.
    """
    kind = source.text("time", "iso")
    clock = zone(source.text("time_zone", source.time_zone))
    if not _fits(kind, clock, cells) and (explained := explained_dates(cells)) is not None:
        why, pattern = explained
        raise source.error(
            f"the times are not {kind!r}: {why}",
            "E-CSV-009",
            "Nothing was read. Set time = "
            f'"{pattern or "%d/%m/%Y"} %H:%M:%S" (or the pattern that fits) for this source.',
            place=place,
        )
    return TimeColumns(kind, clock)


def _fits(kind: str, clock: ZoneInfo, cells: Sequence[str]) -> bool:
    parse = time_parser(kind, clock, lambda: None)
    return any(parse(cell) is not None for cell in cells)
