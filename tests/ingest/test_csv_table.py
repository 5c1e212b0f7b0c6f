"""Separated text: each line is a row or a reject with its place."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property_inputs import tried

from core.errors import SourceError
from ingest.limits import Limits
from ingest.tables.csv_table import CsvShape, open_table
from ingest.tally import Tally

PLAIN = CsvShape()
SMALL = Limits(row_bytes=200, field_chars=200, columns=20)


def read(
    path: Path,
    content: bytes,
    shape: CsvShape = PLAIN,
    limits: Limits = SMALL,
) -> tuple[tuple[str, ...], list[tuple[int, list[str]]], Tally]:
    path.write_bytes(content)
    tally = Tally(path.name, limits)
    table = open_table(path, shape, limits)
    return table.header, list(table.rows(tally)), tally


def test_a_quoted_cell_holds_separators_quotes_and_line_breaks(tmp_path: Path) -> None:
    header, rows, tally = read(tmp_path / "t.csv", b'a,b\r\n"x, ""y""\r\nz",2\r\n3,4\r\n')
    assert header == ("a", "b")
    assert rows == [(2, ['x, "y"\r\nz', "2"]), (4, ["3", "4"])]
    assert tally.n_seen == 2


def test_a_quote_that_is_never_closed_costs_its_own_line_alone(tmp_path: Path) -> None:
    _, rows, tally = read(tmp_path / "t.csv", b'a,b\n1,2\n"3,4\n5,6\n7,8\n')
    assert rows == [(2, ["1", "2"]), (4, ["5", "6"]), (5, ["7", "8"])]
    assert [(r.locator, r.code) for r in tally.rejects] == [("line 3", "E-CSV-006")]
    assert tally.n_seen == 4


def test_two_stray_quotes_do_not_swallow_the_rows_between_them(tmp_path: Path) -> None:
    _, rows, tally = read(tmp_path / "t.csv", b'a,b\n"1,2\n3,4\n5,6\n"7,8\n9,10\n')
    assert [cells for _, cells in rows] == [["3", "4"], ["5", "6"], ["9", "10"]]
    assert [r.locator for r in tally.rejects] == ["line 2", "line 5"]
    assert tally.n_seen == 5


def test_a_cell_over_the_limit_is_rejected(tmp_path: Path) -> None:
    limits = Limits(field_chars=100)
    for cell in (b"x" * 101, b'"' + b"x" * 101 + b'"', b'"' + b"x" * 200_000 + b'"'):
        _, rows, tally = read(tmp_path / "t.csv", b"a,b\n" + cell + b",2\n3,4\n", PLAIN, limits)
        assert [cells for _, cells in rows] == [["3", "4"]]
        assert [r.code for r in tally.rejects] == ["E-CSV-007"]


def test_with_quoting_off_a_quote_is_an_ordinary_character(tmp_path: Path) -> None:
    shape = CsvShape(separator="\t", has_quotes=False)
    _, rows, tally = read(tmp_path / "t.tsv", b'a\tb\n1\tsay "hi\n2\t"\n', shape)
    assert [cells for _, cells in rows] == [["1", 'say "hi'], ["2", '"']]
    assert tally.n_rejected == 0


def test_faulty_lines_are_rejected_with_their_number(tmp_path: Path) -> None:
    long = b"x" * 300
    _, rows, tally = read(tmp_path / "t.csv", b"a,b\n1,\x002\n" + long + b",1\n1,2,3\n1\n\n1,2,\n")
    assert [cells for _, cells in rows] == [["1", ""], ["1", "2"]]
    assert [(r.locator, r.reason) for r in tally.rejects] == [
        ("line 2", "holds_nul"), ("line 3", "row_too_long"), ("line 4", "too_many_cells"),
    ]  # fmt: skip
    assert tally.n_seen == 5


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"sep=;\na;b\n1;2\n", [["1", "2"]]),
        (b"a\tb\n1\t2,5\n", [["1", "2,5"]]),
        ("a;b\nà;2\n".encode("cp1252"), [["à", "2"]]),
        ("\ufeffa,b\nà,2\n".encode(), [["à", "2"]]),
        ("a,b\nà,2\n".encode("utf-16"), [["à", "2"]]),
        ("a,b\nx,2\n".encode("utf-16-le"), [["x", "2"]]),
        (b'#TYPE System.Object\n"a","b"\n"1","2"\n', [["1", "2"]]),
    ],
)
def test_separator_and_encoding_are_found(
    tmp_path: Path, content: bytes, expected: list[list[str]]
) -> None:
    header, rows, _ = read(tmp_path / "t.csv", content)
    assert header == ("a", "b")
    assert [cells for _, cells in rows] == expected


@pytest.mark.parametrize(
    ("content", "shape", "code"),
    [
        (b"", CsvShape(), "E-CSV-002"),
        (b"\n \n", CsvShape(), "E-CSV-002"),
        (b'"a,b\n1,2\n', CsvShape(), "E-CSV-006"),
        (b"a,b\n\xe0,1\n", CsvShape(encoding="utf-8"), "E-CSV-001"),
        (b"a,b\n1,2\n", CsvShape(encoding="no-such"), "E-CSV-001"),
        (b"a," * 30 + b"\n", CsvShape(), "E-LIMIT-001"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_code(
    tmp_path: Path, content: bytes, shape: CsvShape, code: str
) -> None:
    with pytest.raises(SourceError, match=code):
        read(tmp_path / "t.csv", content, shape)


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\x85\u2028\u2029"),
                    max_size=8),
            min_size=3, max_size=3,
        ),
        max_size=8,
    )
)  # fmt: skip
@tried(60)
def test_what_the_standard_writer_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    # oracle: the csv module of the standard library as writer
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([["a", "b", "c"], *rows])
    tally = Tally("t.csv", Limits())
    found = [cells for _, cells in open_table(path, CsvShape(), Limits()).rows(tally)]
    assert found == rows
    assert tally.n_seen == len(rows)
