"""JSON against the acceptance suite: what must be read is read, all else refused by name."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from shared_data import SHARED

from ingest.json_files import JsonError, document, line_records, records
from ingest.limits import Limits

SUITE = SHARED / "corpora" / "json" / "JSONTestSuite" / "test_parsing"
CASES = sorted(SUITE.glob("*.json"))


class Anything(msgspec.Struct):
    id: str = ""


def is_taken(text: bytes) -> bool:
    """Whether a text is taken as the value of a field, where any value may stand."""
    try:
        found = list(records(b'[{"id": "x", "value": ' + text + b"\n}]", Anything))
    except JsonError:
        return False
    return found == [Anything("x")]


def test_the_suite_is_there(shared_dir: Path) -> None:
    assert len(CASES) >= 300


@pytest.mark.parametrize("path", [c for c in CASES if c.name[0] == "y"], ids=lambda p: p.stem)
def test_what_is_json_is_taken(path: Path) -> None:
    assert is_taken(path.read_bytes())


@pytest.mark.parametrize("path", [c for c in CASES if c.name[0] == "n"], ids=lambda p: p.stem)
def test_what_is_no_json_is_refused_with_a_code(path: Path) -> None:
    assert not is_taken(path.read_bytes())


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
@pytest.mark.parametrize("door", ["records", "document", "lines"])
def test_no_file_of_the_suite_gets_past_the_doors_as_a_crash(path: Path, door: str) -> None:
    text = path.read_bytes()
    doors: dict[str, Callable[[], object]] = {
        "records": lambda: list(records(text, Anything)),
        "document": lambda: document(text, Anything),
        "lines": lambda: list(line_records(io.BytesIO(text), Anything, Limits())),
    }
    try:
        doors[door]()
    except JsonError as fault:
        assert fault.code.startswith("E-JSON-00")
        assert fault.reason
