"""The SQL engine behind one door: queries over Parquet files, results as Parquet or as a frame."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from core.errors import EngineError

Value = str | int | float | bool | None


class Engine(ABC):
    """Runs SQL in DuckDB's dialect over named Parquet files.

    `inputs` maps the table names that stand in the query to files or to folders of parts.
    """

    @abstractmethod
    def run(
        self,
        sql: str,
        inputs: Mapping[str, Path],
        output: Path,
        parameters: Mapping[str, Value] | None = None,
    ) -> int:
        """Write the result of a query as one whole Parquet file and return its number of rows."""

    @abstractmethod
    def fetch(
        self,
        sql: str,
        inputs: Mapping[str, Path],
        parameters: Mapping[str, Value] | None = None,
    ) -> pd.DataFrame:
        """Return the result of a query as a frame."""


class DuckDBEngine(Engine):
    """DuckDB in memory, locked: no extensions, no configuration changes, no network.

    `memory` is a DuckDB size such as "4GB"; larger work spills into `spill`, a private folder.
    """

    def __init__(self, memory: str = "4GB", threads: int = 2, spill: Path | None = None) -> None:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "threads": threads,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "allow_unsigned_extensions": False,
            # An explicit `install` would still ask the maker's server: it finds no place to ask.
            "custom_extension_repository": "/dev/null",
            "autoinstall_extension_repository": "/dev/null",
            "python_enable_replacements": False,
            "preserve_insertion_order": True,
            "TimeZone": "UTC",
        }
        if spill is not None:
            settings["temp_directory"] = str(spill)
        self._connection = duckdb.connect(":memory:")
        for name, value in settings.items():
            self._connection.execute(f"set {name} = {_literal(value)}")
        self._connection.execute("set lock_configuration = true")

    def __enter__(self) -> DuckDBEngine:
        """Return the engine itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._connection.close()

    def run(
        self,
        sql: str,
        inputs: Mapping[str, Path],
        output: Path,
        parameters: Mapping[str, Value] | None = None,
    ) -> int:
        """Write the result of a query as one whole Parquet file and return its number of rows."""
        output.parent.mkdir(parents=True, exist_ok=True)
        partial = output.with_name(f".{output.name}.partial")
        with self._views(sql, inputs) as connection:
            try:
                relation = connection.sql(sql, params=dict(parameters or {}) or None)
                relation.write_parquet(str(partial), compression="zstd")
            except duckdb.Error as error:
                raise _explained(error, sql, inputs) from error
        with partial.open("rb+") as stream:
            os.fsync(stream.fileno())
        partial.replace(output)
        return int(pq.read_metadata(output).num_rows)

    def fetch(
        self,
        sql: str,
        inputs: Mapping[str, Path],
        parameters: Mapping[str, Value] | None = None,
    ) -> pd.DataFrame:
        """Return the result of a query as a frame."""
        with self._views(sql, inputs) as connection:
            try:
                return connection.execute(sql, dict(parameters or {}) or None).df()
            except duckdb.Error as error:
                raise _explained(error, sql, inputs) from error

    def _views(self, sql: str, inputs: Mapping[str, Path]) -> _Views:
        # DuckDB would run "a; b" as two statements.
        if len(self._connection.extract_statements(sql)) != 1:
            raise EngineError("A query must be one statement.", code="E-ENGINE-002")
        return _Views(self._connection.cursor(), inputs)


class _Views:
    """A cursor on which the inputs stand as temporary views for the length of one query."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, inputs: Mapping[str, Path]) -> None:
        self._connection = connection
        self._inputs = inputs

    def __enter__(self) -> duckdb.DuckDBPyConnection:
        for name, path in self._inputs.items():
            pattern = _no_glob(path) + ("/*.parquet" if path.is_dir() else "")
            self._connection.execute(
                f"create or replace temp view {_identifier(name)} as "  # noqa: S608
                f"select * from read_parquet({_literal(pattern)})"
            )
        return self._connection

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()


def _identifier(name: str) -> str:
    if not name.isidentifier():
        raise EngineError(f"{name!r} is no table name.")
    return name


def _no_glob(path: Path) -> str:
    # DuckDB reads `[a].parquet` as a pattern even in a bound parameter.
    escaped = str(path)
    for character in "[*?":
        escaped = escaped.replace(character, "[[]" if character == "[" else f"[{character}]")
    return escaped


def _literal(value: str | bool | int | float | list[str]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


_NO_ROOM = (
    "Is the disk full? Nothing was changed; free some space, or raise `memory` under [engine]."
)
_OUT_OF_ROOM = (duckdb.IOException, duckdb.OutOfMemoryException)


def _explained(error: duckdb.Error, sql: str, inputs: Mapping[str, Path]) -> EngineError:
    first = " ".join(sql.split())[:160]
    tables = ", ".join(sorted(inputs))
    # The engine's own text can quote values of a row: only its kind is repeated.
    return EngineError(
        f"The query over {tables} failed with {type(error).__name__}: {first} ...",
        code="E-ENGINE-001",
        hint=_NO_ROOM if isinstance(error, _OUT_OF_ROOM) else "",
    )
