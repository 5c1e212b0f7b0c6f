"""An SPSS file as numbered rows of text, a block at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast

from core.errors import SourceError
from ingest.limits import Limits, check_limit
from ingest.source import Source
from ingest.tally import Tally

BLOCK_ROWS = 10_000
MISSING = "n/a"
"""What a value that the file declares missing becomes: a word for no answer."""
_PORTABLE = b"ASCII SPSS PORT FILE"
_PORTABLE_AT = 512
_MARKS = (b"$FL2", b"$FL3")
# Old files do not say how their text is encoded, and some say it wrongly.
_ENCODINGS = ("", "cp1252")
_EPOCH = dt.datetime(1582, 10, 14)
_DATES = ("DATE", "ADATE", "EDATE", "SDATE", "JDATE", "DATETIME", "YMDHMS", "QYR", "MOYR", "WKYR")

Value = float | str | None
Range = Mapping[str, float | str]


class _Meta(Protocol):
    """What the library says of a file."""

    column_names: list[str]
    column_names_to_labels: Mapping[str, str | None]
    variable_value_labels: Mapping[str, Mapping[float | str, str]]
    missing_ranges: Mapping[str, list[Range]]
    original_variable_types: Mapping[str, str]


@dataclass(frozen=True)
class SpssTable:
    """One file: its columns, their labels, the labels of codes, and what is declared missing.

    Codes of the columns in `spoken` come as their labels, those of all others as numbers.
    """

    path: Path
    limits: Limits
    header: tuple[str, ...]
    labels: tuple[str, ...]
    encoding: str
    codes: Mapping[str, Mapping[float | str, str]]
    missing: Mapping[str, list[Range]]
    dates: frozenset[str]
    spoken: frozenset[str] = field(default=frozenset())

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return len(self.header)

    @property
    def first_line(self) -> int:
        """Return the number of the first row."""
        return 1

    def rows(self, tally: Tally) -> Iterator[tuple[int, list[str]]]:
        """Return the number and the cells of each row as text."""
        line = 0
        while columns := self._block(line):
            for row in zip(*columns, strict=True):
                line += 1
                tally.n_seen += 1
                if any(len(cell) > self.limits.field_chars for cell in row):
                    tally.reject(f"row {line}", "E-CSV-007", "field_too_long")
                else:
                    yield line, list(row)

    def _block(self, offset: int) -> list[list[str]]:
        """The next rows as columns of text; nothing at the end."""
        values, _ = _read(self.path, self.encoding, offset, BLOCK_ROWS)
        if not values or not len(next(iter(values.values()))):
            return []
        return [self._texts(name, values[name]) for name in self.header]

    def _texts(self, name: str, cells: Sequence[Value]) -> list[str]:
        codes = self.codes.get(name, {}) if name in self.spoken else {}
        ranges, is_date = self.missing.get(name, []), name in self.dates
        absent = "" if name in self.spoken else MISSING
        return [
            absent if any(_lies_in(cell, r) for r in ranges) else _text(cell, codes, is_date)
            for cell in cells
        ]


def is_spss(start: bytes) -> bool:
    """Return whether bytes begin an SPSS file."""
    return start.startswith(_MARKS) or _PORTABLE in start[:_PORTABLE_AT]


def open_spss(source: Source) -> SpssTable:
    """Return an SPSS file as a table; raise `SourceError` for one that cannot be read."""
    path, limits = source.path, source.tally.limits
    for encoding in _ENCODINGS:
        try:
            _, meta = _read(path, encoding, 0, 1)
        except SourceError:
            if encoding == _ENCODINGS[-1]:
                raise
            continue
        break
    names = tuple(meta.column_names)
    check_limit(len(names), limits.columns, "columns", path.name)
    types = meta.original_variable_types
    return SpssTable(
        path,
        limits,
        names,
        tuple(meta.column_names_to_labels.get(name) or "" for name in names),
        encoding,
        meta.variable_value_labels,
        meta.missing_ranges,
        frozenset(name for name in names if types.get(name, "").rstrip("0123456789.") in _DATES),
    )


def _read(
    path: Path, encoding: str, offset: int, n: int
) -> tuple[Mapping[str, Sequence[Value]], _Meta]:
    try:
        import pyreadstat  # noqa: PLC0415 - an optional package
    except ImportError as error:
        raise SourceError(
            "SPSS files need a package that is not installed",
            file=path.name,
            code="E-READER-002",
            hint="Nothing was read. Install it (pip install pyreadstat), or export as CSV.",
        ) from error
    with path.open("rb") as stream:
        start = stream.read(_PORTABLE_AT)
    if not is_spss(start):
        raise _refused(path, "this is no SPSS file")
    try:
        if start.startswith(_MARKS):
            values, meta = pyreadstat.read_sav(
                path,
                encoding=encoding or None,
                user_missing=True,
                disable_datetime_conversion=True,
                row_offset=offset,
                row_limit=n,
                output_format="dict",
            )
        else:
            values, meta = pyreadstat.read_por(
                path,
                disable_datetime_conversion=True,
                row_offset=offset,
                row_limit=n,
                output_format="dict",
            )
    except Exception as error:
        # The library raises its own kinds and Python's; none of its texts is repeated.
        raise _refused(path, "the SPSS file is damaged or its text is not understood") from error
    return cast("Mapping[str, Sequence[Value]]", values), cast("_Meta", meta)


def _text(cell: Value, codes: Mapping[float | str, str], is_date: bool) -> str:
    if cell is None or cell != cell:  # noqa: PLR0124 - not a number is empty
        return ""
    if cell in codes:
        return codes[cell]
    if isinstance(cell, str):
        return cell
    if is_date:
        return _moment(cell)
    return str(int(cell)) if cell.is_integer() else repr(cell)


def _lies_in(cell: Value, given: Range) -> bool:
    if cell is None:
        return False
    low, high = given["lo"], given["hi"]
    if isinstance(cell, str):
        return isinstance(low, str) and isinstance(high, str) and low <= cell.rstrip() <= high
    return not isinstance(low, str) and not isinstance(high, str) and low <= cell <= high


def _moment(seconds: float) -> str:
    try:
        moment = _EPOCH + dt.timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return repr(seconds)
    return moment.isoformat(" ", "seconds")


def _refused(path: Path, what: str) -> SourceError:
    return SourceError(
        what,
        file=path.name,
        code="E-SPSS-001",
        hint="Nothing was read. Save it again as .sav, or export it as CSV.",
    )
