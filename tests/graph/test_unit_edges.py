"""Traffic between groups against numbers by hand and plain loops."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import oracles_graph
import oracles_networks
import pandas as pd
import pytest
import random_tables
import tiny_messages

from core.engine import DuckDBEngine
from core.tables.canonical import MESSAGES, PEOPLE
from core.tables.network import EDGES, UNIT_EDGES, WINDOWS
from graph.edges import build_edges
from graph.unit_edges import build_unit_edges

FIRST = tiny_messages.MONDAY


def _windows(folder: Path) -> None:
    rows = [(0, FIRST, FIRST + 7, 1, True), (1, FIRST + 7, FIRST + 14, 1, True)]
    WINDOWS.write(pd.DataFrame(rows, columns=WINDOWS.names), folder)


def _members(group: dict[str, str]) -> pd.DataFrame:
    rows = [(1, g, p) for p, g in group.items()]
    return pd.DataFrame(rows, columns=["window_id", "group_id", "person_id"])


def test_traffic_of_the_tiny_table_is_that_counted_by_hand(
    engine: DuckDBEngine, tiny: Path, tmp_path: Path
) -> None:
    _windows(tmp_path)
    build_edges(engine, tiny, tmp_path)
    group = {"ann": "sales", "bob": "sales", "cat": "sales", "dan": "ops", "eve": "ops"}
    assert build_unit_edges(engine, tmp_path, _members(group)) == 2
    rows = UNIT_EDGES.read(tmp_path).set_index("source_unit_id")
    # By hand. sales to ops: ann->dan, ann->eve (m12), cat->dan (m16). ops to sales: dan->bob,
    # dan->cat (m15), dan->cat (m17). Ties: ann-bob, ann-cat (m20, m21), bob-cat, cat-dan, dan-eve:
    # 10 ends, 7 of them in sales, 3 in ops; contact pairs across: ann-dan ann-eve cat-dan bob-dan.
    sales, ops = rows.loc["sales"], rows.loc["ops"]
    assert (sales["n_source_people"], sales["n_target_people"], sales["n_messages"]) == (2, 2, 3)
    assert (ops["n_source_people"], ops["n_target_people"], ops["n_messages"]) == (1, 2, 3)
    assert sales["n_ties"] == ops["n_ties"] == 1
    assert sales["expected_ties"] == ops["expected_ties"] == pytest.approx(2.1)
    assert sales["mutual_share"] == ops["mutual_share"] == 0.25
    assert (sales["top_person_share"], sales["top_two_share"]) == (pytest.approx(2 / 3), 1.0)
    assert (ops["top_person_share"], ops["top_two_share"]) == (1.0, 1.0)
    # Dan receives two of the three messages to ops, cat two of the three to sales.
    assert sales["top_recipient_share"] == ops["top_recipient_share"] == pytest.approx(2 / 3)
    assert sales["top_two_recipients_share"] == 1.0
    assert sales["weight"] == pytest.approx(1 + 2 / 6)


def test_traffic_equals_plain_loops_on_random_messages(
    engine: DuckDBEngine, tmp_path: Path, rng: np.random.Generator
) -> None:
    MESSAGES.write(random_tables.random_messages(rng, 300), tmp_path)
    PEOPLE.write(random_tables.random_people(), tmp_path)
    _windows(tmp_path)
    build_edges(engine, tmp_path, tmp_path)
    group = {f"p{i:02d}": f"g{i % 4}" for i in range(11)}  # p11 belongs nowhere
    nowhere = pd.DataFrame([(1, None, "p11")], columns=["window_id", "group_id", "person_id"])
    build_unit_edges(engine, tmp_path, pd.concat([_members(group), nowhere]))
    edges = EDGES.read(tmp_path)
    inside = edges["week"].between(FIRST, FIRST + 13)
    expected = oracles_networks.unit_edges(edges[inside], group)
    found = UNIT_EDGES.read(tmp_path)
    assert set(zip(found["source_unit_id"], found["target_unit_id"], strict=True)) == set(expected)
    for row in oracles_graph.rows_of(found):
        told = expected[(row["source_unit_id"], row["target_unit_id"])]
        assert {name: row[name] for name in told} == pytest.approx(told)


def test_a_group_that_never_wrote_expects_no_tie(
    engine: DuckDBEngine, tiny: Path, tmp_path: Path
) -> None:
    messages = MESSAGES.read(tiny)
    MESSAGES.write(messages[~messages["sender_id"].isin(["dan", "eve"])], tiny)
    _windows(tmp_path)
    build_edges(engine, tiny, tmp_path)
    group = {"ann": "sales", "bob": "sales", "cat": "sales", "dan": "ops", "eve": "ops"}
    assert build_unit_edges(engine, tmp_path, _members(group)) == 1
    assert UNIT_EDGES.read(tmp_path)["expected_ties"].tolist() == [0.0]


def test_overlapping_groups_are_refused(engine: DuckDBEngine, tmp_path: Path) -> None:
    twice = pd.concat([_members({"ann": "sales"}), _members({"ann": "ops"})])
    with pytest.raises(ValueError, match="two groups"):
        build_unit_edges(engine, tmp_path, twice)


def test_no_members_give_an_empty_table(engine: DuckDBEngine, tiny: Path, tmp_path: Path) -> None:
    _windows(tmp_path)
    build_edges(engine, tiny, tmp_path)
    assert build_unit_edges(engine, tmp_path, _members({})) == 0
