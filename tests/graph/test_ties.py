"""Ties: strength, the ratio to the null, and groups, by hand and on planted graphs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import random_tables
import tiny_messages

from core.engine import DuckDBEngine
from core.tables.network import EDGES
from graph.edges import build_edges
from graph.network import CommunicationGraph
from graph.ties import reciprocity, reciprocity_of_groups, reciprocity_ratio, tie_strength

PEOPLE = [f"p{i:03d}" for i in range(80)]


def _one_way(rng: np.random.Generator, m: int) -> pd.DataFrame:
    return random_tables.random_arcs(rng, 80, m).iloc[:m]


def test_strength_counts_weeks_with_two_way_contact(
    engine: DuckDBEngine, tiny: Path, tmp_path: Path
) -> None:
    build_edges(engine, tiny, tmp_path)
    first = tiny_messages.MONDAY
    strength = tie_strength(EDGES.read(tmp_path), first, first + 14)
    # By hand: bob-cat wrote both ways in week 1 and one way in week 2; cat-dan and dan-cat met in
    # week 2, dan-cat (m15) alone in week 1; eve wrote in week 1, dan answered in week 2.
    assert strength.set_index(["low_id", "high_id"])["strength"].to_dict() == {
        ("ann", "bob"): 1, ("ann", "cat"): 1, ("bob", "cat"): 1, ("cat", "dan"): 1,
        ("dan", "eve"): 0,
    }  # fmt: skip
    week = tie_strength(EDGES.read(tmp_path), first, first + 7)
    assert len(week) == 3
    assert tie_strength(EDGES.read(tmp_path), first + 14, first + 28).empty


def test_strength_runs_up_to_the_weeks_of_the_window() -> None:
    rows = [
        (week, s, t, 2, 0) for week in (4, 11, 18, 25) for s, t in (("a", "b"), ("b", "a"))
    ] + [(4, "a", "c", 1, 0), (4, "c", "a", 3, 3)]
    names = ["week", "source_id", "target_id", "n_messages", "n_reactions"]
    strength = tie_strength(pd.DataFrame(rows, columns=names), 4, 32)
    assert strength.to_dict("records") == [{"low_id": "a", "high_id": "b", "strength": 4}]


def test_contact_that_follows_degrees_alone_has_a_ratio_near_zero(
    rng: np.random.Generator,
) -> None:
    graph = CommunicationGraph.build(_one_way(rng, 900), PEOPLE)
    ratio = reciprocity_ratio(graph, rng, 40)
    assert ratio.value == pytest.approx(0, abs=0.06)
    assert abs(ratio.z) < 4
    # For sparse random arcs the null is close to the density, m / n (n - 1).
    assert ratio.expected == pytest.approx(graph.n_arcs / (80 * 79), abs=0.02)


def test_contact_that_is_always_answered_has_a_ratio_of_one(rng: np.random.Generator) -> None:
    arcs = _one_way(rng, 300)
    back = arcs.rename(columns={"source_id": "target_id", "target_id": "source_id"})
    ratio = reciprocity_ratio(CommunicationGraph.build(pd.concat([arcs, back]), PEOPLE), rng, 10)
    assert (ratio.value, ratio.observed) == (1.0, 1.0)
    assert ratio.z > 10
    assert ratio.expected < 0.3


def test_a_graph_without_arcs_has_no_ratio(rng: np.random.Generator) -> None:
    empty = CommunicationGraph.build(_one_way(rng, 2).iloc[:0], PEOPLE)
    assert np.isnan([reciprocity_ratio(empty, rng).value, reciprocity_ratio(empty, rng).z]).all()


def test_the_group_of_everybody_has_the_ratio_of_the_whole(rng: np.random.Generator) -> None:
    graph = CommunicationGraph.build(random_tables.random_arcs(rng, 80, 500), PEOPLE)
    members = pd.DataFrame({"group_id": "org", "person_id": PEOPLE})
    whole = reciprocity_ratio(graph, np.random.default_rng(3), 8)
    group = reciprocity_of_groups(graph, members, np.random.default_rng(3), 8).loc["org"]
    for name in ("value", "observed", "expected", "null_sd", "z"):
        assert group[name] == pytest.approx(getattr(whole, name))
    assert (group["n_people"], group["n_arcs"]) == (80, graph.n_arcs)


def test_a_group_that_never_writes_back_lies_below_the_null(rng: np.random.Generator) -> None:
    arcs = random_tables.random_arcs(rng, 80, 900)
    cold = PEOPLE[:10]
    received = arcs[arcs["target_id"].isin(cold)].drop_duplicates(["source_id", "target_id"])
    answered = set(zip(received["target_id"], received["source_id"], strict=True))
    pairs = list(zip(arcs["source_id"], arcs["target_id"], strict=True))
    arcs = arcs[[pair not in answered for pair in pairs]]
    members = pd.DataFrame(
        [("cold", p) for p in cold] + [("rest", p) for p in PEOPLE[10:]] + [("gone", "nobody")],
        columns=["group_id", "person_id"],
    )
    graph = CommunicationGraph.build(arcs, PEOPLE)
    found = reciprocity_of_groups(graph, members, rng, 20)
    inside = set(cold)
    told = [
        (t, s) in set(zip(arcs["source_id"], arcs["target_id"], strict=True))
        for s, t in {*zip(arcs["source_id"], arcs["target_id"], strict=True)}
        if t in inside and s != t
    ]
    assert found.loc["cold", "observed"] == pytest.approx(np.mean(told))
    assert found.loc["cold", "value"] < 0 < found.loc["rest", "value"]
    assert np.isnan(found.loc["gone", "value"])
    assert found.loc["gone", "n_people"] == 0
    assert reciprocity(graph) > 0
