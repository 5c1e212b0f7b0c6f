"""What is fuzzed: every hand-written parser, and every reader over whole exports.

A target takes bytes and returns; an exception that is no error for the user is a finding.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from core.errors import AuditError
from fuzz.exports import LIMITS, read_bytes, seeds_of
from fuzz.seeds import SEEDS
from ingest.calendars.lines import calendars, parsed
from ingest.chat.bson import documents, looks_like_bson
from ingest.chat.rocketchat_dump import MESSAGE
from ingest.files import json_files
from ingest.files.members import open_members
from ingest.logs.google_dates import seconds_of
from ingest.logs.tracking_log import event_of, log_lines
from ingest.mail.addresses import addresses
from ingest.mail.dates import parse_mail_date
from ingest.mail.headers import decoded_words, header_text, wanted_headers
from ingest.mail.split import looks_like_mail, split
from ingest.people.identity import canonical
from ingest.registry import readers
from ingest.tables.csv_table import CsvShape, open_table
from ingest.tables.locale_times import DateOrder, utc_parser
from ingest.tables.parsing import day_pattern, explained_dates, number, parse_day, time_parser
from ingest.tally import Tally

Target = Callable[[bytes], None]
_PLACE = ZoneInfo("Europe/Rome")


class _Record(msgspec.Struct):
    id: str
    n: int = 0
    inner: list[msgspec.Raw] = []


def targets() -> dict[str, Target]:
    """Return every target by name: the parsers, then one for each reader of our own.

    Where a library parses the format, it does so in a child process and is not our target.
    """
    ours = [entry.name for entry in readers if not entry.meta.package]
    return PARSERS | {f"read_{name}": partial(read_bytes, name) for name in ours}


def seeds(name: str) -> Iterator[bytes]:
    """Return inputs to begin with."""
    if name.startswith("read_"):
        yield from seeds_of(name.removeprefix("read_"))
    else:
        yield from SEEDS[name]


def _mail_split(data: bytes) -> None:
    looks_like_mail(data)
    ends = 0
    for raw in split(data, 1024):
        if raw.offset < ends:
            raise AssertionError("two mails overlap")
        ends = raw.offset + raw.size
        if raw.headers is not None:
            wanted_headers(raw.headers)


def _mail_addresses(data: bytes) -> None:
    text = header_text(data)
    for address in (*addresses(text).found, *addresses(text, unscramble=True).found):
        address.encode("utf-8", "surrogatepass")
        canonical(f"email:{address}")


def _mail_dates(data: bytes) -> None:
    parse_mail_date(header_text(data), _PLACE)


def _mail_headers(data: bytes) -> None:
    for value in wanted_headers(data).values():
        decoded_words(header_text(value))


def _bson(data: bytes) -> None:
    looks_like_bson(data)
    for _ in documents(io.BytesIO(data), MESSAGE):
        pass


def _google_dates(data: bytes) -> None:
    seconds_of(header_text(data), _PLACE, lambda: None)


def _ics(data: bytes) -> None:
    try:
        found = calendars(io.BytesIO(data), LIMITS, "export.ics")
    except AuditError:
        return
    for calendar in found:
        for block in (*calendar.events, *calendar.zones):
            for line in block.lines:
                with suppress(ValueError):  # what it raises for a damaged line
                    parsed(line)


def _tracking_log(data: bytes) -> None:
    for line in log_lines(io.BytesIO(data), LIMITS):
        if line.cells is not None:
            event_of(line.cells)


def _dates(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    cells = text.split("\n")
    day_pattern(cells)
    explained_dates(cells)
    for kind in ("iso", "epoch_s", "epoch_us", "%d/%m/%Y %H:%M:%S"):
        parse = time_parser(kind, _PLACE, lambda: None)
        for cell in cells:
            parse(cell)
    for order in (DateOrder(), DateOrder(highest_second=13)):
        in_utc = utc_parser(order)
        for cell in cells:
            in_utc(cell)
    for cell in cells:
        parse_day(cell)
        parse_day(cell, "%d/%m/%Y")
        number(cell)


def _csv_table(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".csv", dir=_memory()) as file:
        file.write(data)
        file.flush()
        tally = Tally("table.csv", LIMITS)
        try:
            table = open_table(Path(file.name), CsvShape(), LIMITS)
            given = sum(len(cells) == table.width for _, cells in table.rows(tally))
        except AuditError:
            return
    if given + tally.n_rejected != tally.n_seen:
        raise AssertionError("rows were lost")


def _json_files(data: bytes) -> None:
    for read in (_records, _document):
        try:
            read(data)
        except json_files.JsonError:
            continue
    for _ in json_files.line_records(io.BytesIO(data), _Record, LIMITS):
        pass


def _records(data: bytes) -> None:
    for _ in json_files.records(data, _Record):
        pass


def _document(data: bytes) -> None:
    found = json_files.document(data, _Record)
    for _ in json_files.records_of(found.inner, _Record):
        pass


def _archive(data: bytes, suffix: str) -> None:
    with tempfile.NamedTemporaryFile(suffix=suffix, dir=_memory()) as file:
        file.write(data)
        file.flush()
        try:
            with open_members(Path(file.name), LIMITS) as members:
                for name in members.names:
                    members.size(name)
                    members.read(name)
        except AuditError:
            return


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - in memory, if there is


PARSERS: dict[str, Target] = {
    "bson": _bson,
    "google_dates": _google_dates,
    "ics": _ics,
    "mail_headers": _mail_headers,
    "mail_split": _mail_split,
    "tracking_log": _tracking_log,
    "mail_addresses": _mail_addresses,
    "mail_dates": _mail_dates,
    "dates": _dates,
    "csv_table": _csv_table,
    "json_files": _json_files,
    "zip_door": partial(_archive, suffix=".zip"),
    "tar_door": partial(_archive, suffix=".tar"),
}
