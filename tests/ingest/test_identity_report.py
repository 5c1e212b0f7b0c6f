"""The identity report of a run: shares by source, merges by rule, sizes; never an address."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from intake_runs import run_intake, source

from core.contracts import Contract
from core.engine import DuckDBEngine
from core.tables.canonical import IDENTITIES, MESSAGES, PEOPLE
from ingest.people.identity_report import NOTHING_SEEN, RULES, IdentityReport, report_of_run

ROSTER = (
    "Employee ID,Email,Department\nE1,canary.ana@acme.example,Fleet\nE2,bo@acme.example,Fleet\n"
)
TRACE = """id,sender,recipient,sent
1,canary.ana@acme.example,bo@acme.example,2025-03-03T09:00:00Z
2,bo@acme.example,stranger@acme.example,2025-03-03T10:00:00Z
3,bo@acme.example,kim@partner.example,2025-03-03T11:00:00Z
4,info@acme.example,bo@acme.example,2025-03-03T12:00:00Z
"""
COLUMNS = {"message_id": "id", "sender": "sender", "recipients": "recipient", "sent": "sent"}


def test_a_run_reports_shares_rules_and_sizes_as_counted_by_hand(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "trace.csv").write_text(TRACE, encoding="utf-8")
    taken = run_intake(tmp_path / "run", [
        source(1, "roster_csv", tmp_path / "roster.csv"),
        source(2, "messages_csv", tmp_path / "trace.csv", {"columns": COLUMNS}),
    ])  # fmt: skip
    report = taken.report.identity
    # Rows 1 and 2 are inside the organization; both ends of row 1 are on the roster.
    assert list(report.by_source.values()) == [(1, 2)]
    assert report.by_rule == {
        "outside_address": 1, "role_address": 1, "roster_email": 2, "unresolved": 1,
    }  # fmt: skip
    assert report.sizes == {1: 5}
    assert report.domains == {"acme.example": 1}
    printed = "\n".join([*taken.report.lines(), *report.lines()])
    assert "50.0% of 2 rows of messages inside the organization" in printed
    assert "canary" not in printed
    assert "stranger" not in printed
    assert "acme" not in str(taken.report.as_json()["identity"])


def test_every_rule_has_words_and_large_parties_are_told_together() -> None:
    assert all(RULES.values())
    lines = IdentityReport({}, {}, {1: 3, 12: 1, 30: 2}).lines()
    assert "  1: 3 parties" in lines
    assert "  10 or more: 3 parties" in lines
    assert NOTHING_SEEN.source_lines() == []


@pytest.mark.parametrize("seed", range(8))
def test_shares_by_source_are_those_of_looking_at_every_message(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    # People have several stays and several identities; some are on the roster and unresolved.
    kinds = ["external", "service"] if seed == 0 else ["employee", "external"]
    people = _drawn(rng, 30, person_id="abcdefgh", kind=kinds)
    rules = ["alias"] if seed <= 1 else ["unresolved", "alias"]
    identities = _drawn(rng, 20, person_id="abcdefgh", rule=rules)
    messages = _drawn(rng, 300, sender_id="abcdefghx", recipient_id="abcdefgh", source="12")
    _write(tmp_path, {PEOPLE: people, IDENTITIES: identities, MESSAGES: messages})
    with DuckDBEngine() as engine:
        report = report_of_run(tmp_path, engine)
    # oracle: one message after the other
    staff = set(people.loc[people["kind"] == "employee", "person_id"])
    ours = staff | set(identities.loc[identities["rule"] == "unresolved", "person_id"])
    resolved, total = Counter[str](), Counter[str]()
    for row in messages.itertuples():
        ends = {str(row.sender_id), str(row.recipient_id)}
        total[str(row.source)] += ends <= ours
        resolved[str(row.source)] += ends <= staff
    assert report.by_source == {s: (resolved[s], n) for s, n in total.items() if n}


def _drawn(rng: np.random.Generator, n: int, **columns: str | list[str]) -> pd.DataFrame:
    return pd.DataFrame({name: rng.choice(list(values), n) for name, values in columns.items()})


def _write(folder: Path, tables: dict[Contract, pd.DataFrame]) -> None:
    for contract, frame in tables.items():
        frame.to_parquet(contract.path(folder))
