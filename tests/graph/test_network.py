"""The communication graph: order, joins by key, windows, igraph's random source."""

from __future__ import annotations

from pathlib import Path

import igraph
import numpy as np
import oracles_networks
import pandas as pd
import pytest
import random_tables
import tiny_messages

from core.engine import DuckDBEngine
from core.tables.network import EDGES
from graph.edges import build_edges
from graph.mixing import ei_index
from graph.network import CommunicationGraph, mutual, seeded, window_arcs
from graph.ties import reciprocated_ties


def test_every_person_keeps_the_own_unit_when_rows_are_shuffled(rng: np.random.Generator) -> None:
    people = [f"p{i:03d}" for i in range(60)]
    arcs = random_tables.random_arcs(rng, 60, 300)
    unit = pd.Series({p: f"unit-{int(p[1:]) % 7}" for p in people})
    plain = ei_index(CommunicationGraph.build(arcs, people), unit)
    for _ in range(5):
        shuffled = list(rng.permutation(people))
        graph = CommunicationGraph.build(arcs.sample(frac=1, random_state=rng), shuffled)
        roster = unit.sample(frac=1, random_state=rng)
        joined = graph.attribute(roster)
        assert all(joined[p] == f"unit-{int(p[1:]) % 7}" for p in people)
        # Vertex i of igraph is the person whose unit stands at place i.
        by_vertex = dict(zip(graph.person_ids, joined.to_numpy(), strict=True))
        for edge in graph.directed.es[:50]:
            source = graph.person_ids[edge.source]
            assert by_vertex[source] == unit[source]
        assert ei_index(graph, roster) == plain


def test_people_without_an_attribute_are_missing_and_others_ignored() -> None:
    graph = CommunicationGraph.build(_arcs("ab"), ["a", "b", "c"])
    joined = graph.attribute(pd.Series({"z": "x", "b": "y"}))
    assert joined.isna().tolist() == [True, False, True]
    assert graph.attribute({"a": 1}).dropna().to_dict() == {"a": 1}


def test_an_attribute_with_two_values_for_one_person_is_refused() -> None:
    graph = CommunicationGraph.build(_arcs("ab"), ["a", "b"])
    with pytest.raises(ValueError, match="two values"):
        graph.attribute(pd.Series(["x", "y"], index=["a", "a"]))


def test_loops_are_dropped_rows_added_up_and_strangers_left_out() -> None:
    arcs = _arcs("ab", "ab", "ba", "cc", "ax").assign(weight=[1.0, 2.0, 4.0, 8.0, 16.0])
    graph = CommunicationGraph.build(arcs, ["c", "b", "a", "a"])
    assert graph.person_ids.tolist() == ["a", "b", "c"]
    assert list(zip(graph.sources, graph.targets, graph.weights, strict=True)) == [
        (0, 1, 3.0), (1, 0, 4.0),
    ]  # fmt: skip
    assert graph.loops.tolist() == [2]
    assert graph.adjacency.toarray().tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]


def test_an_empty_graph_has_people_but_no_arcs() -> None:
    graph = CommunicationGraph.build(_arcs(), ["a", "b"])
    assert (graph.n_people, graph.n_arcs) == (2, 0)
    assert reciprocated_ties(graph).tolist() == [0, 0]
    assert CommunicationGraph.build(_arcs(), []).n_people == 0


def test_the_igraph_graph_is_the_graph(rng: np.random.Generator) -> None:
    people = [f"p{i:03d}" for i in range(40)]
    arcs = random_tables.random_arcs(rng, 40, 120)
    graph = CommunicationGraph.build(arcs, people)
    oracle = oracles_networks.as_networkx(arcs, people)
    names = graph.person_ids
    found = {(names[e.source], names[e.target]): e["weight"] for e in graph.directed.es}
    assert found == {(s, t): w for s, t, w in oracle.edges.data("weight")}
    assert graph.undirected.ecount() == oracle.to_undirected().number_of_edges()
    assert len(graph.ties[0]) == oracle.to_undirected(reciprocal=True).number_of_edges()


def test_members_of_groups_may_overlap() -> None:
    graph = CommunicationGraph.build(_arcs("ab"), ["a", "b", "c"])
    members = pd.DataFrame(
        [("team", "a"), ("team", "b"), ("org", "a"), ("org", "c"), ("none", "z")],
        columns=["group_id", "person_id"],
    )
    groups, matrix = graph.incidence(members)
    assert groups.tolist() == ["none", "org", "team"]
    assert matrix.toarray().tolist() == [[0, 0, 0], [1, 0, 1], [1, 1, 0]]


def test_a_window_is_the_sum_of_its_weeks(
    engine: DuckDBEngine, tiny: Path, tmp_path: Path
) -> None:
    build_edges(engine, tiny, tmp_path)
    edges = EDGES.read(tmp_path)
    first = tiny_messages.MONDAY
    weeks = [window_arcs(edges, first, first + 7), window_arcs(edges, first + 7, first + 14)]
    both = window_arcs(edges, first, first + 14)
    summed = pd.concat(weeks).groupby(["source_id", "target_id"]).sum().reset_index()
    pd.testing.assert_frame_equal(both, summed, check_dtype=False)
    # By hand: the reaction m14 is no message and makes no arc of its own; m04 does.
    cat = both.set_index(["source_id", "target_id"]).loc[("cat", "bob")]
    assert (cat["n_messages"], cat["weight"], cat["n_weeks"]) == (1, 1.0, 1)


def test_mutual_arcs_are_found_without_arcs_too() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert mutual(none, none, 3).tolist() == []
    assert mutual(np.array([0, 1, 2]), np.array([1, 0, 0]), 3).tolist() == [True, True, False]


def test_igraph_draws_from_the_passed_generator_and_no_longer_afterwards() -> None:
    def draw(seed: int) -> list[tuple[int, int]]:
        with seeded(np.random.default_rng(seed)):
            return igraph.Graph.Erdos_Renyi(n=30, m=60).get_edgelist()

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)
    generator = np.random.default_rng(1)
    with seeded(generator):
        pass
    before = generator.bit_generator.state
    igraph.Graph.Erdos_Renyi(n=30, m=60)
    assert generator.bit_generator.state == before


def _arcs(*pairs: str) -> pd.DataFrame:
    return pd.DataFrame([tuple(p) for p in pairs], columns=["source_id", "target_id"], dtype=str)
