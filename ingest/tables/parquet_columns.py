"""Parquet as columns of text: only the columns asked for, one bounded piece after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.errors import SourceError
from ingest.cells import Chunk, stripped
from ingest.limits import Limits, check_limit
from ingest.source import Source
from ingest.tally import Tally

MAGIC, ENCRYPTED = b"PAR1", b"PARE"
_ROWS = 50_000
_MOST_TEXT = 1 << 24  # bytes of one name or statistic in the foot of the file
_MOST_PARTS = 1 << 20  # schema elements and column chunks that the foot may list
_DAMAGED = "Nothing of this run is kept. Copy or export the file again."


@dataclass(frozen=True)
class ParquetTable:
    """One Parquet file as a table: its columns, of which some are read."""

    path: Path
    header: tuple[str, ...]
    limits: Limits
    width: int
    first_line: int = 1

    def chunks(self, tally: Tally, places: Mapping[str, tuple[int, ...]]) -> Iterator[Chunk]:
        """Return the rows as columns of stripped cells by meaning; the first row is number 1.

        Raises `SourceError` where a column holds no text, whole numbers, dates or times, and
        where the file turns out to be damaged.
        """
        names = {meaning: self.header[at[0]] for meaning, at in places.items()}
        n_read = 0
        with opened(self.path) as file:
            for n in range(file.metadata.num_row_groups):
                group = file.metadata.row_group(n)
                check_limit(
                    group.total_byte_size, self.limits.entry_bytes, "entry_bytes", self.path.name
                )
            wanted = sorted(set(names.values()))
            for batch in file.iter_batches(_ROWS, columns=wanted, use_threads=False):
                n_rows = batch.num_rows
                tally.see(n_rows)
                lines = np.arange(n_read + 1, n_read + n_rows + 1, dtype=np.int64)
                n_read += n_rows
                columns = {
                    meaning: self._texts(batch.column(name), name)
                    for meaning, name in names.items()
                }
                yield self._usable(Chunk(lines, columns), tally)

    def _texts(self, column: pa.Array, name: str) -> pa.StringArray:
        kind = column.type
        if pa.types.is_dictionary(kind):
            column, kind = column.dictionary_decode(), kind.value_type
        if pa.types.is_list(kind) and _is_text(kind.value_type):
            cells = pc.binary_join(column.cast(pa.list_(pa.string())), ";")
        elif pa.types.is_timestamp(kind):
            cells = _instants(column)
        elif _is_text(kind) or pa.types.is_integer(kind) or pa.types.is_date32(kind):
            cells = column.cast(pa.string())
        else:
            raise SourceError(
                f'the column "{name}" holds {kind}, not text, whole numbers or times',
                file=self.path.name,
                code="E-PARQUET-003",
                hint="Nothing was read. Export it as text, or map another column.",
            )
        cells.validate(full=True)
        return stripped(cells.fill_null(""))

    def _usable(self, chunk: Chunk, tally: Tally) -> Chunk:
        """The rows whose cells are of a bounded size and hold no NUL; the others are rejected."""
        faults = np.zeros(len(chunk), np.int8)
        for cells in chunk.columns.values():
            faults[_where(pc.match_substring(cells, "\0"))] = 1
            faults[_where(pc.greater(pc.utf8_length(cells), self.limits.field_chars))] = 2
        bad = np.flatnonzero(faults)
        if not len(bad):
            return chunk
        told = {1: ("E-PARQUET-004", "holds_nul"), 2: ("E-PARQUET-005", "field_too_long")}
        for row in bad:
            tally.reject(f"row {chunk.lines[row]}", *told[int(faults[row])])
        return chunk.only(np.flatnonzero(faults == 0))


def open_parquet(source: Source) -> ParquetTable:
    """Read the foot of a file and return it as a table; raises `SourceError` for what is none."""
    limits = source.tally.limits
    with opened(source.path) as file:
        schema = file.schema_arrow
        if len(schema) > limits.columns:
            check_limit(len(schema), limits.columns, "columns", source.file)
        header = tuple(schema.names)
    return ParquetTable(source.path, header, limits, len(header))


@contextmanager
def opened(path: Path) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file; whatever is wrong in it raises `SourceError`, also while reading."""
    with path.open("rb") as stream:
        if stream.read(len(ENCRYPTED)) == ENCRYPTED:
            raise SourceError(
                "the file is encrypted",
                file=path.name,
                code="E-PARQUET-002",
                hint="Nothing was read. Export it without encryption.",
            )
    try:
        with pq.ParquetFile(
            path,
            memory_map=False,
            pre_buffer=False,
            thrift_string_size_limit=_MOST_TEXT,
            thrift_container_size_limit=_MOST_PARTS,
        ) as file:
            yield file
    except (pa.ArrowException, OSError, UnicodeError) as error:
        raise SourceError(
            "the file is damaged, or no Parquet file",
            file=path.name,
            code="E-PARQUET-001",
            hint=_DAMAGED,
        ) from error


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _instants(column: pa.Array) -> pa.StringArray:
    """Times in ISO form to the second: with a Z where the column has a zone, without elsewhere."""
    whole = pc.floor_temporal(column, unit="second")
    if column.type.tz is None:
        return whole.cast(pa.timestamp("s")).cast(pa.string())
    plain = whole.cast(pa.timestamp("s", "UTC")).cast(pa.timestamp("s"))
    return pc.binary_join_element_wise(plain.cast(pa.string()), "Z", "")


def _where(mask: pa.BooleanArray) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.flatnonzero(mask.to_numpy(zero_copy_only=False))
