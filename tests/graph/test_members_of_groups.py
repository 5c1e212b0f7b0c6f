"""Measures of a group's people against those of the whole, and against published totals."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_networks import org_network

from graph.brokerage import ROLES, gould_fernandez, roles_of_groups
from graph.cohesion import embedded_ties, simmelian_share
from graph.mixing import ei_of_groups, ends_of_members
from graph.network import CommunicationGraph

PEOPLE = list("abcdefgh")
MEMBERS = pd.DataFrame(
    [*(("all", p) for p in PEOPLE), *(("x" if p < "e" else "y", p) for p in PEOPLE)],
    columns=["group_id", "person_id"],
)
arcs_of_people = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), max_size=40)
quick = settings(max_examples=30, deadline=None)


def graph_of(pairs: list[tuple[str, str]]) -> CommunicationGraph:
    edges = pd.DataFrame(pairs, columns=["source_id", "target_id"])
    return CommunicationGraph.build(edges.astype("object"), PEOPLE)


def both_ways(*pairs: str) -> CommunicationGraph:
    return graph_of([(a, b) for a, b in pairs] + [(b, a) for a, b in pairs])


def test_a_triangle_is_embedded_and_its_tail_is_not() -> None:
    # By hand: a-b-c closed, c-d alone; one-way contact makes no tie.
    found = embedded_ties(both_ways("ab", "bc", "ac", "cd"))
    assert found["n_ties"].tolist()[:4] == [2, 2, 3, 1]
    assert found["n_embedded"].tolist()[:4] == [2, 2, 2, 0]
    assert embedded_ties(graph_of([("a", "b")])).to_numpy().sum() == 0


@quick
@given(pairs=arcs_of_people)
def test_embedded_ties_equal_plain_triangles(pairs: list[tuple[str, str]]) -> None:
    graph = graph_of(pairs)
    found = embedded_ties(graph)
    arcs = {(a, b) for a, b in pairs if a != b}
    plain = nx.Graph([(a, b) for a, b in arcs if (b, a) in arcs])
    for person in PEOPLE:
        near = list(plain[person]) if person in plain else []
        closed = sum(any(nx.common_neighbors(plain, person, other)) for other in near)
        assert found.loc[person].tolist() == [len(near), closed]
    if found["n_ties"].sum():
        share = found["n_embedded"].sum() / found["n_ties"].sum()
        assert share == pytest.approx(simmelian_share(graph))


@quick
@given(pairs=arcs_of_people)
def test_ends_of_members_make_the_mix_of_their_group(pairs: list[tuple[str, str]]) -> None:
    graph = graph_of(pairs)
    held = ends_of_members(graph, MEMBERS).groupby("group_id")[["n_ties", "n_inside"]].sum()
    mixes = ei_of_groups(graph, MEMBERS, np.random.default_rng(1), draws=2)
    for group, row in held.iterrows():
        if row["n_ties"]:
            # Ends inside are counted from both sides: (ends - 2 n_inside) / ends.
            value = (row["n_ties"] - 2 * row["n_inside"]) / row["n_ties"]
            assert mixes.loc[group, "value"] == pytest.approx(value)
    assert held.loc["all", "n_ties"] == held.loc["all", "n_inside"]


def test_other_ties_on_the_same_people_may_be_given() -> None:
    graph = both_ways("ab", "cd")
    ends = (np.array([0]), np.array([4]))
    held = ends_of_members(graph, MEMBERS, ends).set_index(["group_id", "person_id"])
    assert held.loc[("x", "a")].tolist() == [1, 0]
    assert held.loc[("all", "a")].tolist() == [1, 1]
    assert held.loc[("x", "b")].tolist() == [0, 0]


def test_roles_of_departments_add_up_to_the_published_totals() -> None:
    """Krackhardt's managers, advice by department: 28, 69, 62, 95, 246, in all 500."""
    graph, people = org_network("ht_advice")
    department = people["dept"]
    own = pd.DataFrame({"group_id": "d" + department, "person_id": department.index})
    members = pd.concat([own, own.assign(group_id="everybody")])
    found = roles_of_groups(graph, department, members)
    assert found.loc["everybody", [*ROLES, "total"]].tolist() == [28, 69, 62, 95, 246, 500]
    assert found.drop(index="everybody")["total"].sum() == 500
    brokers = (gould_fernandez(graph, department)["total"] > 0).sum()
    assert found.loc["everybody", "n_brokers"] == brokers
