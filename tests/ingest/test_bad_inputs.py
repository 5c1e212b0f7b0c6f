"""The whole catalogue of bad inputs through the command line, within its limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from bad_archives import many_entries
from bad_inputs import Bad, everything

from audit.config.limits import LimitsPart
from benchmarks.sweep import Asked, Job
from core.errors import LimitError
from ingest.files.members import open_members
from ingest.limits import Limits

IDS = {
    *("A1", "A2", "A3", "A4", "A5", "A6", "J1", "J2", "J3", "J4", "C1", "C2", "C3", "C4", "C5"),
    *("D1", "I1", "I2", "I3", "M1", "M2", "X1", "X2", "X3", "X4", "S1", "R1"),
}

LARGE = {"A1", "A2", "I3", "X1", "X3", "X4"}
"""These take seconds each, most of them for the start of child processes."""


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> list[Bad]:
    return everything(tmp_path_factory.mktemp("bad"))


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    with Asked() as worker:
        yield worker


def test_every_id_of_the_catalogue_is_made(bad: list[Bad]) -> None:
    assert {one.name for one in bad} == IDS


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.slow) if n in LARGE else n for n in sorted(IDS)],
)
def test_a_bad_input_ends_in_a_clear_message_within_the_limits(
    bad: list[Bad], asked: Asked, name: str
) -> None:
    problems = []
    for one in bad:
        if one.name != name:
            continue
        outcome = asked.ask(Job(one.path, one.reader))
        said = outcome.said
        expected = (one.path.name, *one.says) if one.code else one.says
        missing = [words for words in expected if words not in said]
        is_as_expected = outcome.code == one.code and not missing and outcome.is_fine
        if not is_as_expected or "CANARY" in said:
            problems.append((one.path.name, outcome.code, missing, outcome.work, said[-600:]))
    assert problems == []


def test_every_limit_can_be_set_in_the_audit_file() -> None:
    assert set(LimitsPart.model_fields) == {field.name for field in fields(Limits)}


def test_an_archive_of_too_many_entries_names_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    path.write_bytes(many_entries(2_000))
    limits = Limits(archive_entries=1_999)
    with (
        pytest.raises(
            LimitError, match=r"many\.zip: 2,000 is more than the limit archive_entries"
        ),
        open_members(path, limits),
    ):
        pass


def test_the_worker_that_reads_them_cannot_leave_a_core_dump(asked: Asked) -> None:
    limits = Path(f"/proc/{asked.process.pid}/limits")
    if not limits.exists():
        pytest.skip("there is no /proc here")
    line = next(x for x in limits.read_text().splitlines() if x.startswith("Max core file size"))
    assert line.split()[4:6] == ["0", "0"]
