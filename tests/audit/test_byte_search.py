"""The search for what must be gone finds it in every spelling and packing."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
import zlib
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest

from audit.life_cycle import byte_search
from audit.life_cycle.byte_search import Needles, search

ADDRESS = "Canary.Person@example.com"
DIGEST = "0123456789abcdef0123456789abcdef"
NEEDLES = Needles.of([ADDRESS], [DIGEST])


def zipped(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", content)
    return stream.getvalue()


def table(value: str | bytes, **how: object) -> bytes:
    stream = io.BytesIO()
    pd.DataFrame(
        {"n": range(900), "cell": ["x"] * 899 + [value]}
        if isinstance(value, str)
        else {"cell": [b"x" * 16] * 9 + [value]}
    ).to_parquet(stream, **how)  # type: ignore[call-overload]
    return stream.getvalue()


HIDDEN = {
    "plain": ADDRESS.encode(),
    "other case": ADDRESS.upper().encode(),
    "utf-16": ADDRESS.encode("utf-16"),
    "utf-16 other end": ADDRESS.encode("utf-16-be"),
    "in an address bar": f"?q={quote(ADDRESS, safe='')}".encode(),
    **{f"base64 at {n}": base64.b64encode(b"<" * n + ADDRESS.encode() + b">>") for n in range(3)},
    "digits": DIGEST.upper().encode(),
    "packed digits": bytes.fromhex(DIGEST),
    "zip": zipped(ADDRESS.lower().encode()),
    "zip in zip": zipped(zipped(ADDRESS.encode())),
    "gzip": gzip.compress(ADDRESS.encode()),
    "pdf": b"%PDF-1.7\nstream\n" + zlib.compress(ADDRESS.encode()) + b"\nendstream",
    "table": table(ADDRESS, compression="zstd"),
    "table with a dictionary": table(ADDRESS, compression="snappy"),
    "table of bytes": table(bytes.fromhex(DIGEST), compression="zstd"),
}


@pytest.mark.parametrize("name", list(HIDDEN))
def test_it_is_found(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"before " + HIDDEN[name] if name == "plain" else HIDDEN[name])
    (tmp_path / "other").write_bytes(b"nothing")
    found = search([tmp_path], NEEDLES)
    assert [path.name for path in found.hits] == ["file"]
    assert found.n_files == 2


def test_it_is_found_across_two_pieces_of_a_large_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(byte_search, "_AT_ONCE", 64)
    for place in range(0, 140, 7):
        content = b"." * place + ADDRESS.encode() + b"." * 90
        (tmp_path / "file").write_bytes(content)
        found = search([tmp_path], NEEDLES)
        assert len(found.hits) == 1
        assert found.n_bytes == len(content)


def test_names_of_files_count_and_folders_of_others_do_not(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "mail.csv").write_text(ADDRESS)
    (tmp_path / f"{ADDRESS.lower()}.pst").write_text("x")
    found = search([tmp_path], NEEDLES, leave=[tmp_path / "exports"])
    assert [path.suffix for path in found.hits] == [".pst"]


def test_what_cannot_be_unpacked_is_not_called_clean(tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    found = search([tmp_path], NEEDLES)
    assert not found.is_clean
    assert "could not be unpacked" in found.line(tmp_path)
    assert ADDRESS not in found.line(tmp_path)
