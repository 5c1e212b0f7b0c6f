"""Table contracts: what a Parquet table promises, and the only way to write and read one.

`core.checks` proves that a table on disk keeps its promise.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import ContractError

ColumnType = Literal["string", "int8", "int16", "int32", "int64", "double", "bool", "date"]
Audience = Literal["private", "published"]

ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int8": pa.int8(),
    "int16": pa.int16(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "double": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
}


@dataclass(frozen=True)
class Column:
    """One column: its type, whether it may be null, what it says and which values it may hold."""

    name: str
    type: ColumnType
    says: str
    nullable: bool = False
    lowest: float | None = None
    highest: float | None = None
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reference:
    """`column` of this table holds only values of `table.other` (nulls aside)."""

    column: str
    table: str
    other: str


@dataclass(frozen=True)
class Contract:
    """What a table holds, for whom, by which key; the only way in and out of a stage.

    `audience` is "private" (never leaves the run's private folder) or "published".
    """

    name: str
    audience: Audience
    says: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    refers_to: tuple[Reference, ...] = field(default=())

    @property
    def names(self) -> list[str]:
        """Return the column names in their order on disk."""
        return [column.name for column in self.columns]

    @property
    def schema(self) -> pa.Schema:
        """Return the Arrow schema; only plain scalar types occur."""
        return pa.schema(
            [pa.field(c.name, ARROW_TYPES[c.type], nullable=c.nullable) for c in self.columns]
        )

    def path(self, folder: Path) -> Path:
        """Return where this table lies in a folder."""
        return folder / f"{self.name}.parquet"

    def empty(self) -> pd.DataFrame:
        """Return the table with no rows."""
        frame: pd.DataFrame = self.schema.empty_table().to_pandas()
        return frame

    def write(self, frame: pd.DataFrame, folder: Path, *, keep_order: bool = False) -> Path:
        """Write a frame as this table: columns in order, rows by key, whole or not at all.

        Rows that are not shown come last, by key again: no place in a file says anything of what
        is hidden. With `keep_order`, which tests alone ask for, rows stay as they are.
        Missing nullable columns are filled with nulls; a missing column that may not be null or
        a column the contract does not know raises `ContractError`.
        """
        table = self._to_arrow(frame if keep_order else self._ordered(frame))
        folder.mkdir(parents=True, exist_ok=True)
        path = self.path(folder)
        partial = path.with_name(f".{path.name}.partial")
        pq.write_table(table, partial, compression="zstd", store_schema=False)
        with partial.open("rb+") as stream:
            os.fsync(stream.fileno())
        partial.replace(path)
        return path

    def read(self, folder: Path, columns: Iterable[str] | None = None) -> pd.DataFrame:
        """Return this table from a folder, with its columns in the contract's order."""
        wanted = list(columns) if columns is not None else self.names
        frame: pd.DataFrame = pq.read_table(self.path(folder), columns=wanted).to_pandas()
        return frame

    def _ordered(self, frame: pd.DataFrame) -> pd.DataFrame:
        key = [name for name in self.key if name in frame.columns]
        by_key = frame.sort_values(key, kind="stable") if key else frame
        if "is_shown" not in self.names or "is_shown" not in frame.columns:
            return by_key
        return by_key.sort_values("is_shown", ascending=False, kind="stable")

    def _to_arrow(self, frame: pd.DataFrame) -> pa.Table:
        unknown = [str(name) for name in frame.columns if name not in self.names]
        missing = [c.name for c in self.columns if c.name not in frame.columns and not c.nullable]
        breaches = [f"unknown column {name}" for name in unknown]
        breaches += [f"missing column {name}" for name in missing]
        if breaches:
            raise ContractError(self.name, breaches)
        ordered = frame.reindex(columns=self.names)
        try:
            arrays = [
                pa.Array.from_pandas(ordered[c.name], type=ARROW_TYPES[c.type])
                for c in self.columns
            ]
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise ContractError(self.name, [self._first_misfit(ordered)]) from error
        plain = pa.schema([pa.field(c.name, ARROW_TYPES[c.type]) for c in self.columns])
        return pa.Table.from_arrays([_combined(a) for a in arrays], schema=plain)

    def _first_misfit(self, frame: pd.DataFrame) -> str:
        for column in self.columns:
            try:
                pa.Array.from_pandas(frame[column.name], type=ARROW_TYPES[column.type])
            except (pa.ArrowInvalid, pa.ArrowTypeError):
                return f"{column.name}: values do not fit the type {column.type}"
        return "values do not fit the column types"


def _combined(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
