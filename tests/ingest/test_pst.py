"""Outlook data files: cut off, protected, damaged, and only the wanted properties."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from intake_runs import settings, source
from shared_data import shared_path

from core.errors import AuditError, SourceError
from ingest.mail import mapi
from ingest.readers.pst import read_pst
from ingest.reading import Reading, close_accounts, source_for, start_reading

# Subject, bodies, headers, names shown, topic, attachments, flags that tell what was read.
CONTENT = {0x0037, 0x0E1D, 0x1000, 0x1009, 0x1013, 0x007D, 0x3001, 0x0C1A, 0x0042, 0x0070, 0x0E04,
           0x3707, 0x3701, 0x0E07, 0x10F3, 0x3FFA}  # fmt: skip


@pytest.fixture
def small() -> bytes:
    return _corpus("testPST_variousBodyTypes.pst").read_bytes()


def _corpus(name: str) -> Path:
    return shared_path(
        "corpora", "mail", "tika", "tika-parsers", "tika-parsers-standard",
        "tika-parsers-standard-modules", "tika-parser-microsoft-module", "src", "test",
        "resources", "test-documents", name,
    )  # fmt: skip


def read(path: Path) -> tuple[Reading, list[dict]]:
    reading = start_reading(source(1, "pst", path), settings())
    rows = [
        row
        for batch in read_pst(source_for(reading, settings()))
        if batch.table == "messages"
        for row in batch.rows.to_pylist()
    ]
    reading.n_messages = len(rows)
    close_accounts(reading, 0)
    return reading, rows


def test_no_wanted_property_holds_content() -> None:
    assert not CONTENT & (mapi.OF_ITEM | mapi.OF_RECIPIENT)


def test_a_file_cut_off_says_how_much_of_it_is_there(tmp_path: Path, small: bytes) -> None:
    path = tmp_path / "archive.pst"
    path.write_bytes(small[: int(len(small) * 0.655)])
    reading, rows = read(path)
    assert len(rows) == 4  # the library itself sees nothing wrong
    assert not reading.tally.is_complete
    assert reading.tally.warnings == [
        "archive.pst: 65 % of the size its header states (W-PST-002). 4 messages were read; the "
        "import is marked incomplete. Copy the file again."
    ]
    path.write_bytes(small)
    assert read(path)[0].tally.is_complete


@pytest.mark.parametrize(
    ("at", "patch", "code", "hint"),
    [
        (0, b"MZ", "E-PST-001", "Export from Outlook again"),
        (8, b"SO", "E-PST-002", "not the .ost"),
        (0x201, b"\x10", "E-PST-003", "without protection"),
    ],
)
def test_what_is_no_readable_export_is_refused_with_what_to_do(
    tmp_path: Path, small: bytes, at: int, patch: bytes, code: str, hint: str
) -> None:
    path = tmp_path / "archive.pst"
    path.write_bytes(small[:at] + patch + small[at + len(patch) :])
    with pytest.raises(SourceError) as error:
        read(path)
    assert error.value.code == code
    assert hint in str(error.value)


def test_a_header_alone_is_refused(tmp_path: Path, small: bytes) -> None:
    path = tmp_path / "archive.pst"
    for size in (4, 500, 600, 20_000):
        path.write_bytes(small[:size])
        with pytest.raises(SourceError, match="Nothing was read"):
            read(path)


def test_bytes_turned_over_never_end_in_a_crash(tmp_path: Path, small: bytes) -> None:
    chance = random.Random(7)  # noqa: S311 - turns bytes over
    path = tmp_path / "archive.pst"
    for _ in range(40):
        content = bytearray(small)
        for _ in range(200):
            content[chance.randrange(0x400, len(content))] = chance.randrange(256)
        path.write_bytes(content)
        try:
            read(path)
        except AuditError as error:
            assert "Nothing was read" in str(error)


def test_without_the_package_the_error_names_it(
    tmp_path: Path, small: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "archive.pst"
    path.write_bytes(small)
    monkeypatch.setitem(sys.modules, "pypff", None)
    with pytest.raises(SourceError, match=r"E-READER-002.*pip install libpff-python"):
        read(path)
