"""Every reader against its contract: what it declares, what it yields, what it counts."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from intake_runs import EXPORTS, fixture_sources, settings

from core.errors import ConfigError
from core.registry import Entry
from ingest.batches import TABLES
from ingest.reading import source_for, start_reading
from ingest.registry import Reader, ReaderInfo, readers
from ingest.settings import SourceSpec
from ingest.sniff import START_BYTES

ALL = list(readers)
IDENTITY = ("email:", "id:", "slack:", "chat:")
IDENTITY_COLUMNS = {"sender", "recipient", "account", "manager", "person"}
FEWEST = 5
UNITS = {"messages", "people", "forms", "codings"}
MOST_ROWS = 20
WORDS = {
    "channel": {"email", "chat", "meeting", "call"},
    "act": {"post", "reply", "reaction"},
    "visibility": {"direct", "closed", "open"},
    "role": {"to", "cc", "mention", "member"},
}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[SourceSpec]:
    return fixture_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(params=ALL, ids=[entry.name for entry in ALL])
def entry(request: pytest.FixtureRequest) -> Entry[ReaderInfo, Reader]:
    found: Entry[ReaderInfo, Reader] = request.param
    return found


def test_the_readers_of_the_house_are_found() -> None:
    assert len(ALL) >= FEWEST


def test_a_reader_says_what_it_is(entry: Entry[ReaderInfo, Reader]) -> None:
    info = entry.meta
    assert info.title
    assert set(info.gives) <= set(TABLES)
    assert info.gives
    assert len(set(info.options)) == len(info.options)
    assert inspect.getdoc(entry.function)
    assert list(inspect.signature(entry.function).parameters) == ["source"]


def test_a_reader_has_a_small_fixture_with_a_canary(entry: Entry[ReaderInfo, Reader]) -> None:
    files = [file for file in (EXPORTS / entry.name).rglob("*") if file.is_file()]
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8")
        mails = text.count("\nMessage-ID:")
        assert mails or text.count("\n") <= MOST_ROWS + 2, file
    assert any("CANARY-" in file.read_text(encoding="utf-8") for file in files)


def test_a_reader_knows_its_own_format_and_no_other(
    entry: Entry[ReaderInfo, Reader], sources: list[SourceSpec]
) -> None:
    for spec in sources:
        if spec.path.suffix == ".tsv":
            continue  # no header: only its declaration tells what it is
        with spec.path.open("rb") as stream:
            start = stream.read(START_BYTES)
        assert entry.meta.sniff(spec.path, start) == (spec.reader == entry.name), spec.path.name


def test_batches_have_the_declared_tables_and_every_unit_is_counted(
    entry: Entry[ReaderInfo, Reader], sources: list[SourceSpec]
) -> None:
    mine = [spec for spec in sources if spec.reader == entry.name]
    assert mine
    for spec in mine:
        reading = start_reading(spec, settings())
        units = 0
        for batch in entry.function(source_for(reading, settings())):
            assert batch.table in entry.meta.gives
            assert batch.rows.schema == TABLES[batch.table]
            units += batch.rows.num_rows if batch.table in UNITS else 0
            _check_words(batch.rows.to_pydict())
        tally = reading.tally
        assert tally.n_seen == units + tally.n_filtered + tally.n_rejected
        assert tally.n_seen > 0


def test_an_option_that_a_reader_does_not_know_is_refused(
    entry: Entry[ReaderInfo, Reader], sources: list[SourceSpec]
) -> None:
    spec = next(spec for spec in sources if spec.reader == entry.name)
    wrong = SourceSpec(1, spec.reader, spec.path, {"no_such_option": True})
    with pytest.raises(ConfigError, match=r"no_such_option.*Known options"):
        start_reading(wrong, settings())


def test_no_reader_can_reach_the_key_or_write(entry: Entry[ReaderInfo, Reader]) -> None:
    module = inspect.getsourcefile(entry.function)
    assert module is not None
    text = Path(module).read_text(encoding="utf-8")
    for word in ("pseudonym", "write_text", "write_bytes", '"wb"', '"w"', "duckdb", "to_parquet"):
        assert word not in text, word


def _check_words(rows: dict[str, list[str | None]]) -> None:
    for column, words in WORDS.items():
        assert set(rows.get(column, ())) <= words
    for column in IDENTITY_COLUMNS & rows.keys():
        assert all(cell is None or cell.startswith(IDENTITY) for cell in rows[column]), column
    assert "CANARY" not in str(rows).upper()
