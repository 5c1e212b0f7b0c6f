"""The one check of a table against its contract: every breach named.

A quick look proves most tables in one streaming pass; SQL counts the breaches of the others.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from core.contracts import ARROW_TYPES, Column, Contract
from core.engine import Engine
from core.errors import ContractError
from core.quick_look import surely_kept


def check(engine: Engine, contract: Contract, folder: Path, refer_to: Path | None = None) -> None:
    """Check a table on disk and raise `ContractError` that names every breach.

    Looks at columns and types, nulls, ranges, allowed values, the key, and references. Tables
    that are referred to are looked up in `refer_to` (default: the same folder); a reference to a
    table that is not there is skipped.
    """
    path = contract.path(folder)
    if not path.exists():
        raise ContractError(contract.name, ["the table is missing"])
    breaches = _schema_breaches(contract, path)
    if not breaches and pq.read_metadata(path).num_rows:
        kept = surely_kept(contract, path, refer_to or folder)
        breaches = [] if kept.values else _value_breaches(engine, contract, path)
        breaches += [] if kept.key else _key_breaches(engine, contract, path)
        breaches += [] if kept.references else _orphans(engine, contract, path, refer_to or folder)
    if breaches:
        raise ContractError(contract.name, breaches)


def _schema_breaches(contract: Contract, path: Path) -> list[str]:
    found = {f.name: f.type for f in pq.read_schema(path)}
    breaches = [f"missing column {n}" for n in contract.names if n not in found]
    breaches += [f"unknown column {n}" for n in found if n not in contract.names]
    for column in contract.columns:
        kind = found.get(column.name)
        if kind is not None and kind != ARROW_TYPES[column.type]:
            breaches.append(f"{column.name}: type {kind}, expected {column.type}")
    return breaches


def _value_breaches(engine: Engine, contract: Contract, path: Path) -> list[str]:
    tests = [test for column in contract.columns for test in _tests_of(column)]
    if not tests:
        return []
    counts = ", ".join(
        f"count(case when {condition} then 1 end) as t{i}"
        for i, (condition, _) in enumerate(tests)
    )
    row = engine.fetch(f"select {counts} from checked", {"checked": path})  # noqa: S608
    return [
        f"{says}: {int(n)} row(s)" for (_, says), n in zip(tests, row.iloc[0], strict=True) if n
    ]


def _key_breaches(engine: Engine, contract: Contract, path: Path) -> list[str]:
    if not contract.key:
        return []
    key = ", ".join(_quoted(name) for name in contract.key)
    frame = engine.fetch(
        f"select count(*) as n from (select {key} from checked group by {key} "  # noqa: S608
        "having count(*) > 1) as twice",
        {"checked": path},
    )
    n = int(frame["n"].iloc[0])
    return [f"key ({', '.join(contract.key)}): {n} value(s) stand more than once"] if n else []


def _orphans(engine: Engine, contract: Contract, path: Path, folder: Path) -> list[str]:
    breaches = []
    for ref in contract.refers_to:
        target = folder / f"{ref.table}.parquet"
        if not target.exists():
            continue
        frame = engine.fetch(
            f"select count(*) as n from checked as c left join "  # noqa: S608
            f"(select distinct {_quoted(ref.other)} as k from target) as t "
            f"on c.{_quoted(ref.column)} = t.k "
            f"where c.{_quoted(ref.column)} is not null and t.k is null",
            {"checked": path, "target": target},
        )
        n = int(frame["n"].iloc[0])
        if n:
            breaches.append(f"{ref.column}: {n} row(s) not in {ref.table}.{ref.other}")
    return breaches


def _tests_of(column: Column) -> list[tuple[str, str]]:
    name = _quoted(column.name)
    tests: list[tuple[str, str]] = []
    if not column.nullable:
        tests.append((f"{name} is null", f"{column.name}: null"))
    if column.type == "double":
        tests.append((f"isnan({name})", f"{column.name}: not a number"))
    if column.lowest is not None:
        tests.append((f"{name} < {column.lowest!r}", f"{column.name}: under {column.lowest:g}"))
    if column.highest is not None:
        tests.append((f"{name} > {column.highest!r}", f"{column.name}: over {column.highest:g}"))
    if column.one_of:
        listed = ", ".join("'" + value.replace("'", "''") + "'" for value in column.one_of)
        tests.append((f"{name} not in ({listed})", f"{column.name}: none of {column.one_of}"))
    return tests


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
