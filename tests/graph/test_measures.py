"""Measures against networkx and plain loops on random graphs, and what never changes them."""

from __future__ import annotations

import networkx as nx
import numpy as np
import oracles_networks
import pandas as pd
import pytest
import random_tables

from graph.brokerage import (
    ROLES,
    betweenness,
    closeness,
    constraint,
    effective_size,
    gould_fernandez,
)
from graph.cohesion import (
    largest_component,
    local_clustering,
    n_triangles,
    simmelian_share,
    transitivity,
)
from graph.mixing import assortativity, ei_index, modularity, numeric_assortativity
from graph.network import CommunicationGraph
from graph.ties import reciprocated_ties, reciprocity

PEOPLE = [f"p{i:03d}" for i in range(45)]
GROUP = {p: f"g{int(p[1:]) % 5}" for p in PEOPLE}
Pair = tuple[CommunicationGraph, nx.DiGraph]


@pytest.fixture(params=[(1, 60), (2, 150), (3, 500)], ids=["sparse", "middling", "dense"])
def pair(request: pytest.FixtureRequest) -> Pair:
    """The same random graph, ours and networkx's; the sparse one has isolated people."""
    seed, m = request.param
    arcs = random_tables.random_arcs(np.random.default_rng(seed), 45, m)
    return CommunicationGraph.build(arcs, PEOPLE), oracles_networks.as_networkx(arcs, PEOPLE)


def _same(found: pd.Series, told: dict[str, float]) -> None:
    expected = pd.Series(told).reindex(found.index).to_numpy(dtype=float)
    np.testing.assert_allclose(found.to_numpy(dtype=float), expected, atol=1e-10)


def test_reciprocity_equals_networkx(pair: Pair) -> None:
    ours, theirs = pair
    assert reciprocity(ours) == pytest.approx(nx.overall_reciprocity(theirs))
    _same(reciprocated_ties(ours), dict(theirs.to_undirected(reciprocal=True).degree))


def test_cohesion_equals_networkx(pair: Pair) -> None:
    ours, theirs = pair
    contacts = theirs.to_undirected()
    _same(local_clustering(ours), nx.clustering(contacts))
    assert transitivity(ours) == pytest.approx(nx.transitivity(contacts))
    assert n_triangles(ours) == sum(nx.triangles(contacts).values()) // 3
    weak = max(nx.weakly_connected_components(theirs), key=len)
    strong = max(nx.strongly_connected_components(theirs), key=len)
    assert largest_component(ours).n_people == len(weak)
    assert largest_component(ours).n_arcs == theirs.subgraph(weak).number_of_edges()
    assert largest_component(ours, "strong").n_people == len(strong)
    ties = theirs.to_undirected(reciprocal=True)
    embedded = [bool(set(ties[a]) & set(ties[b])) for a, b in ties.edges]
    assert simmelian_share(ours) == pytest.approx(np.mean(embedded))


def test_brokerage_equals_networkx(pair: Pair) -> None:
    ours, theirs = pair
    contacts = theirs.to_undirected()
    _same(constraint(ours), nx.constraint(theirs, weight="weight"))
    _same(effective_size(ours), nx.effective_size(contacts))
    _same(betweenness(ours), nx.betweenness_centrality(theirs))
    own = {
        p: value or np.nan
        for p, value in nx.closeness_centrality(contacts, wf_improved=False).items()
    }
    _same(closeness(ours), own)


def test_betweenness_takes_whole_distances(pair: Pair) -> None:
    ours, theirs = pair
    distance = pd.Series(13 - ours.weights)
    for s, t, w in zip(ours.sources, ours.targets, distance, strict=True):
        theirs[ours.person_ids[s]][ours.person_ids[t]]["distance"] = int(w)
    _same(betweenness(ours, distance), nx.betweenness_centrality(theirs, weight="distance"))
    with pytest.raises(ValueError, match="whole numbers"):
        betweenness(ours, 1 / pd.Series(ours.weights))


def test_roles_of_brokers_equal_a_look_at_every_triple(pair: Pair) -> None:
    ours, theirs = pair
    found = gould_fernandez(ours, pd.Series(GROUP))
    told = oracles_networks.gould_fernandez(theirs, GROUP)
    assert {p: row[list(ROLES)].to_dict() for p, row in found.iterrows()} == told
    assert (found[list(ROLES)].sum(axis=1) == found["total"]).all()


def test_paths_of_people_without_a_group_are_left_out() -> None:
    arcs = pd.DataFrame([("a", "b"), ("b", "c"), ("b", "d")], columns=["source_id", "target_id"])
    graph = CommunicationGraph.build(arcs, ["a", "b", "c", "d"])
    found = gould_fernandez(graph, pd.Series({"a": "x", "b": "x", "c": "y"}))
    assert found.loc["b", "representative"] == found.loc["b", "total"] == 1


def test_mixing_equals_networkx(pair: Pair) -> None:
    ours, theirs = pair
    contacts, groups = theirs.to_undirected(), pd.Series(GROUP)
    nx.set_node_attributes(contacts, GROUP, "group")
    nx.set_node_attributes(contacts, {p: int(p[1:]) for p in PEOPLE}, "number")
    outside = sum(GROUP[a] != GROUP[b] for a, b in contacts.edges)
    total = contacts.number_of_edges()
    mix = ei_index(ours, groups, "contacts")
    assert (mix.n_outside, mix.n_outside + mix.n_inside) == (outside, total)
    assert mix.value == pytest.approx((2 * outside - total) / total)
    parts = [{p for p in PEOPLE if GROUP[p] == g} for g in sorted(set(GROUP.values()))]
    told = nx.community.modularity(contacts, parts, weight=None)
    assert modularity(ours, groups) == pytest.approx(told)
    told = nx.attribute_assortativity_coefficient(contacts, "group")
    assert assortativity(ours, groups) == pytest.approx(told)
    told = nx.numeric_assortativity_coefficient(contacts, "number")
    number = pd.Series({p: float(p[1:]) for p in PEOPLE})
    assert numeric_assortativity(ours, number) == pytest.approx(told)


def test_mixing_of_arcs_equals_networkx(pair: Pair) -> None:
    ours, theirs = pair
    nx.set_node_attributes(theirs, GROUP, "group")
    nx.set_node_attributes(theirs, {p: int(p[1:]) for p in PEOPLE}, "number")
    groups, number = pd.Series(GROUP), pd.Series({p: float(p[1:]) for p in PEOPLE})
    told = nx.attribute_assortativity_coefficient(theirs, "group")
    assert assortativity(ours, groups, "arcs") == pytest.approx(told)
    told = nx.numeric_assortativity_coefficient(theirs, "number")
    assert numeric_assortativity(ours, number, "arcs") == pytest.approx(told)


def test_without_contact_measures_are_missing_or_zero_as_they_say() -> None:
    none = pd.DataFrame({"source_id": [], "target_id": []}, dtype=str)
    graph = CommunicationGraph.build(none, ["a", "b", "c"])
    groups = pd.Series({"a": "x", "b": "x", "c": "y"})
    assert np.isnan([reciprocity(graph), transitivity(graph), simmelian_share(graph)]).all()
    assert np.isnan([ei_index(graph, groups).value, assortativity(graph, groups)]).all()
    assert np.isnan(numeric_assortativity(graph, pd.Series({"a": 1.0, "b": 2.0, "c": 3.0})))
    assert constraint(graph).isna().all()
    assert effective_size(graph).isna().all()
    assert closeness(graph).isna().all()
    assert local_clustering(graph).eq(0).all()
    assert betweenness(graph).eq(0).all()
    assert gould_fernandez(graph, groups)["total"].eq(0).all()
    assert (n_triangles(graph), largest_component(graph).n_people) == (0, 1)
