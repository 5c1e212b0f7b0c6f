"""Weekly counts of a person against numbers by hand and plain loops."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import oracles_graph
import pandas as pd
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


def test_talk_in_a_team_is_seen_where_half_of_the_team_reads_along(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    # A team of five (p0-p4). In one closed channel p0 writes to p1 and p2, half of the other
    # four, and p1 answers p0 there; in another p0 writes to p3 alone. One more mail is direct,
    # one leaves the team, and one goes to an open channel.
    rows = [(f"p{i}", 0, None, "employee", "u", None, False) for i in range(5)]
    rows.append(("q", 0, None, "employee", "v", None, False))
    names = ["person_id", "valid_from_day", "valid_to_day", "kind", "unit_id", "manager_id"]
    people = pd.DataFrame(rows, columns=[*names, "is_leader"]).assign(time_zone="UTC")
    told = [
        ("m1", "t1", "p0 p1", "member", "closed"), ("m1", "t1", "p0 p2", "member", "closed"),
        ("m2", "t1", "p1 p0", "to", "closed"), ("m3", "t2", "p0 p3", "member", "closed"),
        ("m4", "t3", "p0 p3", "to", "direct"), ("m5", "t4", "p0 p3", "member", "open"),
        ("m5", "t4", "p0 q", "member", "open"), ("m6", "t5", "p0 p4", "member", "open"),
    ]  # fmt: skip
    base = tiny_messages.messages().iloc[0]
    messages = pd.DataFrame(
        [
            {
                **base, "message_id": message, "thread_id": thread, "sender_id": ends.split()[0],
                "recipient_id": ends.split()[1], "role": role, "visibility": visibility,
                "channel": "chat",
            }
            for message, thread, ends, role, visibility in told
        ]
    )  # fmt: skip
    MESSAGES.write(messages, tmp_path)
    PEOPLE.write(people.astype({"valid_to_day": "Int32"}), tmp_path)
    build_person_counts(engine, tmp_path, tmp_path)
    found = _read(tmp_path)
    week = tiny_messages.MONDAY
    # p0 wrote m1, m3, m4 and m6 to the team alone; m1 and m6 could be read by it.
    assert found[(week, "p0", "sent_in_team_visible")] == (2, 4)
    assert found[(week, "p1", "sent_in_team_visible")] == (1, 1)
