"""Rows of private tables that name a person, counted and taken out, whatever table it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import reduce
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.files import sync_file


def rows_about(folder: Path, texts: Collection[str]) -> dict[str, int]:
    """Return how many rows of each table below a folder hold one of these texts in any column."""
    found: dict[str, int] = {}
    wanted = pa.array(sorted(texts), pa.string())
    for path in sorted(folder.rglob("*.parquet")):
        n = sum(int(pc.sum(hit).as_py() or 0) for _, hit in _batches(path, wanted))
        if n:
            place = path.relative_to(folder)
            name = (
                place.parts[0] if place.parts[0] == "ledger" else place.with_suffix("").as_posix()
            )
            found[name] = found.get(name, 0) + n
    return found


def replace_people(folder: Path, fresh: dict[str, str]) -> int:
    """Put other pseudonyms in the place of these, in every table below a folder.

    Returns in how many files. Each is rewritten whole, so that nothing of the old ones is left.
    """
    wanted = pa.array(sorted(fresh), pa.string())
    n_files = 0
    for path in sorted(folder.rglob("*.parquet")):
        if not any(pc.any(hit).as_py() for _, hit in _batches(path, wanted)):
            continue
        frame = pq.read_table(path)
        for name in _texts(frame.schema):
            column: pd.Series = frame[name].to_pandas()
            new = pa.Array.from_pandas(column.replace(fresh), type=frame.schema.field(name).type)
            frame = frame.set_column(frame.schema.get_field_index(name), name, new)
        _swap(frame, path)
        n_files += 1
    return n_files


def drop_people(folder: Path, people: Collection[str]) -> int:
    """Rewrite every table below a folder without the rows that name these people.

    Returns how many rows went.
    """
    wanted = pa.array(sorted(people), pa.string())
    n_rows = 0
    for path in sorted(folder.rglob("*.parquet")):
        table = pq.read_table(path)
        gone = [_is_in(table[name], wanted) for name in _texts(table.schema)]
        is_gone = reduce(pc.or_, gone) if gone else None
        n = int(pc.sum(is_gone).as_py() or 0) if is_gone is not None else 0
        if n:
            _swap(table.filter(pc.invert(is_gone)), path)
            n_rows += n
    return n_rows


def _swap(table: pa.Table, path: Path) -> None:
    partial = path.with_name(f".{path.name}.partial")
    pq.write_table(table, partial, compression="zstd", store_schema=False)
    sync_file(partial)
    partial.replace(path)


def _batches(path: Path, wanted: pa.Array) -> Iterator[tuple[pa.RecordBatch, pa.Array]]:
    with pq.ParquetFile(path) as file:
        names = _texts(file.schema_arrow)
        if not names or not len(wanted):
            return
        for batch in file.iter_batches(batch_size=1 << 18, columns=names):
            hit = pa.array([False] * batch.num_rows)
            for column in batch.columns:
                hit = pc.or_(hit, _is_in(column, wanted))
            yield batch, hit


def _is_in(column: pa.ChunkedArray, wanted: pa.Array) -> pa.ChunkedArray:
    return pc.is_in(column, value_set=wanted.cast(column.type))


def _texts(schema: pa.Schema) -> list[str]:
    return [
        field.name
        for field in schema
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
    ]
