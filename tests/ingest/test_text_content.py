"""The content of a text file in bytes: whole lines, whole characters, nothing lost or invented."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property_inputs import tried

from core.errors import SourceError
from ingest.limits import Limits
from ingest.tables import csv_columns
from ingest.tables.content import Content
from ingest.tables.csv_columns import column_chunks
from ingest.tables.csv_table import CsvShape, CsvTable, open_table
from ingest.tally import Tally

SIZES = (7, 8, 64, 1 << 12)


def table_at(path: Path, encoding: str) -> CsvTable:
    return CsvTable(path, CsvShape(",", encoding), Limits(), (), 1, 1)


def taken(path: Path, encoding: str, size: int, n_pieces: int = 1 << 20) -> tuple[str, str]:
    """The text of the first pieces, and that of the rest."""
    with table_at(path, encoding).content(Tally("t.csv")) as source:
        content, texts = Content(source, size), []
        while len(texts) < n_pieces and (piece := content.piece(size)) is not None:
            texts.append(piece.text())
            content.advance(len(piece))
        return "".join(texts), content.rest().read()


@given(
    text=st.text(st.sampled_from("a,é€😀\ufeff\r\n\n\n\"'"), max_size=60),
    encoding=st.sampled_from(["utf-8", "UTF8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
    size=st.sampled_from(SIZES),
    n_pieces=st.integers(0, 4),
)
@tried(300, one_folder=True)
def test_pieces_and_rest_are_the_text_of_the_file(
    tmp_path: Path, text: str, encoding: str, size: int, n_pieces: int
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode(encoding, "replace"))
    with path.open(encoding=encoding, newline="") as stream:
        expected = stream.read()
    assert "".join(taken(path, encoding, size, n_pieces)) == expected
    assert "".join(taken(path, encoding, size)) == expected


def test_a_piece_ends_with_a_line_and_can_be_given_back(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("añ\r\nb\nccc".encode())
    with table_at(path, "utf-8").content(Tally("t.csv")) as source:
        content = Content(source, 16)
        first = content.piece(6)
        assert first is not None
        assert (first.text(), len(first), first.count(b"\n"), b"\r" in first) == (
            "añ\r\n", 5, 1, True,
        )  # fmt: skip
        content.advance(len(first))
        assert content.rest().readline(9) == "b\n"
    with table_at(path, "utf-8").content(Tally("t.csv")) as source:
        content = Content(source, 16)
        content.advance(len(content.piece(8) or ()))
        content.advance(-2)
        assert content.rest().read() == "b\nccc"


@pytest.mark.parametrize(
    "bad", [b"\xff", b"\xc3", b"\xe2\x82", b"\xed\xa0\x80", b"\xc0\xaf"], ids=bytes.hex
)
@pytest.mark.parametrize("after", [b"\n", b"", b",x\n" * 3_000], ids=["line", "end", "many"])
def test_bytes_that_are_no_utf8_refuse_the_file_wherever_they_stand(
    tmp_path: Path, bad: bytes, after: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_columns, "LARGE", 1 << 11)
    path = tmp_path / "t.csv"
    for n_before in (0, 1, 200, 5_000):
        rows = "é,b\n" * n_before
        path.write_bytes(b"a,b\n" + rows.encode() + b"x," + bad + after)
        tally = Tally(path.name)
        with pytest.raises(SourceError, match="E-CSV-001"):
            # The header is read before what is wrong where both lie far apart.
            list(column_chunks(open_table(path, CsvShape(",", "utf-8"), Limits()), tally,
                               {"message_id": (0,)}))  # fmt: skip


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no mark", "mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_cells_and_lines_are_the_same_wherever_a_piece_is_cut(
    tmp_path: Path, mark: bytes, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"{'é' * (n % 5)}x{n},{'ü' * (n % 3)}" for n in range(400)]
    path = tmp_path / "t.csv"
    path.write_bytes(mark + end.join(["a,b", *rows, ""]).encode())
    for small in range(64, 74):
        monkeypatch.setattr(csv_columns, "SMALL", small)
        monkeypatch.setattr(csv_columns, "LARGE", 8 * small + 1)
        table = open_table(path, CsvShape(), Limits())
        chunks = list(column_chunks(table, Tally(path.name), {"a": (0,), "b": (1,)}))
        found = [
            f"{a},{b}"
            for chunk in chunks
            for a, b in zip(*(chunk.column(n).to_pylist() for n in "ab"), strict=True)
        ]
        assert found == rows
        assert [int(n) for chunk in chunks for n in chunk.lines] == list(range(2, 402))
