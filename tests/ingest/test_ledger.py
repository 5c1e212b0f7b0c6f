"""The ledger: nothing is read twice, and the tables hang on what was said, not on the files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from intake_runs import EXPORTS, fixture_sources, run_intake, source
from intake_runs import settings as intake_settings

from core.engine import DuckDBEngine
from core.progress import Silent
from core.store import RunFolder
from ingest import reading
from ingest.batches import Batch
from ingest.intake import take_in
from ingest.mail.split import mapped, split
from ingest.settings import IntakeSettings, OptionValue, SourceSpec
from ingest.source import Source
from ingest.tables import csv_columns

MBOX = EXPORTS / "mbox" / "mail.mbox"
TABLES = ("messages", "people", "identities", "conflicts")


def again(run: RunFolder, sources: list[SourceSpec], chosen: IntakeSettings) -> None:
    """Import once more into the same run folder, as the next run does."""
    folder = RunFolder.create(run.root)
    with DuckDBEngine(threads=1) as engine:
        take_in(sources, chosen, folder, engine, Silent())


def tables(run: RunFolder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(run.canonical.glob("*.parquet"))}


@pytest.fixture
def taken(tmp_path: Path) -> tuple[RunFolder, list[SourceSpec]]:
    sources = fixture_sources(tmp_path / "sources")
    return run_intake(tmp_path / "run", sources).folder, sources


def no_reading(monkeypatch: pytest.MonkeyPatch, but: str = "") -> list[str]:
    """Let no message source be read again; return the readers that were asked all the same."""
    asked: list[str] = []
    batches = reading.batches_of

    def watched(name: str, given_: object) -> object:
        if name in {"mbox", "slack", "messages_csv"}:
            asked.append(name)
        return batches(name, given_)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "batches_of", watched)
    return asked


def test_the_same_files_are_not_read_again_and_give_the_same_tables(
    taken: tuple[RunFolder, list[SourceSpec]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, sources = taken
    before = tables(run)
    asked = no_reading(monkeypatch)
    again(run, sources, intake_settings())
    assert not asked
    assert tables(run) == before


def test_a_new_alias_file_finds_people_without_reading_the_mail_again(
    taken: tuple[RunFolder, list[SourceSpec]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, sources = taken
    before = tables(run)["identities.parquet"]
    aliases = tmp_path / "aliases.csv"
    aliases.write_text("person_id,alias\n1001,somebody.else@acme.example\n")
    roster = next(spec for spec in sources if spec.reader == "roster_csv").path.read_text()
    first_id = roster.splitlines()[1].split(",")[0]
    aliases.write_text(f"person_id,alias\n{first_id},kim@customer.example\n")
    asked = no_reading(monkeypatch)
    again(run, sources, intake_settings(aliases=aliases))
    assert not asked
    assert tables(run)["identities.parquet"] != before


def test_other_rules_or_options_read_the_file_again(
    taken: tuple[RunFolder, list[SourceSpec]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, sources = taken
    asked = no_reading(monkeypatch)
    again(run, sources, intake_settings(own_domains=("acme.example", "acme.org")))
    assert set(asked) == {"mbox", "slack", "messages_csv"}


def test_what_no_source_leads_to_any_more_is_forgotten(
    taken: tuple[RunFolder, list[SourceSpec]],
) -> None:
    run, sources = taken
    n_before = len(list(run.ledger.iterdir()))
    again(run, [spec for spec in sources if spec.reader != "slack"], intake_settings())
    assert len(list(run.ledger.iterdir())) == n_before - 1


def test_a_damaged_part_is_read_anew(taken: tuple[RunFolder, list[SourceSpec]]) -> None:
    run, sources = taken
    before = tables(run)
    part = next(iter(sorted(run.ledger.iterdir())))
    (part / "state.json").unlink()
    again(run, sources, intake_settings())
    assert tables(run) == before


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tables of the fixture's mails read at once."""
    roster = source(1, "roster_csv", EXPORTS / "roster_csv" / "roster.csv")
    folder = tmp_path_factory.mktemp("whole") / "run"
    return tables(run_intake(folder, [roster, source(2, "mbox", MBOX)]).folder)


@pytest.mark.slow
@tried(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_overlapping_pieces_in_any_order_give_the_tables_of_the_whole(
    tmp_path_factory: pytest.TempPathFactory, whole: dict[str, bytes], data: st.DataObject
) -> None:
    """The mails of the fixture cut into two or three overlapping files, given in any order."""
    folder = tmp_path_factory.mktemp("pieces")
    content = MBOX.read_bytes()
    with mapped(MBOX) as mail:
        starts = [raw.offset for raw in split(mail, 1 << 20)]
    edges = [0, *starts[1:], len(content)]
    roster = source(1, "roster_csv", EXPORTS / "roster_csv" / "roster.csv")
    pieces = []
    for n, (first, last) in enumerate(data.draw(covers(len(edges) - 1))):
        path = folder / f"piece{n}.mbox"
        path.write_bytes(content[edges[first] : edges[last]])
        pieces.append(path)
    order = data.draw(st.permutations(pieces))
    parts = run_intake(
        folder / "parts",
        [roster, *(source(n, "mbox", path) for n, path in enumerate(order, start=2))],
    )
    for name in TABLES:
        assert tables(parts.folder)[f"{name}.parquet"] == whole[f"{name}.parquet"], name


@st.composite
def covers(draw: st.DrawFn, n: int) -> list[tuple[int, int]]:
    """Two or three ranges that overlap and together hold everything from 0 to `n`."""
    middle = draw(st.integers(1, n - 1))
    ranges = [(0, draw(st.integers(middle, n))), (draw(st.integers(0, middle)), n)]
    if draw(st.booleans()):
        first = draw(st.integers(0, n - 1))
        ranges.append((first, draw(st.integers(first + 1, n))))
    return ranges


@pytest.mark.parametrize("n_first", [1, 2, 3])
def test_of_a_grown_mailbox_the_tail_alone_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_first: int
) -> None:
    """The fixture cut after some mails and grown back, against the whole read at once."""
    content = MBOX.read_bytes()
    with mapped(MBOX) as mail:
        starts = [raw.offset for raw in split(mail, 1 << 20)]
    path = tmp_path / "mail.mbox"
    path.write_bytes(content[: starts[n_first]])
    sources = [
        source(1, "roster_csv", EXPORTS / "roster_csv" / "roster.csv"),
        source(2, "mbox", path),
    ]
    run = run_intake(tmp_path / "run", sources).folder
    path.write_bytes(content)
    began: list[int] = []
    batches = reading.batches_of

    def watched(name: str, given_: Source) -> Iterator[Batch]:
        began.append(given_.start)
        return batches(name, given_)

    monkeypatch.setattr(reading, "batches_of", watched)
    again(run, sources, intake_settings())
    assert began == [0, starts[n_first]]
    monkeypatch.undo()
    whole = run_intake(tmp_path / "whole", sources).folder
    assert tables(run) == tables(whole)


def test_a_mailbox_that_was_cut_inside_a_mail_is_read_anew(tmp_path: Path) -> None:
    content = MBOX.read_bytes()
    path = tmp_path / "mail.mbox"
    path.write_bytes(content[: len(content) // 2 + 3])
    sources = [source(2, "mbox", path)]
    run = run_intake(tmp_path / "run", sources).folder
    path.write_bytes(content)
    again(run, sources, intake_settings())
    assert tables(run) == tables(run_intake(tmp_path / "whole", sources).folder)


@pytest.mark.slow
def test_progress_tells_bytes_and_rows_while_a_large_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_columns, "LARGE", 1 << 18)  # so that a small file has several pieces
    path = tmp_path / "calls.csv"
    lines = (f"{1735689600 + n},a{n % 50},b{n % 70}\n" for n in range(120_000))
    path.write_text("sent,sender,recipient\n" + "".join(lines))
    columns: dict[str, OptionValue] = {name: name for name in ("sent", "sender", "recipient")}
    options = {"columns": columns, "time": "epoch_s", "identity": "chat_id", "channel": "call"}
    spec = source(1, "messages_csv", path, options)
    heard = Heard()
    folder = RunFolder.create(tmp_path / "run")
    with DuckDBEngine(threads=1) as engine:
        take_in([spec], intake_settings(), folder, engine, heard)
    assert heard.total == sum(heard.steps) == path.stat().st_size
    assert 0 < heard.steps[0] < heard.total
    assert heard.n_rows == 120_000


class Heard(Silent):
    """Remembers what a reporter is told."""

    def __init__(self) -> None:
        self.total = 0
        self.n_rows = 0
        self.steps: list[int] = []

    def start(self, label: str, total: int | None) -> None:
        self.total = total or 0 if label else 0

    def advance(self, n: int = 1) -> None:
        self.steps += [n] if n else []

    def rows(self, n: int) -> None:
        self.n_rows = n


@pytest.mark.slow
def test_which_copy_speaks_for_a_message_hangs_on_no_file(tmp_path: Path) -> None:
    """One mail twice, as sent and through a list: whichever file comes first by its hash."""
    mail = (
        "From x Mon Jan  5 09:00:00 2026\nFrom: ana@acme.example\nTo: ben@acme.example\n"
        "Date: Mon, 5 Jan 2026 09:00:00 +0000\nMessage-ID: <1@acme.example>\n{more}\n\n"
    )
    found = set()
    for n in range(6):
        first, second = tmp_path / f"{n}a.mbox", tmp_path / f"{n}b.mbox"
        first.write_text(mail.format(more=f"X-Number: {n}"))
        second.write_text(mail.format(more=f"X-Number: {n}\nList-Id: <team.acme.example>"))
        taken = run_intake(
            tmp_path / f"run{n}", [source(1, "mbox", first), source(2, "mbox", second)]
        )
        found |= set(taken.table("messages")["visibility"])
    assert found == {"closed"}


def test_parts_are_for_the_owner_only(taken: tuple[RunFolder, list[SourceSpec]]) -> None:
    run, _ = taken
    assert (run.root / "private").stat().st_mode & 0o077 == 0
    assert os.access(run.ledger, os.R_OK)
