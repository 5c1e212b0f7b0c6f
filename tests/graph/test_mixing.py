"""Mixing against its nulls: by hand, planted, and consistent between whole and groups."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from known_networks import both_ways

from graph.mixing import ei_index, ei_of_groups, ei_test
from graph.network import CommunicationGraph


def _blocks(inside: float, across: float) -> tuple[CommunicationGraph, pd.Series]:
    graph = nx.stochastic_block_model(
        [20, 20, 20], np.full((3, 3), across) + np.eye(3) * (inside - across), seed=4
    )
    groups = pd.Series({str(p): f"g{data['block']}" for p, data in graph.nodes(data=True)})
    return both_ways(graph), groups


def _members(groups: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"group_id": groups.to_numpy(), "person_id": groups.index})


def test_the_index_of_a_square_by_hand() -> None:
    # a-b-c-d-a with groups ab and cd: two ties inside, two across; all degrees are equal.
    mix = ei_index(
        both_ways(nx.cycle_graph(4)), pd.Series({"0": "x", "1": "x", "2": "y", "3": "y"})
    )
    assert (mix.value, mix.expected, mix.n_outside, mix.n_inside) == (0.0, 0.0, 2, 2)


def test_one_way_contact_is_no_tie() -> None:
    arcs = pd.DataFrame([("a", "b"), ("b", "a"), ("a", "c")], columns=["source_id", "target_id"])
    graph = CommunicationGraph.build(arcs, ["a", "b", "c"])
    groups = pd.Series({"a": "x", "b": "x", "c": "y"})
    assert ei_index(graph, groups).n_outside == 0
    assert ei_index(graph, groups, "contacts").n_outside == 1


def test_ties_of_people_without_a_group_are_left_out() -> None:
    graph = both_ways(nx.cycle_graph(4))
    mix = ei_index(graph, pd.Series({"0": "x", "1": "x", "2": "y"}))
    assert (mix.n_outside, mix.n_inside) == (1, 1)


@pytest.mark.parametrize("null", ["rewired", "permuted"])
def test_closed_groups_lie_far_below_the_null_and_mixed_ones_near_it(
    null: str, rng: np.random.Generator
) -> None:
    closed = ei_test(*_blocks(0.5, 0.05), rng, 15, null)
    mixed = ei_test(*_blocks(0.2, 0.2), rng, 15, null)
    assert closed.z < -8
    assert abs(mixed.z) < 3.5


def test_the_mean_of_rewired_draws_is_the_formula_without_ties_to_oneself(
    rng: np.random.Generator,
) -> None:
    graph, groups = _blocks(0.3, 0.1)
    ends = pd.Series(np.bincount(np.concatenate(graph.ties), minlength=60), graph.person_ids)
    by_group = ends.groupby(groups.reindex(ends.index)).sum()
    expected = ei_index(graph, groups).expected
    assert expected == pytest.approx(1 - 2 * ((by_group / ends.sum()) ** 2).sum())
    # The formula lets people meet themselves; the draws do not.
    own = (ends**2).sum()
    told = 1 - 2 * ((by_group**2).sum() - own) / (ends.sum() ** 2 - own)
    test = ei_test(graph, groups, rng, 25)
    assert test.null_mean == pytest.approx(told, abs=4 * test.null_sd / 5)  # 25 draws


def test_groups_of_a_partition_add_up_to_the_whole(rng: np.random.Generator) -> None:
    graph, groups = _blocks(0.4, 0.1)
    found = ei_of_groups(graph, _members(groups), rng, 5)
    ends = pd.Series(np.bincount(np.concatenate(graph.ties), minlength=60), graph.person_ids)
    weight = ends.groupby(groups.reindex(ends.index)).sum() / ends.sum()
    whole = ei_index(graph, groups)
    assert (found["value"] * weight).sum() == pytest.approx(whole.value)
    assert (found["expected"] * weight).sum() == pytest.approx(whole.expected)


def test_overlapping_groups_are_each_compared_with_the_rest(rng: np.random.Generator) -> None:
    graph, groups = _blocks(0.5, 0.05)
    two = _members(groups[groups != "g2"]).assign(group_id="division")
    none = pd.DataFrame([("empty", "nobody")], columns=["group_id", "person_id"])
    found = ei_of_groups(graph, pd.concat([_members(groups), two, none]), rng, 20)
    low, high = (graph.person_ids[ends] for ends in graph.ties)
    first, second = groups[low].to_numpy() != "g2", groups[high].to_numpy() != "g2"
    inside, outside = (first & second).sum(), (first != second).sum()
    told = (outside - 2 * inside) / (outside + 2 * inside)
    assert found.loc["division", "value"] == pytest.approx(told)
    assert found.loc["division", "n_ties"] == inside + outside
    assert (found.loc[["g0", "g1", "g2"], "z"] < -5).all()
    assert np.isnan(found.loc["empty", "value"])


def test_without_ties_there_is_no_test(rng: np.random.Generator) -> None:
    arcs = pd.DataFrame([("a", "b")], columns=["source_id", "target_id"])
    graph = CommunicationGraph.build(arcs, ["a", "b"])
    groups = pd.Series({"a": "x", "b": "y"})
    assert np.isnan(ei_test(graph, groups, rng).z)
    assert ei_of_groups(graph, _members(groups), rng, 2)["value"].isna().all()
