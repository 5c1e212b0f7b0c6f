"""Keyed hashes of columns: AES-CMAC as the standard has it, one by one and all at once."""

from __future__ import annotations

import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st
from property_inputs import tried

from ingest.cells import Typed
from ingest.keys.keyed_columns import KeyedColumns, hex_digits
from ingest.keys.pseudonyms import Pseudonymiser

ROOT = bytes(range(32))
KEY = bytes.fromhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")


def oracle(key: bytes, text: str) -> str:
    mac = CMAC(AES(key))
    mac.update(text.encode("utf-8"))
    return mac.finalize().hex()


def test_the_empty_text_has_the_code_of_the_standard() -> None:
    # NIST SP 800-38B, D.3, AES-256, example 9 (empty message)
    expected = "028962f61b7bf89efc6b551f4667d983"
    assert KeyedColumns(KEY).digits("") == expected
    assert KeyedColumns(KEY).column(pa.array([""])).to_pylist() == [expected]


@given(st.lists(st.one_of(st.none(), st.text(max_size=80), st.text(min_size=1000, max_size=1100))))
@tried(25)
def test_a_column_has_the_codes_of_its_cells(texts: list[str | None]) -> None:
    expected = [None if text is None else oracle(KEY, text) for text in texts]
    made = KeyedColumns(KEY)
    assert made.column(pa.array(texts, pa.string())).to_pylist() == expected
    assert made.column(pa.array(["before", *texts], pa.string())[1:]).to_pylist() == expected


@pytest.mark.parametrize("n", [15, 16, 17, 32, 1024, 1025, 5000])
def test_texts_about_the_size_of_a_block_have_the_codes_of_the_standard(n: int) -> None:
    texts = ["x" * n, "é" * n, "y" * (n - 1)]
    found = KeyedColumns(KEY).column(pa.array(texts * 3_000)).to_pylist()
    assert found == [oracle(KEY, text) for text in texts] * 3_000


@pytest.mark.parametrize("start", ["", "mid:", "thread:email:", "x" * 16, "é" * 20, "z" * 1030])
def test_a_text_before_every_cell_is_hashed_as_if_it_were_written_there(start: str) -> None:
    cells = ["".join(chr(97 + n % 26) for n in range(size)) for size in range(71)]
    for some in (cells, cells[5:6] * 40, [None, *cells, None, "ü" * 17, "k" * 2_000]):
        expected = [None if cell is None else oracle(KEY, start + cell) for cell in some]
        for column in (pa.array(some, pa.string()), pa.array(["x", *some], pa.string())[1:]):
            found = KeyedColumns(KEY).codes(Typed(start, column))
            assert hex_digits(found).to_pylist() == expected


def test_message_keys_are_hashed_under_a_subkey_of_their_own() -> None:
    subkey = HKDF(SHA256(), 32, salt=None, info=b"thread").derive(ROOT)
    key = Pseudonymiser(ROOT)
    assert key.message("mid:1@x.example") == oracle(subkey, "mid:1@x.example")
    assert key.messages(pa.array(["mid:1@x.example", None])).to_pylist() == [
        key.message("mid:1@x.example"),
        None,
    ]
