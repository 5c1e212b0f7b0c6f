"""The quick look: it vouches for clean tables, and with it every breach reads as without it."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import quick_look
from core.checks import check
from core.contracts import ARROW_TYPES, Column, ColumnType, Contract, Reference
from core.engine import DuckDBEngine
from core.errors import ContractError, EngineError
from core.quick_look import NOTHING_KEPT, Kept, surely_kept

Cell = str | int | float | bool | dt.date | None
ALL_KEPT = Kept(values=True, key=True, references=True)
POOLS: dict[ColumnType, list[Cell]] = {
    "string": ["a", "b", "B", "é", "z\U0001f600", "\uffff", "it's", ""],
    "int8": [-1, 0, 1, 5, 100],
    "int16": [-1, 0, 1, 5, 100],
    "int32": [-1, 0, 1, 5, 100],
    "int64": [-1, 0, 1, 5, 2**40],
    "double": [-1.5, -0.0, 0.0, 0.5, 7.0, float("inf"), float("nan")],
    "bool": [False, True],
    "date": [dt.date(1969, 12, 31), dt.date(2025, 3, 3), dt.date(2025, 3, 4)],
}
ENGINE = DuckDBEngine(threads=1)
OTHER = Contract("other", "private", "", ("id",), (Column("id", "string", "", nullable=True),))


@st.composite
def columns(draw: st.DrawFn, n: int) -> Column:
    kind = draw(st.sampled_from(sorted(POOLS)))
    column = Column(f"c{n}", kind, "", nullable=draw(st.booleans()))
    if kind == "string" and draw(st.booleans()):
        return replace(column, one_of=("a", "b", "é", "it's"))
    if kind in quick_look.NUMBERS and draw(st.booleans()):
        return replace(column, lowest=draw(st.sampled_from([None, 0, -0.5])), highest=6)
    return column


@st.composite
def tables(draw: st.DrawFn) -> tuple[Contract, list[list[Cell]]]:
    """A contract and rows that keep it or not: drawn from few values, so all breaches occur."""
    drawn = [draw(columns(n)) for n in range(draw(st.integers(1, 4)))]
    names = [column.name for column in drawn]
    key = tuple(draw(st.lists(st.sampled_from(names), unique=True, max_size=3)))
    refers = tuple(
        Reference(c.name, "other", "id")
        for c in drawn
        if c.type == "string" and draw(st.booleans())
    )
    rows = draw(st.lists(st.tuples(*map(_cells, drawn)).map(list), min_size=1, max_size=12))
    contract = Contract("checked", "private", "", key, tuple(drawn), refers)
    if draw(st.booleans()):
        rows = _mended(contract, rows)
    return contract, rows


def _cells(column: Column) -> st.SearchStrategy[Cell]:
    pool = st.sampled_from(POOLS[column.type])
    return st.one_of(st.none(), pool) if column.nullable else st.one_of(*[pool] * 9, st.none())


def _mended(contract: Contract, rows: list[list[Cell]]) -> list[list[Cell]]:
    """Rows in the order of the key, one for each key: keys that are null or no number stay."""
    places = [contract.names.index(name) for name in contract.key]

    def of(row: list[Cell]) -> list[tuple[bool, Cell]]:
        return [(row[p] is None, 0 if row[p] is None else row[p]) for p in places]

    kept: dict[str, list[Cell]] = {}
    for row in sorted(rows, key=of):
        kept.setdefault(repr(of(row)), row)
    return list(kept.values()) if places else rows


def _write(contract: Contract, rows: list[list[Cell]], folder: Path, **how: object) -> Path:
    arrays = [
        pa.array([row[n] for row in rows], type=ARROW_TYPES[column.type])
        for n, column in enumerate(contract.columns)
    ]
    path = contract.path(folder)
    pq.write_table(pa.table(arrays, names=contract.names), path, store_schema=False, **how)
    return path


def _breaches(contract: Contract, folder: Path) -> list[str]:
    try:
        check(ENGINE, contract, folder)
    except ContractError as error:
        return list(error.breaches)
    except EngineError as error:
        return [str(error)]
    return []


@given(
    drawn=tables(),
    others=st.sets(st.sampled_from(POOLS["string"])),
    sizes=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    is_coded=st.booleans(),
    has_counts=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_every_breach_reads_with_the_quick_look_as_without_it(
    drawn: tuple[Contract, list[list[Cell]]],
    others: set[str],
    sizes: tuple[int, int],
    is_coded: bool,
    has_counts: bool,
) -> None:
    contract, rows = drawn
    with tempfile.TemporaryDirectory() as scratch, pytest.MonkeyPatch.context() as patch:
        folder = Path(scratch)
        _write(OTHER, [[other] for other in sorted(others)] or [[None]], folder)
        _write(
            contract, rows, folder,
            row_group_size=sizes[0], use_dictionary=is_coded, write_statistics=has_counts,
        )  # fmt: skip
        patch.setattr(quick_look, "BATCH_ROWS", sizes[1])
        patch.setattr(quick_look, "LOOKED_UP_AT_ONCE", sizes[1])
        kept = surely_kept(contract, contract.path(folder), folder)
        with_look = _breaches(contract, folder)
        # oracle: SQL alone, which looks at every row for every promise
        patch.setattr("core.checks.surely_kept", lambda *_: NOTHING_KEPT)
        in_sql = _breaches(contract, folder)
    assert with_look == in_sql
    is_in_order = rows == _mended(contract, rows) and not _has_odd_key(contract, rows)
    if not in_sql:
        assert kept == replace(ALL_KEPT, key=is_in_order or not contract.key or kept.key)


def _has_odd_key(contract: Contract, rows: list[list[Cell]]) -> bool:
    places = [contract.names.index(name) for name in contract.key]
    return any(row[p] is None or row[p] != row[p] for row in rows for p in places)


PLAIN = Contract(
    "plain",
    "private",
    "",
    ("id", "part"),
    (
        Column("id", "string", ""),
        Column("part", "string", ""),
        Column("kind", "string", "", nullable=True, one_of=("a", "b")),
        Column("n", "int32", "", lowest=1),
        Column("share", "double", "", nullable=True, lowest=0, highest=1),
    ),
    (Reference("part", "other", "id"),),
)
GOOD: list[list[Cell]] = [
    ["m1", "p1", "a", 1, 0.0],
    ["m1", "p2", None, 2, None],
    ["m2", "p1", "b", 3, 1.0],
    ["m3", "p1", "a", 3, 0.5],
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a table to refer to; batches are of two rows."""
    monkeypatch.setattr(quick_look, "BATCH_ROWS", 2)
    _write(OTHER, [["p1"], ["p2"]], tmp_path)
    return tmp_path


@pytest.mark.parametrize("group", [1, 2, 3, 4])
def test_a_clean_table_in_order_needs_no_query(folder: Path, group: int) -> None:
    path = _write(PLAIN, GOOD, folder, row_group_size=group)
    assert surely_kept(PLAIN, path, folder) == ALL_KEPT


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        (["m2", "p1", "a", 3, 0.5], replace(ALL_KEPT, key=False)),  # twice, over a border
        (["m0", "p1", "a", 3, 0.5], replace(ALL_KEPT, key=False)),  # out of order
        (["m3", "p9", "a", 3, 0.5], replace(ALL_KEPT, references=False)),
        (["m3", "p1", "z", 3, 0.5], replace(ALL_KEPT, values=False)),
        (["m3", "p1", "a", 0, 0.5], replace(ALL_KEPT, values=False)),
        (["m3", "p1", "a", None, 0.5], replace(ALL_KEPT, values=False)),
        (["m3", "p1", "a", 3, 1.5], replace(ALL_KEPT, values=False)),
        (["m3", "p1", "a", 3, float("nan")], replace(ALL_KEPT, values=False)),
        ([None, "p1", "a", 3, 0.5], replace(ALL_KEPT, values=False, key=False)),
    ],
)
@pytest.mark.parametrize("has_counts", [True, False])
def test_one_row_that_breaks_a_promise_is_not_vouched_for(
    folder: Path, row: list[Cell], kept: Kept, has_counts: bool
) -> None:
    path = _write(PLAIN, [*GOOD[:3], row], folder, write_statistics=has_counts)
    assert surely_kept(PLAIN, path, folder) == kept


def test_a_dictionary_value_that_no_row_holds_is_no_breach(folder: Path) -> None:
    coded = pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["a", "b", "unused"]))
    contract = Contract("plain", "private", "", (), PLAIN.columns[2:3])
    pq.write_table(pa.table({"kind": coded}), contract.path(folder), store_schema=False)
    assert _breaches(contract, folder) == []


def test_a_file_that_cannot_be_read_is_left_to_the_exact_check(folder: Path) -> None:
    path = _write(PLAIN, GOOD, folder, compression="zstd")
    damaged = bytearray(path.read_bytes())
    damaged[4:200] = bytes(196)
    path.write_bytes(damaged)
    assert surely_kept(PLAIN, path, folder) == NOTHING_KEPT


def test_a_table_that_is_not_there_is_not_referred_to(folder: Path) -> None:
    path = _write(PLAIN, [["m1", "p9", "a", 1, 0.0]], folder)
    assert surely_kept(PLAIN, path, folder / "elsewhere") == ALL_KEPT


@pytest.mark.parametrize(("last", "is_kept"), [(2, True), (1, False), (0, False)])
def test_the_last_column_of_a_key_decides_where_the_others_are_the_same(
    tmp_path: Path, last: int, is_kept: bool
) -> None:
    names = ("a", "b", "c")
    contract = Contract("three", "private", "", names, tuple(Column(n, "int8", "") for n in names))
    path = _write(contract, [[1, 1, 1], [2, 1, 1], [2, 1, last]], tmp_path)
    assert surely_kept(contract, path, tmp_path).key is is_kept
