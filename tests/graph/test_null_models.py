"""Rewiring keeps what it promises, reaches everything, and is the same for the same seed."""

from __future__ import annotations

from collections import Counter

import networkx as nx
import numpy as np
import oracles_networks
import pandas as pd
import pytest
import random_tables
from known_networks import both_ways
from scipy.stats import chisquare

from graph.network import CommunicationGraph
from graph.null_models import rewired_arcs, rewired_ties


@pytest.fixture
def graph(rng: np.random.Generator) -> CommunicationGraph:
    return CommunicationGraph.build(
        random_tables.random_arcs(rng, 50, 401), [f"p{i:03d}" for i in range(50)]
    )


def test_everybody_keeps_both_degrees_and_no_loop_or_double_arc_appears(
    graph: CommunicationGraph, rng: np.random.Generator
) -> None:
    for sources, targets in rewired_arcs(graph, rng, 5):
        assert (sources != targets).all()
        assert len(set(zip(sources, targets, strict=True))) == graph.n_arcs
        assert np.array_equal(np.bincount(sources), np.bincount(graph.sources))
        assert np.array_equal(np.bincount(targets), np.bincount(graph.targets))


def test_everybody_keeps_the_number_of_ties(
    graph: CommunicationGraph, rng: np.random.Generator
) -> None:
    before = np.bincount(np.concatenate(graph.ties), minlength=50)
    for low, high in rewired_ties(graph, rng, 5):
        assert (low != high).all()
        assert len({frozenset(pair) for pair in zip(low, high, strict=True)}) == len(low)
        assert np.array_equal(np.bincount(np.concatenate([low, high]), minlength=50), before)


def test_draws_differ_from_each_other_and_are_the_same_for_the_same_seed(
    graph: CommunicationGraph,
) -> None:
    def draws(seed: int) -> list[list[int]]:
        return [t.tolist() for _, t in rewired_arcs(graph, np.random.default_rng(seed), 3)]

    assert draws(1) == draws(1)
    assert draws(1) != draws(2)
    assert len({tuple(d) for d in draws(1)}) == 3


@pytest.mark.parametrize(
    "arcs",
    [
        [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2)],  # an odd number: one arc sits out each round
        [(0, 1), (1, 0), (1, 2), (2, 3), (3, 1), (3, 0)],
    ],
)
def test_all_graphs_with_these_degrees_are_equally_likely(arcs: list[tuple[int, int]]) -> None:
    frame = pd.DataFrame(arcs, columns=["source_id", "target_id"]).astype(str)
    small = CommunicationGraph.build(frame, [str(i) for i in range(4)])
    reachable = oracles_networks.graphs_with_degrees(arcs, 4)
    seen = Counter(
        frozenset(zip(s.tolist(), t.tolist(), strict=True))
        for s, t in rewired_arcs(small, np.random.default_rng(5), 4000, swaps_per_arc=4)
    )
    assert set(seen) == reachable
    assert len(reachable) > 3
    assert chisquare(list(seen.values())).pvalue > 1e-3


def test_all_ties_with_these_degrees_are_equally_likely() -> None:
    path = both_ways(nx.path_graph(5))
    seen = Counter(
        frozenset(frozenset(p) for p in zip(low.tolist(), high.tolist(), strict=True))
        for low, high in rewired_ties(path, np.random.default_rng(5), 4000, swaps_per_arc=4)
    )
    # By hand: two ends 0 and 4, three people with two ties: six paths, and the tie 0-4 beside the
    # triangle of the rest.
    assert len(seen) == 7
    assert chisquare(list(seen.values())).pvalue > 1e-3


def test_a_graph_that_cannot_be_rewired_comes_back() -> None:
    star = both_ways(nx.star_graph(4))
    for sources, targets in rewired_arcs(star, np.random.default_rng(1), 2):
        assert set(zip(sources, targets, strict=True)) == set(
            zip(star.sources, star.targets, strict=True)
        )
    empty = CommunicationGraph.build(
        pd.DataFrame({"source_id": [], "target_id": []}, dtype=str), ["a", "b"]
    )
    assert [len(s) for s, _ in rewired_arcs(empty, np.random.default_rng(1), 2)] == [0, 0]
