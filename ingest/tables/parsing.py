"""Encodings, dates and numbers as exports write them; nothing is guessed in silence."""

from __future__ import annotations

import codecs
import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from core.windows import day_of

_CHUNK = 1 << 20
_MARK_BYTES = 4
_LONGEST_EPOCH = 20
_NO_DATE = {"", "0000-00-00", "null", "none", "n/a", "-"}
_MONTHS = 12
_MOST = 0.8
_YEARS = range(1900, 2201)
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+\d{1,3}", re.IGNORECASE)
PER_SECOND = {"epoch_s": 1, "epoch_ms": 1_000, "epoch_us": 1_000_000}

TimeParser = Callable[[str], int | None]


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file as a whole: by its mark, else UTF-8, else cp1252."""
    with path.open("rb") as stream:
        start = stream.read(_MARK_BYTES)
        if start.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if _looks_like_utf16(start):
            return "utf-16-le"
        stream.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")("strict")
        try:
            while chunk := stream.read(_CHUNK):
                if not chunk.isascii() or decoder.getstate()[0]:
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def time_parser(kind: str, place: ZoneInfo, assumed: Callable[[], None]) -> TimeParser:
    """Return the function that turns a cell into UTC seconds, or None where it is no time.

    `kind` is "iso", "epoch_s", "epoch_ms", "epoch_us" or a strptime pattern. A time that names
    no zone is taken on the clock of `place`, and `assumed` is called.
    """
    if kind in PER_SECOND:
        return _epoch_parser(PER_SECOND[kind])

    def parse(cell: str) -> int | None:
        try:
            moment = (
                dt.datetime.fromisoformat(cell.strip())
                if kind == "iso"
                else dt.datetime.strptime(cell.strip(), kind)
            )
        except ValueError:
            return None
        return _instant(moment, place, assumed)

    return parse


def explained_dates(cells: Sequence[str]) -> tuple[str, str] | None:
    """Return what is ambiguous about dates such as 05/01/2026, and the pattern that would fit.

    None where most cells do not look like such dates. The pattern is "" where every cell could
    be read both ways.
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    found = [match for match in map(_SLASHED.match, filled) if match]
    if not found or len(found) < _MOST * len(filled):
        return None
    first = max(int(m.group(1)) for m in found)
    second = max(int(m.group(2)) for m in found)
    mark = "/" if "/" in found[0].group(0) else "."
    if first > _MONTHS >= second:
        return "the day stands before the month", f"%d{mark}%m{mark}%Y"
    if second > _MONTHS >= first:
        return "the month stands before the day", f"%m{mark}%d{mark}%Y"
    return "day and month could be either way in every row", ""


def parse_day(cell: str, pattern: str = "") -> int | None:
    """Return a date cell as days since 1970; None where it is empty or no date.

    Without a pattern only ISO dates are understood, with or without a time behind them.
    """
    text = cell.strip()
    if is_no_date(text):
        return None
    try:
        if pattern:
            date = dt.datetime.strptime(text, pattern).date()
        else:
            date = dt.date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day_of(date) if date.year in _YEARS else None


def is_no_date(cell: str) -> bool:
    """Return whether a date cell says that there is no date."""
    return cell.strip().lower() in _NO_DATE


def day_pattern(cells: Sequence[str]) -> str | None:
    """Return the pattern of a column's dates: "" for ISO; None where day and month are unclear.

    The whole column decides, never one cell; a few cells that are no date change nothing.
    """
    filled = [cell.strip() for cell in cells if not is_no_date(cell)]
    explained = explained_dates(filled)
    if explained is None:
        return ""
    return explained[1] or None


def is_scientific(cell: str) -> bool:
    """Return whether a spreadsheet has turned an id into a number such as 1.14E+11."""
    return _SCIENTIFIC.fullmatch(cell.strip()) is not None


def number(cell: str) -> float | None:
    """Return a number with a decimal point or comma; None where the cell is no finite number."""
    text = cell.strip().replace(",", ".", 1)
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


def _looks_like_utf16(start: bytes) -> bool:
    # Latin text in UTF-16 without its mark: every second byte is zero.
    return len(start) == _MARK_BYTES and start[1::2] == b"\x00\x00" and b"\x00" not in start[::2]


def _epoch_parser(per_second: int) -> TimeParser:
    def parse(cell: str) -> int | None:
        text = cell.strip()
        whole = text.partition(".")[0]
        digits = whole[1:] if whole.startswith("-") else whole
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_EPOCH):
            return None
        return int(whole) // per_second

    return parse


def _instant(moment: dt.datetime, place: ZoneInfo, assumed: Callable[[], None]) -> int | None:
    if moment.tzinfo is None:
        assumed()
        moment = moment.replace(tzinfo=place)
    try:
        return math.floor(moment.timestamp())
    except (OverflowError, ValueError, OSError):
        return None
