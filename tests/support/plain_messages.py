"""The messages of a table read cell by cell: slow, plain, and the measure of the fast way."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.tables.csv_table import CsvTable
from ingest.tables.parsing import time_parser
from ingest.tally import Tally
from ingest.working_hours import zone

Row = tuple[str, str | None, str | None, str, str, int, int, str | None]
FLAGS = {"1", "true", "yes", "y", "t"}
ROLES = {"cc", "bcc", "mention", "member"}


@dataclass
class PlainMessages:
    """All messages and recipients of a table, and what became of every line."""

    messages: list[Row] = field(default_factory=list)
    slots: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class PlainMap:
    """Where things stand in a row, and how they are written."""

    places: dict[str, int]
    time: str = "iso"
    time_zone: str = "Europe/Rome"
    earliest_s: int = 0
    latest_s: int = 1 << 40

    def cell(self, row: list[str], name: str) -> str:
        """Return a cell, stripped."""
        return row[self.places[name]].strip() if name in self.places else ""


def read_plainly(table: CsvTable, how: PlainMap, tally: Tally) -> PlainMessages:
    """Return what a table of e-mail gives, one row after the other."""
    parse = time_parser(how.time, zone(how.time_zone), lambda: tally.note("tz_assumed"))
    found = PlainMessages()
    for line, row in table.rows(tally):
        sent, sender = parse(how.cell(row, "sent")), how.cell(row, "sender")
        if sent is None:
            tally.reject(f"line {line}", "E-CSV-010", "date_unparsable")
        elif not how.earliest_s <= sent <= how.latest_s:
            tally.reject(f"line {line}", "E-CSV-011", "date_out_of_range")
        elif not sender:
            tally.reject(f"line {line}", "E-CSV-012", "sender_missing")
        else:
            _take(found, row, how, (sent, sender), tally)
    return found


def _take(
    found: PlainMessages, row: list[str], how: PlainMap, at: tuple[int, str], tally: Tally
) -> None:
    (sent, sender), unit = at, len(found.messages)
    thread, parent = how.cell(row, "thread_id"), how.cell(row, "reply_to")
    key = _typed(how.cell(row, "message_id"))
    if "recipient" in how.places:
        named = [how.cell(row, "recipient")]
    else:
        named = [part.strip() for part in re.split("[;,|]", how.cell(row, "recipients"))]
    named = [part for part in named if part]
    flag = how.cell(row, "is_automated").lower() in FLAGS
    found.messages.append(
        (
            key or f"made:email:{sender.lower()}:{sent}:{thread}",
            f"thread:email:{thread}" if thread else None,
            _typed(parent),
            f"email:{sender}",
            "reply" if parent else "post",
            0 if "recipient" in how.places else len(named),
            sent,
            "declared" if flag else None,
        )
    )
    role = how.cell(row, "role").lower()
    role = role if role in ROLES else "to"
    if role == "bcc":
        tally.drop_slot("bcc", len(named))
    else:
        found.slots += [(unit, f"email:{part}", role) for part in named]


def _typed(message_id: str) -> str | None:
    if not message_id:
        return None
    return f"mid:{message_id.strip('<>')}" if "@" in message_id else f"csv:email:{message_id}"
