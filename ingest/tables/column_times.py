"""Times of a whole column at once; what is written in an unusual way goes the slow way."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingest.cells import Bytes, cell_bytes
from ingest.tables.parsing import PER_SECOND, time_parser

Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]

_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3_600, 60
_WIDTHS = {"%Y": 4, "%m": 2, "%d": 2, "%H": 2, "%M": 2, "%S": 2}
_PIECES = re.compile(r"%.|.", re.DOTALL)
_LITERALS = re.compile(r"[-/.:, ]")
_ISO = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")
_FRACTIONS = (0, 3, 6, 7)
_WHOLE = r"\A[0-9]{1,18}\z"
_HOURS, _MINUTES, _MONTHS, _FEBRUARY = 24, 60, 12, 2
_ZERO, _NINE = ord("0"), 9
_EPOCH = dt.datetime(1970, 1, 1)
_FARTHEST = 1 << 62
_FIRST_YEAR = -62_135_596_800  # 0001-01-01: Arrow knows a year 0, the calendar of Python none
_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int32)


@dataclass(frozen=True)
class Instants:
    """UTC seconds of a column; where `is_known` is not set, the cell is no time.

    `n_assumed` counts the times that named no zone and were taken on the source's clock.
    """

    values: Longs
    is_known: Flags
    n_assumed: int


class TimeColumns:
    """Turns columns of cells into instants, exactly as `time_parser` does one by one."""

    def __init__(self, kind: str, place: ZoneInfo) -> None:
        self._kind = kind
        self._place = place
        self._n_assumed = 0
        self._parse = time_parser(kind, place, self._assume)
        self._layouts = _layouts(kind)

    def parse(self, column: pa.StringArray) -> Instants:
        """Return the instants of a column of stripped cells."""
        n = len(column)
        values, is_known = np.zeros(n, np.int64), np.zeros(n, np.bool_)
        self._n_assumed = 0
        if self._kind == "iso" and (instants := _all_in_utc(column)) is not None:
            return Instants(instants, np.ones(n, np.bool_), 0)
        if self._kind in PER_SECOND:
            self._epochs(column, values, is_known)
        else:
            cells = cell_bytes(column)
            present = set(np.unique(cells.lengths).tolist())
            for layout in self._layouts:
                if layout.length in present:
                    self._fixed(cells, layout, values, is_known)
        self._others(column, values, is_known)
        return Instants(values, is_known, self._n_assumed)

    def _assume(self) -> None:
        self._n_assumed += 1

    def _epochs(self, column: pa.StringArray, values: Longs, is_known: Flags) -> None:
        plain = pc.match_substring_regex(column, _WHOLE)
        if not pc.any(plain).as_py():
            return
        at = plain.to_numpy(zero_copy_only=False)
        values[at] = column.filter(plain).cast(pa.int64()).to_numpy() // PER_SECOND[self._kind]
        is_known |= at

    def _fixed(self, cells: Bytes, layout: _Layout, values: Longs, is_known: Flags) -> None:
        """Fill in the cells that are written in one layout."""
        rows = np.flatnonzero((cells.lengths == layout.length) & ~is_known)
        if not len(rows):
            return
        found, fits, is_naive = layout.read(cells.columns(rows, layout.length))
        if is_naive:
            found, is_plain = _to_utc(found, fits, self._place)
            fits &= is_plain
            self._n_assumed += int(np.count_nonzero(fits))
        values[rows[fits]] = found[fits]
        is_known[rows[fits]] = True

    def _others(self, column: pa.StringArray, values: Longs, is_known: Flags) -> None:
        rows = np.flatnonzero(~is_known)
        if not len(rows):
            return
        coded = column.take(pa.array(rows)).dictionary_encode()
        codes = coded.indices.to_numpy()
        times = np.bincount(codes, minlength=len(coded.dictionary))
        found: list[int | None] = []
        for cell, n in zip(coded.dictionary.to_pylist(), times, strict=True):
            before = self._n_assumed
            found.append(self._parse(cell))
            self._n_assumed = before + (self._n_assumed - before) * int(n)
        is_time = np.array([instant is not None for instant in found], np.bool_)
        instants = np.array([_bounded(instant or 0) for instant in found], np.int64)
        values[rows] = instants[codes]
        is_known[rows] = is_time[codes]


def _all_in_utc(column: pa.StringArray) -> Longs | None:
    """The instants of a column whose cells are all written as 2025-03-03T09:00:00Z, else None."""
    if not len(column) or (cell_bytes(column).lengths != len("2025-03-03T09:00:00Z")).any():
        return None
    try:
        instants = column.cast(pa.timestamp("s", "UTC")).cast(pa.int64()).to_numpy()
    except pa.ArrowInvalid:
        return None
    return instants if instants.min() >= _FIRST_YEAR else None


@dataclass(frozen=True)
class _Layout:
    """One fixed way to write a time: where its numbers stand, and all its other characters."""

    length: int
    numbers: dict[str, int]
    literals: dict[int, int]
    digits: range
    zone_at: int
    is_naive: bool

    def read(self, columns: NDArray[np.uint8]) -> tuple[Longs, Flags, bool]:
        """Return seconds on the written clock or in UTC, which cells fit, and whether naive."""
        fits = np.ones(columns.shape[1], np.bool_)
        for at, literal in self.literals.items():
            fits &= columns[at] == literal
        for at in self.digits:
            fits &= _is_digit(columns[at])
        parts = {name: _number(columns, at, _WIDTHS[name], fits) for name, at in
                 self.numbers.items()}  # fmt: skip
        seconds = _seconds(parts, fits)
        if self.zone_at < 0:
            return seconds, fits, self.is_naive
        sign = columns[self.zone_at]
        fits &= (sign == ord("+")) | (sign == ord("-"))
        hours = _number(columns, self.zone_at + 1, 2, fits)
        minutes = _number(columns, self.zone_at + 4, 2, fits)
        fits &= (hours < _HOURS) & (minutes < _MINUTES)
        shift = (hours * _HOUR_S + minutes * _MINUTE_S).astype(np.int64)
        return seconds - np.where(sign == ord("+"), shift, -shift), fits, False


def _layouts(kind: str) -> list[_Layout]:
    if kind != "iso":
        layout = _layout(kind, 0, "")
        return [layout] if layout is not None else []
    tails = [(fraction, zone) for zone in ("", "Z", "+00:00") for fraction in _FRACTIONS]
    made = [_layout(form, *tail) for form in _ISO for tail in tails]
    return [layout for layout in made if layout is not None]


def _layout(form: str, fraction: int, zone: str) -> _Layout | None:
    numbers: dict[str, int] = {}
    literals: dict[int, int] = {}
    at = 0
    for piece in _PIECES.findall(form):
        if piece in _WIDTHS and piece not in numbers:
            numbers[piece] = at
            at += _WIDTHS[piece]
        elif _LITERALS.fullmatch(piece) or (piece == "T" and form in _ISO):
            literals[at] = ord(piece)
            at += 1
        else:
            return None
    if not {"%Y", "%m", "%d"} <= numbers.keys():
        return None
    if fraction:
        literals[at] = ord(".")
        at += fraction + 1
    digits = range(at - fraction, at)
    if zone == "Z":
        literals[at] = ord("Z")
        at += 1
    if len(zone) > 1:
        literals[at + 3] = ord(":")
        return _Layout(at + len(zone), numbers, literals, digits, at, False)
    return _Layout(at, numbers, literals, digits, -1, not zone)


def _is_digit(column: NDArray[np.uint8]) -> Flags:
    return column - np.uint8(_ZERO) <= _NINE  # what lies below "0" wraps round to a large number


def _number(columns: NDArray[np.uint8], at: int, width: int, fits: Flags) -> NDArray[np.int32]:
    total = np.zeros(columns.shape[1], np.int32)
    for place in range(at, at + width):
        fits &= _is_digit(columns[place])
        total = total * 10 + (columns[place].astype(np.int32) - _ZERO)
    return total


def _seconds(parts: dict[str, NDArray[np.int32]], fits: Flags) -> Longs:
    """Seconds since 1970 of written dates and clocks; `fits` loses those that do not exist."""
    year, month, day = parts["%Y"], parts["%m"], parts["%d"]
    fits &= (year >= 1) & (month >= 1) & (month <= _MONTHS)
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    longest = _MONTH_DAYS[np.where(fits, month, 0)] + (is_leap & (month == _FEBRUARY))
    fits &= (day >= 1) & (day <= longest)
    seconds = _days(year, month, day).astype(np.int64) * _DAY_S
    for name, most, weight in (
        ("%H", _HOURS, _HOUR_S),
        ("%M", _MINUTES, _MINUTE_S),
        ("%S", _MINUTES, 1),
    ):
        if name in parts:
            fits &= parts[name] < most
            seconds += parts[name].astype(np.int64) * weight
    return seconds


def _days(
    year: NDArray[np.int32], month: NDArray[np.int32], day: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Days since 1970 in the Gregorian calendar, counted in years that begin in March."""
    begun = year - (month <= _FEBRUARY)
    era = begun // 400
    of_era = begun - era * 400
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    counted: NDArray[np.int32] = (
        era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468
    )
    return counted


def _to_utc(local: Longs, fits: Flags, place: ZoneInfo) -> tuple[Longs, Flags]:
    """Local seconds as UTC, and where that is plain: hours in which clocks change are not."""
    hours, codes = np.unique(np.where(fits, local // _HOUR_S, 0), return_inverse=True)
    first = [_offset(int(hour) * _HOUR_S, place) for hour in hours]
    last = [_offset(int(hour) * _HOUR_S + _HOUR_S - 1, place) for hour in hours]
    is_plain = np.array([a is not None and a == b for a, b in zip(first, last, strict=True)])
    offsets = np.array([offset or 0 for offset in first], np.int64)
    return local - offsets[codes], is_plain[codes]


def _offset(local: int, place: ZoneInfo) -> int | None:
    try:
        moment = _EPOCH + dt.timedelta(seconds=local)
        offset = moment.replace(tzinfo=place).utcoffset()
    except (OverflowError, ValueError):
        return None
    return None if offset is None or offset.microseconds else int(offset.total_seconds())


def _bounded(instant: int) -> int:
    # A number of seconds that no integer of 64 bits holds is out of any range: so is this.
    return max(-_FARTHEST, min(_FARTHEST, instant))
