"""Readers in a process of their own: the same rows, the same errors, and every death reported."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from shared_data import CHECKOUT

from core.errors import AuditError, LimitError, SourceError
from core.registry import Entry
from ingest import child
from ingest.batches import Batch
from ingest.limits import MEGA, Limits
from ingest.registry import Reader, ReaderInfo, readers
from ingest.running import batches_of, holds_workbook
from ingest.settings import ItemSettings, ScaleSettings, SurveySettings
from ingest.source import Source
from ingest.tally import Tally

EXPORTS = CHECKOUT / "tests" / "fixtures" / "exports"
MBOX = EXPORTS / "mbox" / "mail.mbox"
SURVEY = SurveySettings(
    scales=(ScaleSettings("safety", "Safety", "psychological safety"),),
    items=(ItemSettings("safety_1", "safety", "Q1", 1, 1, 7),),
)
# Stands in for the module that runs readers: the same limits, but a reader that misbehaves.
MISBEHAVING = """
import sys; sys.path.insert(0, sys.argv[1])
import os, signal, time
from ingest import child_main
from ingest.registry import readers
def bad(source):
    source.tally.see()
    {what}
    yield from ()
readers._scan()
readers._entries["mbox"].__dict__["function"] = bad
child_main.main()
"""


def opened(path: Path, limits: Limits | None = None) -> Source:
    tally = Tally(path.name, replace(limits or Limits(), reject_share=1.0))
    return Source(1, path, tally, latest_s=2**32, survey=SURVEY)


def entry() -> Entry[ReaderInfo, Reader]:
    return readers.get("mbox")


def misbehave(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setattr(child, "_BOOT", MISBEHAVING.format(what=what))


def rows(batches: Iterator[Batch]) -> list[tuple[str, list[dict[str, object]]]]:
    return [(batch.table, batch.rows.to_pylist()) for batch in batches]


def counts(tally: Tally) -> dict[str, object]:
    return {name: value for name, value in vars(tally).items() if name != "share"}


def test_a_child_gives_the_rows_and_counts_that_the_reader_gives_here() -> None:
    here, there = opened(MBOX), opened(MBOX)
    assert rows(child.read_in_child(entry(), there)) == rows(entry().function(here))
    assert counts(there.tally) == counts(here.tally)
    assert here.tally.n_seen > 0


def test_options_survey_and_window_reach_the_child(tmp_path: Path) -> None:
    csv = EXPORTS / "survey_csv" / "wide.csv"
    here, there = opened(csv), opened(csv)
    found = rows(child.read_in_child(readers.get("survey_csv"), there))
    assert found == rows(readers.get("survey_csv").function(here))
    assert any(table == "answers" for table, _ in found)


def test_an_error_of_the_reader_arrives_as_it_was_raised(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("\n", encoding="utf-8")
    told = []
    survey = readers.get("survey_csv")
    for run in (survey.function, partial(child.read_in_child, survey)):
        with pytest.raises(SourceError) as caught:
            list(run(opened(path)))
        told.append((str(caught.value), caught.value.code, caught.value.file, caught.value.place))
    assert told[0] == told[1]


@pytest.mark.parametrize("name", ["SIGKILL", "SIGABRT", "SIGSEGV"])
def test_a_child_that_dies_is_an_error_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    misbehave(monkeypatch, f"os.kill(os.getpid(), signal.{name})")
    with pytest.raises(SourceError) as caught:
        list(child.read_in_child(entry(), opened(MBOX)))
    said = str(caught.value)
    assert caught.value.code == "E-CHILD-001"
    assert said.startswith("mail.mbox: the process that read it died")
    assert f"signal {getattr(signal, name).value}" in said
    assert "Nothing of this file was kept" in said
    assert "child_bytes" in said


def test_memory_over_the_limit_names_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    misbehave(monkeypatch, "x = bytearray(10**9)")
    with pytest.raises(LimitError, match="child_bytes = 734,003,200") as caught:
        list(child.read_in_child(entry(), opened(MBOX, Limits(child_bytes=700 * MEGA))))
    assert caught.value.file == "mail.mbox"


def test_work_over_the_limit_names_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    misbehave(monkeypatch, "\n    while True: pass")
    with pytest.raises(LimitError, match="more work than"):
        list(child.read_in_child(entry(), opened(MBOX, Limits(child_cpu_s=2))))


def test_a_child_that_waits_for_ever_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    misbehave(monkeypatch, "time.sleep(60)")
    with pytest.raises(LimitError, match="child_wall_s = 2"):
        list(child.read_in_child(entry(), opened(MBOX, Limits(child_wall_s=2))))


def test_a_defect_in_a_reader_is_told_by_kind_and_place_never_by_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    misbehave(monkeypatch, "raise KeyError('CANARY-NAME-1')")
    with pytest.raises(SourceError, match="E-CHILD-002") as caught:
        list(child.read_in_child(entry(), opened(MBOX)))
    assert "KeyError" in str(caught.value)
    assert "CANARY" not in str(caught.value)


def test_what_a_library_prints_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    misbehave(monkeypatch, "print('B' * 9999); os.write(1, b'F' * 9999); os.write(2, b'x')")
    reading = opened(MBOX)
    assert list(child.read_in_child(entry(), reading)) == []
    assert reading.tally.n_seen == 1


def test_a_child_inherits_no_environment_and_can_write_no_file_or_core_dump(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ISOTHERM_KEY", "CANARY-KEY-1")
    target = tmp_path / "written"
    misbehave(
        monkeypatch,
        "import resource as r\n"
        "    assert 'ISOTHERM_KEY' not in os.environ\n"
        "    assert r.getrlimit(r.RLIMIT_CORE) == (0, 0)\n"
        f"    f = open({str(target)!r}, 'wb', buffering=0)\n"
        "    try: f.write(b'x')\n"
        "    except OSError: source.tally.see(41)",
    )
    reading = opened(MBOX)
    list(child.read_in_child(entry(), reading))
    assert reading.tally.n_seen == 42
    assert target.read_bytes() == b""


def test_a_reading_that_is_given_up_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    popen = child.subprocess.Popen
    monkeypatch.setattr(
        child.subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[-1]
    )
    batches = child.read_in_child(entry(), opened(MBOX))
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    assert started[0].returncode is not None


def test_frames_that_are_no_batch_are_refused() -> None:
    for content in (b"", b"\xff\xff", b"\x00\x08messages" + b"\x00" * 64, b"\x00\x04nope1234"):
        with pytest.raises(ValueError, match="no batch"):
            child.unpacked_batch(content)


def test_workbooks_of_every_reader_go_to_the_child(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    book = tmp_path / "book.xlsx"
    book.write_bytes(b"PK\x03\x04rest")
    assert holds_workbook(book)
    assert not holds_workbook(MBOX)
    assert not holds_workbook(tmp_path)
    for reader in ("survey_csv", "roster_csv"):
        with pytest.raises(AuditError, match=r"book\.xlsx"):
            list(batches_of(reader, opened(book)))
