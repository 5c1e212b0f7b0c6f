"""Writing a table of a contract piece by piece, whole or not at all."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.contracts import Contract

# Rows are laid out by their number alone: the same rows give the same bytes, in whatever pieces.
_GROUP_ROWS = 1 << 18
_DICTIONARY_BYTES = 1 << 24
_WAITING = 2
_CODED = pa.dictionary(pa.int32(), pa.string())


class TableWriter:
    """Writes rows of a contract in the order in which they come; dictionaries count as texts.

    The table is in its place once the block is left without an error; before, what was there is.
    """

    def __init__(self, contract: Contract, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = contract.path(folder)
        self._partial = self._path.with_name(f".{self._path.name}.partial")
        self._schema = contract.schema
        self._writer: pq.ParquetWriter | None = None
        self._held: list[pa.Table] = []
        self._n_held = 0
        # One group is packed and written while the next one is put together.
        self._pool = ThreadPoolExecutor(1)
        self._behind: deque[Future[None]] = deque()

    def __enter__(self) -> TableWriter:
        """Return the writer itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put the table in its place, or leave no trace of it."""
        try:
            if error is None:
                self._finish()
        finally:
            self._pool.shutdown(wait=True, cancel_futures=True)
            if self._writer is not None:
                self._writer.close()
            self._partial.unlink(missing_ok=True)

    def write(self, rows: pa.Table) -> None:
        """Add some rows; their columns are those of the contract, in its order."""
        self._held.append(rows)
        self._n_held += rows.num_rows
        self._flush(_GROUP_ROWS)

    def _finish(self) -> None:
        self._flush(1)
        if not self._behind and self._writer is None:
            self._give(self._schema.empty_table())
        while self._behind:
            self._behind.popleft().result()
        if self._writer is not None:
            self._writer.close()
        with self._partial.open("rb+") as stream:
            os.fsync(stream.fileno())
        self._partial.replace(self._path)

    def _flush(self, least: int) -> None:
        """Write groups of rows until fewer than `least` are held."""
        if self._n_held < least:
            return
        table = pa.concat_tables(self._held)
        at = 0
        while table.num_rows - at >= least:
            self._give(table.slice(at, _GROUP_ROWS))
            at = min(at + _GROUP_ROWS, table.num_rows)
        rest = table.slice(at)
        self._held, self._n_held = [rest], rest.num_rows

    def _give(self, rows: pa.Table) -> None:
        table = pa.table(
            {name: _compact(rows.column(name)) for name in rows.column_names},
            schema=self._kept(rows.schema),
        )
        self._behind.append(self._pool.submit(self._write, table))
        while len(self._behind) > _WAITING:
            self._behind.popleft().result()

    def _kept(self, schema: pa.Schema) -> pa.Schema:
        """The columns of some rows: dictionaries of 32 bits; none is null where none may be."""
        return pa.schema(
            [
                pa.field(f.name, _CODED if pa.types.is_dictionary(f.type) else f.type,
                         self._schema.field(f.name).nullable)
                for f in schema
            ]
        )  # fmt: skip

    def _write(self, table: pa.Table) -> None:
        if self._writer is None:
            in_words = [f.name for f in table.schema if pa.types.is_dictionary(f.type)]
            self._writer = pq.ParquetWriter(
                self._partial,
                table.schema,
                compression="zstd",
                store_schema=False,
                use_dictionary=in_words or False,
                dictionary_pagesize_limit=_DICTIONARY_BYTES,
                column_encoding=_encodings(table.schema),
                # Bounds of texts cost as much as writing the texts, and tell nobody anything.
                write_statistics=[f.name for f in table.schema if not _is_text(f.type)],
            )
        self._writer.write_table(table, row_group_size=_GROUP_ROWS)


def _encodings(schema: pa.Schema) -> dict[str, str]:
    """Numbers as what they differ by; texts with their lengths apart, which packs faster."""
    numbers = [f.name for f in schema if f.type in (pa.int32(), pa.int64())]
    texts = [f.name for f in schema if f.type == pa.string()]
    return dict.fromkeys(numbers, "DELTA_BINARY_PACKED") | dict.fromkeys(
        texts, "DELTA_LENGTH_BYTE_ARRAY"
    )


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_dictionary(kind) or pa.types.is_string(kind))


def _joined(column: pa.ChunkedArray) -> pa.Array:
    if not column.num_chunks:
        return pa.array([], column.type)
    return pa.concat_arrays(column.unify_dictionaries().chunks)


def _compact(column: pa.ChunkedArray) -> pa.Array:
    """The cells of a column in one piece; a dictionary holds no value that no cell has."""
    array = column.chunk(0) if column.num_chunks == 1 else _joined(column)
    if not pa.types.is_dictionary(column.type):
        return array
    codes = array.indices.fill_null(0).to_numpy()
    is_used = np.zeros(len(array.dictionary) + 1, np.bool_)
    is_used[codes if not array.null_count else codes[array.is_valid().to_numpy(False)]] = True
    if is_used[:-1].all():
        return array if array.type == _CODED else array.cast(_CODED)
    place = np.cumsum(is_used, dtype=np.int32) - 1
    mask = array.is_null().to_numpy(False) if array.null_count else None
    used = array.dictionary.take(pa.array(np.flatnonzero(is_used[:-1])))
    return pa.DictionaryArray.from_arrays(
        pa.array(place[codes], pa.int32(), mask=mask), used.cast(pa.string())
    )
