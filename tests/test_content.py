"""No content, name, address or file name in any byte that an intake writes or says.

Each content field of every fixture holds a text of its own that begins with `CANARY-`. Parquet is
compressed, so tables are searched by their values as well as by their bytes.
"""

from __future__ import annotations

import logging
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from intake_runs import EXPORTS, Taken, fixture_sources, run_intake, source

from core.errors import AuditError
from ingest.limits import Limits
from ingest.settings import SourceSpec

ADDRESSES = ("@acme.example", "@customer.example", "bruno", "kim")
PERSONAL = (*ADDRESSES, "E1", "E6", "U1", "T1", "D0DIRECT")
FILE_NAME = "CANARY-FILENAME-99"


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    folder = tmp_path_factory.mktemp("content")
    sources = []
    for spec in fixture_sources(folder):
        # The files themselves bear names that must not be kept; a second table keeps its own.
        copy = spec.path.with_name(f"{FILE_NAME}-{spec.number}{spec.path.suffix}")
        target = folder / "exports" / copy.name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(spec.path.read_bytes())
        sources.append(SourceSpec(spec.number, spec.reader, target, spec.options))
    calls = EXPORTS / "messages_csv" / "callees.tsv"
    (folder / "exports" / "callees.tsv").write_bytes(calls.read_bytes())
    return run_intake(folder / "run", sources)


def values(path: Path) -> Iterator[str]:
    """Return every text in a table, and everything its file says about itself."""
    with pq.ParquetFile(path) as file:
        yield str(file.schema_arrow.names)
        yield str(file.metadata.metadata)
        table = file.read()
        for column, kind in zip(table.columns, table.schema.types, strict=True):
            if pa.types.is_string(kind):
                yield from (cell for cell in column.unique().to_pylist() if cell is not None)


def written(folder: Path) -> Iterator[tuple[str, str]]:
    """Return every text of every file below a folder, with the file it stands in."""
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        yield path.name, path.name
        yield path.name, path.read_bytes().decode("latin-1")
        if path.suffix == ".parquet":
            for text in values(path):
                yield path.name, text


def test_the_search_itself_finds_what_is_there(taken: Taken) -> None:
    texts = [text for _, text in written(taken.folder.root)]
    assert any("operations-fleet" in text for text in texts)
    assert len({name for name, _ in written(taken.folder.root)}) >= 20
    fixtures = "".join(
        file.read_bytes().decode("latin-1") for file in EXPORTS.rglob("*") if file.is_file()
    )
    assert len(set(re.findall(r"CANARY-[A-Z]+-\d+", fixtures))) >= 70


def test_no_content_reaches_a_byte_written(taken: Taken) -> None:
    # scratch files included: the spool is still there
    assert any(taken.folder.spool.rglob("*.parquet"))
    found = {name for name, text in written(taken.folder.root) if "canary" in text.lower()}
    assert found == set()


def test_no_address_id_or_account_reaches_a_byte_written(taken: Taken) -> None:
    found = {
        (name, word)
        for name, text in written(taken.folder.root)
        if len(text) < 10_000  # whole tables are searched by their values
        for word in PERSONAL
        if re.search(rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])", text)
    }
    assert found == set()


def test_what_the_manifest_is_given_names_no_file_and_nobody(taken: Taken) -> None:
    text = str(taken.report.as_json())
    assert "CANARY" not in text
    assert not any(word in text for word in ADDRESSES)


def test_the_printed_balance_sheet_holds_no_value_of_an_export(taken: Taken) -> None:
    text = "\n".join(line.replace(FILE_NAME, "file") for line in taken.report.lines())
    assert "CANARY" not in text
    assert "acme.example" not in text


def test_logs_and_errors_hold_no_value_of_an_export(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    messages = []
    for spec in fixture_sources(tmp_path):
        try:
            run_intake(tmp_path / "run", [spec], limits=Limits(reject_share=0.0))
        except AuditError as error:
            messages.append("".join([str(error), *getattr(error, "__notes__", [])]))
    assert len(messages) >= 3
    spoken = "\n".join(messages) + caplog.text
    assert "CANARY" not in spoken
    assert "acme.example" not in spoken


def test_the_community_chat_leaves_no_canary(shared_dir: Path, tmp_path: Path) -> None:
    export = shared_dir / "data" / "chat" / "slack_community_export.zip"
    with zipfile.ZipFile(export) as archive:
        raw = b"".join(archive.read(name) for name in archive.namelist())
    marks = set(re.findall(r"CANARY-[A-Z]+-[0-9a-f]{4}", raw.decode("utf-8", "replace")))
    assert len(marks) >= 3
    taken = run_intake(tmp_path / "run", [source(1, "slack", export)])
    names = ("Person 0", "person000", "user000", "channel-00", "partner.example")
    for name, text in written(taken.folder.root):
        assert not any(mark in text for mark in marks), name
        assert not any(word in text for word in names), name


def test_an_export_of_another_kind_is_not_quoted_back(tmp_path: Path) -> None:
    path = tmp_path / "letter.csv"
    path.write_text("CANARY-NAME-1@acme.example,CANARY-BODY-1\n", encoding="utf-8")
    for reader in ("roster_csv", "messages_csv", "survey_csv", "slack", "mbox"):
        with pytest.raises(AuditError) as caught:
            run_intake(tmp_path / "run", [source(1, reader, path)], limits=Limits())
        assert "CANARY" not in str(caught.value), reader
