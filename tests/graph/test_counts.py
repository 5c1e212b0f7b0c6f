"""Weekly counts of a person against numbers by hand and plain loops."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import oracles_graph
import random_tables
import tiny_messages

from core.engine import DuckDBEngine
from core.tables.canonical import MESSAGES, PEOPLE
from core.tables.network import PERSON_COUNTS
from graph.counts import build_person_counts


def _read(folder: Path) -> dict[tuple, tuple]:
    return {
        (r["week"], r["person_id"], r["measure"]): (r["n"], r["of_n"])
        for r in oracles_graph.rows_of(PERSON_COUNTS.read(folder))
    }


def test_counts_of_the_tiny_table_are_those_told_by_hand(
    engine: DuckDBEngine, tiny: Path, tmp_path: Path
) -> None:
    build_person_counts(engine, tiny, tmp_path)
    found = _read(tmp_path)
    week = tiny_messages.MONDAY
    received = {
        p: found.get((week, p, "received"), (0, None))[0]
        for p in ("ann", "bob", "cat", "dan", "eve")
    }
    sent = {p: found[(week, p, "sent")][0] for p in ("ann", "bob", "cat", "dan", "eve")}
    assert received == {"ann": 4, "bob": 3, "cat": 2, "dan": 2, "eve": 0}
    assert sent == {"ann": 4, "bob": 4, "cat": 2, "dan": 1, "eve": 3}
    assert found[(week, "dan", "received_off_hours")] == (1, 2)
    assert found[(week, "dan", "sent_open")] == (1, 1)
    # bob: 1 of 8 inbound rows is automated: m01 m04 m05 m07 m12 m13 m15 and m19.
    assert found[(week, "bob", "received_automated")] == (1, 8)
    assert found[(week, "bob", "received_from_leaders")] == (2, 3)


def test_counts_equal_plain_loops_on_random_messages(
    engine: DuckDBEngine, tmp_path: Path, rng: np.random.Generator
) -> None:
    messages, people = random_tables.random_messages(rng, 400), random_tables.random_people()
    MESSAGES.write(messages, tmp_path)
    PEOPLE.write(people, tmp_path)
    build_person_counts(engine, tmp_path, tmp_path)
    assert _read(tmp_path) == oracles_graph.counts(messages, people)
