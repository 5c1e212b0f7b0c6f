"""Separated text as numbered rows: every line is a row or a reject with its place."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import RawIOBase
from pathlib import Path
from typing import IO, Protocol, TextIO

from core.errors import SourceError
from ingest.limits import Limits
from ingest.source import Source
from ingest.tables.content import CheckedUtf8, Recoded, Utf8
from ingest.tables.lines import Lines
from ingest.tables.parsing import encoding_of
from ingest.tally import Tally

SEPARATORS = {"comma": ",", "tab": "\t", "semicolon": ";", "pipe": "|"}
OPTIONS = ("separator", "encoding", "quote", "header", "skip_rows")
_GUESSES = (",", ";", "\t", "|")
_QUOTE = '"'
_UTF8 = ("utf-8", "utf-8-sig")
_DECLARED = re.compile(r"sep=(.?)", re.IGNORECASE)


class _Placed(Protocol):
    def tell(self) -> int: ...


@dataclass(frozen=True)
class CsvShape:
    """How the text is separated; `separator` empty: found from the header line."""

    separator: str = ""
    encoding: str = ""
    has_quotes: bool = True
    has_header: bool = True
    skip_rows: int = 0


@dataclass(frozen=True)
class CsvTable:
    """One table of separated text with its header, if it has one."""

    path: Path
    shape: CsvShape
    limits: Limits
    header: tuple[str, ...]
    width: int
    first_line: int

    def rows(self, tally: Tally) -> Iterator[tuple[int, list[str]]]:
        """Return the line number and the cells of each row; what is no row is rejected.

        Every record is counted before it is parsed. Blank lines are no records. A quote that is
        never closed rejects its own line only, not the rest of the file.
        """
        with self.text(tally) as stream:
            yield from self.rows_of(Lines(stream, self.limits.row_bytes), tally)

    @contextmanager
    def text(self, tally: Tally) -> Iterator[TextIO]:
        """Open the file as text; what is not of the encoding raises `SourceError`."""
        stream = _opened(self.path, self.shape)
        with self._reading(stream, stream.buffer, tally):
            yield stream

    @contextmanager
    def content(self, tally: Tally) -> Iterator[Utf8]:
        """Open the file as bytes of UTF-8, whatever its encoding; raises as `text` does."""
        encoding = codecs.lookup(self.shape.encoding).name
        if encoding not in _UTF8:
            with self.text(tally) as text:
                yield Recoded(text)
            return
        stream = self.path.open("rb", buffering=0)
        with self._reading(stream, stream, tally):
            yield CheckedUtf8(stream, has_mark=encoding == _UTF8[1])

    @contextmanager
    def _reading(self, stream: IO[str] | RawIOBase, raw: _Placed, tally: Tally) -> Iterator[None]:
        size = max(self.path.stat().st_size, 1)
        try:
            with stream:
                tally.measured = lambda: raw.tell() / size
                yield
        except UnicodeError as error:
            raise _not_text(self.path, self.shape) from error
        finally:
            tally.measured = None

    def rows_of(self, lines: Lines, tally: Tally) -> Iterator[tuple[int, list[str]]]:
        """Return the line number and the cells of each row of some of its lines."""
        separator, width = self.shape.separator, self.width
        longest = min(self.limits.row_bytes, self.limits.field_chars)
        for line, text in _records(lines, self.shape, self.limits, width):
            if line < self.first_line or text.isspace():
                continue
            tally.n_seen += 1
            if _QUOTE not in text and "\x00" not in text and len(text) <= longest:
                cells = text.rstrip("\r\n").split(separator)
                if len(cells) == width:
                    yield line, cells
                    continue
            found = self._cells(line, text, tally)
            if found is not None:
                yield line, found

    def _cells(self, line: int, text: str, tally: Tally) -> list[str] | None:
        fault = _fault(text, self.shape.has_quotes, self.limits)
        if fault:
            tally.reject(f"line {line}", *fault)
            return None
        try:
            cells = _split(text, self.shape)
        except csv.Error:
            cells = [text]
        if any(len(cell) > self.limits.field_chars for cell in cells):
            tally.reject(f"line {line}", "E-CSV-007", "field_too_long")
            return None
        if len(cells) > self.width and any(cell.strip() for cell in cells[self.width :]):
            tally.reject(f"line {line}", "E-CSV-004", "too_many_cells")
            return None
        return (cells + [""] * self.width)[: self.width]


def shape_of(source: Source) -> CsvShape:
    """Return how a source's options say that its text is separated."""
    given = source.text("separator")
    separator = SEPARATORS.get(given, given)
    if len(separator) > 1:
        raise source.bad_option("separator", "one character, or comma, tab, semicolon, pipe")
    quote = source.one_of("quote", ("on", "off"), "on")
    skip = source.options.get("skip_rows", 0)
    if not isinstance(skip, int) or isinstance(skip, bool) or skip < 0:
        raise source.bad_option("skip_rows", "a number of lines")
    return CsvShape(
        separator=separator,
        encoding=source.text("encoding"),
        has_quotes=quote == "on",
        has_header=source.flag("header", default=True),
        skip_rows=skip,
    )


def open_table(path: Path, shape: CsvShape, limits: Limits) -> CsvTable:
    """Read the header of a file and return it as a table that can be read row by row."""
    encoding = shape.encoding or encoding_of(path)
    found = replace(shape, encoding=encoding)
    line, text, declared = _first_record(path, found, limits)
    separator = shape.separator or declared or _separator(text)
    found = replace(found, separator=separator)
    try:
        cells = _split(text, found)
    except csv.Error as error:
        raise SourceError(
            f"a title is longer than the limit field_chars = {limits.field_chars:,}",
            file=path.name,
            place=str(line),
            code="E-CSV-007",
            hint="Nothing was read. Is this a table of separated text?",
        ) from error
    if len(cells) > limits.columns:
        raise SourceError(
            f"{len(cells):,} columns are more than the limit columns = {limits.columns:,}",
            file=path.name,
            place=str(line),
            code="E-LIMIT-001",
            hint="Nothing was read. Is this the right separator?",
        )
    if not shape.has_header:
        return CsvTable(path, found, limits, (), max(len(cells), 1), line)
    header = tuple(cell.strip().lstrip("\ufeff") for cell in cells)
    return CsvTable(path, found, limits, header, len(header), line + 1 + text.rstrip().count("\n"))


def _first_record(path: Path, shape: CsvShape, limits: Limits) -> tuple[int, str, str]:
    declared = ""
    try:
        with _opened(path, shape) as stream:
            for line, text in _records(Lines(stream, limits.row_bytes), shape, limits):
                bare = text.strip()
                if line <= shape.skip_rows or not bare or bare.startswith("#TYPE"):
                    continue
                if (mark := _DECLARED.fullmatch(bare)) is not None:
                    declared = mark.group(1) or "\t"
                    continue
                fault = _fault(text, shape.has_quotes, limits)
                if fault:
                    raise SourceError(
                        f"the first line {fault[1].replace('_', ' ')}",
                        file=path.name,
                        place=str(line),
                        code=fault[0],
                        hint="Nothing was read. Is this a table of separated text?",
                    )
                return line, text, declared
    except (UnicodeError, LookupError) as error:
        raise _not_text(path, shape) from error
    raise SourceError(
        "the file holds no table",
        file=path.name,
        code="E-CSV-002",
        hint="Nothing was read. Export again.",
    )


def _opened(path: Path, shape: CsvShape) -> TextIO:
    # Five bytes mean nothing in cp1252, the fallback of last resort: they become a mark.
    faults = "replace" if shape.encoding == "cp1252" else "strict"
    return path.open(encoding=shape.encoding, errors=faults, newline="")


def _not_text(path: Path, shape: CsvShape) -> SourceError:
    return SourceError(
        f"the text is not {shape.encoding}",
        file=path.name,
        code="E-CSV-001",
        hint="Nothing was read. Set `encoding` of this source.",
    )


def _records(
    lines: Lines, shape: CsvShape, limits: Limits, width: int = 0
) -> Iterator[tuple[int, str]]:
    """Join physical lines while a quote is open; give up on a quote that is not closed properly.

    A record over several lines must have the table's width: else a stray quote and the next one
    would swallow all rows between them.
    """
    while (start := lines.start()) is not None:
        number, text = start
        if not shape.has_quotes or text.count(_QUOTE) % 2 == 0:
            yield number, text
            continue
        held = [start]
        size, is_open = len(text), True
        while is_open and size <= limits.field_chars and (more := lines.next()) is not None:
            held.append(more)
            size += len(more[1])
            is_open = more[1].count(_QUOTE) % 2 == 0
        joined = "".join(part for _, part in held)
        if is_open or not _is_row(joined, shape, width):
            lines.put_back(held[1:])
            yield number, text
        else:
            yield number, joined


def _is_row(text: str, shape: CsvShape, width: int) -> bool:
    if not width:  # of a header: nothing is known yet
        return True
    try:
        [cells] = csv.reader([text.rstrip("\r\n")], delimiter=shape.separator, strict=True)
    except (csv.Error, ValueError):
        return False
    return len(cells) == width


def _fault(text: str, has_quotes: bool, limits: Limits) -> tuple[str, str] | None:
    if len(text) > limits.row_bytes:
        return "E-CSV-003", "row_too_long"
    if "\x00" in text:
        return "E-CSV-005", "holds_nul"
    if has_quotes and text.count(_QUOTE) % 2:
        return "E-CSV-006", "quote_not_closed"
    return None


def _split(text: str, shape: CsvShape) -> list[str]:
    bare = text.rstrip("\r\n")
    if not shape.has_quotes or _QUOTE not in bare:
        return bare.split(shape.separator)
    try:
        return next(csv.reader([bare], delimiter=shape.separator))
    except csv.Error:
        # A damaged header may hold a line break outside its quotes, which no cell can.
        return next(csv.reader([" ".join(bare.splitlines())], delimiter=shape.separator))


def _separator(text: str) -> str:
    """The mark that parts the header into most cells; a comma where none does."""
    outside = "".join(text.split(_QUOTE)[::2])
    return max(_GUESSES, key=lambda mark: (outside.count(mark), -_GUESSES.index(mark)))
