"""Columns of cells as arrays: stripped, distinct, looked up, without a Python object a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_SPACE, _LAST_PLAIN = 0x20, 0x7F


@dataclass(frozen=True)
class Chunk:
    """Some rows as columns of stripped cells by meaning, with the line each row stands on."""

    lines: NDArray[np.int64]
    columns: Mapping[str, pa.StringArray]

    def __len__(self) -> int:
        return len(self.lines)

    def column(self, name: str) -> pa.StringArray:
        """Return the cells of a meaning; empty ones where the table has no such column."""
        found = self.columns.get(name)
        return pa.repeat(pa.scalar("", pa.string()), len(self)) if found is None else found

    def has(self, name: str) -> bool:
        """Return whether the table has a column of this meaning."""
        return name in self.columns

    def only(self, rows: NDArray[np.int64]) -> Chunk:
        """Return some of the rows."""
        at = pa.array(rows)
        return Chunk(self.lines[rows], {name: c.take(at) for name, c in self.columns.items()})


@dataclass(frozen=True)
class Typed:
    """Texts that all begin alike: what stands before each of them, and the rest."""

    start: str
    cells: pa.StringArray

    def texts(self) -> pa.StringArray:
        """Return the texts written out; no value where there is no rest."""
        if not self.start:
            return self.cells
        return pc.binary_join_element_wise(self.start, self.cells, "")


@dataclass(frozen=True)
class Bytes:
    """The cells of a column as bytes in one buffer."""

    buffer: NDArray[np.uint8]
    starts: NDArray[np.int32]
    lengths: NDArray[np.int32]

    def columns(self, rows: NDArray[np.int64], length: int) -> NDArray[np.uint8]:
        """Return cells of one length as an array with a row for each place in the cell."""
        starts = self.starts[rows]
        if len(rows) and (np.diff(starts) == length).all():
            block = self.buffer[starts[0] : starts[0] + len(rows) * length].reshape(-1, length)
        else:
            block = self.buffer[starts[:, None] + np.arange(length, dtype=np.int32)]
        return np.ascontiguousarray(block.T)

    def whole(self) -> NDArray[np.uint8]:
        """Return the bytes from the first cell to the last."""
        if not len(self.starts):
            return self.buffer[:0]
        return self.buffer[self.starts[0] : self.starts[-1] + self.lengths[-1]]

    def only(self, rows: NDArray[np.int64]) -> Bytes:
        """Return some of the cells."""
        return Bytes(self.buffer, self.starts[rows], self.lengths[rows])

    def windows(self, before: int, width: int) -> NDArray[np.uint8]:
        """Return as many bytes for each cell, the first of them so many places before the cell.

        What stands there beside the cell itself has no meaning.
        """
        around = np.zeros(before, np.uint8), self.whole(), np.zeros(width, np.uint8)
        held = np.concatenate(around)
        # A window is one wide item: numpy takes items three times as fast as rows.
        every = np.ndarray(len(held) - width + 1, f"V{width}", held, strides=1)
        found = every[self.starts - self.starts[0]]
        return np.frombuffer(found, np.uint8).reshape(-1, width)


def cell_bytes(column: pa.StringArray) -> Bytes:
    """Return the bytes of a column without nulls."""
    _, places, content = column.buffers()
    n = len(column)
    if not n or content is None:
        return Bytes(np.zeros(0, np.uint8), np.zeros(n, np.int32), np.zeros(n, np.int32))
    ends = np.frombuffer(places, np.int32)[column.offset : column.offset + n + 1]
    return Bytes(np.frombuffer(content, np.uint8), ends[:-1], np.diff(ends))


def valid_bits(column: pa.Array) -> pa.Buffer | None:
    """Return the bitmap that says which cells have a value; None where all have."""
    if not column.null_count:
        return None
    is_valid = column.is_valid().to_numpy(zero_copy_only=False)
    return pa.py_buffer(np.packbits(is_valid, bitorder="little"))


def stripped(column: pa.StringArray) -> pa.StringArray:
    """Return the cells without white space around them, as `str.strip` does it."""
    cells = cell_bytes(column)
    if not _may_be_space(cells.whole()):
        return column
    rows = cells.lengths > 0
    firsts = cells.buffer[cells.starts[rows]]
    lasts = cells.buffer[cells.starts[rows] + cells.lengths[rows] - 1]
    if not (_may_be_space(firsts) or _may_be_space(lasts)):
        return column
    return pc.utf8_trim_whitespace(column)


def mapped(column: pa.StringArray, change: Callable[[str], str | None]) -> pa.StringArray:
    """Return a column changed cell by cell; each distinct cell is looked at once."""
    if not (column.null_count or len(cell_bytes(column).whole())):
        return pa.repeat(pa.scalar(change(""), pa.string()), len(column))
    coded = column.dictionary_encode()
    return pa.array([change(c) for c in coded.dictionary.to_pylist()], pa.string()).take(
        coded.indices
    )


def has_one_each(column: pa.StringArray, mark: str) -> bool:
    """Return whether a mark of one byte stands once in every cell that is not empty."""
    cells = cell_bytes(column)
    cells = cells.only(np.flatnonzero(cells.lengths))
    at = np.flatnonzero(cells.whole() == ord(mark))
    if len(at) != len(cells.starts) or not len(at):
        return False
    behind = at - (cells.starts - cells.starts[0])
    return bool(((behind >= 0) & (behind < cells.lengths)).all())


def filled(column: pa.StringArray) -> NDArray[np.bool_]:
    """Return which cells are not empty."""
    return cell_bytes(column).lengths > 0


def _may_be_space(octets: NDArray[np.uint8]) -> bool:
    return bool(len(octets) and (octets.min() <= _SPACE or octets.max() > _LAST_PLAIN))


def chunk_of(lines: Sequence[int], columns: Mapping[str, Iterable[str]]) -> Chunk:
    """Return rows given as Python values as a chunk; their cells are stripped here."""
    made = {name: pa.array([c.strip() for c in cells], pa.string()) for name, cells in
            columns.items()}  # fmt: skip
    return Chunk(np.array(lines, np.int64), made)


def gathered(chunks: Iterable[Chunk], size: int) -> Iterator[Chunk]:
    """Return the same rows in chunks of at least `size` rows; the last may be smaller."""
    held: list[Chunk] = []
    for chunk in chunks:
        held.append(chunk)
        if sum(map(len, held)) >= size:
            yield _joined(held)
            held = []
    if held:
        yield _joined(held)


def _joined(chunks: Sequence[Chunk]) -> Chunk:
    if len(chunks) == 1:
        return chunks[0]
    return Chunk(
        np.concatenate([chunk.lines for chunk in chunks]),
        {
            name: pa.concat_arrays([chunk.columns[name] for chunk in chunks])
            for name in chunks[0].columns
        },
    )
