"""A table written piece by piece is the same table, whole or not there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core import table_writer
from core.checks import check
from core.contracts import Column, Contract
from core.engine import DuckDBEngine
from core.table_writer import TableWriter

WORDS = Contract(
    "words", "private", "Words by number.", ("number",),
    (
        Column("number", "int64", "the number"),
        Column("word", "string", "its word", one_of=("one", "two", "three")),
        Column("text", "string", "any text", nullable=True),
        Column("other", "string", "some word again", nullable=True),
    ),
)  # fmt: skip


def rows(first: int, end: int) -> pa.Table:
    """Rows by number; the dictionaries differ from piece to piece."""
    words = ["three", "one", "two", "never"][first % 2 :]
    n = np.arange(first, end)
    coded = pa.array([words.index(("one", "two")[k % 2]) for k in n], pa.int8())
    gaps = pa.array([k % 3 if k % 5 else None for k in n], pa.int32())
    return pa.table({
        "number": n,
        "word": pa.DictionaryArray.from_arrays(coded, pa.array(words)),
        "text": pa.array([f"t{k}" if k % 4 else None for k in n], pa.string()),
        "other": pa.DictionaryArray.from_arrays(gaps, pa.array(["a", "b", "c"])),
    })  # fmt: skip


def written(folder: Path, ends: list[int]) -> Path:
    with TableWriter(WORDS, folder) as writer:
        for first, end in zip([0, *ends], ends, strict=False):
            writer.write(rows(first, end))
    return WORDS.path(folder)


@pytest.fixture(autouse=True)
def _small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_writer, "_GROUP_ROWS", 7)


def test_the_same_rows_give_the_same_bytes_in_whatever_pieces(tmp_path: Path) -> None:
    cuts = ([40], [1, 2, 40], [7, 14, 40], list(range(1, 41)), [0, 0, 39, 40, 40])
    found = {written(tmp_path / str(n), list(ends)).read_bytes() for n, ends in enumerate(cuts)}
    assert len(found) == 1
    file = pq.ParquetFile(tmp_path / "0" / "words.parquet")
    assert [file.metadata.row_group(n).num_rows for n in range(6)] == [7] * 5 + [5]


def test_rows_come_back_as_they_were_and_keep_the_contract(tmp_path: Path) -> None:
    path = written(tmp_path, [13, 30])
    assert pq.read_table(path).to_pylist() == [*rows(0, 13).to_pylist(), *rows(13, 30).to_pylist()]
    with DuckDBEngine() as engine:
        check(engine, WORDS, tmp_path)
        answer = engine.fetch("select count(text) as n, max(word) as w from t", {"t": path})
    # by hand: of 30 texts every fourth is missing, 0 among them
    assert answer.to_dict("list") == {"n": [22], "w": ["two"]}


def test_no_word_that_no_row_has_stands_in_the_file(tmp_path: Path) -> None:
    with TableWriter(WORDS, tmp_path) as writer:
        writer.write(rows(0, 20))
    content = WORDS.path(tmp_path).read_bytes()
    file = pq.ParquetFile(WORDS.path(tmp_path), read_dictionary=["word"])
    for group in range(file.num_row_groups):
        column = file.read_row_group(group, columns=["word"]).column("word").chunk(0)
        assert set(column.dictionary.to_pylist()) == {"one", "two"}
    assert b"never" not in content


def test_nothing_to_write_gives_an_empty_table(tmp_path: Path) -> None:
    for n, pieces in enumerate(([], [rows(0, 0)])):
        with TableWriter(WORDS, tmp_path / str(n)) as writer:
            for piece in pieces:
                writer.write(piece)
        with DuckDBEngine() as engine:
            check(engine, WORDS, tmp_path / str(n))
        assert len(WORDS.read(tmp_path / str(n))) == 0


def test_an_error_leaves_the_old_table_and_nothing_beside_it(tmp_path: Path) -> None:
    before = written(tmp_path, [9]).read_bytes()
    with pytest.raises(KeyError), TableWriter(WORDS, tmp_path) as writer:
        writer.write(rows(0, 30))
        raise KeyError("in the middle")
    with pytest.raises((pa.ArrowException, ValueError)), TableWriter(WORDS, tmp_path) as writer:
        writer.write(rows(0, 30))
        writer.write(pa.table({"number": [1]}))
    assert WORDS.path(tmp_path).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["words.parquet"]
