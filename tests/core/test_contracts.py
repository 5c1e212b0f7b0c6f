"""Contracts: one pass names every breach; what is written is whole, ordered and typed."""

from pathlib import Path

import pandas as pd
import pytest

from core.checks import check
from core.contracts import Column, Contract, Reference
from core.engine import DuckDBEngine
from core.errors import ContractError

UNIT = Contract("unit", "private", "units", ("id",), (Column("id", "string", "id"),))
PERSON = Contract(
    "person",
    "private",
    "people",
    ("id",),
    (
        Column("id", "string", "id"),
        Column("unit", "string", "unit", nullable=True),
        Column("age", "int32", "years", lowest=0, highest=150),
        Column("mode", "string", "mode", one_of=("a", "b")),
        Column("score", "double", "score", nullable=True),
    ),
    (Reference("unit", "unit", "id"),),
)


def good() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ["p2", "p1"],
            "unit": ["u1", None],
            "age": [30, 40],
            "mode": ["a", "b"],
            "score": [0.5, None],
        }
    )


def test_a_good_table_passes_and_rows_lie_in_key_order(tmp_path: Path) -> None:
    UNIT.write(pd.DataFrame({"id": ["u1"]}), tmp_path)
    PERSON.write(good(), tmp_path)
    check(DuckDBEngine(), PERSON, tmp_path)
    assert PERSON.read(tmp_path)["id"].tolist() == ["p1", "p2"]


def test_every_breach_is_named_in_one_pass(tmp_path: Path) -> None:
    # By hand: a null age, an age over 150, an unknown mode, a duplicate key, an orphan, a nan.
    bad = pd.DataFrame(
        {
            "id": ["p1", "p1", "p3"],
            "unit": ["u1", "u9", None],
            "age": [None, 200, 3],
            "mode": ["a", "z", "b"],
            "score": [1.0, 1.0, 1.0],
        }
    )
    UNIT.write(pd.DataFrame({"id": ["u1"]}), tmp_path)
    PERSON.write(bad, tmp_path)
    with pytest.raises(ContractError) as caught:
        check(DuckDBEngine(), PERSON, tmp_path)
    named = "\n".join(caught.value.breaches)
    assert len(caught.value.breaches) == 5
    for says in ("age: null", "age: over 150", "mode: none of", "stand more than once", "unit.id"):
        assert says in named


def test_a_missing_table_and_a_wrong_type_are_breaches(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="missing"):
        check(DuckDBEngine(), PERSON, tmp_path)
    other = Contract(
        "person", "private", "", ("id",), (Column("id", "string", ""), Column("age", "double", ""))
    )
    other.write(pd.DataFrame({"id": ["p"], "age": [1.0]}), tmp_path)
    with pytest.raises(ContractError, match="type double, expected int32"):
        check(DuckDBEngine(), PERSON, tmp_path)


def test_unknown_or_missing_columns_are_refused_on_writing(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="unknown column extra"):
        PERSON.write(good().assign(extra=1), tmp_path)
    with pytest.raises(ContractError, match="missing column age"):
        PERSON.write(good().drop(columns="age"), tmp_path)
    with pytest.raises(ContractError, match="age: values do not fit"):
        PERSON.write(good().assign(age=["x", "y"]), tmp_path)


def test_row_order_does_not_change_the_bytes_written(tmp_path: Path) -> None:
    first = PERSON.write(good(), tmp_path / "a").read_bytes()
    second = PERSON.write(good().iloc[::-1], tmp_path / "b").read_bytes()
    assert first == second


def test_an_empty_table_keeps_its_columns(tmp_path: Path) -> None:
    PERSON.write(PERSON.empty(), tmp_path)
    check(DuckDBEngine(), PERSON, tmp_path)
    assert PERSON.read(tmp_path).columns.tolist() == PERSON.names
