"""Separated text as columns: plain pieces of a file all at once, the others row by row.

A piece is plain where nothing in it can be read in two ways: every record is one line with the
number of cells the header has, every quote is closed on its line, there is no NUL and no line
over a limit. Both ways give the same rows, the same rejects and the same line numbers.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from ingest.cells import Chunk, chunk_of, filled, stripped
from ingest.tables.content import Content, Piece
from ingest.tables.csv_table import CsvTable
from ingest.tables.lines import Lines
from ingest.tally import Tally

SMALL, LARGE = 1 << 14, 1 << 24
BLOCK = 1 << 20
"""Bytes that Arrow works on at once: they stay in the processor's cache."""
_GROWTH = 8
_ROWS = 50_000
_NEWLINE, _QUOTE = ord("\n"), ord('"')
Places = Mapping[str, tuple[int, ...]]


def column_chunks(table: CsvTable, tally: Tally, places: Places) -> Iterator[Chunk]:
    """Return the rows of a table as columns of stripped cells by meaning.

    Only the columns in `places` are taken over; of several for one meaning, the first.
    """
    with table.content(tally) as source:
        content = Content(source, LARGE)
        number, size = 0, SMALL
        while (piece := content.piece(size)) is not None:
            # The first piece holds the header and what may stand above it.
            is_first = number == 0 or number + 1 < table.first_line
            chunk = None if is_first else _plain(table, piece, places, number)
            if chunk is not None:
                content.advance(len(piece))
                number += len(chunk)
                size = min(size * _GROWTH, LARGE)
                tally.n_seen += len(chunk)
                yield chunk
            elif size > SMALL:
                size = max(SMALL, size // _GROWTH)
            else:
                lines = _PieceLines(content, table, number)
                yield from _row_chunks(table, lines, tally, places)
                number = lines.close()
        # A line longer than any piece: the rest goes row by row.
        yield from _row_chunks(table, Lines(content.rest(), table.limits.row_bytes, number), tally,
                               places)  # fmt: skip


def _row_chunks(table: CsvTable, lines: Lines, tally: Tally, places: Places) -> Iterator[Chunk]:
    numbers: list[int] = []
    columns: dict[str, list[str]] = {name: [] for name in places}
    for line, row in table.rows_of(lines, tally):
        numbers.append(line)
        for name, at in places.items():
            columns[name].append(row[at[0]])
        if len(numbers) == _ROWS:
            yield chunk_of(numbers, columns)
            numbers, columns = [], {name: [] for name in places}
    if numbers:
        yield chunk_of(numbers, columns)


class _PieceLines(Lines):
    """The lines of one small piece, and those behind it that its last record reaches into."""

    def __init__(self, content: Content, table: CsvTable, number: int) -> None:
        self._content = content
        self._piece = io.StringIO()
        super().__init__(self._piece, table.limits.row_bytes, number)
        self._ends_at = self._load()

    def start(self) -> tuple[int, str] | None:
        """Return the line on which a record begins; None behind the piece."""
        if not self.waiting and self._piece.tell() >= self._ends_at:
            return None
        return self.next()

    def next(self) -> tuple[int, str] | None:
        """Return the next line, whether in the piece or behind it."""
        found = super().next()
        if found is None and self._load():
            self._ends_at = 0
            found = super().next()
        return found

    def close(self) -> int:
        """Give back what no record has used; return the number of the last line that was."""
        self._content.advance(-len(self._piece.read().encode("utf-8")))
        return self.number

    def _load(self) -> int:
        piece = self._content.piece(SMALL)
        text = "" if piece is None else piece.text()
        self._content.advance(0 if piece is None else len(piece))
        self.stream = self._piece = io.StringIO(text, newline="")
        return len(text)


def _plain(table: CsvTable, piece: Piece, places: Places, number: int) -> Chunk | None:
    """The rows of a piece in which nothing can be read in two ways, else None."""
    has_quotes = table.shape.has_quotes and b'"' in piece
    if not _is_plain(table, piece, has_quotes):
        return None
    names = [str(place) for place in range(table.width)]
    wanted = sorted({at[0] for at in places.values()})
    try:
        read = pa_csv.read_csv(
            piece.stream(),
            pa_csv.ReadOptions(use_threads=False, block_size=BLOCK, column_names=names),
            pa_csv.ParseOptions(
                delimiter=table.shape.separator,
                quote_char='"' if has_quotes else False,
                ignore_empty_lines=False,
            ),
            pa_csv.ConvertOptions(
                check_utf8=False,
                include_columns=[names[place] for place in wanted],
                column_types=dict.fromkeys(names, pa.string()),
            ),
        )
    except pa.ArrowInvalid:
        return None
    arrays = {place: stripped(read.column(n).combine_chunks()) for n, place in enumerate(wanted)}
    if not _has_words(list(arrays.values())):
        return None  # perhaps a blank line, which is no record
    lines = np.arange(number + 1, number + 1 + read.num_rows, dtype=np.int64)
    return Chunk(lines, {name: arrays[at[0]] for name, at in places.items()})


def _has_words(columns: Sequence[pa.StringArray]) -> bool:
    return bool(np.logical_or.reduce([filled(column) for column in columns]).all())


def _is_plain(table: CsvTable, piece: Piece, has_quotes: bool) -> bool:
    separator = table.shape.separator
    if table.width == 1 or not separator.isascii() or separator in '"\r\n\0':
        return False
    if b"\0" in piece or piece.begins_with(codecs.BOM_UTF8):  # Arrow would take the mark off
        return False
    if b"\r" in piece and piece.count(b"\r") != piece.count(b"\r\n"):
        return False
    if not piece.has_short_lines(min(table.limits.row_bytes, table.limits.field_chars)):
        return False
    return not (has_quotes and _has_open_quote(piece))


def _has_open_quote(piece: Piece) -> bool:
    """Whether a line has an odd number of quotes, so that a record may go on in the next."""
    cells = piece.octets()
    starts = np.append(0, np.flatnonzero(cells == _NEWLINE))
    is_quote = (cells == _QUOTE).view(np.uint8)
    # Sums of bytes wrap round at 256, which is even: an odd number stays odd.
    return bool((np.add.reduceat(is_quote, starts, dtype=np.uint8) % 2).any())
