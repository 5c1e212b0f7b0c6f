"""All shared test data through all plausible readers: a sample here, the whole by `make sweep`."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.sweep import Job, Outcome, jobs, sweep, table
from ingest.registry import readers

EVERY = 101


def test_every_reader_is_tried_and_every_file_is_offered(shared_dir: Path) -> None:
    found = list(jobs())
    offered = {job.path for job in found if not job.reader}
    files = [p for name in ("corpora", "data") for p in (shared_dir / name).rglob("*")]
    assert set(files) <= offered
    hostile = {entry.name for entry in readers if entry.meta.is_hostile}
    assert {job.reader for job in found} >= set(readers.names()) - hostile


def test_a_sample_ends_as_runs_may_end(shared_dir: Path) -> None:
    sample = list(jobs())[::EVERY]
    outcomes = list(sweep(sample))
    assert [outcome for outcome in outcomes if not outcome.is_fine] == []
    assert len(outcomes) == len(sample) >= 100


@pytest.mark.parametrize(
    ("code", "work", "megabytes", "said"),
    [
        (1, 0, 9, ""),
        (-1, 0, 9, ""),
        (0, 11, 9, ""),
        (0, 0, 2_000, ""),
        (3, 0, 9, "(E-BALANCE-001)"),
    ],
)
def test_what_is_not_fine_is_told_apart(
    shared_dir: Path, code: int, work: float, megabytes: int, said: str
) -> None:
    outcome = Outcome(Job(shared_dir / "data", "mbox"), code, 1.0, megabytes, said, work)
    assert not outcome.is_fine
    assert any(line.startswith("NOT FINE: mbox data") for line in table([outcome]))
