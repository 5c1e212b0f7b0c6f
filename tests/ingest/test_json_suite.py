"""JSON against the acceptance suite: what must be read is read, all else refused by name."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from shared_data import SHARED

from ingest.files.json_files import JsonError, document, line_records, records
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


def test_what_is_json_is_taken() -> None:
    refused = [c.stem for c in CASES if c.name[0] == "y" and not is_taken(c.read_bytes())]
    assert refused == []


def test_what_is_no_json_is_refused_with_a_code() -> None:
    taken = [c.stem for c in CASES if c.name[0] == "n" and is_taken(c.read_bytes())]
    assert taken == []


DOORS: dict[str, Callable[[bytes], object]] = {
    "records": lambda text: list(records(text, Anything)),
    "document": lambda text: document(text, Anything),
    "lines": lambda text: list(line_records(io.BytesIO(text), Anything, Limits())),
}


@pytest.mark.parametrize("door", DOORS)
def test_no_file_of_the_suite_gets_past_the_doors_as_a_crash(door: str) -> None:
    ends = {case.stem: _end(DOORS[door], case.read_bytes()) for case in CASES}
    assert {name: end for name, end in ends.items() if end} == {}


def _end(opened: Callable[[bytes], object], text: bytes) -> str:
    """Return what is wrong with how a text is taken or refused; "" for nothing."""
    try:
        opened(text)
    except JsonError as fault:
        return "" if fault.code.startswith("E-JSON-00") and fault.reason else "no code or reason"
    except Exception as crash:  # whatever it is, the next file is tried too
        return repr(crash)
    return ""
