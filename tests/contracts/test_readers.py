"""Every reader against its contract: what it declares, what it yields, what it counts."""

from __future__ import annotations

import inspect
from functools import cache
from pathlib import Path

import pytest
from intake_runs import EXPORTS, settings
from reader_cases import Case, all_cases, run_case

from core.errors import ConfigError
from core.registry import Entry
from ingest.batches import ACCOUNT_KINDS, TABLES
from ingest.merging.known import AUTO_ORDER, LIST_MAIL
from ingest.reading import start_reading
from ingest.registry import Reader, ReaderInfo, readers
from ingest.settings import SourceSpec
from ingest.sniff import START_BYTES, _as_utf8

ALL = list(readers)
CASES = all_cases()
MOST_BYTES = 64 * 1024
IDENTITY_COLUMNS = {"sender", "recipient", "account", "manager", "person"}
WORDS = {
    "channel": {"email", "chat", "meeting", "call"},
    "act": {"post", "reply", "reaction"},
    "visibility": {"direct", "closed", "open"},
    "role": {"to", "cc", "mention", "member"},
    "auto_reason": {None, LIST_MAIL, *AUTO_ORDER},
}


@pytest.fixture(params=ALL, ids=[entry.name for entry in ALL])
def entry(request: pytest.FixtureRequest) -> Entry[ReaderInfo, Reader]:
    found: Entry[ReaderInfo, Reader] = request.param
    return found


def test_a_reader_says_what_it_is(entry: Entry[ReaderInfo, Reader]) -> None:
    info = entry.meta
    assert info.title
    assert info.traps
    assert set(info.gives) <= set(TABLES)
    assert info.gives
    assert len(set(info.options)) == len(info.options)
    assert inspect.getdoc(entry.function)
    assert list(inspect.signature(entry.function).parameters) == ["source"]


def test_a_reader_has_small_fixtures_with_a_canary(entry: Entry[ReaderInfo, Reader]) -> None:
    files = [file for file in (EXPORTS / entry.name).rglob("*") if file.is_file()]
    assert all(file.stat().st_size <= MOST_BYTES for file in files)
    own = [case for case in CASES if case.reader == entry.name]
    if all(str(case.told["source"]).startswith("shared:") for case in own):
        return  # a binary format that only its own program writes
    assert any(_holds_canary(file.read_bytes()) for file in files)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_file_is_known_by_one_reader_alone(case: Case, tmp_path: Path) -> None:
    if not case.told.get("is_sniffed", True):
        pytest.skip("only its declaration tells what it is")
    path = case.path(tmp_path)
    start = b""
    if path.is_file():
        with path.open("rb") as stream:
            start = _as_utf8(stream.read(START_BYTES))
    assert [entry.name for entry in ALL if entry.meta.sniff(path, start)] == [case.reader]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_batches_hold_known_words_and_typed_identities(case: Case, tmp_path: Path) -> None:
    rows = run_case(case, tmp_path).rows
    for table, found in rows.items():
        for row in found:
            for column, words in WORDS.items():
                assert row.get(column) in words | {None}, (table, column)
            for column in IDENTITY_COLUMNS & row.keys():
                assert row[column] is None or ":" in row[column], (table, column)
    assert {row["kind"] for row in rows["accounts"]} <= set(ACCOUNT_KINDS)
    given = {row["unit"] for row in rows["messages"]}
    assert {row["unit"] for row in rows["recipients"]} <= given
    assert sorted(given) == list(range(len(rows["messages"])))


def test_an_option_that_a_reader_does_not_know_is_refused(
    entry: Entry[ReaderInfo, Reader], tmp_path: Path
) -> None:
    path = tmp_path / "export"
    path.write_text("x")
    with pytest.raises(ConfigError, match=r"no_such_option.*Known options"):
        start_reading(SourceSpec(1, entry.name, path, {"no_such_option": True}), settings())


def test_no_reader_can_reach_the_key_or_write(entry: Entry[ReaderInfo, Reader]) -> None:
    module = inspect.getsourcefile(entry.function)
    assert module is not None
    text = _source(Path(module))
    for word in ("pseudonym", "write_text", "write_bytes", '"wb"', '"w"', "duckdb", "to_parquet"):
        assert word not in text, word


@cache
def _source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _holds_canary(content: bytes) -> bool:
    return any("CANARY".encode(code) in content for code in ("utf-8", "utf-16-le", "utf-16-be"))
