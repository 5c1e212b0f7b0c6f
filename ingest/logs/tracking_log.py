"""Lines of Exchange message tracking logs, and the event that each of them tells."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from ingest.limits import Limits
from ingest.logs.trace_rows import mail_key
from ingest.tables.columns import plain

WANTED = (
    "datetime",
    "eventid",
    "messageid",
    "networkmessageid",
    "recipientaddress",
    "recipientstatus",
    "relatedrecipientaddress",
    "senderaddress",
    "returnpath",
)
NEEDED = ("datetime", "eventid", "messageid", "recipientaddress", "senderaddress")
_FIELDS = "#fields:"
_PARTS = re.compile(r"((?:'[^']*'|[^;'])*);?")


@dataclass(frozen=True)
class LogLine:
    """One line of data: the wanted cells by plain name, or why it is no such line."""

    number: int
    cells: Mapping[str, str]
    fault: tuple[str, str] | None = None
    is_last_cut: bool = False


@dataclass(frozen=True)
class Event:
    """What one line says happened to a mail; addresses are as the log writes them."""

    name: str
    time: str
    message_id: str
    own_id: str
    recipients: tuple[str, ...]
    statuses: tuple[str, ...]
    related: tuple[str, ...]
    sender: str
    return_path: str

    @property
    def key(self) -> str:
        """Return the key of the mail."""
        return mail_key(self.message_id, self.own_id)


def log_lines(
    stream: IO[bytes], limits: Limits, is_told: Callable[[str], bool] | None = None
) -> Iterator[LogLine]:
    """Return the data lines of a log with their cells by the last `#Fields` line above them.

    With `is_told`, of the lines whose text it turns down nothing is looked at.
    """
    fields = _Fields({}, 0)
    for number, text in _text_lines(stream, limits):
        if text.startswith("#"):
            if text.lower().startswith(_FIELDS):
                fields = _fields(text)
        elif is_told is not None and fields.is_known and not is_told(text):
            yield LogLine(number, {})
        elif text.strip():
            yield _line(number, text, fields, limits)


def event_of(cells: Mapping[str, str]) -> Event:
    """Return what a line or row says, from its wanted cells by plain name."""
    return Event(
        cells.get("eventid", "").strip().upper(),
        cells.get("datetime", ""),
        cells.get("messageid", ""),
        cells.get("networkmessageid", "").strip(),
        _split(cells.get("recipientaddress", "")),
        _split(cells.get("recipientstatus", "")),
        _split(cells.get("relatedrecipientaddress", "")),
        cells.get("senderaddress", ""),
        cells.get("returnpath", "").strip(),
    )


def utc_seconds(text: str) -> int | None:
    """Return an ISO time as UTC seconds; times of these logs are UTC also where they say none."""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    try:
        return int(moment.timestamp() // 1)
    except (OverflowError, ValueError):
        return None


def _split(cell: str) -> tuple[str, ...]:
    """Parts of a cell between semicolons; a quoted status may hold one."""
    if ";" not in cell:
        return (cell,) if cell.strip() else ()
    if "'" not in cell:
        return tuple(cell.rstrip(";").split(";"))
    return tuple(match.group(1) for match in _PARTS.finditer(cell) if match.group())


def _text_lines(stream: IO[bytes], limits: Limits) -> Iterator[tuple[int, str]]:
    start = stream.read(2)
    is_wide = start in (BOM_UTF16_LE, BOM_UTF16_BE)
    encoding = "utf-16-le" if start == BOM_UTF16_LE else "utf-16-be" if is_wide else "utf-8"
    rest = io.BufferedReader(_After(b"" if is_wide else start, stream), 1 << 16)
    with io.TextIOWrapper(rest, encoding, errors="replace", newline="\n") as text:
        number = 0
        while line := text.readline(limits.row_bytes + 1):
            number += 1
            yield number, line.removeprefix("\ufeff") if number == 1 else line
            while len(line) > limits.row_bytes and not line.endswith("\n"):
                line = text.readline(limits.row_bytes + 1)


class _After(io.RawIOBase):
    """A stream with bytes that were read from it put back; closing it leaves the stream open."""

    def __init__(self, before: bytes, stream: IO[bytes]) -> None:
        super().__init__()
        self._before, self._stream = before, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        found = self._before or self._stream.read(len(buffer))
        self._before = b""
        buffer[: len(found)] = found
        return len(found)


@dataclass(frozen=True)
class _Fields:
    """Where the wanted cells stand, and how many cells a line has."""

    places: Mapping[str, int]
    width: int
    is_known: bool = False


def _fields(text: str) -> _Fields:
    names = [plain(name) for name in text[len(_FIELDS) :].split(",")]
    places = {name: names.index(name) for name in WANTED if name in names}
    return _Fields(places, len(names), all(name in places for name in NEEDED))


def _line(number: int, text: str, fields: _Fields, limits: Limits) -> LogLine:
    is_cut = not text.endswith("\n")
    if len(text) > limits.row_bytes:
        return LogLine(number, {}, ("007", "line_too_long"))
    if not fields.is_known:
        return LogLine(number, {}, ("001", "no_fields_line_above"))
    if "\x00" in text:
        return LogLine(number, {}, ("008", "holds_nul"))
    cells = _cells(text)
    if cells is None or len(cells) != fields.width:
        return LogLine(number, {}, ("002", "cells_do_not_fit_the_fields"), is_cut)
    return LogLine(number, {name: cells[at] for name, at in fields.places.items()})


def _cells(text: str) -> Sequence[str] | None:
    bare = text.rstrip("\r\n")
    if '"' not in bare:
        return bare.split(",")
    try:
        return next(csv.reader([bare], strict=True))
    except (csv.Error, StopIteration):
        return None
