"""A quick look at a table on disk: one streaming pass that says which promises it surely keeps.

It never names a breach. What it cannot vouch for, `core.checks` counts in SQL.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.contracts import Column, Contract

BATCH_ROWS = 131_072  # a row group of the engine's: its dictionaries are read once
LOOKED_UP_AT_ONCE = 1_000_000
NUMBERS = ("int8", "int16", "int32", "int64", "double")


@dataclass(frozen=True)
class Kept:
    """Which parts of a contract a table surely keeps; false says nothing."""

    values: bool
    key: bool
    references: bool


NOTHING_KEPT = Kept(values=False, key=False, references=False)


def surely_kept(contract: Contract, path: Path, refer_to: Path) -> Kept:
    """Return which parts of its contract a table with the right columns surely keeps.

    The key is unique where every row comes after the one before it; lists of values and
    references are looked up by the distinct values of each stretch of rows. Null counts are those
    of the file's footer where it has them. A file that cannot be read keeps nothing.
    """
    wanted = [column for column in contract.columns if column.one_of]
    referring = [ref for ref in contract.refers_to if _target(refer_to, ref.table).exists()]
    listed = {c.name for c in wanted} | {ref.column for ref in referring}
    strings = [c.name for c in contract.columns if c.name in listed and c.type == "string"]
    try:
        with pq.ParquetFile(path, read_dictionary=strings) as file:
            values = _Values(contract, _without_nulls(file.metadata))
            lists = [_Lookup(c.name, pa.array(c.one_of)) for c in wanted]
            references = [
                _Lookup(ref.column, _column(_target(refer_to, ref.table), ref.other))
                for ref in referring
            ]
            order = _Order(contract.key)
            _stream(file, contract, [values, *lists, *references, order])
        return Kept(
            values.holds and all(one.holds for one in lists),
            order.holds,
            all(one.holds for one in references),
        )
    except (pa.ArrowException, OSError, KeyError):
        return NOTHING_KEPT


class _Test(ABC):
    """One test that sees a table batch by batch; `holds` is final once it has seen them all."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.holds = True

    @abstractmethod
    def see(self, batch: pa.RecordBatch) -> None:
        """Look at the next rows."""

    def end(self) -> None:  # noqa: B027 - most tests put nothing off
        """Do what was put off."""


class _Values(_Test):
    """Nulls, ranges and numbers that are none."""

    def __init__(self, contract: Contract, without_nulls: set[str]) -> None:
        self._columns = [
            column
            for column in contract.columns
            if _has_range(column)
            or column.type == "double"
            or not (column.nullable or column.name in without_nulls)
        ]
        super().__init__([column.name for column in self._columns])

    def see(self, batch: pa.RecordBatch) -> None:
        self.holds = self.holds and all(
            _fits(column, batch.column(column.name)) for column in self._columns
        )


class _Lookup(_Test):
    """The values of one column among those it may hold, many distinct ones at a time."""

    def __init__(self, name: str, allowed: pa.Array | pa.ChunkedArray) -> None:
        super().__init__([name])
        self._allowed = allowed
        self._open: list[pa.Array] = []

    def see(self, batch: pa.RecordBatch) -> None:
        column = batch.column(self.names[0])
        # A dictionary may hold a value that no row does: then the exact count finds no breach.
        is_coded = pa.types.is_dictionary(column.type)
        self._open.append(column.dictionary if is_coded else column.unique().drop_null())
        if sum(map(len, self._open)) >= LOOKED_UP_AT_ONCE:
            self.end()

    def end(self) -> None:
        if self._open and self.holds:
            known = pc.is_in(pa.chunked_array(self._open), value_set=self._allowed)
            self.holds = _all(known)
        self._open = []


class _Order(_Test):
    """Every row after the one before it, by the key: so no key stands twice."""

    def __init__(self, key: tuple[str, ...]) -> None:
        super().__init__(list(key))
        self._last: list[pa.Array] = []

    def see(self, batch: pa.RecordBatch) -> None:
        if not (self.names and self.holds and batch.num_rows):
            return
        columns = [batch.column(name) for name in self.names]
        if self._last:
            border = [
                pa.concat_arrays([last, _plain(column.slice(0, 1))])
                for last, column in zip(self._last, columns, strict=True)
            ]
            self.holds = _rises(border)
        self.holds = self.holds and _rises(columns)
        self._last = [_plain(column.slice(len(column) - 1)) for column in columns]


def _stream(file: pq.ParquetFile, contract: Contract, tests: list[_Test]) -> None:
    wanted = {name for test in tests for name in test.names}
    columns = [name for name in contract.names if name in wanted]
    for batch in _ahead(_batches(file, columns)):
        for test in tests:
            test.see(batch)
    for test in tests:
        test.end()


def _batches(file: pq.ParquetFile, columns: list[str]) -> Iterator[pa.RecordBatch]:
    for group in range(file.num_row_groups if columns else 0):
        # One thread: two would read sooner, and cost twice the work.
        yield from file.iter_batches(
            BATCH_ROWS, row_groups=[group], columns=columns, use_threads=False
        )


def _ahead(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same batches; the next one is read while one is looked at."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = pool.submit(next, batches, None)
            yield batch


def _rises(columns: list[pa.Array]) -> bool:
    """Whether each row comes after the one before it; with nulls or no numbers it does not."""
    open_rows: pa.Array | None = None
    for column in columns:
        if column.null_count:
            return False
        before, after = column.slice(0, len(column) - 1), column.slice(1)
        if open_rows is not None:
            before, after = before.take(open_rows), after.take(open_rows)
        before, after = _plain(before), _plain(after)
        is_less = pc.less(before, after)
        if _all(is_less):
            return True
        is_same = pc.equal(before, after)
        if not _all(pc.or_(is_less, is_same)):
            return False
        # The next column decides where all columns so far are the same.
        same = pc.indices_nonzero(is_same)
        open_rows = same if open_rows is None else open_rows.take(same)
    return False


def _fits(column: Column, values: pa.Array) -> bool:
    if not column.nullable and values.null_count:
        return False
    if column.type == "double" and not _all(pc.invert(pc.is_nan(values))):
        return False
    if not _has_range(column):
        return True
    if column.type not in NUMBERS:
        return False
    ends = pc.min_max(values)
    low, high = ends["min"].as_py(), ends["max"].as_py()
    return low is None or not (
        (column.lowest is not None and low < column.lowest)
        or (column.highest is not None and high > column.highest)
    )


def _has_range(column: Column) -> bool:
    return column.lowest is not None or column.highest is not None


def _without_nulls(metadata: pq.FileMetaData) -> set[str]:
    """Columns that hold no null by the footer: by their kind, or by its counts."""
    with_nulls = set()
    names = metadata.schema.names
    columns = (metadata.schema.column(n) for n in range(len(names)))
    required = {column.name for column in columns if not column.max_definition_level}
    for group in range(metadata.num_row_groups):
        stretch = metadata.row_group(group)
        for n, name in enumerate(names):
            counts = stretch.column(n).statistics
            if counts is None or not counts.has_null_count or counts.null_count:
                with_nulls.add(name)
    return (set(names) - with_nulls) | required


def _target(folder: Path, table: str) -> Path:
    return folder / f"{table}.parquet"


def _column(path: Path, name: str) -> pa.ChunkedArray:
    with pq.ParquetFile(path) as file:
        return file.read(columns=[name], use_threads=False).column(name)


def _plain(values: pa.Array) -> pa.Array:
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


def _all(flags: pa.Array | pa.ChunkedArray) -> bool:
    return bool(pc.all(flags, min_count=0).as_py())
