"""Every format on its fixture: fields, times, roles, reply links, flags, and counts that balance.

The expected rows are written by hand in the case files beside the fixtures.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from reader_cases import Case, all_cases, run_case, shown

from ingest.registry import readers

CASES = all_cases()


def test_every_reader_has_a_case() -> None:
    assert {case.reader for case in CASES} == set(readers.names())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_fixture_comes_out_as_written(case: Case, tmp_path: Path) -> None:
    outcome = run_case(case, tmp_path)
    tally, expect = outcome.reading.tally, dict(case.told["expect"])
    assert tally.n_seen == expect.pop("seen")
    assert dict(tally.filtered) == expect.pop("filtered", {})
    assert dict(tally.rejected) == expect.pop("rejected", {})
    slots = {reason: n for reason, n in tally.slots.items() if n}
    assert slots == expect.pop("slots", {})
    notes = expect.pop("notes", None)
    assert notes is None or dict(tally.notes) == notes
    for code in case.told.get("warnings", ()):
        assert any(code in text for text in tally.warnings), tally.warnings
    for table, rows in expect.items():
        found = [shown(table, outcome, wanted) for wanted in rows[:1]]
        assert len(outcome.rows[table]) == len(rows), found
        for number, wanted in enumerate(rows):
            assert shown(table, outcome, wanted)[number] == wanted, f"{table} {number}"


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_no_content_and_no_name_of_a_channel_comes_out(case: Case, tmp_path: Path) -> None:
    outcome = run_case(case, tmp_path)
    told = {table: rows for table, rows in outcome.rows.items() if table not in NAMED}
    told |= {table: [{**row, "name": None} for row in outcome.rows[table]] for table in NAMED}
    words = f"{told} {outcome.reading.tally}".upper()
    assert "CANARY" not in words


NAMED = ("accounts", "people")  # names stay in memory and leave as keyed hashes
