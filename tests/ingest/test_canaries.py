"""Every content field of every fixture holds a canary; an import leaves none of them anywhere.

Searched are all bytes below the run folder (tables by their values too, members of archives, spool
and scratch files), the report of the import, the log, and every error.
"""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from intake_runs import run_intake, source
from reader_cases import Case, _survey, all_cases

from core.errors import AuditError
from ingest.registry import readers

MARK = "canary"
CASES = [case for case in all_cases() if not case.told["source"].startswith("shared:")]
BINARY = {"spss", "pst", "msg"}
"""Their fixtures are made by libraries; canaries stand in them as their formats write text."""


def of_reader(name: str) -> list[Case]:
    return [case for case in CASES if case.reader == name]


def texts(content: bytes) -> Iterator[str]:
    """Bytes as text in the ways in which a canary could stand in them."""
    yield content.decode("latin-1")
    if b"\x00" in content:
        yield content.replace(b"\x00", b"").decode("latin-1")


def written(folder: Path) -> Iterator[tuple[str, str]]:
    """Every text of every file below a folder, with the name of the file."""
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        content = path.read_bytes()
        yield path.name, path.name
        yield from ((path.name, text) for text in texts(content))
        if path.suffix == ".parquet":
            yield from ((path.name, text) for text in values(path))
        if content.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield from ((path.name, text) for text in texts(archive.read(name)))


def values(path: Path) -> Iterator[str]:
    with pq.ParquetFile(path) as file:
        yield str(file.schema_arrow.names)
        table = file.read()
    for column in table.columns:
        if pa.types.is_string(column.type) or pa.types.is_binary(column.type):
            yield from (str(cell) for cell in column.unique().to_pylist() if cell is not None)


def held(path: Path) -> bool:
    """Whether an export holds a canary at all."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return any(MARK in text.lower() for file in files for text in texts(file.read_bytes()))


@pytest.mark.parametrize("name", sorted({case.reader for case in CASES} - BINARY))
def test_the_fixtures_of_a_reader_hold_canaries(name: str, tmp_path: Path) -> None:
    held_by = [held(case.file.parent / case.told["source"]) for case in of_reader(name)]
    assert any(held_by)


@pytest.mark.parametrize("name", sorted({case.reader for case in CASES}))
def test_no_canary_outlives_an_import(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said, groups = [], grouped(of_reader(name), tmp_path)
    for number, (sources, changes) in enumerate(groups):
        run = tmp_path / f"run{number}"
        try:
            taken = run_intake(run, sources, **changes)
        except AuditError as error:
            said.append("".join([str(error), *getattr(error, "__notes__", [])]))
            continue
        said += [str(taken.report.as_json()), *taken.report.lines()]
        found = {file for file, text in written(taken.folder.root) if MARK in text.lower()}
        assert found == set()
    assert MARK not in "\n".join([*said, caplog.text]).lower()


def grouped(cases: list[Case], scratch: Path) -> list[tuple[list[object], dict[str, object]]]:
    """Sources to be read in one import: all plain ones together, surveys each with its items."""
    together, alone = [], []
    for number, case in enumerate(cases, start=1):
        place = scratch / f"case{number}"
        place.mkdir()
        spec = source(number, case.reader, case.path(place), case.told.get("options", {}))
        if "forms" in readers.get(case.reader).meta.gives:
            alone.append(([spec], {"survey": _survey(case.told.get("survey", {}))}))
        else:
            together.append(spec)
    return ([(together, {})] if together else []) + alone
